import { ApiProblem } from '../api-problem.ts'
import type { Draft } from './draft.ts'
import { endPending } from './end-pending.ts'
import type { Policy } from './observe-payment.ts'
import type { PaymentRecord } from './records.ts'

/**
 * The merchant releases reserved money, or ends a payment that waits for the buyer where the provider can end it. A payment
 * that is over stays as it is.
 *
 * @throws ApiProblem `invalid_state`.
 */
export function cancelPayment(draft: Draft, payment: PaymentRecord, policy: Policy): void {
  switch (payment.status) {
    case 'canceled':
    case 'failed':
    case 'expired':
    case 'canceling':
    case 'superseded':
      return
    case 'succeeded':
    case 'late_success':
    case 'late_refunded':
      throw new ApiProblem(
        'invalid_state',
        `payment ${payment.id} is ${payment.status}; give its money back with a refund`,
      )
    case 'authorized':
      if (draft.operationsOf(payment.id, 'capture').some(({ state }) => state !== 'failed')) {
        throw new ApiProblem('invalid_state', `payment ${payment.id} is being captured; refund it afterwards`)
      }
      draft.movePayment(payment.id, 'canceling')
      draft.addOperation({ paymentId: payment.id, account: payment.account, kind: 'cancel', request: {} })
      return
    case 'created':
    case 'requires_action':
    case 'processing':
      if (endPending(draft, payment, policy) || policy.canCancelPending(payment)) return
      throw new ApiProblem(
        'invalid_state',
        `${payment.method} cannot end a payment that waits for the buyer; cancel the session, and it ends when the provider gives it up`,
      )
  }
}
