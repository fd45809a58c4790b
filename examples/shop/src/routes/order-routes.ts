import { Hono } from 'hono'
import { formatCart, parseCart } from '../cart.ts'
import type { Order, Orders } from '../orders.ts'
import { orderPage } from '../pages/order.ts'
import { returnPage } from '../pages/return.ts'
import { ShopProblem } from '../problem.ts'
import { receiveWebhook } from '../receive-webhook.ts'
import type { StaticFiles } from '../static-files.ts'
import { keepCart, readCart, readVisit, show, wantsJson } from '../visit.ts'

export interface OrderRouteOptions {
  readonly orders: Orders
  readonly webhookSecrets: readonly string[]
  /** True while the webhook address is to answer 503, as one that is down. */
  readonly isWebhookDown: () => boolean
  readonly element: StaticFiles
}

/**
 * What comes after the payment: the page buyers return to, the webhooks, and the order with what arrived about it. Anybody may
 * read an order here, because the demo is there to be looked into; a real shop asks who wants to know.
 */
export function orderRoutes({ orders, webhookSecrets, isWebhookDown, element }: OrderRouteOptions): Hono {
  const integrity = element.integrity('pay-button.js')
  const app = new Hono()

  app.get('/return', (context) => {
    const reference = context.req.query('order')
    const known = reference === undefined ? undefined : orders.find(reference)?.reference
    return show(context, returnPage(known, integrity, readVisit(context)))
  })

  app.post('/webhooks/teabrick', (context) =>
    isWebhookDown() ? context.body(null, 503) : receiveWebhook(context.req.raw, webhookSecrets, orders),
  )

  app.get('/orders/:reference', (context) => {
    const order = orders.find(context.req.param('reference'))
    if (wantsJson(context)) {
      if (!order) throw new ShopProblem(404, 'not_found', 'the shop knows no order with this reference')
      return context.json(toOrderJson(order), 200, { 'cache-control': 'no-store' })
    }
    if (!order) return context.notFound()
    const cart = readCart(context)
    // What was in the cart is bought: the next visit begins with an empty one.
    const isBought = order.status === 'paid' && cart.length > 0 && formatCart(cart) === order.items
    if (isBought) keepCart(context, [])
    return show(context, orderPage(order, readVisit(context, isBought ? [] : cart)))
  })

  return app
}

function toOrderJson(order: Order): object {
  const { reference, status, amount, session, events, fulfilledCount, placedAt } = order
  const lines = parseCart(order.items ?? '').map(({ good, quantity }) => ({ sku: good.sku, quantity }))
  const sku = lines.length === 1 ? (lines[0]?.sku ?? null) : null
  return { reference, status, sku, lines, amount, session, events, fulfilledCount, placedAt }
}
