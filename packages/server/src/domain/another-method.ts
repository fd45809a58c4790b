import { isLivePaymentStatus } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { Draft } from './draft.ts'
import { endPending } from './end-pending.ts'
import type { Policy } from './observe-payment.ts'
import { isUnknown } from './views.ts'
import { scheduleWatch } from './watch.ts'

/**
 * The buyer asks for another method. What the provider can cancel is canceled and waited for; what it cannot is superseded,
 * but only while it waits for the buyer with a known outcome: a payment that may be moving is never left.
 *
 * @throws ApiProblem `payment_in_progress` when the outcome is not known; `session_not_open` when the session is over.
 */
export function askForAnotherMethod(draft: Draft, policy: Policy): void {
  const { session } = draft
  if (session.status !== 'open') {
    throw new ApiProblem(
      'session_not_open',
      `session ${session.id} is ${session.status}; nothing of it can be changed`,
    )
  }
  const payment = draft.payments.find(({ status }) => isLivePaymentStatus(status))
  if (payment === undefined || payment.status === 'canceling') return
  if (policy.canCancelPending(payment) || payment.status === 'created') {
    if (endPending(draft, payment, policy) || policy.canCancelPending(payment)) return
  }
  const state = { session, payments: draft.payments, refunds: draft.refunds, operations: draft.operations }
  if (payment.status === 'requires_action' && !isUnknown(state, payment)) {
    const superseded = draft.movePayment(payment.id, 'superseded')
    draft.emit('payment.superseded', { paymentId: payment.id })
    scheduleWatch(draft, superseded)
    return
  }
  throw new ApiProblem(
    'payment_in_progress',
    `payment ${payment.id} is being checked and may succeed; another method can be chosen when its outcome is known`,
    { retryAfterSeconds: 2 },
  )
}
