import { createHash, randomUUID } from 'node:crypto'
import type { Money } from '@teabrick/core'
import type { WebhookEvent } from '@teabrick/core/contract'
import { type CartLine, cartTotal, formatCart } from './cart.ts'
import type { Journal } from './journal.ts'
import type { Locale } from './locale.ts'

export type OrderStatus = 'awaiting_payment' | 'paid' | 'expired' | 'canceled'

/** One notice about an order, however often it was delivered. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  /** ISO 8601, of the first delivery. */
  readonly receivedAt: string
  /** How many times it was delivered. */
  readonly count: number
}

/** A sale as the shop keeps it. What the payment API knows about the payment stays there. */
export interface Order {
  /** `A-1001`: what buyer and seller call it. */
  readonly reference: string
  readonly status: OrderStatus
  /** `gaiwan:1,dian-hong:2`; null for a session that was made without the shop, by a script with the shop's key. */
  readonly items: string | null
  readonly amount: Money
  readonly locale: Locale
  /** ISO 8601. */
  readonly placedAt: string
  /** Key of the request that creates the session: the same for each try, so that there is one session. */
  readonly sessionKey: string
  readonly session: { readonly id: string; readonly status: string } | null
  readonly events: readonly ReceivedEvent[]
  /** How many times the goods were sent to packing. Never above 1. */
  readonly fulfilledCount: number
}

/** What the journal holds. Orders are what comes out when it is read from the beginning. */
type Entry =
  | {
      readonly kind: 'placed'
      readonly reference: string
      readonly items: string
      readonly amount: Money
      readonly locale: Locale
      readonly at: string
      readonly sessionKey: string
      /** Of the page's request. */
      readonly key: string
      readonly fingerprint: string
    }
  | { readonly kind: 'session'; readonly reference: string; readonly id: string; readonly status: string }
  | {
      readonly kind: 'event'
      readonly reference: string
      readonly id: string
      readonly type: string
      readonly at: string
      readonly session: { readonly id: string; readonly status: string }
      readonly amount: Money
    }

export interface PlaceOrder {
  readonly lines: readonly CartLine[]
  readonly locale: Locale
  /** The page's idempotency key: the same key gives the same order. */
  readonly key: string
}

export interface Orders {
  find(reference: string): Order | undefined
  /** @returns null when the key was used for another cart. */
  place(request: PlaceOrder): Order | null
  noteSession(reference: string, session: { readonly id: string; readonly status: string }): void
  /** Takes a verified notice. A second delivery is counted and changes nothing else. */
  receive(event: WebhookEvent): Order | undefined
  close(): void
}

const FIRST_NUMBER = 1001

/**
 * The shop's orders over a journal. Each change is decided and appended in one turn of the event loop, so two deliveries at
 * the same moment cannot both find the goods unsent.
 */
export function createOrders(journal: Journal<unknown>, now: () => Date = () => new Date()): Orders {
  const orders = new Map<string, Order>()
  const placedByKey = new Map<string, { readonly reference: string; readonly fingerprint: string }>()
  let nextNumber = FIRST_NUMBER

  function apply(entry: Entry): void {
    const { reference } = entry
    const order = orders.get(reference)
    if (entry.kind === 'placed') {
      placedByKey.set(entry.key, { reference, fingerprint: entry.fingerprint })
      orders.set(reference, {
        ...newOrder(reference, entry.amount, entry.at),
        items: entry.items,
        locale: entry.locale,
        sessionKey: entry.sessionKey,
      })
    } else if (entry.kind === 'session') {
      if (order) orders.set(reference, { ...order, session: { id: entry.id, status: entry.status } })
    } else {
      orders.set(reference, applyEvent(order ?? newOrder(reference, entry.amount, entry.at), entry))
    }
  }

  function record(entry: Entry): void {
    journal.append(entry)
    apply(entry)
  }

  for (const entry of journal.entries) apply(entry as Entry)

  return {
    find: (reference) => orders.get(reference),

    place({ lines, locale, key }) {
      const items = formatCart(lines)
      const fingerprint = createHash('sha256').update(items).digest('hex')
      const earlier = placedByKey.get(key)
      if (earlier) return earlier.fingerprint === fingerprint ? (orders.get(earlier.reference) ?? null) : null
      while (orders.has(`A-${nextNumber}`)) nextNumber++
      const reference = `A-${nextNumber}`
      record({
        kind: 'placed',
        reference,
        items,
        amount: cartTotal(lines),
        locale,
        at: now().toISOString(),
        sessionKey: randomUUID(),
        key,
        fingerprint,
      })
      return orders.get(reference) ?? null
    },

    noteSession(reference, { id, status }) {
      const known = orders.get(reference)?.session
      if (known?.id !== id) record({ kind: 'session', reference, id, status })
    },

    receive(event) {
      const { session } = event.data
      if (!session) return undefined
      const { reference } = session.order
      record({
        kind: 'event',
        reference,
        id: event.id,
        type: event.type,
        at: now().toISOString(),
        session: { id: session.id, status: session.status },
        amount: session.amount,
      })
      return orders.get(reference)
    },

    close: () => journal.close(),
  }
}

function newOrder(reference: string, amount: Money, placedAt: string): Order {
  return {
    reference,
    status: 'awaiting_payment',
    items: null,
    amount,
    locale: 'ru',
    placedAt,
    sessionKey: '',
    session: null,
    events: [],
    fulfilledCount: 0,
  }
}

const STATUS_AFTER: Readonly<Record<string, OrderStatus>> = {
  'session.expired': 'expired',
  'session.canceled': 'canceled',
}

function applyEvent(order: Order, entry: Extract<Entry, { kind: 'event' }>): Order {
  const { id, type, at, session, amount } = entry
  const known = order.events.find((event) => event.id === id)
  if (known) {
    const events = order.events.map((event) =>
      event === known ? { ...event, count: event.count + 1 } : event,
    )
    return { ...order, events }
  }
  const events = [...order.events, { id, type, receivedAt: at, count: 1 }]
  // Somebody with the shop's key can make a session of any amount under any reference: it does not buy this order.
  const isPaid = type === 'session.completed' && (order.items === null || isSame(amount, order.amount))
  if (isPaid) return { ...order, events, session, status: 'paid', fulfilledCount: 1 }
  if (order.status === 'paid') return { ...order, events }
  return { ...order, events, session, status: STATUS_AFTER[type] ?? order.status }
}

function isSame(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.minorUnits === b.minorUnits
}
