import { describe, expect } from 'vitest'
import { inspect, keep } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { merchantOf } from './rig/merchant.ts'
import { sheetOf } from './rig/sheet.ts'
import { eventually, expectPaidOnce, it } from './rig/test.ts'

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
