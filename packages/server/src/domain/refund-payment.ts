import type { RefundRequest } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { ProviderRail, ProviderRefund } from '../provider.ts'
import { amountOfLines } from './amount-of-lines.ts'
import { chargeOf } from './charge.ts'
import { checkParts, type Parts } from './check-parts.ts'
import type { Draft } from './draft.ts'
import { formatAmount } from './format-amount.ts'
import type { PaymentRecord, RefundRecord } from './records.ts'

/**
 * The merchant gives money back. All refunds of a payment, in whatever parts and order, end at exactly what was taken.
 *
 * @throws ApiProblem `invalid_state`, `amount_exceeds_remaining`, `invalid_request`.
 */
export function refundPayment(
  draft: Draft,
  payment: PaymentRecord,
  request: RefundRequest,
  rail: Pick<ProviderRail, 'partialRefund' | 'split'> | null,
): RefundRecord {
  if (payment.status !== 'succeeded' && payment.status !== 'late_success') {
    throw new ApiProblem(
      'invalid_state',
      `payment ${payment.id} is ${payment.status}; only a succeeded payment can be refunded${payment.status === 'authorized' ? ' (cancel releases reserved money)' : ''}`,
    )
  }
  const left = payment.captured - payment.refunded
  const { amount } = request
  if (amount !== undefined && amount.currency !== payment.amount.currency) {
    throw new ApiProblem(
      'invalid_request',
      `the payment is in ${payment.amount.currency}, not ${amount.currency}`,
      {
        path: 'amount.currency',
      },
    )
  }
  if (left === 0) {
    throw new ApiProblem(
      'amount_exceeds_remaining',
      `everything that payment ${payment.id} took is refunded already`,
      {
        path: 'amount',
      },
    )
  }
  const wanted = amountOfLines(request, draft.session.order) ?? left
  if (wanted > left) {
    throw new ApiProblem(
      'amount_exceeds_remaining',
      `${formatAmount(wanted, payment.amount.currency)} is more than the ${formatAmount(left, payment.amount.currency)} that is left of payment ${payment.id}; refund at most that`,
      { path: 'amount.minorUnits' },
    )
  }
  if (wanted !== payment.captured && rail?.partialRefund === false) {
    throw new ApiProblem(
      'invalid_state',
      `${payment.method} refunds only the whole payment; leave the amount out`,
      {
        path: 'amount',
      },
    )
  }
  const parts = checkParts(request, wanted, payment, rail)
  const refund = { amount: wanted, origin: 'merchant', reason: request.reason ?? null } as const
  return requestRefund(draft, payment, refund, parts)
}

/** Writes down a refund within what is left, and the operation that asks the provider for it. */
export function requestRefund(
  draft: Draft,
  payment: PaymentRecord,
  { amount, origin, reason }: Pick<RefundRecord, 'amount' | 'origin' | 'reason'>,
  parts: Parts = {},
): RefundRecord {
  const given = draft.refunds
    .filter((refund) => refund.paymentId === payment.id && refund.status !== 'failed')
    .reduce((sum, { charge }) => sum + charge, 0)
  const number = draft.refunds.length + 1
  const refund: RefundRecord = {
    id: `re_${draft.session.id.slice(3)}_${number}`,
    sessionId: draft.session.id,
    paymentId: payment.id,
    number,
    amount,
    // Up to the part of all refunds together, so that failed ones in between leave no gap. A part too small to be one
    // minor unit of the charge's currency gives 0 now and is made up for by the next.
    charge: Math.max(0, chargeOf(payment.refunded + amount, payment) - given),
    status: 'requested',
    reason,
    origin,
    providerRef: null,
    failureCode: null,
    createdAt: draft.now,
    updatedAt: draft.now,
  }
  draft.addRefund(refund)
  draft.patchPayment(payment.id, { refunded: payment.refunded + amount }, { visible: true })
  if (origin === 'provider' || refund.charge === 0) {
    succeedRefund(draft, refund)
  } else {
    draft.addOperation({
      paymentId: payment.id,
      refundId: refund.id,
      account: payment.account,
      kind: 'refund',
      request: { charge: { currency: payment.charge.currency, minorUnits: refund.charge }, reason, ...parts },
    })
  }
  return refund
}

/** Takes in what a provider says about a refund. @returns false when it is about another sum: nothing was changed. */
export function observeRefund(draft: Draft, refund: RefundRecord, observed: ProviderRefund): boolean {
  const currency = draft.payment(refund.paymentId)?.charge.currency
  if (observed.charge.currency !== currency || observed.charge.minorUnits !== refund.charge) return false
  if (observed.reference !== null && observed.reference !== refund.id) return false
  if (refund.providerRef === null) draft.patchRefund(refund.id, { providerRef: observed.providerRef })
  if (refund.status !== 'requested') return true
  if (observed.status === 'succeeded') succeedRefund(draft, refund)
  if (observed.status === 'failed') failRefund(draft, refund, observed.failureCode)
  return true
}

/** The money is the buyer's again. */
export function succeedRefund(draft: Draft, refund: RefundRecord): void {
  draft.moveRefund(refund.id, 'succeeded')
  draft.emit('refund.succeeded', { paymentId: refund.paymentId, refundId: refund.id })
  const payment = draft.payment(refund.paymentId)
  const open = draft.refunds.some(
    ({ paymentId, status }) => paymentId === refund.paymentId && status === 'requested',
  )
  if (payment?.status === 'late_success' && payment.refunded === payment.captured && !open) {
    draft.movePayment(payment.id, 'late_refunded')
    draft.emit('payment.late_refunded', { paymentId: payment.id })
  }
}

/** The money was not given back: it is the merchant's again, and may be asked back anew. */
export function failRefund(
  draft: Draft,
  refund: RefundRecord,
  failureCode: RefundRecord['failureCode'],
): void {
  draft.moveRefund(refund.id, 'failed', { failureCode: failureCode ?? 'declined' })
  const payment = draft.payment(refund.paymentId)
  if (payment !== undefined) {
    draft.patchPayment(payment.id, { refunded: payment.refunded - refund.amount }, { visible: true })
  }
  draft.emit('refund.failed', { paymentId: refund.paymentId, refundId: refund.id })
}
