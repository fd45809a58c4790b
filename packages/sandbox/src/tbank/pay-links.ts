import { BASE62 } from '../random.ts'
import { expireWaiting } from './expire.ts'
import { isWaiting, type TbankPayment } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import type { TbankSource } from './source.ts'
import type { TbankCall } from './store.ts'

/** The page of a bank's app for a payment. Every call gives the same, unless another way was asked for between. */
export function openApp(call: Omit<TbankCall, 'strike'>, payment: TbankPayment, source: TbankSource): string {
  const { world, store, baseUrl } = call
  expireWaiting(call, payment)
  if (!isWaiting(payment)) throw new TbankRefusal('8', `Статус ${payment.status}`)
  if (payment.source.name !== source.name || payment.pageUrl === undefined) {
    const page = world.random.text(16, BASE62)
    payment.source = source
    payment.pageUrl = `${baseUrl}/app/${page}`
    store.pages.set(page, payment)
  }
  if (payment.status === 'NEW') payment.status = 'FORM_SHOWED'
  return `${payment.pageUrl}?flow=app`
}
