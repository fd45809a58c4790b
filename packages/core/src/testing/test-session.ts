import type { CheckoutMethod, CheckoutView } from '../contract/checkout.ts'
import type { WebhookEvent } from '../contract/event.ts'
import type { Payment } from '../contract/payment.ts'
import type { Refund } from '../contract/refund.ts'
import type { ParsedCreateSessionRequest, Session } from '../contract/session.ts'
import {
  isLivePaymentStatus,
  PAYMENT_TRANSITIONS,
  type PaymentStatus,
  SESSION_TRANSITIONS,
  type SessionStatus,
} from '../contract/states.ts'
import type { Money } from '../money.ts'

/** A session in memory. Every change goes through `setSession` and `setPayment`, which know the contract's transitions. */
export interface TestSession {
  readonly id: string
  readonly request: ParsedCreateSessionRequest
  readonly createdAt: string
  status: SessionStatus
  version: number
  completedAt: string | null
  readonly payments: Payment[]
  readonly events: WebhookEvent[]
  /** Held answers, to be given at the next change. */
  readonly waiters: Set<() => void>
}

/** Everything a test buyer can pick. Amounts in another currency than yuan get a quote. */
const METHODS: readonly (Pick<CheckoutMethod, 'id' | 'name' | 'presentations'> & {
  readonly charges: string
})[] = [
  { id: 'alipay', name: 'Alipay', presentations: ['qr', 'appLink', 'redirect'], charges: 'CNY' },
  { id: 'sbp', name: 'СБП', presentations: ['qr', 'banks'], charges: 'RUB' },
  { id: 'bank_card', name: 'Bank card', presentations: ['redirect'], charges: 'RUB' },
]

const ROUBLES_PER_YUAN = '12.50'

export function createTestSession(id: string, request: ParsedCreateSessionRequest): TestSession {
  return {
    id,
    request,
    createdAt: new Date().toISOString(),
    status: 'open',
    version: 1,
    completedAt: null,
    payments: [],
    events: [],
    waiters: new Set(),
  }
}

/** The version grows, the event is written down, and held answers are given. */
function changed(
  session: TestSession,
  type: string | undefined,
  subject: { payment?: Payment; refund?: Refund },
): void {
  session.version++
  if (type) {
    const id = `evt_${session.id.slice(3)}_${session.events.length + 1}`
    const data = structuredClone({ session: toSession(session), ...subject })
    session.events.push({ id, type, timestamp: new Date().toISOString(), sequence: session.version, data })
  }
  for (const wake of [...session.waiters]) wake()
}

/** @throws Error if the contract has no such transition. */
export function setSession(session: TestSession, to: SessionStatus): void {
  if (!SESSION_TRANSITIONS[session.status].includes(to)) {
    throw new Error(`a session cannot go from ${session.status} to ${to}`)
  }
  session.status = to
  if (to === 'complete') session.completedAt = new Date().toISOString()
  changed(session, to === 'closing' ? undefined : `session.${to === 'complete' ? 'completed' : to}`, {})
}

/** @throws Error if the contract has no such transition. */
export function setPayment(session: TestSession, payment: Payment, to: PaymentStatus, code?: string): void {
  if (!PAYMENT_TRANSITIONS[payment.status].includes(to)) {
    throw new Error(`a payment cannot go from ${payment.status} to ${to}`)
  }
  payment.status = to
  payment.updatedAt = new Date().toISOString()
  payment.failure = code === undefined ? null : { code }
  const silent = to === 'requires_action' || to === 'processing' || to === 'canceling' || to === 'created'
  changed(session, silent ? undefined : `payment.${to === 'late_success' ? 'late' : to}`, { payment })
}

export function addRefund(session: TestSession, payment: Payment, refund: Refund): void {
  payment.refunds.push(refund)
  payment.refunded = {
    ...payment.refunded,
    minorUnits: payment.refunded.minorUnits + refund.amount.minorUnits,
  }
  changed(session, 'refund.succeeded', { payment, refund })
}

export function setCaptured(session: TestSession, payment: Payment, captured: Money): void {
  payment.captured = captured
  setPayment(session, payment, 'succeeded')
}

/** One rule for money that arrives: it wins in an open or closing session, else it came too late. */
export function succeed(session: TestSession, payment: Payment): void {
  const isPaid = session.payments.some(({ status }) => status === 'authorized' || status === 'succeeded')
  if (isPaid || (session.status !== 'open' && session.status !== 'closing')) {
    setPayment(session, payment, 'late_success')
    setPayment(session, payment, 'late_refunded')
    return
  }
  if (session.request.capture === 'manual') setPayment(session, payment, 'authorized')
  else setCaptured(session, payment, payment.amount)
  setSession(session, 'complete')
}

export function livePaymentOf(session: TestSession): Payment | undefined {
  return session.payments.find(({ status }) => isLivePaymentStatus(status))
}

export function addPayment(session: TestSession, method: string): Payment {
  const { amount } = session.request
  const { charge, quote } = quoteFor(session, method)
  const now = new Date().toISOString()
  const payment: Payment = {
    id: `pay_${session.id.slice(3)}_${session.payments.length + 1}`,
    sessionId: session.id,
    status: 'created',
    method,
    account: 'test',
    amount,
    charge,
    quote: quote ?? null,
    captured: { ...amount, minorUnits: 0 },
    refunded: { ...amount, minorUnits: 0 },
    failure: null,
    providerRef: null,
    createdAt: now,
    updatedAt: now,
    refunds: [],
  }
  session.payments.push(payment)
  changed(session, undefined, {})
  return payment
}

function quoteFor(
  { request: { amount } }: TestSession,
  method: string,
): { readonly charge: Money; readonly quote?: { rate: string; marginBps: number; reference: string } } {
  const currency = METHODS.find(({ id }) => id === method)?.charges
  if (currency !== 'CNY' || amount.currency !== 'RUB') return { charge: amount }
  // 12.50 roubles per yuan, rounded up, in whole kopecks and fen.
  const charge = { currency, minorUnits: Math.ceil((amount.minorUnits * 100) / 1250) }
  return { charge, quote: { rate: ROUBLES_PER_YUAN, marginBps: 0, reference: 'test rate' } }
}

export function methodsOf(session: TestSession): CheckoutMethod[] {
  const allowed = session.request.methods ?? METHODS.map(({ id }) => id)
  return METHODS.filter(({ id }) => allowed.includes(id)).map(({ id, name, presentations }) => {
    const { charge, quote } = quoteFor(session, id)
    return {
      id,
      name,
      presentations: [...presentations],
      requires: [],
      health: 'up',
      ...(quote && { quote: { id: `quote_${session.id}`, charge, ...quote, validForMs: 300_000 } }),
    }
  })
}

/** The checkout view of the contract. */
export function toView(session: TestSession, origin: string): CheckoutView {
  const { amount, order, returnUrl } = session.request
  const payment = session.payments.at(-1)
  const page = `${origin}/test-buyer/${payment?.id}`
  return {
    version: session.version,
    session: {
      id: session.id,
      status: session.status,
      expiresInMs: session.status === 'open' ? session.request.expiresInSeconds * 1000 : 0,
    },
    merchant: { name: 'Test merchant' },
    amount,
    order: { reference: order.reference, description: order.description, lines: order.lines ?? [] },
    methods: session.status === 'open' ? methodsOf(session) : [],
    unavailable: [],
    payment: payment
      ? {
          id: payment.id,
          method: payment.method,
          status: payment.status,
          charge: payment.charge,
          failure: payment.failure,
          nextAction:
            payment.status === 'requires_action'
              ? {
                  expiresInMs: 840_000,
                  ...(payment.method !== 'bank_card' && { qr: { payload: page } }),
                  ...(payment.method === 'sbp' && { banks: { link: page } }),
                  ...(payment.method === 'alipay' && { appLink: { universal: page } }),
                  ...(payment.method !== 'sbp' && { redirect: { url: page } }),
                }
              : null,
          ...(session.payments.slice(0, -1).some(({ status }) => status === 'superseded') && {
            supersededBefore: true,
          }),
        }
      : null,
    returnUrl,
    url: `${origin}/c/lt_${session.id}`,
  }
}

/** The session as the merchant sees it, without its tokens. */
export function toSession(session: TestSession): Session {
  const { amount, order, capture, methods, returnUrl, locale, metadata, expiresInSeconds } = session.request
  return {
    id: session.id,
    status: session.status,
    version: session.version,
    amount,
    order: { reference: order.reference, description: order.description, lines: order.lines ?? [] },
    capture,
    methods: methods ?? null,
    returnUrl,
    locale: locale ?? null,
    metadata,
    createdAt: session.createdAt,
    expiresAt: new Date(Date.parse(session.createdAt) + expiresInSeconds * 1000).toISOString(),
    completedAt: session.completedAt,
    payments: session.payments,
  }
}
