import { createMerchantClient } from '@teabrick/core/merchant'
import { SECRET_KEY } from '@teabrick-examples/shop'
import { describe, expect } from 'vitest'
import { inspect, keep } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { sheetOf } from './rig/sheet.ts'
import type { RunningShop } from './rig/start-shop.ts'
import { eventually, expectPaidOnce, it } from './rig/test.ts'

/** The merchant's own program, beside the shop. */
const merchantOf = (shop: RunningShop) =>
  createMerchantClient({ apiUrl: `${shop.origin}/pay`, secretKey: SECRET_KEY })

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
    await page.locator('form[action$="/pay"] button').click()
    await page.locator('a.action[href*="/sandbox/"]').click()
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

describe.concurrent('when the provider', () => {
  it('answers after five seconds, the buyer sees that it is being prepared, and gets one code', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ locale: 'zh-CN' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await shop.play(reference, { name: 'slow', operation: 'pay', times: 1, delayMs: 5_000 })
    await sheet.choose('alipay')
    await sheet.dialog.locator('button.action[aria-disabled=true]').waitFor()
    await inspect(page, 'slow/1-preparing')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    const { charges } = await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
    expect(charges).toHaveLength(1)
  })

  it.for([
    ['alipay', 'ALIPAY_CN', GAIWAN_IN_YUAN],
    ['sbp', 'sbp', GAIWAN],
  ] as const)(
    'takes the order for %s and its answer is lost, it is asked again and there is one charge',
    async ([method, native, amount], { shop, newBuyer, onPhone }) => {
      const buyer = await newBuyer({ locale: 'ru-RU' })
      const page = await buyer.open('/tea/gaiwan')
      const sheet = sheetOf(page)
      const { reference } = await sheet.open()
      await shop.play(reference, { name: 'lost-answer', operation: 'pay', times: 2 })
      await sheet.choose(method)
      await sheet.outcome.waitFor()
      await keep(page, `lost-answer-${method}/1-waiting`)
      await onPhone(await sheet.scan())
      await sheet.paid.waitFor()
      const { charges } = await expectPaidOnce(shop, reference, { method: native, amount })
      expect(charges).toHaveLength(1)
    },
  )

  it.for([
    ['alipay', 'ALIPAY_CN', GAIWAN_IN_YUAN],
    ['sbp', 'sbp', GAIWAN],
  ] as const)(
    'loses its notification of %s, the payment is found all the same',
    async ([method, native, amount], { shop, newBuyer, onPhone }) => {
      const buyer = await newBuyer()
      const page = await buyer.open('/tea/gaiwan')
      const sheet = sheetOf(page)
      const { reference } = await sheet.open()
      await shop.play(reference, { name: 'webhook-lost' })
      await sheet.choose(method)
      await onPhone(await sheet.scan())
      await sheet.paid.waitFor()
      await expectPaidOnce(shop, reference, { method: native, amount })
      const { doubles } = await shop.control()
      const [charge] = await shop.charges(reference)
      const told = doubles
        .flatMap(({ notifications }) => notifications)
        .filter((notification) => notification.reference === charge?.reference)
      expect(told.length).toBeGreaterThan(0)
      expect(told.map(({ state }) => state)).not.toContain('acknowledged')
    },
  )
})

it('a shop whose webhook address is down is told later, and packs once', async ({
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
  shop.setWebhookDown(true)
  await onPhone(payload)
  await sheet.paid.waitFor()
  const session = (await shop.order(reference)).session?.id ?? ''
  // Not before a delivery was tried and refused.
  await eventually(
    () => merchantOf(shop).events.list(),
    ({ items }) => {
      const completed = items.find(
        ({ id, type }) => id.startsWith(session.replace('cs_', 'evt_')) && type === 'session.completed',
      )
      expect(completed?.deliveries).toMatchObject([{ status: 'pending', lastStatus: 503 }])
    },
  )
  expect((await shop.order(reference)).events).toEqual([])
  await page.waitForURL('**/return?order=*')
  await page.locator('#order-link').click()
  await page.locator('#order[data-status=awaiting_payment]').waitFor()
  await keep(page, 'webhook-down/1-waiting')
  shop.setWebhookDown(false)
  // The order's page looks again by itself.
  await page.locator('#order[data-status=paid]').waitFor()
  await keep(page, 'webhook-down/2-paid')
  await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
})
