import { notifyPayment } from './notify.ts'
import type { YookassaPayment } from './payment.ts'
import type { YookassaCall } from './store.ts'

type Owner = Pick<YookassaCall, 'world' | 'store' | 'shop'>

/** Ends a payment that nobody confirmed in time. */
export function expirePending({ world, store, shop }: Owner, payment: YookassaPayment): void {
  if (payment.status !== 'pending' || world.clock.now() < payment.expiresAt) return
  payment.status = 'canceled'
  payment.cancellation = { party: 'yoo_money', reason: 'expired_on_confirmation' }
  notifyPayment(world, shop, 'payment.canceled', payment, store.refunds)
}

/** Gives back a hold that nobody captured in time. */
export function expireHold({ world, store, shop }: Owner, payment: YookassaPayment): void {
  const isOver = payment.captureBefore !== undefined && world.clock.now() >= payment.captureBefore
  if (payment.status !== 'waiting_for_capture' || !isOver) return
  payment.status = 'canceled'
  payment.cancellation = { party: 'yoo_money', reason: 'expired_on_capture' }
  notifyPayment(world, shop, 'payment.canceled', payment, store.refunds)
}
