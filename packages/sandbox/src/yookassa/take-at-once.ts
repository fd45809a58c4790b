import { toYookassaAmount } from './amount.ts'
import { expireHold } from './expire.ts'
import { notifyPayment } from './notify.ts'
import type { YookassaPayment } from './payment.ts'
import { registerReceipt } from './receipt.ts'
import { saveMethod } from './saved-method.ts'
import type { YookassaCall } from './store.ts'

const HOLD_MS = 7 * 86_400_000

/** Takes or holds the money of a payment that somebody has agreed to. */
export function takeAtOnce(
  owner: Pick<YookassaCall, 'world' | 'store' | 'shop'>,
  payment: YookassaPayment,
): void {
  const { world } = owner
  const now = world.clock.now()
  payment.approvals += 1
  payment.cancellation = undefined
  saveMethod(owner, payment)
  if (!payment.isCaptured) {
    payment.status = 'waiting_for_capture'
    payment.captureBefore = now + HOLD_MS
    world.clock.schedule(payment.captureBefore, () => expireHold(owner, payment))
    notifyPayment(owner, 'payment.waiting_for_capture', payment)
    return
  }
  payment.status = 'succeeded'
  payment.capturedAt = now
  if (payment.receipt) {
    const settlements = [{ type: 'cashless', amount: toYookassaAmount(payment.amount) }]
    registerReceipt(owner, {
      paymentId: payment.id,
      refundId: undefined,
      body: payment.receipt,
      settlements,
    })
  }
  notifyPayment(owner, 'payment.succeeded', payment)
}
