import { describe, expect } from 'vitest'
import { inspect, keep } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { sheetOf } from './rig/sheet.ts'
import { eventually, expectPaidOnce, it } from './rig/test.ts'

describe.concurrent('a buyer who chooses again', () => {
  it('is refused by the wallet, is told so, and pays by another method', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    await onPhone(await sheet.scan(), 'decline')
    await sheet.refusal.waitFor()
    await inspect(page, 'declined/1-refused')
    await sheet.choose('sbp')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    const { charges } = await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
    expect(charges.map(({ status, captured }) => [status, captured])).toEqual([
      ['failed', 0],
      ['succeeded', GAIWAN.minorUnits],
    ])
  })

  it('pays the old SBP code as well: the second money comes back', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer({ locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('sbp')
    const oldCode = await sheet.scan()
    await sheet.anotherMethod.click()
    await sheet.pay.waitFor()
    await inspect(page, 'old-code/1-methods')
    await sheet.choose('alipay')
    const newCode = await sheet.scan()
    await inspect(page, 'old-code/2-new-code')
    await onPhone(newCode)
    await sheet.paid.waitFor()
    await onPhone(oldCode)
    await eventually(
      () => shop.charges(reference),
      ([first]) =>
        expect(first).toMatchObject({
          captured: GAIWAN.minorUnits,
          refunded: GAIWAN.minorUnits,
          approvals: 1,
        }),
    )
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
    await eventually(
      () => shop.order(reference),
      ({ events }) => expect(events.map(({ type }) => type)).toContain('payment.late_refunded'),
    )
  })

  it('pays the old SBP code instead of the new one: it counts, and the new one is of no use', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('sbp')
    const oldCode = await sheet.scan()
    await sheet.anotherMethod.click()
    await sheet.pay.waitFor()
    await sheet.choose('alipay')
    await sheet.scan()
    await onPhone(oldCode)
    await sheet.paid.waitFor()
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
    await eventually(
      () => shop.charges(reference),
      ([, second]) => expect(second).toMatchObject({ status: 'canceled', captured: 0 }),
    )
  })

  it('cannot pay an old Alipay code any more: it was canceled before another was shown', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ locale: 'zh-CN' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    const oldCode = await sheet.scan()
    await sheet.anotherMethod.click()
    await sheet.pay.waitFor()
    const refused = await fetch(`${oldCode}/approve`, { method: 'POST' })
    expect(refused.status).toBe(409)
    await sheet.choose('sbp')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    await keep(page, 'old-alipay-code/1-paid')
    const { charges } = await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
    expect(charges[0]).toMatchObject({ status: 'canceled', captured: 0, approvals: 0 })
  })
})
