import { type CartLine, MAX_QUANTITY, parseCart, setQuantity } from './cart.ts'
import { ShopProblem } from './problem.ts'

const MAX_BYTES = 16 * 1024

/**
 * What the button sent to `session-url`: goods and counts, never a price. One good as `{quantity?, data: {sku}}`, a cart as
 * `{data: {items: 'gaiwan:1,dian-hong:2'}}`. Other `data-*` attributes of the element come along and are ignored.
 *
 * @throws ShopProblem naming the field.
 */
export async function parseCheckoutRequest(request: Request): Promise<readonly CartLine[]> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw new ShopProblem(415, 'unsupported_media_type', 'send the body as application/json')
  }
  const text = await request.text()
  if (text.length > MAX_BYTES) {
    throw new ShopProblem(413, 'payload_too_large', `the body is larger than ${MAX_BYTES} bytes`)
  }
  const body = toRecord(parseJson(text), '')
  const unknown = Object.keys(body).find((name) => name !== 'quantity' && name !== 'data')
  if (unknown !== undefined) {
    throw invalid(
      unknown,
      `unknown field ${quote(unknown)}; send quantity and data only, prices are the shop's`,
    )
  }
  const data = toRecord(body['data'], 'data')
  const quantity = body['quantity'] ?? 1
  if (
    typeof quantity !== 'number' ||
    !Number.isInteger(quantity) ||
    quantity < 1 ||
    quantity > MAX_QUANTITY
  ) {
    throw invalid('quantity', `quantity ${quote(quantity)} is not a whole number from 1 to ${MAX_QUANTITY}`)
  }
  const { sku, items } = data
  if (typeof items === 'string' && sku === undefined && body['quantity'] === undefined) {
    return parseItems(items, 'data.items')
  }
  if (typeof sku !== 'string' || items !== undefined) {
    throw invalid('data.sku', 'name either data.sku with an optional quantity, or data.items')
  }
  const lines = setQuantity([], sku, quantity)
  if (lines.length === 0) throw invalid('data.sku', `the catalogue has no ${quote(sku)}`)
  return lines
}

/**
 * `gaiwan` or `gaiwan:1,dian-hong:2` → lines. Unlike a cookie's, a buyer's wish is refused as a whole if a part of it cannot
 * be had.
 *
 * @throws ShopProblem naming `path`.
 */
export function parseItems(items: string, path: string): readonly CartLine[] {
  const normal = items
    .split(',')
    .map((part) => (part.includes(':') ? part : `${part}:1`))
    .join(',')
  const lines = parseCart(normal)
  if (lines.length === 0 || lines.length !== normal.split(',').length) {
    throw invalid(
      path,
      `${quote(items)} is not a list such as "gaiwan:1,dian-hong:2" of goods in the catalogue`,
    )
  }
  return lines
}

/** @throws ShopProblem unless the key can stand for one purchase. */
export function parseIdempotencyKey(key: string | null): string {
  if (key === null) {
    throw new ShopProblem(400, 'idempotency_key_missing', 'send an Idempotency-Key header, one per purchase')
  }
  if (!/^[!-~]{22,255}$/.test(key)) {
    throw new ShopProblem(
      400,
      'idempotency_key_invalid',
      'Idempotency-Key must be 22 to 255 printable ASCII characters',
    )
  }
  return key
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('', 'the body is not JSON')
  }
}

function toRecord(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(path, `${path || 'the body'} must be a JSON object`)
  }
  return value as Readonly<Record<string, unknown>>
}

function invalid(path: string, detail: string): ShopProblem {
  return new ShopProblem(400, 'invalid_request', detail, path)
}

/** A value from outside in a message: short, and in quotes. */
function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? 'undefined'
}
