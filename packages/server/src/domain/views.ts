import type { Money, Payment, Refund, ReturnStatus, Session } from '@teabrick/core/contract'
import type { PaymentRecord, RefundRecord, SessionState } from './records.ts'

const iso = (moment: number): string => new Date(moment).toISOString()

/** The session as the merchant sees it, without the tokens that only its backend gets. */
export function toSession(state: SessionState): Session {
  const { session } = state
  return {
    id: session.id,
    status: session.status,
    version: session.version,
    amount: session.amount,
    order: session.order,
    capture: session.capture,
    methods: session.methods === null ? null : [...session.methods],
    returnUrl: session.returnUrl,
    locale: session.locale,
    metadata: { ...session.metadata },
    createdAt: iso(session.createdAt),
    expiresAt: iso(session.expiresAt),
    completedAt: session.completedAt === null ? null : iso(session.completedAt),
    payments: state.payments.map((payment) => toPayment(state, payment)),
  }
}

/** A payment as the merchant sees it, with its refunds. */
export function toPayment(state: SessionState, payment: PaymentRecord): Payment {
  const inOrderCurrency = (minorUnits: number): Money => ({ currency: payment.amount.currency, minorUnits })
  return {
    id: payment.id,
    sessionId: payment.sessionId,
    status: payment.status,
    method: payment.method,
    account: payment.account,
    amount: payment.amount,
    charge: payment.charge,
    quote: payment.quote,
    captured: inOrderCurrency(payment.captured),
    refunded: inOrderCurrency(payment.refunded),
    failure: payment.failureCode === null ? null : { code: payment.failureCode },
    providerRef: payment.providerRef,
    createdAt: iso(payment.createdAt),
    updatedAt: iso(payment.updatedAt),
    refunds: state.refunds
      .filter(({ paymentId }) => paymentId === payment.id)
      .map((refund) => toRefund(state, refund)),
  }
}

export function toRefund(state: SessionState, refund: RefundRecord): Refund {
  const charge = state.payments.find(({ id }) => id === refund.paymentId)?.charge.currency
  return {
    id: refund.id,
    sessionId: refund.sessionId,
    paymentId: refund.paymentId,
    status: refund.status,
    amount: { currency: state.session.amount.currency, minorUnits: refund.amount },
    charge: { currency: charge ?? state.session.amount.currency, minorUnits: refund.charge },
    reason: refund.reason,
    origin: refund.origin,
    failure: refund.failureCode === null ? null : { code: refund.failureCode },
    createdAt: iso(refund.createdAt),
    updatedAt: iso(refund.updatedAt),
  }
}

/**
 * The payment a buyer is to see: the one that succeeded, else the live one, else the last. Older ones are history.
 */
export function shownPayment({ payments }: SessionState): PaymentRecord | null {
  const of = (...statuses: readonly PaymentRecord['status'][]) =>
    payments.find(({ status }) => statuses.includes(status))
  return (
    of('succeeded', 'authorized') ??
    of('created', 'requires_action', 'processing', 'canceling') ??
    payments.at(-1) ??
    null
  )
}

/** Whether the outcome of what was sent for this payment is not known yet. It is then shown as `processing`. */
export function isUnknown({ operations }: SessionState, payment: PaymentRecord): boolean {
  return operations.some(
    ({ paymentId, state, kind }) =>
      paymentId === payment.id && state === 'unknown' && kind !== 'query' && kind !== 'refund',
  )
}

/** What a `st_` token may read. */
export function toReturnStatus(state: SessionState): ReturnStatus {
  const { session } = state
  const payment = shownPayment(state)
  return {
    version: session.version,
    session: { id: session.id, status: session.status },
    payment:
      payment === null
        ? null
        : {
            method: payment.method,
            status: payment.status === 'created' && isUnknown(state, payment) ? 'processing' : payment.status,
            failure: payment.failureCode === null ? null : { code: payment.failureCode },
          },
  }
}
