import type { Draft } from './draft.ts'
import type { Policy } from './observe-payment.ts'
import type { PaymentRecord } from './records.ts'
import { askNow } from './watch.ts'

/**
 * Ends a payment that nobody has paid yet, as far as it can be ended from here.
 *
 * @returns whether it is over already: true only when its request never left.
 */
export function endPending(draft: Draft, payment: PaymentRecord, policy: Policy): boolean {
  const [create] = draft.operationsOf(payment.id, 'create')
  if (payment.status === 'created' && create?.attempts === 0) {
    draft.patchOperation(create.id, { state: 'failed', notBefore: null })
    draft.movePayment(payment.id, 'canceled', { dead: true })
    draft.emit('payment.canceled', { paymentId: payment.id })
    return true
  }
  if (payment.status !== 'canceling' && policy.canCancelPending(payment)) {
    draft.movePayment(payment.id, 'canceling')
    draft.addOperation({ paymentId: payment.id, account: payment.account, kind: 'cancel', request: {} })
  }
  askNow(draft, payment)
  return false
}
