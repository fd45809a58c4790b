import type { RailSuccess } from '@teabrick/core/contract'
import type { Clock } from '../clock.ts'

/** How own attempts ended lately, rail by rail, as seen by this process. */
export interface RailSuccesses {
  /** An attempt was paid, or refused. */
  record(railId: string, isPaid: boolean): void
  of(railId: string): RailSuccess
}

const WINDOW_MS = 30 * 60_000
const SLICE_MS = 60_000
/** Fewer attempts than this say nothing: one unlucky buyer would move a rail. */
const ENOUGH = 40

interface Slice {
  readonly at: number
  attempts: number
  succeeded: number
}

/** Counts in slices of a minute over half an hour. */
export function createRailSuccesses(clock: Pick<Clock, 'now'>): RailSuccesses {
  const byRail = new Map<string, Slice[]>()
  const slicesOf = (railId: string): Slice[] => {
    const oldest = clock.now() - WINDOW_MS
    const slices = (byRail.get(railId) ?? []).filter(({ at }) => at > oldest)
    byRail.set(railId, slices)
    return slices
  }
  return {
    record(railId, isPaid) {
      const slices = slicesOf(railId)
      const at = Math.floor(clock.now() / SLICE_MS) * SLICE_MS
      let slice = slices.at(-1)
      if (slice?.at !== at) {
        slice = { at, attempts: 0, succeeded: 0 }
        slices.push(slice)
      }
      slice.attempts++
      if (isPaid) slice.succeeded++
    },
    of(railId) {
      const slices = byRail.has(railId) ? slicesOf(railId) : []
      const attempts = slices.reduce((sum, slice) => sum + slice.attempts, 0)
      const succeeded = slices.reduce((sum, slice) => sum + slice.succeeded, 0)
      return {
        attempts,
        succeeded,
        rate: attempts === 0 ? null : succeeded / attempts,
        windowSeconds: WINDOW_MS / 1000,
        isEnough: attempts >= ENOUGH,
      }
    },
  }
}
