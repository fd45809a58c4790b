import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { parseCheckoutRequest, parseIdempotencyKey, parseItems } from '../checkout-request.ts'
import { ShopProblem } from '../problem.ts'
import { type CheckoutPorts, startCheckout } from '../start-checkout.ts'
import { readVisit } from '../visit.ts'

/**
 * Where orders begin: from the button's script, or from the link inside the button when there is no script.
 *
 * @param otherOrigins Further addresses of the same shop: `http://localhost:4242`.
 */
export function checkoutRoutes(ports: CheckoutPorts, otherOrigins: readonly string[]): Hono {
  const app = new Hono()

  /** A buyer who came by another of the shop's own addresses goes back to that one. */
  function portsFor(context: Context): CheckoutPorts {
    const own = new URL(context.req.url).origin
    return otherOrigins.includes(own) ? { ...ports, origin: own } : ports
  }

  app.post('/api/checkout', async (context) => {
    const from = context.req.header('origin')
    if (from !== undefined && from !== ports.origin && !otherOrigins.includes(from)) {
      throw new ShopProblem(403, 'origin_not_allowed', 'orders are taken from the shop’s own pages')
    }
    const key = parseIdempotencyKey(context.req.header('idempotency-key') ?? null)
    const lines = await parseCheckoutRequest(context.req.raw)
    const { locale } = readVisit(context)
    const started = await startCheckout({ lines, locale, key }, portsFor(context))
    return context.json(started, 200, { 'cache-control': 'no-store' })
  })

  app.on(['GET', 'POST'], '/buy/:items', async (context) => {
    const lines = parseItems(context.req.param('items'), 'items')
    const { locale } = readVisit(context)
    const { url } = await startCheckout({ lines, locale, key: randomUUID() }, portsFor(context))
    return context.body(null, 303, { location: url, 'cache-control': 'no-store' })
  })

  return app
}
