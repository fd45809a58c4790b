import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { bundle } from './peers.ts'

const DIST = fileURLToPath(new URL('../packages/web-component/dist/', import.meta.url))

/** Google's remote part, as small as it can be: it says yes and gives a native button. */
const PAY_JS = `window.google = { payments: { api: { PaymentsClient: class {
  isReadyToPay() { return Promise.resolve({ result: true }) }
  loadPaymentData() { return new Promise(() => {}) }
  prefetchPaymentData() {}
  createButton() { const button = document.createElement('button'); button.textContent = 'Buy with GPay'; button.style.cssText = 'width: 240px; height: 48px'; return button }
} } } }`

const GOOGLE = `import '@google-pay/button-element'
const element = document.createElement('google-pay-button')
element.environment = 'TEST'
element.paymentRequest = {
  apiVersion: 2, apiVersionMinor: 0,
  allowedPaymentMethods: [{ type: 'CARD', parameters: { allowedAuthMethods: ['PAN_ONLY'], allowedCardNetworks: ['VISA'] },
    tokenizationSpecification: { type: 'PAYMENT_GATEWAY', parameters: { gateway: 'example', gatewayMerchantId: 'x' } } }],
  merchantInfo: { merchantId: '1', merchantName: 'Tea' },
  transactionInfo: { totalPriceStatus: 'FINAL', totalPrice: '100.00', currencyCode: 'USD', countryCode: 'US' },
}
document.body.append(element)`

const ADYEN = `import { AdyenCheckout, Dropin, Card } from '@adyen/adyen-web'
import '@adyen/adyen-web/styles/adyen.css'
const checkout = await AdyenCheckout({
  clientKey: 'test_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', environment: 'test', locale: 'en-US', countryCode: 'NL',
  amount: { value: 1000, currency: 'EUR' }, analytics: { enabled: false },
  paymentMethodsResponse: { paymentMethods: [{ type: 'scheme', name: 'Cards', brands: ['visa', 'mc'] }] },
  onSubmit() {}, onAdditionalDetails() {},
})
new Dropin(checkout, { paymentMethodComponents: [Card] }).mount('#root')`

/** A page of one contender: empty but for what its script paints. */
interface Contender {
  readonly name: string
  readonly head: string
  readonly body: string
}

export interface Paint {
  readonly name: string
  /** Milliseconds from just before the script tag to the first paint of what it draws, per load. */
  readonly ms: readonly number[]
}

/** Loads the pages by turns, each time in a new browser profile: what disturbs the machine disturbs all alike. */
export async function measurePaint(
  browser: Browser,
  peers: string,
  { loads, cpu }: { readonly loads: number; readonly cpu: number },
): Promise<readonly Paint[]> {
  const files = new Map<string, { readonly body: Buffer; readonly type: string }>()
  const put = (path: string, text: string | Buffer, type = 'text/javascript') =>
    files.set(path, { body: gzipSync(text, { level: 9 }), type })
  put('/pay-button.js', readFileSync(`${DIST}pay-button.js`))
  put('/google.js', (await bundle(GOOGLE, peers)).js)
  const adyen = await bundle(
    `(async () => {${ADYEN.replace(/^import .*$/gm, '')}})()\n${(ADYEN.match(/^import .*$/gm) ?? []).join('\n')}`,
    peers,
  )
  put('/adyen.js', adyen.js)
  put('/adyen.css', adyen.css, 'text/css')
  const contenders: readonly Contender[] = [
    {
      name: 'pay-button',
      head: '<script type="module" src="/pay-button.js"></script>',
      body: '<pay-button api-url="/pay" session-url="/session" locale="en"></pay-button>',
    },
    {
      name: 'google-pay-button, its remote part a local stub',
      head: '<script defer src="/google.js"></script>',
      body: '',
    },
    {
      name: 'Adyen Drop-in with cards, methods given',
      head: '<link rel="stylesheet" href="/adyen.css"><script defer src="/adyen.js"></script>',
      body: '<div id="root"></div>',
    },
  ]
  contenders.forEach(({ head, body }, i) =>
    put(
      `/page-${i}`,
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><script>performance.mark('tag')</script>${head}<body>${body}`,
      'text/html; charset=utf-8',
    ),
  )

  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    if (!file) return response.writeHead(404).end()
    response
      .writeHead(200, { 'content-type': file.type, 'content-encoding': 'gzip', 'cache-control': 'no-store' })
      .end(file.body)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const ms: number[][] = contenders.map(() => [])
    for (let load = 0; load < loads; load++)
      for (let turn = 0; turn < contenders.length; turn++) {
        const i = (load + turn) % contenders.length
        ms[i]?.push(await paintOnce(browser, `${origin}/page-${i}`, origin, cpu))
      }
    return contenders.map(({ name }, i) => ({ name, ms: ms[i] ?? [] }))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function paintOnce(browser: Browser, url: string, origin: string, cpu: number): Promise<number> {
  const context = await browser.newContext()
  try {
    // Nobody but this machine is asked. Adyen's pictures and translations come as nothing.
    await context.route(
      (address) => address.origin !== origin && address.protocol.startsWith('http'),
      (route) =>
        route.request().url().includes('pay.google.com')
          ? route.fulfill({ contentType: 'text/javascript', body: PAY_JS })
          : route.fulfill({ contentType: 'application/json', body: '{}' }),
    )
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu })
    await page.goto(url)
    return await page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          new PerformanceObserver((list, observer) => {
            const painted = list.getEntriesByName('first-contentful-paint')[0]
            if (!painted) return
            observer.disconnect()
            resolve(painted.startTime - (performance.getEntriesByName('tag')[0]?.startTime ?? 0))
          }).observe({ type: 'paint', buffered: true }),
        ),
    )
  } finally {
    await context.close()
  }
}
