import type { World } from '../double.ts'
import { type AntomPayment, captured } from './payment.ts'
import { makeAntomId } from './store.ts'

/** Cancels an order; what was taken goes back to the buyer. */
export function close(world: World, payment: AntomPayment): void {
  payment.status = 'CANCELLED'
  payment.canceled = { id: makeAntomId(world, '40'), at: world.clock.now(), returned: captured(payment) }
}
