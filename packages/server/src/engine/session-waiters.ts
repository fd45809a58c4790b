import type { Clock } from '../clock.ts'
import type { SessionState } from '../domain/records.ts'
import type { Store } from '../store/store.ts'

/** How often a process with waiters asks the database about changes made by other processes. */
const POLL_MS = 400

/** Somebody who waits for a session to change. */
export interface Waiter {
  /** What it has seen: a change away from this wakes it. Set after the reading, before {@link Waiter.changed}. */
  seen: { version: number; railsVersion: number } | null
  /** The state that woke it, where this process made the change. */
  readonly latest: SessionState | null
  /** Whether nothing but the rails is known to have changed: what was read of the session may be used again. */
  readonly isAboutRails: boolean
  /** Resolves with true when the session may have changed, with false when the time is over, the signal aborts or all is stopped. */
  changed(timeoutMs: number, signal?: AbortSignal): Promise<boolean>
  release(): void
}

/** Wakes whoever waits for sessions: at once for changes of this process, within {@link POLL_MS} for those of others. */
export interface SessionWaiters {
  /** Registers before the reading, so that no change between reading and waiting is missed. */
  register(sessionId: string): Waiter
  /** A change was committed by this process, and led to this state. */
  wake(state: SessionState): void
  /** The rails changed: everybody may be concerned. Spread over half a second. */
  wakeAll(): void
  readonly count: number
  readonly isStopped: boolean
  stop(): void
}

interface Entry extends Waiter {
  latest: SessionState | null
  isAboutRails: boolean
  readonly sessionId: string
  readonly isWoken: () => boolean
  readonly wake: (changed: boolean) => void
}

export function createSessionWaiters({
  store,
  clock,
  railsVersion,
  onError,
}: {
  readonly store: Pick<Store, 'versions'>
  readonly clock: Clock
  readonly railsVersion: () => Promise<number>
  readonly onError: (error: unknown) => void
}): SessionWaiters {
  const bySession = new Map<string, Set<Entry>>()
  const stopping = new AbortController()
  let polling = false

  const entries = (): Entry[] => [...bySession.values()].flatMap((set) => [...set])

  async function poll(): Promise<void> {
    if (polling) return
    polling = true
    try {
      while (bySession.size > 0 && !stopping.signal.aborted) {
        await clock.sleep(POLL_MS, stopping.signal)
        if (bySession.size === 0 || stopping.signal.aborted) break
        try {
          const [versions, rails] = await Promise.all([store.versions([...bySession.keys()]), railsVersion()])
          for (const entry of entries()) {
            if (entry.seen === null) continue
            const isNews = versions.get(entry.sessionId) !== entry.seen.version
            if (!isNews && rails === entry.seen.railsVersion) continue
            entry.isAboutRails = !isNews
            entry.wake(true)
          }
        } catch (error) {
          // The database is away for a moment: waiters wait on and are answered by their own time.
          onError(error)
        }
      }
    } finally {
      polling = false
    }
  }

  return {
    register(sessionId) {
      let woken: boolean | null = stopping.signal.aborted ? false : null
      let settle: ((changed: boolean) => void) | null = null
      const entry: Entry = {
        sessionId,
        seen: null,
        latest: null,
        isAboutRails: false,
        isWoken: () => woken !== null,
        wake(changed) {
          woken ??= changed
          settle?.(woken)
        },
        async changed(timeoutMs, signal) {
          if (woken !== null) return woken
          const over = new AbortController()
          const abort = () => entry.wake(false)
          signal?.addEventListener('abort', abort)
          if (signal?.aborted) abort()
          try {
            return await new Promise<boolean>((resolve) => {
              settle = resolve
              if (woken !== null) resolve(woken)
              void clock.sleep(timeoutMs, over.signal).then(() => entry.wake(false))
            })
          } finally {
            over.abort('changed')
            signal?.removeEventListener('abort', abort)
          }
        },
        release() {
          const set = bySession.get(sessionId)
          set?.delete(entry)
          if (set?.size === 0) bySession.delete(sessionId)
        },
      }
      const set = bySession.get(sessionId) ?? new Set()
      set.add(entry)
      bySession.set(sessionId, set)
      void poll()
      return entry
    },
    wake(state) {
      for (const entry of bySession.get(state.session.id) ?? []) {
        entry.latest = state
        entry.isAboutRails = false
        entry.wake(true)
      }
    },
    wakeAll() {
      const all = entries()
      all.forEach((entry, index) => {
        void clock.sleep((index / all.length) * 500, stopping.signal).then(() => {
          // What it was woken by before counts.
          entry.isAboutRails ||= entry.latest === null && !entry.isWoken()
          entry.wake(true)
        })
      })
    },
    get count() {
      return entries().length
    },
    get isStopped() {
      return stopping.signal.aborted
    },
    stop() {
      stopping.abort()
      for (const entry of entries()) entry.wake(false)
    },
  }
}
