import type { EventRecord } from '@teabrick/core/contract'
import type { Clock } from '../clock.ts'
import type { IdempotencyRecord, NewEvent, OperationRecord, SessionState } from '../domain/records.ts'
import { assertOwnRecords, changedRecords } from './changed-records.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { mustParseEventId } from './event-id.ts'
import { healthReportsInMemory } from './health-reports.ts'
import { assertInvariants, invariantViolated } from './invariants.ts'
import type {
  ChangeDecision,
  ClaimOptions,
  DeliveryLease,
  DeliveryRecord,
  NewNotification,
  NotificationRecord,
  QueueOutcome,
  RailSwitch,
  Store,
} from './store.ts'

/** A row of a queue: when it is due, and who has it. */
interface QueueRow {
  readonly order: number
  state: 'pending' | 'done' | 'exhausted'
  attempts: number
  notBefore: number
  leaseUntil: number | null
  leaseToken: string | null
}

interface NotificationRow extends QueueRow {
  readonly notification: NewNotification
  readonly receivedAt: number
}

interface DeliveryRow extends QueueRow {
  readonly merchantId: string
  readonly sessionId: string
  readonly event: NewEvent
  readonly endpoint: string
  lastStatus: number | null
}

interface EventRow {
  readonly merchantId: string
  readonly event: NewEvent
  readonly deliveries: readonly DeliveryRow[]
}

interface RailsOfMerchant {
  version: number
  readonly items: Map<string, RailSwitch>
}

/**
 * A store for tests and simulation: what PostgreSQL would keep, held in this process and gone with it. Every call is one step
 * without an await inside, so each is a transaction. Deterministic: no randomness, and time only from the clock.
 */
export function createMemoryStore({ clock }: { readonly clock: Pick<Clock, 'now'> }): Store {
  const sessions = new Map<string, SessionState>()
  const idempotency = new Map<string, IdempotencyRecord>()
  const events = new Map<string, EventRow>()
  const notifications = new Map<string, NotificationRow>()
  const deliveries: DeliveryRow[] = []
  const railsByMerchant = new Map<string, RailsOfMerchant>()
  let lastOrder = 0
  let lastLease = 0

  const nextLease = (): string => `lease-${++lastLease}`
  const queueRow = (now: number): QueueRow => ({
    order: ++lastOrder,
    state: 'pending',
    attempts: 0,
    notBefore: now,
    leaseUntil: null,
    leaseToken: null,
  })

  function assertNewEvents(added: readonly NewEvent[]): void {
    const ids = new Set<string>()
    for (const { id } of added) {
      mustParseEventId(id)
      if (events.has(id) || ids.has(id)) throw invariantViolated('event_pkey', id)
      ids.add(id)
    }
  }

  function addEvents(
    merchantId: string,
    added: readonly NewEvent[],
    endpoints: readonly string[],
    now: number,
    lease?: DeliveryLease | undefined,
  ): void {
    for (const event of added) {
      const { sessionId } = mustParseEventId(event.id)
      const rows = endpoints.map(
        (endpoint): DeliveryRow => ({
          ...queueRow(now),
          ...(lease?.endpoints.includes(endpoint)
            ? { attempts: 1, leaseUntil: now + lease.leaseMs, leaseToken: lease.token }
            : {}),
          merchantId,
          sessionId,
          event,
          endpoint,
          lastStatus: null,
        }),
      )
      events.set(event.id, { merchantId, event, deliveries: rows })
      deliveries.push(...rows)
    }
  }

  function claim<R extends QueueRow>(rows: Iterable<R>, { limit, leaseMs }: ClaimOptions): readonly R[] {
    const now = clock.now()
    const due = [...rows].filter((row) => row.state === 'pending' && dueAt(row) <= now)
    const taken = due.sort((a, b) => dueAt(a) - dueAt(b) || a.order - b.order).slice(0, limit)
    for (const row of taken) {
      row.attempts += 1
      row.leaseUntil = now + leaseMs
      row.leaseToken = nextLease()
    }
    return taken
  }

  function finish(row: QueueRow | undefined, leaseToken: string, outcome: QueueOutcome): boolean {
    if (!row || row.leaseToken !== leaseToken) return false
    row.state = outcome.state
    row.leaseUntil = null
    row.leaseToken = null
    if (outcome.state === 'pending') row.notBefore = clock.now() + outcome.delayMs
    return true
  }

  return {
    now: async () => clock.now(),

    async change(target, decide) {
      const now = clock.now()
      const current = sessions.get(target.sessionId) ?? null
      const key = target.idempotency
      const known = key ? idempotency.get(idempotencyKey(target.sessionId, key.scope, key.key)) : undefined
      const decision = decide({ current, idempotency: known ?? null, now })
      apply(target.sessionId, current, decision, now)
      return decision.result
    },

    async read(sessionId) {
      return sessions.get(sessionId) ?? null
    },

    async listSessions({ merchantId, reference, status, cursor, limit }) {
      const from = cursor === undefined ? null : decodeCursor(cursor)
      const found = [...sessions.values()]
        .filter(
          ({ session }) =>
            session.merchantId === merchantId &&
            (reference === undefined || session.order.reference === reference) &&
            (status === undefined || session.status === status) &&
            (from === null || newestFirst(from, session) < 0),
        )
        .sort((a, b) => newestFirst(a.session, b.session))
      return page(found, limit, ({ session }) => session)
    },

    async versions(sessionIds) {
      const found = new Map<string, number>()
      for (const id of sessionIds) {
        const state = sessions.get(id)
        if (state) found.set(id, state.session.version)
      }
      return found
    },

    async dueSessions({ merchantId, limit }) {
      const now = clock.now()
      return [...sessions.values()]
        .filter(
          ({ session }) =>
            session.merchantId === merchantId && session.dueAt !== null && session.dueAt <= now,
        )
        .sort((a, b) => (a.session.dueAt ?? 0) - (b.session.dueAt ?? 0))
        .slice(0, limit)
        .map(({ session }) => session.id)
    },

    async claimOperations({ merchantId, limit, leaseMs }) {
      const now = clock.now()
      const due = [...sessions.values()]
        .flatMap(({ session, operations }) => (session.merchantId === merchantId ? operations : []))
        .filter((operation) => (operationDueAt(operation) ?? Number.POSITIVE_INFINITY) <= now)
        .sort((a, b) => (operationDueAt(a) ?? 0) - (operationDueAt(b) ?? 0))
        .slice(0, limit)
      return due.map((operation) => {
        const claimed: OperationRecord = {
          ...operation,
          attempts: operation.attempts + 1,
          firstSentAt: operation.firstSentAt ?? now,
          leaseUntil: now + leaseMs,
          leaseToken: nextLease(),
        }
        const state = sessions.get(operation.sessionId)
        if (state)
          sessions.set(operation.sessionId, {
            ...state,
            operations: state.operations.map((each) => (each === operation ? claimed : each)),
          })
        return claimed
      })
    },

    async claimNotifications(options) {
      return claim(
        [...notifications.values()].filter((row) => row.notification.merchantId === options.merchantId),
        options,
      ).map(
        (row): NotificationRecord => ({
          ...row.notification,
          receivedAt: row.receivedAt,
          attempts: row.attempts - 1,
          leaseToken: row.leaseToken ?? '',
        }),
      )
    },

    async claimDeliveries(options) {
      return claim(
        deliveries.filter(
          (row) =>
            row.merchantId === options.merchantId &&
            (typeof options.endpoint === 'string'
              ? row.endpoint === options.endpoint
              : !options.endpoint.noneOf.includes(row.endpoint)),
        ),
        options,
      ).map(
        (row): DeliveryRecord => ({
          eventId: row.event.id,
          sessionId: row.sessionId,
          endpoint: row.endpoint,
          body: row.event.body,
          attempts: row.attempts - 1,
          createdAt: row.event.createdAt,
          leaseToken: row.leaseToken ?? '',
        }),
      )
    },

    async nextDueAt(merchantId) {
      const isAskedFor = (owner: string): boolean => merchantId === undefined || owner === merchantId
      const moments: number[] = []
      for (const { session, operations } of sessions.values()) {
        if (!isAskedFor(session.merchantId)) continue
        if (session.dueAt !== null) moments.push(session.dueAt)
        for (const operation of operations) {
          const due = operationDueAt(operation)
          if (due !== null) moments.push(due)
        }
      }
      for (const row of notifications.values())
        if (row.state === 'pending' && isAskedFor(row.notification.merchantId)) moments.push(dueAt(row))
      for (const row of deliveries)
        if (row.state === 'pending' && isAskedFor(row.merchantId)) moments.push(dueAt(row))
      return moments.length === 0 ? null : moments.reduce((a, b) => Math.min(a, b))
    },

    async addNotification(notification) {
      const key = notificationKey(notification)
      if (notifications.has(key)) return 'duplicate'
      const now = clock.now()
      notifications.set(key, { ...queueRow(now), notification, receivedAt: now })
      return 'stored'
    },

    async takeNotification(notification, { leaseMs, sessionId }) {
      const key = notificationKey(notification)
      if (notifications.has(key)) return null
      const now = clock.now()
      const leaseToken = nextLease()
      const lease = { attempts: 1, leaseUntil: now + leaseMs, leaseToken }
      notifications.set(key, { ...queueRow(now), ...lease, notification, receivedAt: now })
      return {
        notification: { ...notification, receivedAt: now, attempts: 0, leaseToken },
        state: sessions.get(sessionId ?? '') ?? null,
      }
    },

    async finishNotification(record, outcome) {
      return finish(notifications.get(notificationKey(record)), record.leaseToken, outcome)
    },

    async finishDelivery({ eventId, endpoint, leaseToken }, outcome) {
      const row = events.get(eventId)?.deliveries.find((each) => each.endpoint === endpoint)
      if (!row || !finish(row, leaseToken, outcome)) return false
      row.lastStatus = outcome.status
      return true
    },

    async listEvents({ merchantId, cursor, limit }) {
      const from = cursor === null ? null : decodeCursor(cursor)
      const found = [...events.values()]
        .filter(
          (row) =>
            row.merchantId === merchantId &&
            (from === null || newestFirst(eventOrder(from), eventOrder(row.event)) < 0),
        )
        .sort((a, b) => newestFirst(eventOrder(a.event), eventOrder(b.event)))
      const { items, nextCursor } = page(found, limit, ({ event }) => event)
      return { items: items.map(toEventRecord), nextCursor }
    },

    async redeliver(merchantId, eventId) {
      const row = events.get(eventId)
      if (row?.merchantId !== merchantId) return false
      for (const delivery of row.deliveries) {
        delivery.state = 'pending'
        delivery.attempts = 0
        delivery.notBefore = clock.now()
        delivery.leaseUntil = null
        delivery.leaseToken = null
      }
      return true
    },

    ...healthReportsInMemory(clock),

    async rails(merchantId) {
      const rails = railsByMerchant.get(merchantId)
      if (!rails) return { version: 0, items: [] }
      const items = [...rails.items.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      return { version: rails.version, items }
    },

    async putRail(merchantId, rail, event, endpoints) {
      const now = clock.now()
      const rails = railsByMerchant.get(merchantId) ?? { version: 0, items: new Map() }
      const written = event(now, rails.version + 1)
      assertNewEvents([written])
      const changed: RailSwitch = { ...rail, changedAt: now }
      railsByMerchant.set(merchantId, rails)
      rails.version += 1
      rails.items.set(rail.id, changed)
      addEvents(merchantId, [written], endpoints, now)
      return changed
    },

    async close() {},
  }

  /** Checks all first, then writes all: a refusal leaves nothing. */
  function apply<T>(
    sessionId: string,
    current: SessionState | null,
    decision: ChangeDecision<T>,
    now: number,
  ): void {
    const next = decision.next ?? current
    const { events: added = [], endpoints = [], deliveryLease, finishes, remember } = decision
    if (next && next !== current) {
      changedRecords(sessionId, current, next)
      assertInvariants(next)
    }
    assertOwnRecords(sessionId, next, decision)
    assertNewEvents(added)
    const key = remember && idempotencyKey(sessionId, remember.scope, remember.key)
    if (key && idempotency.has(key)) throw invariantViolated('idempotency_pkey', sessionId)

    if (next) sessions.set(sessionId, next)
    if (next) addEvents(next.session.merchantId, added, endpoints, now, deliveryLease)
    if (finishes) {
      const { notification, outcome } = finishes
      const row = notifications.get(notificationKey(notification))
      finishes.onEnd?.(finish(row, notification.leaseToken, outcome))
    }
    if (key && remember) idempotency.set(key, remember)
  }
}

function idempotencyKey(sessionId: string, scope: string, key: string): string {
  return JSON.stringify([sessionId, scope, key])
}

function notificationKey({ merchantId, account, eventKey }: NewNotification): string {
  return JSON.stringify([merchantId, account, eventKey])
}

function dueAt({ notBefore, leaseUntil }: QueueRow): number {
  return Math.max(notBefore, leaseUntil ?? notBefore)
}

function operationDueAt({ notBefore, leaseUntil }: OperationRecord): number | null {
  return notBefore === null ? null : Math.max(notBefore, leaseUntil ?? notBefore)
}

/** Compares by creation, the newest before the older, then by id. */
function newestFirst(
  a: { readonly createdAt: number; readonly id: string },
  b: { readonly createdAt: number; readonly id: string },
): number {
  return b.createdAt - a.createdAt || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1)
}

/** An event's place in lists: the numbers of one session's events are compared as numbers. */
function eventOrder({ id, createdAt }: { readonly createdAt: number; readonly id: string }) {
  const [prefix, session, number = ''] = id.split('_')
  return { createdAt, id: `${prefix}_${session}_${number.padStart(9, '0')}` }
}

function page<R>(
  rows: readonly R[],
  limit: number,
  positionOf: (row: R) => { readonly createdAt: number; readonly id: string },
): { readonly items: readonly R[]; readonly nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && rows.length > limit ? encodeCursor(positionOf(last)) : null }
}

function toEventRecord({ event, deliveries }: EventRow): EventRecord {
  return {
    id: event.id,
    type: event.type,
    createdAt: new Date(event.createdAt).toISOString(),
    sequence: event.sequence,
    deliveries: deliveries.map((row) => ({
      endpoint: row.endpoint,
      status: row.state === 'done' ? 'delivered' : row.state,
      attempts: row.attempts,
      lastStatus: row.lastStatus,
      nextAttemptAt: row.state === 'pending' ? new Date(dueAt(row)).toISOString() : null,
    })),
  }
}
