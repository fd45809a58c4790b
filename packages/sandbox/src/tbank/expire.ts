import { notifyPayment } from './notify.ts'
import { isWaiting, type TbankPayment } from './payment.ts'
import type { Owner } from './store.ts'

/** Ends a payment that nobody made in time. T-Bank does not notify of it. */
export function expireWaiting({ world }: Owner, payment: TbankPayment): void {
  if (isWaiting(payment) && world.clock.now() >= payment.expiresAt) payment.status = 'DEADLINE_EXPIRED'
}

/** Gives back a hold that nobody confirmed in time. */
export function expireHold(owner: Owner, payment: TbankPayment): void {
  const isHeld = payment.status === 'AUTHORIZED' || payment.status === 'PARTIAL_REVERSED'
  if (!isHeld || payment.holdUntil === undefined || owner.world.clock.now() < payment.holdUntil) return
  payment.status = 'REVERSED'
  payment.left = 0
  notifyPayment(owner, payment)
}
