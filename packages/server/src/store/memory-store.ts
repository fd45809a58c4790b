import type { EventRecord } from '@teabrick/core/contract'
import type { Clock } from '../clock.ts'
import type { IdempotencyRecord, NewEvent, OperationRecord, SessionState } from '../domain/records.ts'
import { assertOwnRecords, changedRecords } from './changed-records.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { createDueHeap, type Due, type DueHeap } from './due-heap.ts'
import { mustParseEventId } from './event-id.ts'
import { healthReportsInMemory } from './health-reports.ts'
import { assertInvariants, invariantViolated } from './invariants.ts'
import type {
  ChangeDecision,
  ClaimOptions,
  DeliveryLease,
  DeliveryOutcome,
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
  /** Given up, and from when on it may be taken up again. */
  reviveAt: number | null
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

/** A session with the moments that its queues ask for, so that what is not due is not looked at. */
interface SessionRow {
  readonly state: SessionState
  /** Infinity: never. */
  readonly operationsDueAt: number
}

/** Where a row stood in its queue when it was put there; it has moved since if its moment is another now. */
interface Place<R> extends Due {
  readonly row: R
}

/** Pending rows by the moment they are due: as good as an index. */
interface Queue<R extends QueueRow> {
  readonly merchantId: string
  readonly places: DueHeap<Place<R>>
}

export interface MemoryStore extends Store {
  /** As {@link Store.nextDueAt}, of one queue and all merchants, without waiting. `revivals`: of given-up deliveries. */
  nextDueIn(queue: 'sessions' | 'operations' | 'notifications' | 'deliveries' | 'revivals'): number | null
}

/**
 * A store for tests and simulation: what PostgreSQL would keep, held in this process and gone with it. Every call is one step
 * without an await inside, so each is a transaction. Deterministic: no randomness, and time only from the clock.
 */
export function createMemoryStore({ clock }: { readonly clock: Pick<Clock, 'now'> }): MemoryStore {
  const sessions = new Map<string, SessionRow>()
  const idempotency = new Map<string, IdempotencyRecord>()
  const events = new Map<string, EventRow>()
  const notifications = new Map<string, NotificationRow>()
  const notificationQueues = new Map<string, Queue<NotificationRow>>()
  const deliveryQueues = new Map<string, Queue<DeliveryRow> & { readonly endpoint: string }>()
  const givenUp = new Set<DeliveryRow>()
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
          reviveAt: null,
        }),
      )
      events.set(event.id, { merchantId, event, deliveries: rows })
      for (const row of rows) enqueue(deliveryQueue(merchantId, row.endpoint), row)
    }
  }

  function deliveryQueue(merchantId: string, endpoint: string): Queue<DeliveryRow> {
    const key = JSON.stringify([merchantId, endpoint])
    const known = deliveryQueues.get(key)
    if (known) return known
    const queue = { merchantId, endpoint, places: createDueHeap<Place<DeliveryRow>>() }
    deliveryQueues.set(key, queue)
    return queue
  }

  function notificationQueue(merchantId: string): Queue<NotificationRow> {
    const known = notificationQueues.get(merchantId)
    if (known) return known
    const queue = { merchantId, places: createDueHeap<Place<NotificationRow>>() }
    notificationQueues.set(merchantId, queue)
    return queue
  }

  /** @param queues Of which the rows are taken, the longest due first. */
  function claim<R extends QueueRow>(
    queues: readonly Queue<R>[],
    { limit, leaseMs }: ClaimOptions,
  ): readonly R[] {
    const now = clock.now()
    const taken: R[] = []
    while (taken.length < limit) {
      let first: Place<R> | undefined
      let from: Queue<R> | undefined
      for (const queue of queues) {
        const place = firstPlace(queue)
        if (place === undefined || place.at > now) continue
        if (
          first !== undefined &&
          (first.at < place.at || (first.at === place.at && first.order < place.order))
        )
          continue
        first = place
        from = queue
      }
      if (first === undefined || from === undefined) break
      from.places.pop()
      const { row } = first
      row.attempts += 1
      row.leaseUntil = now + leaseMs
      row.leaseToken = nextLease()
      enqueue(from, row)
      taken.push(row)
    }
    return taken
  }

  function finish<R extends QueueRow>(
    queue: Queue<R>,
    row: R | undefined,
    leaseToken: string,
    outcome: QueueOutcome | DeliveryOutcome,
  ): boolean {
    if (!row || row.leaseToken !== leaseToken) return false
    row.state = outcome.state
    row.leaseUntil = null
    row.leaseToken = null
    if (outcome.state === 'pending') {
      row.notBefore = clock.now() + outcome.delayMs
      enqueue(queue, row)
    }
    return true
  }

  function renew<R extends QueueRow>(
    queue: Queue<R>,
    row: R | undefined,
    leaseToken: string,
    leaseUntil: number,
  ): boolean {
    if (!row || row.leaseToken !== leaseToken) return false
    row.leaseUntil = leaseUntil
    enqueue(queue, row)
    return true
  }

  function putSession(state: SessionState): void {
    let operationsDueAt = Number.POSITIVE_INFINITY
    for (const operation of state.operations)
      operationsDueAt = Math.min(operationsDueAt, operationDueAt(operation) ?? Number.POSITIVE_INFINITY)
    sessions.set(state.session.id, { state, operationsDueAt })
  }

  /** @param isAskedFor Whether rows of this merchant count. */
  function nextDueIn(
    queue: Parameters<MemoryStore['nextDueIn']>[0],
    isAskedFor: (merchantId: string) => boolean = () => true,
  ): number | null {
    let next = Number.POSITIVE_INFINITY
    const queued = (queues: Iterable<Queue<QueueRow>>) => {
      for (const each of queues)
        if (isAskedFor(each.merchantId)) next = Math.min(next, firstPlace(each)?.at ?? next)
    }
    switch (queue) {
      case 'sessions':
        for (const { state } of sessions.values())
          if (isAskedFor(state.session.merchantId)) next = Math.min(next, state.session.dueAt ?? next)
        break
      case 'operations':
        for (const { state, operationsDueAt } of sessions.values())
          if (isAskedFor(state.session.merchantId)) next = Math.min(next, operationsDueAt)
        break
      case 'notifications':
        queued(notificationQueues.values())
        break
      case 'deliveries':
        queued(deliveryQueues.values())
        break
      case 'revivals':
        for (const { merchantId, reviveAt } of givenUp)
          if (isAskedFor(merchantId)) next = Math.min(next, reviveAt ?? next)
        break
    }
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  return {
    now: async () => clock.now(),

    async change(target, decide) {
      const now = clock.now()
      const current = sessions.get(target.sessionId)?.state ?? null
      const key = target.idempotency
      const known = key ? idempotency.get(idempotencyKey(target.sessionId, key.scope, key.key)) : undefined
      const decision = decide({ current, idempotency: known ?? null, now })
      apply(target.sessionId, current, decision, now)
      return decision.result
    },

    async read(sessionId) {
      return sessions.get(sessionId)?.state ?? null
    },

    async listSessions({ merchantId, reference, status, cursor, limit }) {
      const from = cursor === undefined ? null : decodeCursor(cursor)
      const found = [...sessions.values()]
        .map(({ state }) => state)
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
        const row = sessions.get(id)
        if (row) found.set(id, row.state.session.version)
      }
      return found
    },

    async dueSessions({ merchantId, limit }) {
      const now = clock.now()
      return [...sessions.values()]
        .map(({ state }) => state)
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
        .filter(({ operationsDueAt }) => operationsDueAt <= now)
        .flatMap(({ state }) => (state.session.merchantId === merchantId ? state.operations : []))
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
        const state = sessions.get(operation.sessionId)?.state
        if (state)
          putSession({
            ...state,
            operations: state.operations.map((each) => (each === operation ? claimed : each)),
          })
        return claimed
      })
    },

    async claimNotifications(options) {
      return claim([notificationQueue(options.merchantId)], options).map(
        (row): NotificationRecord => ({
          ...row.notification,
          receivedAt: row.receivedAt,
          attempts: row.attempts - 1,
          leaseToken: row.leaseToken ?? '',
        }),
      )
    },

    async claimDeliveries({ merchantId, endpoint: wanted, ...options }) {
      const queues =
        typeof wanted === 'string'
          ? [deliveryQueue(merchantId, wanted)]
          : [...deliveryQueues.values()].filter(
              (queue) => queue.merchantId === merchantId && !wanted.noneOf.includes(queue.endpoint),
            )
      return claim(queues, { merchantId, ...options }).map(
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

    async renewLeases({ queue, rows }, leaseMs) {
      const leaseUntil = clock.now() + leaseMs
      switch (queue) {
        case 'operations':
          return rows.map((held) => {
            const state = sessions.get(held.sessionId)?.state
            const row = state?.operations.find(({ id }) => id === held.id)
            if (state === undefined || row === undefined || row.leaseToken !== held.leaseToken) return false
            const renewed: OperationRecord = { ...row, leaseUntil }
            putSession({
              ...state,
              operations: state.operations.map((each) => (each === row ? renewed : each)),
            })
            return true
          })
        case 'notifications':
          return rows.map((held) =>
            renew(
              notificationQueue(held.merchantId),
              notifications.get(notificationKey(held)),
              held.leaseToken,
              leaseUntil,
            ),
          )
        case 'deliveries':
          return rows.map((held) => {
            const row = events
              .get(held.eventId)
              ?.deliveries.find(({ endpoint }) => endpoint === held.endpoint)
            return (
              row !== undefined &&
              renew(deliveryQueue(row.merchantId, row.endpoint), row, held.leaseToken, leaseUntil)
            )
          })
      }
    },

    async nextDueAt(merchantId) {
      const isAskedFor = (owner: string): boolean => merchantId === undefined || owner === merchantId
      const moments = (['sessions', 'operations', 'notifications', 'deliveries'] as const)
        .map((queue) => nextDueIn(queue, isAskedFor))
        .filter((moment) => moment !== null)
      return moments.length === 0 ? null : Math.min(...moments)
    },

    nextDueIn: (queue) => nextDueIn(queue),

    async addNotification(notification) {
      const key = notificationKey(notification)
      if (notifications.has(key)) return 'duplicate'
      const now = clock.now()
      const row: NotificationRow = { ...queueRow(now), notification, receivedAt: now }
      notifications.set(key, row)
      enqueue(notificationQueue(notification.merchantId), row)
      return 'stored'
    },

    async takeNotification(notification, { leaseMs, sessionId }) {
      const key = notificationKey(notification)
      if (notifications.has(key)) return null
      const now = clock.now()
      const leaseToken = nextLease()
      const lease = { attempts: 1, leaseUntil: now + leaseMs, leaseToken }
      const row: NotificationRow = { ...queueRow(now), ...lease, notification, receivedAt: now }
      notifications.set(key, row)
      enqueue(notificationQueue(notification.merchantId), row)
      return {
        notification: { ...notification, receivedAt: now, attempts: 0, leaseToken },
        state: sessions.get(sessionId ?? '')?.state ?? null,
      }
    },

    async finishNotification(record, outcome) {
      const row = notifications.get(notificationKey(record))
      return finish(notificationQueue(record.merchantId), row, record.leaseToken, outcome)
    },

    async finishDelivery({ eventId, endpoint, leaseToken }, outcome) {
      const row = events.get(eventId)?.deliveries.find((each) => each.endpoint === endpoint)
      if (!row || !finish(deliveryQueue(row.merchantId, endpoint), row, leaseToken, outcome)) return false
      row.lastStatus = outcome.status
      if (outcome.state === 'exhausted' && outcome.reviveInMs !== undefined) {
        row.reviveAt = clock.now() + outcome.reviveInMs
        givenUp.add(row)
      }
      return true
    },

    async reviveDeliveries({ merchantId, endpoint, limit }) {
      const now = clock.now()
      const revived = [...givenUp]
        .filter(
          (row) =>
            row.merchantId === merchantId &&
            row.endpoint === endpoint &&
            row.reviveAt !== null &&
            row.reviveAt <= now,
        )
        .sort((a, b) => newestFirst(eventOrder(b.event), eventOrder(a.event)))
        .slice(0, limit)
      for (const [index, row] of revived.entries()) makeDue(row, now + index)
      return revived.length
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
        delivery.attempts = 0
        makeDue(delivery, clock.now())
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

  function makeDue(row: DeliveryRow, at: number): void {
    row.state = 'pending'
    row.notBefore = at
    row.leaseUntil = null
    row.leaseToken = null
    row.reviveAt = null
    givenUp.delete(row)
    enqueue(deliveryQueue(row.merchantId, row.endpoint), row)
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
      assertInvariants(next, current)
    }
    assertOwnRecords(sessionId, next, decision)
    assertNewEvents(added)
    const key = remember && idempotencyKey(sessionId, remember.scope, remember.key)
    if (key && idempotency.has(key)) throw invariantViolated('idempotency_pkey', sessionId)

    if (next && next !== current) putSession(next)
    if (next) addEvents(next.session.merchantId, added, endpoints, now, deliveryLease)
    if (finishes) {
      const { notification, outcome } = finishes
      const row = notifications.get(notificationKey(notification))
      const queue = notificationQueue(notification.merchantId)
      const isOurs = finish(queue, row, notification.leaseToken, outcome)
      finishes.onEnd?.(isOurs)
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

function enqueue<R extends QueueRow>({ places }: Queue<R>, row: R): void {
  places.push({ at: dueAt(row), order: row.order, row })
}

/** The first place that still holds; the ones before it are forgotten. */
function firstPlace<R extends QueueRow>({ places }: Queue<R>): Place<R> | undefined {
  while (true) {
    const place = places.peek()
    if (place === undefined || (place.row.state === 'pending' && place.at === dueAt(place.row))) return place
    places.pop()
  }
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
