import { isPayError, type MerchantClient } from '@teabrick/core/merchant'
import { lineTotal, parseCart } from './cart.ts'
import type { Order, Orders, PlaceOrder } from './orders.ts'
import { ShopProblem } from './problem.ts'

/** What a page needs to let a buyer pay. */
export interface StartedCheckout {
  readonly reference: string
  readonly clientToken: string
  /** The hosted page of the same session, for browsers without JavaScript. */
  readonly url: string
}

export interface CheckoutPorts {
  readonly orders: Orders
  readonly client: MerchantClient
  /** `http://127.0.0.1:4242` */
  readonly origin: string
}

/** The payment API limits descriptions. https://yookassa.ru/developers/api#create_payment has the same limit. */
const MAX_DESCRIPTION = 128
/** A buyer is looking at a spinner. The order stays, and the same key finds its session later. */
const SESSION_TIMEOUT_MS = 12_000

/**
 * Places the order and creates its payment session. The same key gives the same order and the same session, also after a
 * lost answer: the key of the session's request is kept with the order before the request is sent.
 *
 * @throws ShopProblem 422 when the key was used for another cart, 502 when the payment API gave no session.
 */
export async function startCheckout(
  request: PlaceOrder,
  { orders, client, origin }: CheckoutPorts,
): Promise<StartedCheckout> {
  const order = orders.place(request)
  if (!order) {
    throw new ShopProblem(
      422,
      'idempotency_key_reused',
      'this Idempotency-Key was used for other goods; take a new one',
    )
  }
  const session = await createSession(order, client, origin)
  orders.noteSession(order.reference, session)
  const { clientToken, url } = session
  if (clientToken === undefined || url === undefined) {
    throw new ShopProblem(502, 'unavailable', 'the payment API gave no client token')
  }
  return { reference: order.reference, clientToken, url }
}

async function createSession(order: Order, client: MerchantClient, origin: string) {
  const { reference, amount, locale, sessionKey } = order
  const lines = parseCart(order.items ?? '')
  try {
    return await client.sessions.create(
      {
        amount,
        order: {
          reference,
          description: shorten(lines.map(({ good }) => good.name[locale]).join(', ')),
          lines: lines.map((line) => ({
            id: line.good.sku,
            name: line.good.name[locale],
            quantity: String(line.quantity),
            total: lineTotal(line),
          })),
        },
        returnUrl: `${origin}/return?order=${encodeURIComponent(reference)}`,
        locale,
      },
      { idempotencyKey: sessionKey, signal: AbortSignal.timeout(SESSION_TIMEOUT_MS) },
    )
  } catch (error) {
    if (!isPayError(error)) throw error
    throw new ShopProblem(
      502,
      'unavailable',
      `the payment API gave no session: ${error.code}, ${error.message}`,
    )
  }
}

function shorten(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`
}
