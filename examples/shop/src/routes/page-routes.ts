import { Hono } from 'hono'
import { toSvg } from '../art/drawing.ts'
import { FAVICON } from '../art/favicon.ts'
import { CATALOGUE, findGood } from '../catalogue.ts'
import { homePage } from '../pages/home.ts'
import { type DemoFacts, howPage } from '../pages/how.ts'
import { type ButtonScript, productPage } from '../pages/product.ts'
import type { StaticFiles } from '../static-files.ts'
import { readVisit, show } from '../visit.ts'

/** The window, the goods, their pictures, and how the demo works. */
export function pageRoutes(facts: DemoFacts, element: StaticFiles): Hono {
  const scripts: Readonly<Record<ButtonScript, string>> = {
    module: element.integrity('pay-button.js'),
    classic: element.integrity('pay-button.classic.js'),
  }
  const pictures = new Map(CATALOGUE.map(({ sku, drawing }) => [`${sku}.svg`, toSvg(drawing)]))
  const app = new Hono()

  app.get('/', (context) => show(context, homePage(readVisit(context))))
  app.get('/how', (context) => show(context, howPage(facts, readVisit(context))))
  for (const [path, script] of [
    ['/tea/:sku', 'module'],
    ['/classic/:sku', 'classic'],
  ] as const) {
    app.get(path, (context) => {
      const good = findGood(context.req.param('sku'))
      if (!good) return context.notFound()
      return show(context, productPage(good, script, scripts[script], readVisit(context)))
    })
  }
  app.get('/art/:name', (context) => {
    const picture = pictures.get(context.req.param('name'))
    return picture === undefined ? context.notFound() : svg(picture)
  })
  app.get('/favicon.svg', () => svg(FAVICON))
  app.get('/favicon.ico', () => svg(FAVICON))
  return app
}

function svg(markup: string): Response {
  return new Response(markup, {
    headers: {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=3600',
      // Opened on its own, the picture may use its own style sheet and nothing else.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  })
}
