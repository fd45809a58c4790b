import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import { DIGITS, HEX } from '../random.ts'
import { checkItems, optionalText } from './fields.ts'
import { listPage } from './list.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import type { YookassaCall } from './store.ts'

/** A fiscal receipt: one that came with a payment or a refund, or was sent later. */
export interface YookassaReceipt {
  readonly id: string
  readonly shopId: string
  readonly paymentId: string
  readonly refundId: string | undefined
  readonly status: 'pending' | 'succeeded' | 'canceled'
  readonly createdAt: number
  readonly body: JsonObject
  readonly settlements: unknown
  readonly fiscal: { readonly document: string; readonly storage: string; readonly attribute: string }
}

const SETTLEMENTS = ['cashless', 'prepayment', 'postpayment', 'consideration']

/** POST /v3/receipts: https://yookassa.ru/developers/api#create_receipt */
export function createReceipt(call: YookassaCall): object {
  const { body, store } = call
  const type = valueAt(body, 'type')
  if (type !== 'payment' && type !== 'refund') throw invalid('type', 'The type is payment or refund')
  const refundId = type === 'refund' ? optionalText(body, 'refund_id', 36) : undefined
  const refund = refundId === undefined ? undefined : store.refunds.find('id', refundId)
  if (type === 'refund' && refund?.shopId !== call.shop.shopId)
    throw invalid('refund_id', "Refund doesn't exist or access denied")
  const paymentId = refund?.paymentId ?? optionalText(body, 'payment_id', 36)
  if (paymentId === undefined) throw invalid('payment_id', 'The parameter payment_id is missing')
  const payment = store.payments.find('id', paymentId)
  if (payment?.shopId !== call.shop.shopId)
    throw invalid('payment_id', "Payment doesn't exist or access denied")
  if (payment.status !== 'succeeded' && payment.status !== 'waiting_for_capture')
    throw invalid('payment_id', `A payment in status ${payment.status} has no receipts`)
  if (!isJsonObject(valueAt(body, 'customer'))) throw invalid('customer', 'The parameter customer is missing')
  if (valueAt(body, 'send') !== true) throw invalid('send', 'The parameter send must be true')
  checkItems(valueAt(body, 'items'), 'items')
  const settlements = valueAt(body, 'settlements')
  if (!Array.isArray(settlements) || settlements.length === 0)
    throw invalid('settlements', 'The parameter settlements is missing')
  settlements.forEach((one: unknown, index) => {
    if (!SETTLEMENTS.includes(String(valueAt(one, 'type'))))
      throw invalid(`settlements[${index}].type`, `A settlement is one of ${SETTLEMENTS.join(', ')}`)
  })
  return toReceiptObject(
    registerReceipt(call, {
      paymentId,
      refundId,
      body: body as JsonObject,
      settlements,
    }),
  )
}

/** Puts a receipt on record. It is registered at once; a cash register of one's own takes a while. */
export function registerReceipt(
  { world, store, shop }: Pick<YookassaCall, 'world' | 'store' | 'shop'>,
  made: Pick<YookassaReceipt, 'paymentId' | 'refundId' | 'body' | 'settlements'>,
): YookassaReceipt {
  const receipt: YookassaReceipt = {
    ...made,
    id: `rt-${world.random.text(8, HEX)}-${world.random.text(4, HEX)}-5000-8000-${world.random.text(12, HEX)}`,
    shopId: shop.shopId,
    status: 'succeeded',
    createdAt: world.clock.now(),
    fiscal: {
      document: world.random.text(5, DIGITS),
      storage: world.random.text(16, DIGITS),
      attribute: world.random.text(10, DIGITS),
    },
  }
  store.receipts.add(receipt)
  return receipt
}

/** GET /v3/receipts, by payment or refund. */
export function listReceipts({ store, shop }: YookassaCall, query: URLSearchParams): object {
  const [paymentId, refundId] = [query.get('payment_id'), query.get('refund_id')]
  return listPage(
    store.receipts
      .where('shop', shop.shopId)
      .filter(
        (receipt) =>
          (paymentId === null || (receipt.paymentId === paymentId && receipt.refundId === undefined)) &&
          (refundId === null || receipt.refundId === refundId),
      ),
    query,
    toReceiptObject,
  )
}

/** GET /v3/receipts/{id} */
export function getReceipt({ store, shop }: YookassaCall, id: string): object {
  const receipt = store.receipts.find('id', id)
  if (receipt?.shopId !== shop.shopId)
    throw new YookassaRefusal(404, 'not_found', "Receipt doesn't exist or access denied", 'receipt_id')
  return toReceiptObject(receipt)
}

function toReceiptObject(receipt: YookassaReceipt): object {
  const { body, fiscal } = receipt
  return {
    id: receipt.id,
    type: receipt.refundId === undefined ? 'payment' : 'refund',
    ...(receipt.refundId === undefined ? { payment_id: receipt.paymentId } : { refund_id: receipt.refundId }),
    status: receipt.status,
    fiscal_document_number: fiscal.document,
    fiscal_storage_number: fiscal.storage,
    fiscal_attribute: fiscal.attribute,
    fiscal_provider_id: receipt.id.slice('rt-'.length),
    registered_at: new Date(receipt.createdAt).toISOString(),
    ...pick(body, ['tax_system_code', 'timezone', 'receipt_industry_details', 'receipt_operational_details']),
    items: body['items'],
    settlements: receipt.settlements,
    ...pick(body, ['on_behalf_of']),
  }
}

/** Those of the fields that are there. */
function pick(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])))
}
