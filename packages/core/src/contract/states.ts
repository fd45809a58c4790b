/** States of a session: one order to be paid. */
export const SESSION_STATUSES = ['open', 'closing', 'complete', 'expired', 'canceled'] as const
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/** States of a payment: one attempt to move the money of a session. */
export const PAYMENT_STATUSES = [
  'created',
  'requires_action',
  'processing',
  'authorized',
  'canceling',
  'superseded',
  'succeeded',
  'failed',
  'canceled',
  'expired',
  'late_success',
  'late_refunded',
] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/** A session has at most one payment in these states. The database's partial unique index is made from this list. */
export const LIVE_PAYMENT_STATUSES = [
  'created',
  'requires_action',
  'processing',
  'authorized',
  'canceling',
] as const satisfies readonly PaymentStatus[]

/** A session has at most one payment in these states: the money of the order is taken or reserved. */
export const SUCCESS_PAYMENT_STATUSES = [
  'authorized',
  'succeeded',
] as const satisfies readonly PaymentStatus[]

/** States of a refund. `requested`: written down, the provider has not answered yet. */
export const REFUND_STATUSES = ['requested', 'succeeded', 'failed'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** Every allowed change of a session. What is not here cannot happen. */
export const SESSION_TRANSITIONS: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  open: ['closing', 'complete', 'expired', 'canceled'],
  closing: ['complete', 'expired', 'canceled'],
  complete: [],
  expired: [],
  canceled: [],
}

/**
 * Every allowed change of a payment. Money may arrive in any state that is not a success yet: in an open or closing
 * session without another success it wins (`authorized`, `succeeded`), otherwise it is a `late_success`.
 *
 * `superseded` has two ways in: the buyer asks for another method while the payment waits for him with a known outcome
 * (`requires_action` only), or another payment of the session has won (any live state).
 */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: [
    'requires_action',
    'processing',
    'authorized',
    'canceling',
    'superseded',
    'succeeded',
    'failed',
    'canceled',
    'expired',
    'late_success',
  ],
  requires_action: [
    'processing',
    'authorized',
    'canceling',
    'superseded',
    'succeeded',
    'failed',
    'canceled',
    'expired',
    'late_success',
  ],
  processing: [
    'authorized',
    'canceling',
    'superseded',
    'succeeded',
    'failed',
    'canceled',
    'expired',
    'late_success',
  ],
  authorized: ['canceling', 'succeeded', 'failed', 'canceled', 'expired'],
  canceling: ['authorized', 'superseded', 'succeeded', 'failed', 'canceled', 'expired', 'late_success'],
  superseded: ['authorized', 'succeeded', 'failed', 'canceled', 'expired', 'late_success'],
  succeeded: [],
  failed: ['authorized', 'succeeded', 'late_success'],
  canceled: ['authorized', 'succeeded', 'late_success'],
  expired: ['authorized', 'succeeded', 'late_success'],
  late_success: ['late_refunded'],
  late_refunded: [],
}

export const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  requested: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
}

const LIVE: ReadonlySet<string> = /* @__PURE__ */ new Set(LIVE_PAYMENT_STATUSES)

/** Whether money may still move for this payment without anybody asking again. */
export function isLivePaymentStatus(status: string): boolean {
  return LIVE.has(status)
}
