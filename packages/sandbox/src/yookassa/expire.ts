import { notifyPayment } from './notify.ts'
import type { YookassaPayment } from './payment.ts'
import type { YookassaCall } from './store.ts'

type Owner = Pick<YookassaCall, 'world' | 'store' | 'shop'>

/** Ends a payment that nobody confirmed in time. */
export function expirePending(owner: Owner, payment: YookassaPayment): void {
  const { world } = owner
  if (payment.status !== 'pending' || world.clock.now() < payment.expiresAt) return
  payment.status = 'canceled'
  payment.cancellation = { party: 'yoo_money', reason: 'expired_on_confirmation' }
  notifyPayment(owner, 'payment.canceled', payment)
}

/** Gives back a hold that nobody captured in time. */
export function expireHold(owner: Owner, payment: YookassaPayment): void {
  const { world } = owner
  const isOver = payment.captureBefore !== undefined && world.clock.now() >= payment.captureBefore
  if (payment.status !== 'waiting_for_capture' || !isOver) return
  payment.status = 'canceled'
  payment.cancellation = { party: 'yoo_money', reason: 'expired_on_capture' }
  notifyPayment(owner, 'payment.canceled', payment)
}
