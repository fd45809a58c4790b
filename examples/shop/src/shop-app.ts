import { Hono } from 'hono'
import type { DrillRun } from './drill-run.ts'
import type { DemoFacts } from './pages/how.ts'
import { messagePage } from './pages/message.ts'
import { ShopProblem } from './problem.ts'
import { cartRoutes } from './routes/cart-routes.ts'
import { checkoutRoutes } from './routes/checkout-routes.ts'
import { drillRoutes } from './routes/drill-routes.ts'
import { type OrderRouteOptions, orderRoutes } from './routes/order-routes.ts'
import { pageRoutes } from './routes/page-routes.ts'
import type { CheckoutPorts } from './start-checkout.ts'
import type { StaticFiles } from './static-files.ts'
import { readVisit, show, wantsJson } from './visit.ts'

export interface ShopAppOptions extends CheckoutPorts, OrderRouteOptions {
  readonly facts: DemoFacts
  /** The departure drill against this shop's own configuration. */
  readonly drill: DrillRun
  /** Other addresses of the same pages: `http://localhost:4242`. */
  readonly otherOrigins: readonly string[]
  /** `/client/`: the shop's own style sheet and scripts. `element` is `/teabrick/`. */
  readonly clientFiles: StaticFiles
}

/** As strict as the element allows: no inline style or script, nothing from elsewhere, one Trusted Types policy. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

/** The shop's own pages and endpoints. The payment API and the sandbox are mounted beside it, not in it. */
export function createShopApp(options: ShopAppOptions): Hono {
  const { facts, drill, element, clientFiles, otherOrigins } = options
  const app = new Hono()

  app.use(async (context, next) => {
    await next()
    const { headers } = context.res
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'same-origin')
    if (!headers.has('content-security-policy')) {
      headers.set('content-security-policy', CONTENT_SECURITY_POLICY)
    }
  })
  app.route('/', pageRoutes(facts, element))
  app.route('/', drillRoutes(drill))
  app.route('/', cartRoutes())
  app.route('/', checkoutRoutes(options, otherOrigins))
  app.route('/', orderRoutes(options))
  app.get('*', async ({ req }, next) => element.respond(req.raw) ?? clientFiles.respond(req.raw) ?? next())

  app.notFound((context) => {
    const visit = readVisit(context)
    const { notFoundTitle, notFoundText } = visit.texts
    return show(context, messagePage(notFoundTitle, notFoundText, visit), 404)
  })
  app.onError((error, context) => {
    if (!(error instanceof ShopProblem)) throw error
    // Only links and forms of a page are followed by people.
    if (!context.req.path.startsWith('/buy/') || wantsJson(context)) return error.toResponse()
    const visit = readVisit(context)
    const { notFoundTitle, notFoundText, problemTitle, problemText } = visit.texts
    return error.status === 502
      ? show(context, messagePage(problemTitle, problemText, visit), 502)
      : show(context, messagePage(notFoundTitle, notFoundText, visit), 404)
  })
  return app
}
