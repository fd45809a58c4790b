import type { Clock } from '../clock.ts'

/** Time that passes only when nothing is left to do at the present moment. */
export interface VirtualTime extends Clock {
  /** Lets time pass until `moment`. */
  runUntil(moment: number): Promise<void>
  /** Things woken so far. */
  readonly steps: number
}

interface Sleeper {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

export function createVirtualTime(start: number): VirtualTime {
  let now = start
  let order = 0
  let steps = 0
  // A binary heap, earliest first; of equal moments the first to fall asleep wakes first.
  const heap: Sleeper[] = []
  const before = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

  function push(sleeper: Sleeper): void {
    let index = heap.push(sleeper) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !before(sleeper, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = sleeper
  }

  function pop(): Sleeper | undefined {
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let index = 0
    while (true) {
      const left = 2 * index + 1
      const right = left + 1
      let child = heap[left]
      let at = left
      const other = heap[right]
      if (child !== undefined && other !== undefined && before(other, child)) {
        child = other
        at = right
      }
      if (child === undefined || !before(child, last)) break
      heap[index] = child
      index = at
    }
    heap[index] = last
    return top
  }

  return {
    now: () => now,
    get steps() {
      return steps
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        let awake = false
        const wake = () => {
          if (awake) return
          awake = true
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        signal?.addEventListener('abort', wake)
        push({ at: now + Math.max(0, ms), order: order++, wake })
      }),
    async runUntil(moment) {
      // Everything that needs no time is done before the next macrotask.
      await new Promise((resolve) => setImmediate(resolve))
      while (true) {
        const next = heap[0]
        if (next === undefined || next.at > moment) break
        pop()
        now = Math.max(now, next.at)
        steps++
        next.wake()
        await new Promise((resolve) => setImmediate(resolve))
      }
      now = Math.max(now, moment)
    },
  }
}
