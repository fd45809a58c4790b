import { isLivePaymentStatus, type Money, SUCCESS_PAYMENT_STATUSES } from '@teabrick/core/contract'
import type { ProviderPayment } from '../provider.ts'
import { amountOf, chargeOf } from './charge.ts'
import type { Draft } from './draft.ts'
import type { OtherRail } from './fail-over.ts'
import type { OperationRecord, PaymentRecord } from './records.ts'
import { requestRefund } from './refund-payment.ts'
import { scheduleWatch } from './watch.ts'

/** What the merchant and the code around want done where a decision leaves a choice. */
export interface Policy {
  readonly latePayments: 'refund' | 'accept'
  /** How long after the deadline a live payment may still be proved dead. */
  readonly graceMs: number
  /** Whether a pending payment on this rail can be ended on demand. */
  readonly canCancelPending: (payment: PaymentRecord) => boolean
  /** Whether a cancel that comes after the buyer has paid gives the money back, as Antom's does. */
  readonly cancelReturnsMoney: (payment: PaymentRecord) => boolean
  /** The next rail of a method whose first one could not be reached. */
  readonly otherRail: OtherRail
  /** Where a provider account sends its notifications to. */
  readonly notificationUrl: (account: string) => string
}

/** Why an observation changed nothing: it is not about this payment. For logs and operators. */
export type Mismatch = 'reference' | 'account' | 'charge' | 'provider_reference'

/**
 * Takes in what a provider says about a payment. The one way in which a payment moves: answers, polls, notifications, the
 * return of the buyer and operators all end here. Order and repetition of observations do not matter.
 *
 * @param answered The operation whose own answer this is, if it is one.
 * @returns what does not match, in which case nothing was changed; null otherwise.
 */
export function observePayment(
  draft: Draft,
  payment: PaymentRecord,
  observed: ProviderPayment,
  policy: Policy,
  answered?: OperationRecord,
): Mismatch | null {
  const mismatch = findMismatch(draft, payment, observed)
  if (mismatch !== null) return mismatch
  if (
    observed.status === 'succeeded' &&
    policy.cancelReturnsMoney(payment) &&
    hasCancelUnderWay(draft, payment, answered)
  ) {
    return null
  }
  if (payment.providerRef === null)
    draft.patchPayment(payment.id, { providerRef: observed.providerRef }, { visible: true })

  switch (observed.status) {
    case 'unknown':
      break
    case 'requires_action':
      requireAction(draft, payment, observed)
      break
    case 'processing':
      if (payment.status === 'created' || payment.status === 'requires_action')
        draft.movePayment(payment.id, 'processing')
      break
    case 'authorized':
      authorize(draft, payment, policy)
      break
    case 'succeeded':
      succeed(draft, payment, observed, policy)
      break
    case 'failed':
    case 'canceled':
    case 'expired':
      end(draft, payment, observed)
      break
  }
  adoptRefunds(draft, payment.id, observed.refunded)
  const after = draft.payment(payment.id)
  if (after !== undefined && after.status !== payment.status) scheduleWatch(draft, after)
  return null
}

// A genuine word about another sum, account or order must never count for this one.
function findMismatch(draft: Draft, payment: PaymentRecord, observed: ProviderPayment): Mismatch | null {
  if (observed.reference !== null && observed.reference !== payment.id) return 'reference'
  if (payment.providerRef !== null && payment.providerRef !== observed.providerRef)
    return 'provider_reference'
  if (observed.charge.currency !== payment.charge.currency) return 'charge'
  // After a partial capture some providers show the captured sum as the payment's.
  const sums = new Set([payment.charge.minorUnits])
  if (payment.captured > 0) sums.add(chargeOf(payment.captured, payment))
  for (const { request } of draft.operationsOf(payment.id, 'capture')) {
    sums.add((request as { charge: Money }).charge.minorUnits)
  }
  return sums.has(observed.charge.minorUnits) ? null : 'charge'
}

// Money that a cancel on its way may give back is not money yet: only the cancel's own answer tells which of the two came first.
function hasCancelUnderWay(
  draft: Draft,
  payment: PaymentRecord,
  answered: OperationRecord | undefined,
): boolean {
  return draft
    .operationsOf(payment.id, 'cancel')
    .some(({ id, attempts, notBefore }) => attempts > 0 && notBefore !== null && id !== answered?.id)
}

function requireAction(draft: Draft, payment: PaymentRecord, { nextAction }: ProviderPayment): void {
  if (payment.status === 'created') {
    draft.movePayment(payment.id, 'requires_action', { action: nextAction })
  } else if (payment.status === 'requires_action' && payment.action === null && nextAction !== null) {
    draft.patchPayment(payment.id, { action: nextAction }, { visible: true })
  }
}

const SUCCESS: ReadonlySet<string> = new Set(SUCCESS_PAYMENT_STATUSES)
const HAS_MONEY: ReadonlySet<string> = new Set([...SUCCESS_PAYMENT_STATUSES, 'late_success', 'late_refunded'])

/**
 * The one rule of success: an open or closing session takes it, whatever the payment's state was. Such a session has no other
 * success, as one completes it (I7).
 */
function wins({ session: { status } }: Draft): boolean {
  return status === 'open' || status === 'closing'
}

function authorize(draft: Draft, payment: PaymentRecord, policy: Policy): void {
  // Reserved money that is being released is still reserved until the provider has done it.
  if (HAS_MONEY.has(payment.status) || isReleasing(draft, payment)) return
  if (!wins(draft)) {
    // Reserved too late: released, which gives the money back without a refund.
    draft.movePayment(payment.id, 'late_success', { failureCode: null })
    draft.emit('payment.late', { paymentId: payment.id })
    draft.addOperation({ paymentId: payment.id, account: payment.account, kind: 'cancel', request: {} })
    return
  }
  // A canceling payment whose buyer was quicker stays the buyer's choice: it wins like any other.
  withdrawOthers(draft, payment, policy)
  draft.movePayment(payment.id, 'authorized', { failureCode: null })
  complete(draft)
  draft.emit('payment.authorized', { paymentId: payment.id })
  draft.emit('session.completed', { paymentId: payment.id })
  if (draft.session.capture === 'automatic') {
    draft.addOperation({
      paymentId: payment.id,
      account: payment.account,
      kind: 'capture',
      request: { amount: payment.amount.minorUnits, charge: payment.charge },
    })
  }
}

function succeed(draft: Draft, payment: PaymentRecord, observed: ProviderPayment, policy: Policy): void {
  const captured = capturedAmount(draft, payment, observed)
  if (payment.status === 'authorized' || isReleasing(draft, payment)) {
    draft.movePayment(payment.id, 'succeeded', { captured, failureCode: null })
    draft.emit('payment.succeeded', { paymentId: payment.id })
    return
  }
  if (payment.status === 'late_success' && payment.captured === 0 && captured > 0) {
    // A hold that came late and was captured instead of released.
    refundLate(draft, draft.patchPayment(payment.id, { captured }, { visible: true }), policy)
    return
  }
  if (HAS_MONEY.has(payment.status)) return
  if (wins(draft)) {
    withdrawOthers(draft, payment, policy)
    draft.movePayment(payment.id, 'succeeded', { captured, failureCode: null })
    complete(draft)
    draft.emit('payment.succeeded', { paymentId: payment.id })
    draft.emit('session.completed', { paymentId: payment.id })
    return
  }
  const late = draft.movePayment(payment.id, 'late_success', { captured, failureCode: null })
  draft.emit('payment.late', { paymentId: payment.id })
  refundLate(draft, late, policy)
}

// The session is complete because of this payment's hold, which is being released: who completes an order withdraws all others.
function isReleasing(draft: Draft, payment: PaymentRecord): boolean {
  return payment.status === 'canceling' && draft.session.status === 'complete'
}

function refundLate(draft: Draft, payment: PaymentRecord, { latePayments }: Policy): void {
  // Late money that is kept pays the order, too: the next is one too many.
  const paidOtherwise = draft.payments.some(
    ({ id, status, captured, refunded }) =>
      id !== payment.id && (SUCCESS.has(status) || (status === 'late_success' && captured > refunded)),
  )
  if (latePayments === 'accept' && !paidOtherwise) return
  requestRefund(draft, payment, { amount: payment.captured, origin: 'late', reason: null })
}

function capturedAmount(draft: Draft, payment: PaymentRecord, observed: ProviderPayment): number {
  // Our own capture says how much of the order it was for; two currencies would give that back only to the nearest fen.
  const ours = draft.operationsOf(payment.id, 'capture').at(-1)?.request as
    | { amount: number; charge: Money }
    | undefined
  const taken = observed.captured?.minorUnits ?? observed.charge.minorUnits
  if (ours !== undefined && ours.charge.minorUnits === taken) return ours.amount
  return amountOf(taken, payment)
}

function complete(draft: Draft): void {
  draft.moveSession('complete', { completedAt: draft.now, closing: null, dueAt: null })
}

// The order is paid: no other code of this session may be paid any more, and what is paid all the same goes back.
function withdrawOthers(draft: Draft, winner: PaymentRecord, policy: Policy): void {
  for (const other of draft.payments) {
    if (other.id === winner.id || !isLivePaymentStatus(other.status)) continue
    const wasCanceling = other.status === 'canceling'
    const superseded = draft.movePayment(other.id, 'superseded')
    draft.emit('payment.superseded', { paymentId: other.id })
    if (policy.canCancelPending(other) && !wasCanceling) {
      draft.addOperation({ paymentId: other.id, account: other.account, kind: 'cancel', request: {} })
    }
    scheduleWatch(draft, superseded)
  }
}

function end(draft: Draft, payment: PaymentRecord, observed: ProviderPayment): void {
  const status = observed.status as 'failed' | 'canceled' | 'expired'
  if (payment.status === 'late_success') {
    // A late hold that was released: the money never left, or is back.
    if (payment.captured === 0 && observed.dead) {
      draft.movePayment(payment.id, 'late_refunded')
      draft.emit('payment.late_refunded', { paymentId: payment.id })
    }
    return
  }
  if (payment.status === 'failed' || payment.status === 'canceled' || payment.status === 'expired') {
    if (observed.dead && !payment.dead) draft.patchPayment(payment.id, { dead: true }, { visible: false })
    return
  }
  if (!(isLivePaymentStatus(payment.status) || payment.status === 'superseded')) return
  // The provider may still turn it into a success (T-Bank's AUTH_FAIL): the buyer may go on trying there.
  if (!observed.dead) return
  const moved = payment.status === 'canceling' && status === 'failed' ? 'canceled' : status
  draft.movePayment(payment.id, moved, {
    dead: true,
    failureCode: moved === 'failed' ? (observed.failureCode ?? 'declined') : null,
  })
  draft.emit(`payment.${moved}`, { paymentId: payment.id })
  closeIfDead(draft)
}

/** A closing session ends as soon as nothing of it is alive. */
export function closeIfDead(draft: Draft): void {
  const { closing } = draft.session
  if (closing === null || draft.payments.some(({ status }) => isLivePaymentStatus(status))) return
  draft.moveSession(closing.to, { closing: null, dueAt: null })
  draft.emit(`session.${closing.to}`)
}

// Refunds made in the provider's cabinet are as real as ours.
function adoptRefunds(draft: Draft, paymentId: string, refunded: Money | null): void {
  const payment = draft.payment(paymentId)
  if (payment === undefined || refunded === null || refunded.currency !== payment.charge.currency) return
  const ours = draft.refunds
    .filter((refund) => refund.paymentId === paymentId && refund.status !== 'failed')
    .reduce((sum, { charge }) => sum + charge, 0)
  if (refunded.minorUnits <= ours) return
  const left = payment.captured - payment.refunded
  const amount = Math.min(left, amountOf(refunded.minorUnits, payment) - payment.refunded)
  // Nothing is left, or less than one minor unit of the order's currency was given back.
  if (amount <= 0) return
  requestRefund(draft, payment, { amount, origin: 'provider', reason: null })
}
