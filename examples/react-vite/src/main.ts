import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { createMerchantClient, isPayError } from '@teabrick/core/merchant'
import { renderPage } from './render-page.tsx'
import { TEA } from './tea.ts'

// `npm start` at the root prints address and key of a payment API on this machine.
const {
  PORT = '5173',
  PAY_API_URL = 'http://127.0.0.1:4242/pay',
  PAY_SECRET_KEY = 'sk_sandbox_demo',
} = process.env
const origin = `http://127.0.0.1:${PORT}`
const payments = createMerchantClient({ apiUrl: PAY_API_URL, secretKey: PAY_SECRET_KEY })
const client = new URL('../client/', import.meta.url)
const template = await readFile(new URL('index.html', client), 'utf8')

/** An order that waits for its money. The same key is the same purchase: a repeated call gets the same session. */
async function startCheckout(sku: unknown, idempotencyKey: string | undefined) {
  if (sku !== TEA.sku) throw new RangeError(`there is no ${JSON.stringify(sku)} here`)
  const { clientToken, url } = await payments.sessions.create(
    {
      amount: TEA.price,
      order: { reference: `VITE-${Date.now()}`, description: TEA.name },
      returnUrl: `${origin}/return`,
      locale: 'en',
    },
    { idempotencyKey },
  )
  return { clientToken, url }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', origin)
  if (request.method === 'POST' && pathname === '/api/checkout') {
    const { data } = JSON.parse(await readText(request)) as { readonly data?: { readonly sku?: unknown } }
    const started = await startCheckout(data?.sku, request.headers['idempotency-key']?.toString())
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify(started))
  } else if (pathname.startsWith('/buy/')) {
    // The link inside the button: pays without JavaScript, on the hosted page.
    const { url } = await startCheckout(pathname.slice('/buy/'.length), undefined)
    response.writeHead(303, { location: url, 'cache-control': 'no-store' }).end()
  } else if (/^\/assets\/[\w.-]+$/.test(pathname)) {
    const type = extname(pathname) === '.css' ? 'text/css' : 'text/javascript'
    const body = await readFile(new URL(`.${pathname}`, client))
    response
      .writeHead(200, { 'content-type': type, 'cache-control': 'max-age=31536000, immutable' })
      .end(body)
  } else if (pathname === '/' || pathname === '/return') {
    const html = renderPage(template, { path: pathname, apiUrl: PAY_API_URL })
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
  } else {
    response.writeHead(404).end()
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request.setEncoding('utf8')) {
    text += part
    if (text.length > 10_000) throw new RangeError('the body is too large')
  }
  return text
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    const status = error instanceof RangeError || error instanceof SyntaxError ? 400 : 502
    console.error(isPayError(error) ? `${error.code}: ${error.message}` : error)
    if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' })
    response.end('{"code":"unavailable"}')
  })
}).listen(Number(PORT), '127.0.0.1', () => console.log(`Tea at ${origin}`))
