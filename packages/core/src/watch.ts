import type { Platform } from './platform.ts'
import { type Answer, pause } from './transport.ts'

export interface WatchOptions {
  readonly platform: Platform
  /** Tabs that watch under one name take turns. */
  readonly name: () => string
  /** Whether there is anything to wait for. */
  readonly isWanted: () => boolean
  /** Asks once. `hold`: the server may keep the answer until something changes. */
  readonly ask: (hold: boolean, signal: AbortSignal) => Promise<Answer<unknown>>
}

export interface Watch {
  /** To be called after anything that `isWanted` depends on. */
  readonly update: () => void
  /** Ends requests, timers and listeners, until the next `update`. */
  readonly stop: () => void
}

// While long-polls fail: [from the first failure on, ask every]. After the last one the watch rests until somebody looks.
const POLL_SCHEDULE_MS = [
  [5_000, 1_000],
  [60_000, 2_000],
  [180_000, 5_000],
  [900_000, 10_000],
] as const
const FAILURES_BEFORE_POLLING = 3
const QUICK_MS = 2_000
const COALESCE_MS = 500

/**
 * Follows something on the server while a document is visible: by long-poll, and by a polling schedule where
 * long-polls fail. Hidden it sleeps; on return it asks at once.
 */
export function createWatch({ platform, name, isWanted, ask }: WatchOptions): Watch {
  let running: AbortController | undefined
  let ignoreAttention: (() => void) | undefined
  let quietUntil = 0

  function rest(): void {
    running?.abort()
    running = undefined
  }

  function update(): void {
    if (!isWanted()) {
      stop()
      return
    }
    ignoreAttention ??= platform.onAttention(() => {
      if (!platform.isVisible()) {
        quietUntil = 0
        rest()
      } else if (platform.now() >= quietUntil) {
        // The browser announces one return by up to four events. A request from before may be dead without knowing.
        quietUntil = platform.now() + COALESCE_MS
        rest()
        update()
      }
    })
    if (!running && platform.isVisible()) {
      running = new AbortController()
      void loop(running.signal)
    }
  }

  function stop(): void {
    rest()
    ignoreAttention?.()
    ignoreAttention = undefined
  }

  async function loop(signal: AbortSignal): Promise<void> {
    let failures = 0
    let failingSince = 0
    let unchangedAt = -QUICK_MS
    // The first question is not held and takes no turn: whoever looks gets the state at once.
    for (let hold = false; ; hold = failures < FAILURES_BEFORE_POLLING) {
      const answer = hold ? await takeTurn(signal) : await ask(false, signal)
      if (signal.aborted || !answer || answer.kind === 'refused') return
      if (answer.kind === 'failed') {
        if (!failures++) failingSince = platform.now()
        const elapsed = platform.now() - failingSince
        const every = POLL_SCHEDULE_MS.find(([until]) => elapsed < until)?.[1]
        if (!every) return
        await pause(
          platform,
          Math.max(every * (0.8 + 0.4 * platform.random()), answer.error.retryAfterMs ?? 0),
          signal,
        )
      } else {
        // A poll that works is no proof for long-polls: some networks cut what is held.
        failures = hold ? 0 : Math.min(failures, FAILURES_BEFORE_POLLING - 1)
        const now = platform.now()
        if (answer.kind === 'unchanged') {
          // A server that does not hold its answers must not be asked in a loop.
          if (now - unchangedAt < QUICK_MS) await pause(platform, QUICK_MS, signal)
          unchangedAt = platform.now()
        }
      }
      if (signal.aborted) return
    }
  }

  async function takeTurn(signal: AbortSignal): Promise<Answer<unknown> | undefined> {
    const run = (isCrowded?: boolean) => ask(!isCrowded, signal)
    try {
      return await (platform.exclusive ? platform.exclusive(name(), signal, run) : run())
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    }
  }

  return { update, stop }
}
