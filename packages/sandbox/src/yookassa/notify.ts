import type { World } from '../double.ts'
import {
  type Refunds,
  toPaymentObject,
  toRefundObject,
  type YookassaPayment,
  type YookassaRefund,
} from './payment.ts'
import type { Shop } from './store.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/**
 * Pauses before each attempt: together 24 hours, within which YooKassa tries. It prints no schedule, only that
 * anything but HTTP 200 is tried again: https://yookassa.ru/developers/using-api/webhooks
 */
export const YOOKASSA_PAUSES_MS = [
  0,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  10 * HOUR_MS,
]

export type PaymentEvent = 'payment.waiting_for_capture' | 'payment.succeeded' | 'payment.canceled'

export function notifyPayment(
  world: World,
  shop: Shop,
  event: PaymentEvent,
  payment: YookassaPayment,
  refunds: Refunds,
): void {
  send(world, shop, event, [payment.reference, payment.id], toPaymentObject(payment, refunds))
}

export function notifyRefund(world: World, shop: Shop, refund: YookassaRefund): void {
  send(
    world,
    shop,
    'refund.succeeded',
    [refund.reference, refund.id, refund.paymentId],
    toRefundObject(refund),
  )
}

/** Nothing is signed: a merchant must fetch the object again. */
function send(
  { deliveries, notificationDelayMs }: World,
  { shopId, notificationUrl }: Shop,
  event: string,
  references: readonly [string, ...string[]],
  object: object,
) {
  if (notificationUrl === undefined) return
  deliveries.send({
    double: 'yookassa',
    account: shopId,
    event,
    references,
    url: notificationUrl,
    body: JSON.stringify({ type: 'notification', event, object }),
    headers: () => ({ 'content-type': 'application/json' }),
    pausesMs: YOOKASSA_PAUSES_MS.map((pauseMs, index) =>
      index === 0 ? pauseMs + notificationDelayMs : pauseMs,
    ),
    isAcknowledged: (status) => status === 200,
  })
}
