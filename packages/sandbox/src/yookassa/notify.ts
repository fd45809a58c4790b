import { toPaymentObject, toRefundObject, type YookassaPayment, type YookassaRefund } from './payment.ts'
import type { YookassaCall } from './store.ts'

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

/** Who an event belongs to. */
type Owner = Pick<YookassaCall, 'world' | 'store' | 'shop'>

export function notifyPayment(owner: Owner, event: PaymentEvent, payment: YookassaPayment): void {
  send(owner, event, [payment.reference, payment.id], toPaymentObject(payment, owner.store.refunds))
}

export function notifyRefund(owner: Owner, refund: YookassaRefund): void {
  const references = [refund.reference, refund.id, refund.paymentId] as const
  send(owner, 'refund.succeeded', references, toRefundObject(refund))
}

export function notifyPayout(owner: Owner, id: string, status: string, payout: object): void {
  send(owner, `payout.${status}`, [id], payout)
}

/** To the shop's own address, and to those that OAuth applications asked for. Nothing is signed: it is fetched again. */
function send(
  { world, store, shop }: Owner,
  event: string,
  references: readonly [string, ...string[]],
  object: object,
): void {
  const { deliveries, notificationDelayMs } = world
  const subscribed = [...store.webhooks.values()].filter(
    (webhook) => webhook.shopId === shop.shopId && webhook.event === event,
  )
  const urls = new Set([shop.notificationUrl, ...subscribed.map(({ url }) => url)])
  for (const url of urls) {
    if (url === undefined) continue
    deliveries.send({
      double: 'yookassa',
      account: shop.shopId,
      event,
      references,
      url,
      body: JSON.stringify({ type: 'notification', event, object }),
      headers: () => ({ 'content-type': 'application/json' }),
      pausesMs: YOOKASSA_PAUSES_MS.map((pauseMs, index) =>
        index === 0 ? pauseMs + notificationDelayMs : pauseMs,
      ),
      isAcknowledged: (status) => status === 200,
    })
  }
}
