// An instance of the failover rig in a process of its own. Runs the packages' sources, so no build is needed.
import { runFromSources } from '../../../../../scripts/sources.mjs'

runFromSources()
await import('./serve-failover-api.ts')
