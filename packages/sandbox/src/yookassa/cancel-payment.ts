import { expireHold } from './expire.ts'
import { notifyPayment } from './notify.ts'
import { toPaymentObject } from './payment.ts'
import { invalid } from './refusal.ts'
import { requirePayment, type YookassaCall } from './store.ts'

/** POST /v3/payments/{id}/cancel. Only a hold can be canceled, never a payment that waits for the buyer. */
export function cancelPayment(call: YookassaCall, id: string): object {
  const { store } = call
  const payment = requirePayment(call, id)
  expireHold(call, payment)
  if (payment.status !== 'waiting_for_capture' || call.strike('cannot-cancel')) {
    throw invalid('payment_id', `A payment in status ${payment.status} cannot be canceled`)
  }
  payment.status = 'canceled'
  payment.cancellation = { party: 'merchant', reason: 'canceled_by_merchant' }
  notifyPayment(call, 'payment.canceled', payment)
  return toPaymentObject(payment, store.refunds)
}
