import type { IdempotencyRecord, NewEvent, SessionState } from '../domain/records.ts'
import type { MemoryStore } from '../store/memory-store.ts'
import type { FinishedNotification } from '../store/store.ts'

/** What one transaction changed. */
export interface Commit {
  readonly before: SessionState | null
  readonly after: SessionState
  readonly events: readonly NewEvent[]
  readonly remember: IdempotencyRecord | undefined
  readonly now: number
}

/** The database, with somebody looking over its shoulder. */
export interface WatchedStore extends MemoryStore {
  /** What is committed, without waiting. */
  latest(sessionId: string): SessionState | null
}

export function watchStore(
  inner: MemoryStore,
  watch: {
    readonly onCommit: (commit: Commit) => void
    readonly onNotificationDone: (key: string) => void
  },
): WatchedStore {
  const states = new Map<string, SessionState>()
  const onEndOf =
    ({ notification: { account, eventKey }, outcome }: FinishedNotification) =>
    (wasOurs: boolean): void => {
      if (wasOurs && outcome.state === 'done') watch.onNotificationDone(`${account} ${eventKey}`)
    }
  return {
    ...inner,
    latest: (sessionId) => states.get(sessionId) ?? null,

    async change(target, decide) {
      let commit: Commit | null = null
      const result = await inner.change(target, (input) => {
        const decision = decide(input)
        const after = decision.next ?? input.current
        commit =
          after === null
            ? null
            : {
                before: input.current,
                after,
                events: decision.events ?? [],
                remember: decision.remember,
                now: input.now,
              }
        const { finishes } = decision
        return finishes ? { ...decision, finishes: { ...finishes, onEnd: onEndOf(finishes) } } : decision
      })
      // Assigned in the callback, which the compiler cannot see.
      const made = commit as Commit | null
      if (made !== null) {
        states.set(target.sessionId, made.after)
        watch.onCommit(made)
      }
      return result
    },

    async finishNotification(notification, outcome) {
      const finished = await inner.finishNotification(notification, outcome)
      onEndOf({ notification, outcome })(finished)
      return finished
    },
  }
}
