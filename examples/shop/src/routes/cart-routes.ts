import { Hono } from 'hono'
import { addToCart, MAX_QUANTITY, setQuantity } from '../cart.ts'
import { toCartData } from '../cart-data.ts'
import { findGood } from '../catalogue.ts'
import { cartTexts } from '../client/cart-texts.ts'
import { cartPage } from '../pages/cart.tsx'
import { ShopProblem } from '../problem.ts'
import { keepCart, readCart, readVisit, show, wantsJson } from '../visit.ts'

/** The cart's page, and the one form behind all its buttons. */
export function cartRoutes(): Hono {
  const app = new Hono()

  app.get('/cart', (context) => {
    const visit = readVisit(context)
    const { locale, texts } = visit
    const cart = toCartData(readCart(context), locale)
    return show(context, cartPage({ cart, locale, texts: cartTexts(texts) }, visit))
  })

  app.post('/cart', async (context) => {
    const form = await context.req.parseBody()
    const sku = String(form['sku'] ?? '')
    const quantity = Number(form['quantity'] ?? Number.NaN)
    if (!findGood(sku)) throw new ShopProblem(400, 'invalid_request', 'the catalogue has no such good', 'sku')
    if (!Number.isInteger(quantity) || quantity < 0 || quantity > MAX_QUANTITY) {
      throw new ShopProblem(
        400,
        'invalid_request',
        `send a whole number from 0 to ${MAX_QUANTITY}`,
        'quantity',
      )
    }
    const change = form['action'] === 'add' ? addToCart : setQuantity
    const lines = change(readCart(context), sku, quantity)
    keepCart(context, lines)
    if (!wantsJson(context)) return context.redirect('/cart', 303)
    return context.json(toCartData(lines, readVisit(context).locale))
  })

  return app
}
