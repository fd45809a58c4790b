import { randomUUID } from 'node:crypto'
import { ApiProblem } from '../api-problem.ts'
import type { Clock } from '../clock.ts'
import { Draft } from '../domain/draft.ts'
import type { NewEvent, OperationRecord, SessionState } from '../domain/records.ts'
import type { Outbox } from '../jobs/deliver-webhooks.ts'
import { LEASE_MS } from '../jobs/leases.ts'
import type { RequestKey } from '../payment-engine.ts'
import type { DeliveryLease, DeliveryRecord, FinishedNotification, Store } from '../store/store.ts'

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
   * @param finishes The notification that the decision answers, ended in the same transaction.
   * @throws ApiProblem `not_found`, `idempotency_key_reused`, and whatever `decide` throws. Then nothing was changed.
   */
  change<T>(
    sessionId: string | undefined,
    decide: (draft: Draft) => T,
    request?: KeyedRequest<T>,
    finishes?: (decided: T) => FinishedNotification,
  ): Promise<Changed<T>>
  /** The database's clock, as far ahead of ours as its last answer said. */
  storeNow(): number
  /** The database told its time. */
  sawStoreTime(now: number): void
}

/** What a change left to be done. */
export interface Wrote {
  /** When it was begun, by this process's clock: leases of its commit began later. */
  readonly since: number
  /** Deliveries that were leased to this process by the very commit that wrote their events. */
  readonly deliveries: readonly DeliveryRecord[]
  /** Others are due at once: whoever has room claims them. */
  readonly deliveriesDue: boolean
  /** Operations that are due at once and were leased to this process by the very commit that wrote them. */
  readonly taken: readonly OperationRecord[]
  /** Others are due at once: whoever has room claims them. */
  readonly due: boolean
  /** Attempts that were paid or refused by this change. */
  readonly ended: readonly Ended[]
}

interface Ended {
  readonly account: string
  readonly method: string
  readonly isPaid: boolean
}

/** As decided in the transaction. */
type Left = Omit<Wrote, 'since'>

const NOTHING: Left = { deliveries: [], deliveriesDue: false, taken: [], due: false, ended: [] }

export function createSessionChanges({
  store,
  clock,
  merchantId,
  endpoints,
  outbox,
  hasRoom,
  onChange,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly merchantId: string
  readonly endpoints: readonly string[]
  readonly outbox?: Pick<Outbox, 'hasRoom'> | undefined
  /** Whether this process can work on one more operation at once. */
  readonly hasRoom: () => boolean
  /** After the commit. */
  readonly onChange: (state: SessionState, wrote: Wrote) => void
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
      finishes?: (decided: T) => FinishedNotification,
    ): Promise<Changed<T>> {
      if (sessionId === undefined) throw notFound('session')
      const since = clock.now()
      const { left, ...changed } = await store.change<Changed<T> & { readonly left: Left }>(
        { sessionId, idempotency: request },
        ({ current, idempotency, now }) => {
          sawStoreTime(now)
          if (current === null || current.session.merchantId !== merchantId) throw notFound('session')
          if (idempotency !== null && request !== undefined) {
            if (idempotency.fingerprint !== request.fingerprint) throw keyReused(request.key)
            return {
              result: { state: current, target: idempotency.target, decided: null, left: NOTHING },
            }
          }
          const draft = new Draft(current, now)
          const decided = decide(draft)
          const { next: decidedNext, events } = draft.finish()
          const { next, taken, due } = take(current, decidedNext, now)
          const target = request?.target?.(decided) ?? null
          const { lease, ...outgoing } = takeDeliveries(sessionId, events)
          return {
            result: {
              state: next,
              target,
              decided,
              left: { ...outgoing, taken, due, ended: endedBy(current, next) },
            },
            next,
            events,
            endpoints,
            deliveryLease: lease,
            finishes: finishes?.(decided),
            remember: request && {
              sessionId,
              scope: request.scope,
              key: request.key,
              fingerprint: request.fingerprint,
              target,
              createdAt: now,
            },
          }
        },
      )
      onChange(changed.state, { ...left, since })
      return changed
    },
  }

  /**
   * Leases operations that were just written and are due to this process, in their own commit: a claim would be a transaction
   * more for each. Should the process die before it has sent them, the lease ends and somebody else claims them.
   */
  function take(
    current: SessionState,
    next: SessionState,
    now: number,
  ): { readonly next: SessionState } & Pick<Wrote, 'taken' | 'due'> {
    const isDue = (operation: OperationRecord): boolean =>
      operation.notBefore !== null && operation.notBefore <= now && operation.leaseToken === null
    const known = new Set(current.operations.map(({ id }) => id))
    const taken: OperationRecord[] = []
    const operations = next.operations.map((operation) => {
      if (known.has(operation.id) || !isDue(operation) || !hasRoom()) return operation
      const leased: OperationRecord = {
        ...operation,
        attempts: operation.attempts + 1,
        firstSentAt: operation.firstSentAt ?? now,
        leaseToken: randomUUID(),
        leaseUntil: now + LEASE_MS,
      }
      taken.push(leased)
      return leased
    })
    const changed = operations.some(
      (operation) => isDue(operation) && !current.operations.includes(operation),
    )
    return { next: taken.length === 0 ? next : { ...next, operations }, taken, due: changed }
  }

  /** The same for deliveries, to endpoints that can be sent all of them at once. */
  function takeDeliveries(
    sessionId: string,
    events: readonly NewEvent[],
  ): Pick<Wrote, 'deliveries' | 'deliveriesDue'> & { readonly lease?: DeliveryLease | undefined } {
    if (events.length === 0) return { deliveries: [], deliveriesDue: false }
    const free = endpoints.filter((endpoint) => outbox?.hasRoom(endpoint, events.length))
    const deliveriesDue = free.length < endpoints.length
    if (outbox === undefined || free.length === 0) return { deliveries: [], deliveriesDue }
    const token = randomUUID()
    const deliveries = events.flatMap(({ id, body, createdAt }) =>
      free.map(
        (endpoint): DeliveryRecord => ({
          eventId: id,
          sessionId,
          endpoint,
          body,
          attempts: 0,
          createdAt,
          leaseToken: token,
        }),
      ),
    )
    return { deliveries, deliveriesDue, lease: { endpoints: free, token, leaseMs: LEASE_MS } }
  }
}

/** Buyers who gave up say nothing about a rail, and neither does a payment that somebody canceled. */
function endedBy(current: SessionState, next: SessionState): Wrote['ended'] {
  if (next.payments === current.payments) return []
  return next.payments.flatMap(({ id, account, method, status, failureCode }): Ended[] => {
    const before = current.payments.find((payment) => payment.id === id)?.status
    if (before === status || failureCode === 'canceled_by_buyer') return []
    if (status === 'failed') return [{ account, method, isPaid: false }]
    const isPaid = status === 'succeeded' || status === 'authorized'
    return isPaid && before !== 'authorized' ? [{ account, method, isPaid }] : []
  })
}

/** The same words for an unknown id and for somebody else's. */
export const notFound = (what: string): ApiProblem =>
  new ApiProblem('not_found', `there is no such ${what}; check the id`)

export const keyReused = (key: string): ApiProblem =>
  new ApiProblem(
    'idempotency_key_reused',
    `the key ${JSON.stringify(key.slice(0, 64))} was used with another body; send a new key for a new request`,
  )
