import { isJsonObject, valueAt } from '../json.ts'
import { HEX } from '../random.ts'
import { readAmount } from './amount.ts'
import { optionalText, readMetadata } from './fields.ts'
import { invalid, YookassaRefusal } from './refusal.ts'
import type { YookassaCall } from './store.ts'

/** A bill with a link. The sandbox draws no page for it: it stays as it was made. */
export interface YookassaInvoice {
  readonly id: string
  readonly shopId: string
  readonly createdAt: number
  readonly expiresAt: string
  readonly url: string
  readonly cart: unknown
  readonly delivery: string
  readonly description: string | undefined
  readonly metadata: object
}

/** POST /v3/invoices: https://yookassa.ru/developers/api#create_invoice */
export function createInvoice({ body, world, store, shop, baseUrl }: YookassaCall): object {
  readAmount(valueAt(body, 'payment_data.amount'), 'payment_data.amount')
  const cart = valueAt(body, 'cart')
  if (!Array.isArray(cart) || cart.length === 0) throw invalid('cart', 'The parameter cart is missing')
  cart.forEach((line: unknown, index) => {
    if (!isJsonObject(line) || typeof line['description'] !== 'string')
      throw invalid(`cart[${index}].description`, 'A line of the cart has a description')
    readAmount(line['price'], `cart[${index}].price`)
    if (!(Number(line['quantity']) > 0)) throw invalid(`cart[${index}].quantity`, 'A quantity is above zero')
  })
  const expiresAt = optionalText(body, 'expires_at', 40)
  if (expiresAt === undefined || !(Date.parse(expiresAt) > world.clock.now()))
    throw invalid('expires_at', 'The invoice ends at a time to come, in ISO 8601')
  const delivery = valueAt(body, 'delivery_method_data.type') ?? 'self'
  if (delivery !== 'self' && delivery !== 'sms' && delivery !== 'email')
    throw invalid('delivery_method_data.type', 'An invoice goes by self, sms or email')
  const id = `in-${world.random.text(8, HEX)}-${world.random.text(4, HEX)}-5000-8000-${world.random.text(12, HEX)}`
  const invoice: YookassaInvoice = {
    id,
    shopId: shop.shopId,
    createdAt: world.clock.now(),
    expiresAt,
    url: `${baseUrl}/checkout/${id}`,
    cart,
    delivery,
    description: optionalText(body, 'description', 128),
    metadata: readMetadata(body),
  }
  store.invoices.add(invoice)
  return toInvoiceObject(invoice)
}

/** GET /v3/invoices/{id} */
export function getInvoice({ store, shop }: YookassaCall, id: string): object {
  const invoice = store.invoices.find('id', id)
  if (invoice?.shopId !== shop.shopId)
    throw new YookassaRefusal(404, 'not_found', "Invoice doesn't exist or access denied", 'invoice_id')
  return toInvoiceObject(invoice)
}

function toInvoiceObject(invoice: YookassaInvoice): object {
  return {
    id: invoice.id,
    status: 'pending',
    cart: invoice.cart,
    delivery_method: {
      type: invoice.delivery,
      ...(invoice.delivery === 'self' ? { url: invoice.url } : {}),
    },
    created_at: new Date(invoice.createdAt).toISOString(),
    expires_at: new Date(Date.parse(invoice.expiresAt)).toISOString(),
    ...(invoice.description === undefined ? {} : { description: invoice.description }),
    metadata: invoice.metadata,
  }
}
