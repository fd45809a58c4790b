import { valueAt } from '../json.ts'
import { readAmount, toYookassaAmount } from './amount.ts'
import { expireHold } from './expire.ts'
import { checkReceipt } from './fields.ts'
import { notifyPayment } from './notify.ts'
import { toPaymentObject } from './payment.ts'
import { registerReceipt } from './receipt.ts'
import { invalid } from './refusal.ts'
import { readShares } from './share.ts'
import { requirePayment, type YookassaCall } from './store.ts'

/** POST /v3/payments/{id}/capture. Less than the hold is fine: the rest goes back, and there is no second capture. */
export function capturePayment(call: YookassaCall, id: string): object {
  const { world, store, body } = call
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
  const receipt = checkReceipt(body) ?? payment.receipt
  const transfers = readShares(body, 'transfers', amount)
  if (call.isDeclined()) {
    payment.status = 'canceled'
    payment.cancellation = { party: 'payment_network', reason: 'general_decline' }
    notifyPayment(call, 'payment.canceled', payment)
    return toPaymentObject(payment, store.refunds)
  }
  payment.status = 'succeeded'
  payment.amount = amount
  if (transfers) payment.transfers = transfers
  if (receipt) {
    const settlements = [{ type: 'cashless', amount: toYookassaAmount(amount) }]
    registerReceipt(call, { paymentId: payment.id, refundId: undefined, body: receipt, settlements })
  }
  payment.capturedAt = world.clock.now()
  notifyPayment(call, 'payment.succeeded', payment)
  return toPaymentObject(payment, store.refunds)
}
