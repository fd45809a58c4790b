import { ApiProblem } from '../api-problem.ts'
import type { Clock } from '../clock.ts'
import { Draft } from '../domain/draft.ts'
import type { SessionState } from '../domain/records.ts'
import type { RequestKey } from '../payment-engine.ts'
import type { Store } from '../store/store.ts'

/** A merchant's or buyer's POST. */
export interface KeyedRequest<T> extends RequestKey {
  /** Who asks for what: a key means the same wish only within it. */
  readonly scope: string
  /** What the decision made, to be found again by the same key. */
  readonly target?: ((decided: T) => string) | undefined
}

export interface Changed<T> {
  readonly state: SessionState
  /** What the key made, now or when it was used first. */
  readonly target: string | null
  /** Null when the key was used before: nothing was decided anew. */
  readonly decided: T | null
}

/** The one way in which this process changes sessions. */
export interface SessionChanges {
  /**
   * One decision about a session, stored; then whoever may care is told. A key that was used before gives the state as it is,
   * without deciding anything.
   *
   * @throws ApiProblem `not_found`, `idempotency_key_reused`, and whatever `decide` throws. Then nothing was changed.
   */
  change<T>(
    sessionId: string | undefined,
    decide: (draft: Draft) => T,
    request?: KeyedRequest<T>,
  ): Promise<Changed<T>>
  /** The database's clock, as far ahead of ours as its last answer said. */
  storeNow(): number
  /** The database told its time. */
  sawStoreTime(now: number): void
}

export function createSessionChanges({
  store,
  clock,
  merchantId,
  endpoints,
  onChange,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly merchantId: string
  readonly endpoints: readonly string[]
  /** After the commit: whether events were written, and whether an operation is due. */
  readonly onChange: (sessionId: string, wrote: { readonly events: boolean; readonly work: boolean }) => void
}): SessionChanges {
  let storeAheadMs = 0
  const sawStoreTime = (now: number) => {
    storeAheadMs = now - clock.now()
  }
  return {
    sawStoreTime,
    storeNow: () => clock.now() + storeAheadMs,
    async change<T>(
      sessionId: string | undefined,
      decide: (draft: Draft) => T,
      request?: KeyedRequest<T>,
    ): Promise<Changed<T>> {
      if (sessionId === undefined) throw notFound('session')
      const { events, work, ...changed } = await store.change<
        Changed<T> & { readonly events: boolean; readonly work: boolean }
      >({ sessionId, idempotency: request }, ({ current, idempotency, now }) => {
        sawStoreTime(now)
        if (current === null || current.session.merchantId !== merchantId) throw notFound('session')
        if (idempotency !== null && request !== undefined) {
          if (idempotency.fingerprint !== request.fingerprint) throw keyReused(request.key)
          return {
            result: { state: current, target: idempotency.target, decided: null, events: false, work: false },
          }
        }
        const draft = new Draft(current, now)
        const decided = decide(draft)
        const { next, events } = draft.finish()
        const target = request?.target?.(decided) ?? null
        return {
          result: {
            state: next,
            target,
            decided,
            events: events.length > 0,
            work: hasNewWork(current, next, now),
          },
          next,
          events,
          endpoints,
          remember: request && {
            sessionId,
            scope: request.scope,
            key: request.key,
            fingerprint: request.fingerprint,
            target,
            createdAt: now,
          },
        }
      })
      onChange(sessionId, { events, work })
      return changed
    },
  }
}

function hasNewWork(current: SessionState, next: SessionState, now: number): boolean {
  return next.operations.some(
    (operation) =>
      operation.notBefore !== null && operation.notBefore <= now && !current.operations.includes(operation),
  )
}

/** The same words for an unknown id and for somebody else's. */
export const notFound = (what: string): ApiProblem =>
  new ApiProblem('not_found', `there is no such ${what}; check the id`)

export const keyReused = (key: string): ApiProblem =>
  new ApiProblem(
    'idempotency_key_reused',
    `the key ${JSON.stringify(key.slice(0, 64))} was used with another body; send a new key for a new request`,
  )
