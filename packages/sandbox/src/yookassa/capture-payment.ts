import { valueAt } from '../json.ts'
import { readAmount } from './amount.ts'
import { expireHold } from './expire.ts'
import { checkReceipt } from './fields.ts'
import { notifyPayment } from './notify.ts'
import { toPaymentObject } from './payment.ts'
import { invalid } from './refusal.ts'
import { requirePayment, type YookassaCall } from './store.ts'

/** POST /v3/payments/{id}/capture. Less than the hold is fine: the rest goes back, and there is no second capture. */
export function capturePayment(call: YookassaCall, id: string): object {
  const { world, store, shop, body } = call
  const payment = requirePayment(call, id)
  expireHold(call, payment)
  if (payment.status !== 'waiting_for_capture') {
    throw invalid('payment_id', `A payment in status ${payment.status} cannot be captured`)
  }
  const asked = valueAt(body, 'amount')
  const amount = asked === undefined || asked === null ? payment.amount : readAmount(asked, 'amount')
  if (amount.currency !== payment.amount.currency) {
    throw invalid('amount.currency', `The payment is in ${payment.amount.currency}`)
  }
  if (amount.minorUnits > payment.amount.minorUnits) {
    throw invalid('amount.value', 'The amount is more than what is held')
  }
  checkReceipt(body)
  if (call.isDeclined()) {
    payment.status = 'canceled'
    payment.cancellation = { party: 'payment_network', reason: 'general_decline' }
    notifyPayment(world, shop, 'payment.canceled', payment, store.refunds)
    return toPaymentObject(payment, store.refunds)
  }
  payment.status = 'succeeded'
  payment.amount = amount
  payment.capturedAt = world.clock.now()
  notifyPayment(world, shop, 'payment.succeeded', payment, store.refunds)
  return toPaymentObject(payment, store.refunds)
}
