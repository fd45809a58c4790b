// `node --import`: the packages' names lead to their sources, so that no build is needed and what is measured is what is there.
import { runFromSources } from '../../../scripts/sources.mjs'

runFromSources()
