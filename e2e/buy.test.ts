import { describe, expect } from 'vitest'
import { look } from './rig/buyer.ts'
import { sheetOf } from './rig/sheet.ts'
import { expectPaidOnce, it } from './rig/test.ts'

const GAIWAN = { currency: 'RUB', minorUnits: 168_000 }

describe('a buyer at a desktop', () => {
  it('pays by Alipay: scans the code, approves on the phone, and sees the order paid', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ locale: 'zh-CN' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    await look(page, 'alipay/1-product')
    const { reference } = await sheet.open()
    await sheet.method('alipay').check()
    await look(page, 'alipay/2-methods')
    await sheet.choose('alipay')
    const payload = await sheet.scan()
    await look(page, 'alipay/3-code')
    expect(payload).toContain(`${shop.origin}/sandbox/antom/`)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await look(page, 'alipay/4-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await page.locator('pay-return .outcome .good').waitFor()
    await look(page, 'alipay/5-return')
    await page.locator('#order-link').click()
    await page.locator('#order[data-status=paid]').waitFor()
    await look(page, 'alipay/6-order')
    await expectPaidOnce(shop, reference, {
      method: 'ALIPAY_CN',
      amount: { currency: 'CNY', minorUnits: 13_440 },
    })
  })

  it('pays by SBP', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer({ locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await look(page, 'sbp/1-methods')
    await sheet.choose('sbp')
    const payload = await sheet.scan()
    await look(page, 'sbp/2-code')
    expect(payload).toMatch(/\/AD\w+\?type=02&bank=\d+&sum=168000&cur=RUB&crc=[0-9A-F]{4}$/)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await look(page, 'sbp/3-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
  })
})
