/** The sandbox's time: the real clock plus an offset that only grows. Instants are epoch milliseconds. */
export interface Clock {
  now(): number
  /** Runs `task` when virtual time reaches `dueAt`; at once, but never inside this call, when it has passed. */
  schedule(dueAt: number, task: () => Promise<void> | void): void
  /** Ends after so much virtual time, when the signal aborts, or when the clock is reset or closed. Never fails. */
  wait(ms: number, signal?: AbortSignal | undefined): Promise<void>
  /** Moves time forward and runs what fell due on the way, in order and one after another. */
  advance(ms: number): Promise<void>
  /** Forgets every task and returns to the real time. */
  reset(): void
  /** Forgets every task for good. */
  close(): void
}

interface Task {
  readonly dueAt: number
  readonly run: () => Promise<void> | void
}

// A timer is re-armed at least this often, because setTimeout cannot wait for more than 24.8 days.
const LONGEST_TIMER_MS = 3_600_000

/** Timers never keep the process alive. */
export function createClock(realNow: () => number = Date.now): Clock {
  let offsetMs = 0
  let tasks: Task[] = [] // the next one first
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let advancing: Promise<void> = Promise.resolve()
  const waiters = new Set<() => void>()

  const now = () => realNow() + offsetMs

  function takeDue(until: number): Task | undefined {
    const first = tasks[0]
    return first && first.dueAt <= until ? tasks.shift() : undefined
  }

  function arm() {
    clearTimeout(timer)
    const first = tasks[0]
    if (!first) return
    timer = setTimeout(tick, Math.min(Math.max(first.dueAt - now(), 0), LONGEST_TIMER_MS))
    timer.unref()
  }

  function tick() {
    for (let task = takeDue(now()); task; task = takeDue(now())) void task.run()
    arm()
  }

  async function advanceTo(target: number) {
    for (let task = takeDue(target); task; task = takeDue(target)) {
      offsetMs = Math.max(offsetMs, task.dueAt - realNow())
      await task.run()
    }
    offsetMs = Math.max(offsetMs, target - realNow())
    arm()
  }

  function schedule(dueAt: number, run: Task['run']) {
    if (closed) return
    const index = positionAfter(tasks, dueAt)
    tasks.splice(index, 0, { dueAt, run })
    if (index === 0) arm()
  }

  function wakeAll() {
    for (const wake of waiters) wake()
  }

  return {
    now,
    schedule,
    wait(ms, signal) {
      if (closed || signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          waiters.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        waiters.add(wake)
        signal?.addEventListener('abort', wake)
        schedule(now() + ms, wake)
      })
    },
    advance(ms) {
      advancing = advancing.then(() => advanceTo(now() + ms))
      return advancing
    },
    reset() {
      offsetMs = 0
      tasks = []
      clearTimeout(timer)
      wakeAll()
    },
    close() {
      closed = true
      tasks = []
      clearTimeout(timer)
      wakeAll()
    },
  }
}

/** Where a task goes in a sorted list: behind those that are due at the same time. */
function positionAfter(tasks: readonly Task[], dueAt: number): number {
  let low = 0
  let high = tasks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((tasks[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1
    else high = middle
  }
  return low
}
