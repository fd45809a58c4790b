import type { Clock } from '../clock.ts'

/** A clock that stands still unless somebody moves it or waits. */
export interface VirtualClock extends Clock {
  /** Resolves with the work, letting time pass only where the work waits for it. */
  running<T>(work: Promise<T>): Promise<T>
  /** Lets everything happen that falls due until `moment`, in order. */
  advanceTo(moment: number): Promise<void>
  /** Time was away: it is `moment`, and whoever slept past it wakes once, as after a machine's sleep. */
  jumpTo(moment: number): Promise<void>
  /** Counts work that no timer of this clock is waiting for, so that time waits for it. */
  during<T>(work: Promise<T>): Promise<T>
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Turns of the event loop in which promises that wait for no timer and no {@link VirtualClock.during} settle. */
const QUIET_TURNS = 8
/** A request that takes longer than this is waiting for something that never comes. */
const PATIENCE_MS = 120_000
/** Moments of 10 real milliseconds. */
const MAX_MOMENTS = 1000

export function createVirtualClock(start: number): VirtualClock {
  let now = start
  let underWay = 0
  const sleepers = new Set<Sleeper>()

  async function settle(isEnough: () => boolean = () => false): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS && !isEnough(); turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (underWay > 0) turn = 0
    }
  }

  function next(): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper
    return first
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper: Sleeper = {
          at: now + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', sleeper.wake)
      }),
    async running(work) {
      let isDone = false
      const done = (): void => {
        isDone = true
      }
      work.then(done, done)
      const deadline = now + PATIENCE_MS
      let moments = 0
      for (;;) {
        await settle(() => isDone)
        if (isDone) return await work
        const sleeper = next()
        if (sleeper === undefined || sleeper.at > deadline) {
          // A busy machine may need a moment of its own time for what no timer of this clock stands for.
          if (moments++ > MAX_MOMENTS) throw new Error('the drill waits for an answer that never comes')
          await new Promise((resolve) => setTimeout(resolve, 10))
          continue
        }
        now = Math.max(now, sleeper.at)
        sleeper.wake()
      }
    },
    async advanceTo(moment) {
      await settle()
      for (let sleeper = next(); sleeper !== undefined && sleeper.at <= moment; sleeper = next()) {
        now = Math.max(now, sleeper.at)
        sleeper.wake()
        await settle()
      }
      now = Math.max(now, moment)
    },
    async jumpTo(moment) {
      now = Math.max(now, moment)
      for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake()
      await settle()
    },
    async during(work) {
      underWay++
      try {
        return await work
      } finally {
        underWay--
      }
    },
  }
}
