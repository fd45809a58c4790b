import { describe, expect } from 'vitest'
import { openBrowser } from '../scripts/open-browser.ts'
import { inspect, keep, newBuyer as newBuyerIn, stay } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { merchantOf } from './rig/merchant.ts'
import { sheetOf } from './rig/sheet.ts'
import type { RunningShop } from './rig/start-shop.ts'
import { eventually, expectPaidOnce, it } from './rig/test.ts'

/** `13:59 left` → seconds. */
function secondsIn(clock: string | null): number {
  const [, minutes, seconds] = /(\d+):(\d\d)/.exec(clock ?? '') ?? []
  return Number(minutes) * 60 + Number(seconds)
}

const sessionRequest = (shop: RunningShop, reference: string) => ({
  amount: GAIWAN,
  order: { reference, description: 'Plum-branch gaiwan' },
  returnUrl: `${shop.origin}/return?order=${reference}`,
  capture: 'automatic' as const,
  expiresInSeconds: 60,
})

/** Waits until the deadline is over by the clock: there is no other sign of it, because nothing may happen then. */
const deadlineOf = ({ expiresAt }: { readonly expiresAt: string }) =>
  new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now() + 1_500))

// The two that wait for a deadline come first: the others run meanwhile.
describe.concurrent('after the deadline', () => {
  it('a hold of before is still captured, and the session stays complete', async ({ shop, newBuyer }) => {
    const merchant = merchantOf(shop)
    const session = await merchant.sessions.create({
      ...sessionRequest(shop, 'M-HOLD'),
      methods: ['bank_card'],
      capture: 'manual',
    })
    const buyer = await newBuyer()
    const page = await buyer.open(session.url ?? '')
    // The only way to pay by card is the bank's page, so the element goes there.
    await sheetOf(page).pay.click()
    await page.locator('form[action*="/approve"] button').click()
    await page.locator('pay-return .outcome .good').waitFor()
    await keep(page, 'hold/1-return')
    const [held] = await shop.charges('M-HOLD')
    expect(held).toMatchObject({ status: 'authorized', captured: 0 })

    await deadlineOf(session)
    const after = await merchant.sessions.get(session.id)
    expect(after.status).toBe('complete')
    const paymentId = held?.reference ?? ''
    await merchant.payments.capture(paymentId)
    await eventually(
      () => merchant.payments.get(paymentId),
      ({ status }) => expect(status).toBe('succeeded'),
    )
    await expectPaidOnce(shop, 'M-HOLD', { method: 'bank_card', amount: GAIWAN })
    expect((await merchant.sessions.get(session.id)).status).toBe('complete')
  })

  it('the sheet says that time is up, and the code can no longer be paid', async ({ shop, newBuyer }) => {
    const { clientToken, url, ...session } = await merchantOf(shop).sessions.create(
      sessionRequest(shop, 'M-LATE'),
    )
    const buyer = await newBuyer({ locale: 'ru-RU' })
    const page = await buyer.context.newPage()
    await page.route('**/api/checkout', (route) => route.fulfill({ json: { clientToken, url } }))
    await page.goto('/tea/gaiwan')
    const sheet = sheetOf(page)
    await sheet.open()
    await sheet.choose('alipay')
    const payload = await sheet.scan()
    await deadlineOf(session)
    await eventually(
      () => shop.order('M-LATE'),
      ({ status }) => expect(status).toBe('expired'),
    )
    await sheet.outcome.waitFor()
    await sheet.qr.waitFor({ state: 'detached' })
    await inspect(page, 'expired/1-expired')
    const refused = await fetch(`${payload}/approve`, { method: 'POST' })
    expect(refused.status).toBe(409)
    expect((await shop.charges('M-LATE')).every(({ captured }) => captured === 0)).toBe(true)
  })
})

describe.concurrent('in the middle of a payment', () => {
  it('a reload comes back to the same code and the time that is left', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    const payload = await sheet.scan()
    const left = secondsIn(await sheet.timer.textContent())
    await page.reload()
    await sheet.button.click()
    expect(await sheet.scan()).toBe(payload)
    const leftNow = secondsIn(await sheet.timer.textContent())
    expect(leftNow).toBeLessThanOrEqual(left)
    expect(leftNow).toBeGreaterThan(left - 60)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it('closing the sheet and opening it again comes back to the same code', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('sbp')
    const payload = await sheet.scan()
    await sheet.close.click()
    await sheet.dialog.waitFor({ state: 'hidden' })
    await sheet.button.click()
    expect(await sheet.scan()).toBe(payload)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
  })

  it('double clicks make one order, one session and one charge', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(new URL(request.url()).pathname)
    })
    const answer = page.waitForResponse((response) => response.url().endsWith('/api/checkout'))
    await sheet.button.dblclick()
    const { reference } = (await (await answer).json()) as { reference: string }
    await sheet.method('alipay').check()
    await sheet.pay.dblclick()
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    expect(asked.filter((path) => path === '/api/checkout')).toHaveLength(1)
    const { charges } = await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
    expect(charges).toHaveLength(1)
  })

  it('CC-03: a second tab shows the same code, and both tabs turn to paid', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer()
    const first = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(first)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    const payload = await sheet.scan()
    // Duplicates the tab: the new one begins with a copy of the session storage.
    const opened = buyer.context.waitForEvent('page')
    await first.evaluate(() => void open(location.href))
    const second = await opened
    const copy = sheetOf(second)
    await copy.button.click()
    expect(await copy.scan()).toBe(payload)
    await stay(first)
    await stay(second)
    await onPhone(payload)
    await copy.paid.waitFor()
    await first.bringToFront()
    await sheet.paid.waitFor()
    await keep(first, 'two-tabs/1-first')
    await keep(second, 'two-tabs/2-second')
    const { charges } = await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
    expect(charges).toHaveLength(1)
  })

  it('two tabs that pay at once by different methods make one live payment', async ({ shop, newBuyer }) => {
    // The loser is told `payment_in_progress`, and the browser writes each 409 into the console.
    const buyer = await newBuyer({ mayLog: /409 .*\/pay\/v1\/checkout\/payments$/ })
    const first = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(first)
    const { reference, clientToken, url } = await sheet.open()
    const second = await buyer.context.newPage()
    await second.route('**/api/checkout', (route) => route.fulfill({ json: { reference, clientToken, url } }))
    await second.goto('/tea/gaiwan')
    const other = sheetOf(second)
    await other.open()
    await sheet.method('alipay').check()
    await other.method('sbp').check()
    // Neither request leaves before both are there: none of the tabs can know of the other's.
    let release = () => {}
    const bothAsked = new Promise<void>((resolve) => {
      release = resolve
    })
    let asked = 0
    for (const page of [first, second]) {
      await page.route('**/v1/checkout/payments', async (route) => {
        asked += 1
        if (asked === 2) release()
        await bothAsked
        await route.continue()
      })
    }
    await sheet.pay.click()
    await other.pay.click()
    const [code, otherCode] = await Promise.all([sheet.scan(), other.scan()])
    expect(otherCode).toBe(code)
    expect(await shop.charges(reference)).toHaveLength(1)
  })

  it('without a connection the sheet says so, and finds out by itself afterwards', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ mayLog: /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/ })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    const payload = await sheet.scan()
    await buyer.context.setOffline(true)
    await sheet.dialog.getByText('You are offline.').first().waitFor()
    await inspect(page, 'offline/1-offline')
    await onPhone(payload)
    await buyer.context.setOffline(false)
    await sheet.paid.waitFor()
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })
})

it('CL-01: the Back button from a bank’s page finds a checkout that works within a second', async ({
  shop,
  onPhone,
}) => {
  const browser = await openBrowser({ keepsPages: true })
  try {
    const buyer = await newBuyerIn(browser, shop.origin)
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => {
        document.documentElement.dataset['restored'] = String(persisted)
      })
    })
    await sheet.choose('bank_card')
    await page.waitForURL('**/sandbox/yookassa/**')
    await page.evaluate(() => history.back())
    // A page that was kept is not loaded again.
    await page.waitForURL('**/tea/gaiwan', { waitUntil: 'commit' })
    await page.locator('html[data-restored=true]').waitFor()
    await sheet.anotherMethod.waitFor({ timeout: 1_000 })
    await keep(page, 'back/1-restored')
    await sheet.close.click()
    await sheet.button.click()
    await sheet.anotherMethod.click()
    await sheet.choose('sbp')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
    await buyer.leave()
  } finally {
    await browser.close()
  }
})

it.for(['led there', 'gone there by the link'])(
  'CL-01: the Back button from the return page, %s, does not lead forward again; the next purchase is another one',
  async (how, { shop, onPhone }) => {
    const browser = await openBrowser({ keepsPages: true })
    try {
      const buyer = await newBuyerIn(browser, shop.origin)
      const page = await buyer.open('/tea/gaiwan')
      const sheet = sheetOf(page)
      const { reference } = await sheet.open()
      await page.evaluate(() => {
        addEventListener('pageshow', ({ persisted }) => {
          document.documentElement.dataset['restored'] = String(persisted)
        })
      })
      await sheet.choose('sbp')
      await onPhone(await sheet.scan())
      if (how !== 'led there') await sheet.dialog.getByRole('link', { name: 'Back to the shop' }).click()
      await page.waitForURL(`**/return?order=${reference}`)
      await page.locator('pay-return .outcome .good').waitFor()
      await page.evaluate(() => history.back())
      await page.locator('html[data-restored=true]').waitFor()
      // What was paid is still said, and can be put away.
      await sheet.paid.waitFor()
      await keep(page, 'back/2-paid')
      await sheet.close.click()
      const second = await sheet.open()
      expect(second.reference).not.toBe(reference)
      expect(page.url()).toBe(`${shop.origin}/tea/gaiwan`)
      await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
      await buyer.leave()
    } finally {
      await browser.close()
    }
  },
)

it('NW-12: the network goes after the order to pay has left: nobody says that it failed, and it is found again', async ({
  shop,
  newBuyer,
  onPhone,
}) => {
  const buyer = await newBuyer({ mayLog: /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_FAILED/ })
  const page = await buyer.open('/tea/gaiwan')
  const sheet = sheetOf(page)
  const { reference } = await sheet.open()
  await page.route(
    '**/v1/checkout/payments',
    async (route) => {
      // It arrives, and its answer meets a dead network.
      await route.fetch()
      await buyer.context.setOffline(true)
      await route.abort('internetdisconnected')
    },
    { times: 1 },
  )
  await sheet.choose('alipay')
  await sheet.dialog.getByText('You are offline.').first().waitFor()
  expect(await sheet.dialog.textContent()).not.toMatch(/failed|declined|not charged/i)
  await buyer.context.setOffline(false)
  await onPhone(await sheet.scan())
  await sheet.paid.waitFor()
  await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
})
