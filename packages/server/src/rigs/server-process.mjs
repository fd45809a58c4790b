// A payment API in a process of its own, for the rigs to kill. Runs the packages' sources, so no build is needed.
import { runFromSources } from '../../../../scripts/sources.mjs'

runFromSources()
await import('./serve-rig-api.ts')
