import { close } from './close.ts'
import { readPaymentIds } from './inquiry-payment.ts'
import { expirePayment } from './pay.ts'
import { type AntomPayment, isAuthorized } from './payment.ts'
import { AntomRefusal, type AntomResult, SUCCESS } from './result.ts'
import { type AntomCall, refunded, requirePayment } from './store.ts'
import { toAntomTime } from './time.ts'

/** Closes an order that waits; after a success it gives the money back. Canceling twice is one cancel. */
export function cancel(call: AntomCall, decline: () => AntomResult | undefined): object {
  const { world, store, strike } = call
  const payment = requirePayment(call, readPaymentIds(call))
  expirePayment(call, payment)
  if (payment.status === 'FAIL') throw new AntomRefusal('ORDER_IS_CLOSED', 'The order is closed.')
  if (payment.status !== 'CANCELLED') {
    if (refunded(store, payment) > 0) {
      throw new AntomRefusal('ORDER_STATUS_INVALID', 'The order has refunds and cannot be canceled.')
    }
    if (strike('cannot-cancel') || isTooLate(payment, world.clock.now())) {
      throw new AntomRefusal('CANCEL_WINDOW_EXCEED', 'The time to cancel the order is over.')
    }
    const refusal = decline()
    if (refusal) return { result: refusal }
    if (payment.status === 'PROCESSING' && strike('liar')) payment.isLie = true
    close(world, payment)
  }
  return {
    result: SUCCESS,
    paymentId: payment.id,
    paymentRequestId: payment.requestId,
    cancelTime: toAntomTime(payment.canceled?.at ?? world.clock.now()),
  }
}

/** A paid order can be canceled until 00:15 (UTC+8) of the next day: https://docs.antom.com/ac/cashierpay/cancel */
function isTooLate(payment: AntomPayment, now: number): boolean {
  const offsetMs = 8 * 3_600_000
  const dayMs = 86_400_000
  const nextDay = Math.floor((payment.createdAt + offsetMs) / dayMs + 1) * dayMs - offsetMs
  // A hold is released as long as it stands.
  return payment.status === 'SUCCESS' && !isAuthorized(payment) && now >= nextDay + 15 * 60_000
}
