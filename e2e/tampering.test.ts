import type { Route } from 'playwright-core'
import { describe, expect } from 'vitest'
import { keep } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { sheetOf } from './rig/sheet.ts'
import { expectPaidOnce, it } from './rig/test.ts'

/** Changes the body of a request on its way out. */
const withBody = (change: (body: Record<string, unknown>) => unknown) => (route: Route) => {
  const body = (route.request().postDataJSON() ?? {}) as Record<string, unknown>
  return route.continue({ postData: JSON.stringify(change(body)) })
}

describe.concurrent('whoever changes the page pays what the shop asks', () => {
  it('with prices, currencies and methods written into the element', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    await page.locator('pay-button').evaluate((element) => {
      for (const name of ['amount', 'data-amount', 'data-price', 'price', 'data-minor-units']) {
        element.setAttribute(name, '1')
      }
      for (const name of ['currency', 'data-currency']) element.setAttribute(name, 'CNY')
      Object.assign(element, { amount: { currency: 'CNY', minorUnits: 1 }, price: 1 })
    })
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it.for([
    ['a price', { amount: { currency: 'RUB', minorUnits: 100 } }],
    ['a reference', { reference: 'A-1' }],
  ] as const)(
    'with %s in the order, which is refused with a word to the buyer',
    async ([name, extra], { newBuyer }) => {
      const buyer = await newBuyer({ mayLog: /400 .*\/api\/checkout$/ })
      const page = await buyer.context.newPage()
      await page.route(
        '**/api/checkout',
        withBody((body) => ({ ...body, ...extra })),
      )
      await page.goto('/tea/gaiwan')
      await page.evaluate(() =>
        addEventListener('pay-error', (event) => {
          document.title = (event as Event & { error: { code: string } }).error.code
        }),
      )
      const sheet = sheetOf(page)
      await sheet.button.click()
      await sheet.dialog.locator('.outcome .bad').waitFor()
      expect(await page.title()).toBe('invalid_request')
      await keep(page, `tampering/refused-${name.split(' ').at(-1)}`)
    },
  )

  it.for([
    ['an amount', 400, { amount: { currency: 'RUB', minorUnits: 1 } }],
    ['a charge', 400, { charge: { currency: 'CNY', minorUnits: 1 } }],
    ['a method nobody offers', 409, { method: 'wechat_pay' }],
    ['a quote of one’s own', 409, { quoteId: 'qt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ] as const)(
    'with %s in the payment, which is refused: nothing reaches a provider',
    async ([, status, extra], { shop, newBuyer }) => {
      const buyer = await newBuyer({ mayLog: /(400|409) .*\/checkout\/payments$/ })
      const page = await buyer.open('/tea/gaiwan')
      const sheet = sheetOf(page)
      const { reference } = await sheet.open()
      await page.route(
        '**/v1/checkout/payments',
        withBody((body) => ({ ...body, ...extra })),
      )
      const answer = page.waitForResponse('**/v1/checkout/payments')
      await sheet.choose('alipay')
      expect((await answer).status()).toBe(status)
      await sheet.dialog.locator('.note').first().waitFor()
      expect(await shop.charges(reference)).toEqual([])
      // Left alone again, the same sheet pays the whole price.
      await page.unrouteAll()
      await sheet.choose('alipay')
      await sheet.scan()
      expect(await shop.charges(reference)).toMatchObject([{ amount: GAIWAN_IN_YUAN }])
    },
  )

  it('with a quote that belongs to a cheaper order', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer({ mayLog: /409 .*\/checkout\/payments$/ })
    const cheap = await buyer.context.newPage()
    const view = cheap.waitForResponse((response) => /\/v1\/checkout\?/.test(response.url()) && response.ok())
    await cheap.goto('/tea/krasnodar')
    await sheetOf(cheap).open()
    const { methods } = (await (await view).json()) as { methods: { id: string; quote?: { id: string } }[] }
    const quoteId = methods.find(({ id }) => id === 'alipay')?.quote?.id
    expect(quoteId).toBeDefined()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await page.route(
      '**/v1/checkout/payments',
      withBody((body) => ({ ...body, quoteId })),
    )
    const answer = page.waitForResponse('**/v1/checkout/payments')
    await sheet.choose('alipay')
    expect((await answer).status()).toBe(409)
    expect(await shop.charges(reference)).toEqual([])
  })

  it('with another amount in the answers, which only the page believes', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer()
    const page = await buyer.context.newPage()
    await page.route(/\/v1\/checkout\?/, async (route) => {
      const response = await route.fetch()
      if (!response.ok()) return route.fulfill({ response })
      const view = (await response.json()) as { amount: object }
      return route.fulfill({ response, json: { ...view, amount: { currency: 'RUB', minorUnits: 100 } } })
    })
    await page.goto('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('sbp')
    await onPhone(await sheet.scan())
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})

describe.concurrent('a page that is not as it should be', () => {
  it('BA-23: a polluted Object.prototype changes neither the price nor the way back', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer()
    await buyer.context.addInitScript(() => {
      const evil = 'https://evil.example/'
      Object.assign(Object.prototype, { returnUrl: evil, apiUrl: evil, url: evil, amount: 1, quantity: 99 })
    })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    await onPhone(await sheet.scan())
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it.for([-1_700_000_000, -10_800, 10_800])(
    'CL-05: a clock that is wrong by %i s changes no deadline',
    async (seconds, { newBuyer, onPhone }) => {
      const buyer = await newBuyer()
      await buyer.context.addInitScript((skewMs) => {
        const now = Date.now.bind(Date)
        Date.now = () => now() + skewMs
      }, seconds * 1000)
      const page = await buyer.open('/tea/gaiwan')
      const sheet = sheetOf(page)
      await sheet.open()
      await sheet.choose('alipay')
      const payload = await sheet.scan()
      expect(await sheet.timer.textContent()).toMatch(/1[34]:\d\d/)
      await onPhone(payload)
      await sheet.paid.waitFor()
    },
  )
})

describe.concurrent('other people’s payments', () => {
  it('are in nothing that a buyer’s browser is told', async ({ shop, newBuyer, onPhone }) => {
    const stranger = await newBuyer()
    const strangers = sheetOf(await stranger.open('/tea/samovar'))
    const other = await strangers.open()
    await strangers.choose('alipay')
    const otherPayload = await strangers.scan()
    const otherSession = (await shop.order(other.reference)).session?.id.slice(3) ?? ''

    const buyer = await newBuyer()
    const bodies: Promise<string>[] = []
    buyer.context.on('response', (response) => {
      if (/\/(pay|api|return|tea)\b/.test(response.url())) bodies.push(response.text().catch(() => ''))
    })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    await page.waitForURL(`**/return?order=${reference}`)
    await page.locator('pay-return .outcome .good').waitFor()
    const told = (await Promise.all(bodies)).join('\n')
    expect(told).toContain(reference)
    for (const secret of [other.reference, other.clientToken, other.url, otherPayload, otherSession]) {
      expect(secret.length).toBeGreaterThan(5)
      expect(told).not.toContain(secret)
    }
  })

  it('cannot be reached with a token of one’s own, or one that was changed', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const { clientToken, url } = await sheetOf(page).open()
    const ask = (token: string, path = '/v1/checkout') =>
      fetch(`${shop.origin}/pay${path}`, { headers: { authorization: `Bearer ${token}` } })
    expect((await ask(clientToken)).status).toBe(200)
    const middle = Math.floor(clientToken.length / 3)
    const flipped = clientToken[middle] === 'A' ? 'B' : 'A'
    const changed = `${clientToken.slice(0, middle)}${flipped}${clientToken.slice(middle + 1)}`
    expect((await ask(changed)).status).toBe(401)
    expect((await ask(clientToken, '/v1/sessions')).status).toBe(401)
    const link = new URL(url).pathname.split('/').at(-1) ?? ''
    expect((await ask(link.replace('lt_', 'ct_'))).status).toBe(401)
    const hosted = await fetch(url.replace(link, clientToken))
    expect(hosted.status).toBe(401)
  })

  it('are not told to a page of another origin', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const { clientToken } = await sheetOf(page).open()
    for (const origin of ['https://evil.example', 'null', `${shop.origin}.evil.example`]) {
      const answer = await fetch(`${shop.origin}/pay/v1/checkout`, {
        headers: { authorization: `Bearer ${clientToken}`, origin },
      })
      expect([origin, answer.status]).toEqual([origin, 403])
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})
