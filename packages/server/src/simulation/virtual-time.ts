import type { Clock } from '../clock.ts'
import { createDueHeap } from '../store/due-heap.ts'

/** Time that passes only when nothing is left to do at the present moment. */
export interface VirtualTime extends Clock {
  /** Calls `run` when `ms` have passed, unless what it returns is called before. */
  after(ms: number, run: () => void): () => void
  /** Lets time pass until `moment`. */
  runUntil(moment: number): Promise<void>
  /** Things woken so far. */
  readonly steps: number
}

interface Timer {
  readonly at: number
  readonly order: number
  run: (() => void) | null
}

// A tick comes when no microtask is left, if a microtask asks for it; a tick that is asked for by another comes before them.
const whenNoMicrotaskIsLeft = (then: () => void) => queueMicrotask(() => process.nextTick(then))

/** @param whenSettled Calls back when everything has been done that needs no time. */
export function createVirtualTime(
  start: number,
  whenSettled: (then: () => void) => void = whenNoMicrotaskIsLeft,
): VirtualTime {
  let now = start
  let order = 0
  let steps = 0
  // Of equal moments the first to fall asleep wakes first.
  const timers = createDueHeap<Timer>()

  function after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: now + Math.max(0, ms), order: order++, run }
    timers.push(timer)
    return () => {
      timer.run = null
    }
  }

  return {
    now: () => now,
    after,
    get steps() {
      return steps
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal === undefined) {
          after(ms, resolve)
          return
        }
        if (signal.aborted) return resolve()
        const abort = () => {
          cancel()
          resolve()
        }
        const cancel = after(ms, () => {
          signal.removeEventListener('abort', abort)
          resolve()
        })
        signal.addEventListener('abort', abort)
      }),
    runUntil: (moment) =>
      new Promise((resolve, reject) => {
        const step = () => {
          try {
            let next = timers.peek()
            while (next?.run === null) {
              timers.pop()
              next = timers.peek()
            }
            if (next == null || next.at > moment) {
              now = Math.max(now, moment)
              return resolve()
            }
            timers.pop()
            now = Math.max(now, next.at)
            steps++
            next.run?.()
            whenSettled(step)
          } catch (error) {
            reject(error)
          }
        }
        whenSettled(step)
      }),
  }
}
