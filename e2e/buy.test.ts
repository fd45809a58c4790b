import { describe, expect } from 'vitest'
import { inspect, keep, PHONE } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { sheetOf } from './rig/sheet.ts'
import { expectPaidOnce, it } from './rig/test.ts'

describe.concurrent('a buyer at a desktop', () => {
  it('pays by Alipay: scans the code, approves on the phone, and sees the order paid', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ locale: 'zh-CN' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    await inspect(page, 'alipay/1-product')
    const { reference } = await sheet.open()
    await sheet.method('alipay').check()
    await inspect(page, 'alipay/2-methods')
    await sheet.pay.click()
    const payload = await sheet.scan()
    await inspect(page, 'alipay/3-code')
    expect(payload).toContain(`${shop.origin}/sandbox/antom/`)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await keep(page, 'alipay/4-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await page.locator('pay-return .outcome .good').waitFor()
    await inspect(page, 'alipay/5-return')
    await page.locator('#order-link').click()
    await page.locator('#order[data-status=paid]').waitFor()
    await inspect(page, 'alipay/6-order')
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it('pays by SBP: the code is a link of the payment system with the sum in kopecks', async ({
    shop,
    newBuyer,
    onPhone,
  }) => {
    const buyer = await newBuyer({ locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await inspect(page, 'sbp/1-methods')
    await sheet.choose('sbp')
    const payload = await sheet.scan()
    await inspect(page, 'sbp/2-code')
    expect(payload).toMatch(/\/AD\w+\?type=02&bank=\d+&sum=168000&cur=RUB&crc=[0-9A-F]{4}$/)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await keep(page, 'sbp/3-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
  })

  it('pays by card on the bank’s page, and comes back to a page that knows', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('bank_card')
    await page.waitForURL('**/sandbox/yookassa/**')
    await inspect(page, 'card/1-bank')
    await page.locator('form[action*="/approve"] button').click()
    await page.waitForURL(`**/return?order=${reference}`)
    await page.locator('pay-return .outcome .good').waitFor()
    await inspect(page, 'card/2-return')
    await expectPaidOnce(shop, reference, { method: 'bank_card', amount: GAIWAN })
  })

  it('pays for a cart on the React page', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    await page.locator('form.add button').click()
    await page.waitForURL('**/cart')
    await page.locator('.stepper button').last().click()
    await page.locator('.stepper output', { hasText: '2' }).waitFor()
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await inspect(page, 'react/1-methods')
    await sheet.choose('alipay')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    await keep(page, 'react/2-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, {
      method: 'ALIPAY_CN',
      amount: { currency: 'CNY', minorUnits: 2 * GAIWAN_IN_YUAN.minorUnits },
    })
    await page.locator('#order-link').click()
    await page.locator('#order[data-status=paid]').waitFor()
    await page.goto('/cart')
    expect(await page.locator('pay-button').count()).toBe(0)
  })

  it('pays on the page with the one-file script', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/classic/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('alipay')
    await onPhone(await sheet.scan())
    await sheet.paid.waitFor()
    await keep(page, 'classic/1-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })
})

describe.concurrent('a buyer on a phone', () => {
  it('taps the link of Alipay, and is sent back by the wallet', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer({ ...PHONE, locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await inspect(page, 'phone-alipay/1-methods')
    await sheet.choose('alipay')
    await sheet.link.waitFor()
    await inspect(page, 'phone-alipay/2-link')
    await sheet.link.tap()
    const yes = page.locator('form[action*="/approve"] button')
    await yes.waitFor()
    await inspect(page, 'phone-alipay/3-wallet')
    await yes.tap()
    await page.waitForURL(`**/return?order=${reference}`)
    await page.locator('pay-return .outcome .good').waitFor()
    await inspect(page, 'phone-alipay/4-return')
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it('pays by SBP in the bank’s app, over the page that waits', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer({ ...PHONE, locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('sbp')
    const bank = sheet.dialog.getByRole('link', { name: 'Кяхта', exact: true })
    await bank.waitFor()
    await inspect(page, 'phone-sbp/1-banks')
    // A bank's app takes the link away from the browser, and the tab stays as it is.
    const [, link = ''] =
      /;S\.browser_fallback_url=([^;]+)/.exec((await bank.getAttribute('href')) ?? '') ?? []
    await onPhone(decodeURIComponent(link))
    await sheet.paid.waitFor()
    await keep(page, 'phone-sbp/2-paid')
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
  })

  it('pays by SBP on the page of the bank it found, and comes back', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer({ ...PHONE, locale: 'ru-RU' })
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference } = await sheet.open()
    await sheet.choose('sbp')
    await sheet.dialog.getByRole('searchbox').fill('samovar')
    await sheet.dialog.getByRole('link', { name: /Самовар-Банк: / }).tap()
    const approval = page.locator('form[action*="/approve"]')
    await approval.getByRole('button').tap()
    // The bank's page that says "paid" has come, so that nothing is under way when the buyer goes back.
    await approval.waitFor({ state: 'detached' })
    await page.waitForLoadState()
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
    await page.goto(`${shop.origin}/tea/gaiwan`)
    await sheet.button.click()
    await sheet.paid.waitFor()
  })
})
