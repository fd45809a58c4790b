// The smallest shop: two HTML files, the element's files as they are in the package, and one address that creates sessions.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createMerchantClient } from '@teabrick/core/merchant'

// `npm start` at the root prints address and key of a payment API on this machine.
const {
  PORT = '8080',
  PAY_API_URL = 'http://127.0.0.1:4242/pay',
  PAY_SECRET_KEY = 'sk_sandbox_demo',
} = process.env
const origin = `http://127.0.0.1:${PORT}`
const payments = createMerchantClient({ apiUrl: PAY_API_URL, secretKey: PAY_SECRET_KEY })
const element = dirname(createRequire(import.meta.url).resolve('@teabrick/web-component/script'))
const integrity = `sha384-${createHash('sha384')
  .update(readFileSync(join(element, 'pay-button.js')))
  .digest('base64')}`

/** No inline script or style, nothing from elsewhere but the payment API: the element needs no more. */
const POLICY = `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${new URL(PAY_API_URL).origin}; require-trusted-types-for 'script'; trusted-types lit-html`

/** @param {string} name */
const page = (name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .replaceAll('{{apiUrl}}', PAY_API_URL)
    .replaceAll('{{integrity}}', integrity)

/** The price is here and nowhere else. @param {string | undefined} [idempotencyKey] The same key is the same purchase. */
async function startCheckout(idempotencyKey) {
  const { clientToken, url } = await payments.sessions.create(
    {
      amount: { currency: 'RUB', minorUnits: 189_000 },
      order: { reference: `TAG-${Date.now()}`, description: 'Да Хун Пао, 100 г' },
      returnUrl: `${origin}/return`,
      locale: 'ru',
    },
    { idempotencyKey },
  )
  return { clientToken, url }
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', origin)
  try {
    if (pathname === '/api/checkout' && request.method === 'POST') {
      const started = await startCheckout(request.headers['idempotency-key']?.toString())
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify(started))
    } else if (pathname === '/buy/da-hong-pao') {
      const { url } = await startCheckout()
      response.writeHead(303, { location: url, 'cache-control': 'no-store' }).end()
    } else if (pathname === '/' || pathname === '/return') {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
      })
      response.end(page(pathname === '/' ? 'tea.html' : 'return.html'))
    } else if (/^\/teabrick\/(chunks\/)?[\w-]+\.(js|css)$/.test(pathname)) {
      // Compressed: many networks freeze a foreign connection after 16 KB.
      const body = gzipSync(readFileSync(join(element, pathname.slice('/teabrick/'.length))), { level: 9 })
      const type = pathname.endsWith('.css') ? 'text/css' : 'text/javascript'
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body)
    } else {
      response.writeHead(404).end()
    }
  } catch (error) {
    console.error(error)
    response.writeHead(502, { 'content-type': 'application/json' }).end('{"code":"unavailable"}')
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log(`Tea at ${origin}`))
