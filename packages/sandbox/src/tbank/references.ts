import type { JsonObject } from '../json.ts'
import type { TbankPayment } from './payment.ts'
import { orderKey, type TbankStore } from './store.ts'

/** The payment a request is about, by either name. */
export function findPaymentOf(
  { payments }: TbankStore,
  body: JsonObject,
  pathId: string | undefined,
): TbankPayment | undefined {
  const [orderId, id] = [text(body, 'OrderId'), text(body, 'PaymentId') ?? pathId]
  return (
    (id === undefined ? undefined : payments.find('id', id)) ??
    (orderId === undefined
      ? undefined
      : payments.find('order', orderKey(text(body, 'TerminalKey') ?? '', orderId)))
  )
}

/** The merchant's and the provider's names of the payment or refund that a request is about. */
export function findReferences(store: TbankStore, body: JsonObject, pathId: string | undefined): string[] {
  const payment = findPaymentOf(store, body, pathId)
  return [
    text(body, 'OrderId'),
    text(body, 'PaymentId') ?? pathId,
    text(body, 'ExternalRequestId'),
    payment?.id,
    payment?.orderId,
  ].filter((name) => name !== undefined)
}

function text(body: JsonObject, name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
