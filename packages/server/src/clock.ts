/** Where the server gets its time. Tests and the simulation pass their own. */
export interface Clock {
  /** Milliseconds since 1970. Decisions about persisted times use the store's time instead (`tx.now`). */
  now(): number
  /** Resolves after a while, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done)
    }),
}
