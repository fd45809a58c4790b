import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect } from 'vitest'
import { inspect, keep, PHONE } from './rig/buyer.ts'
import { GAIWAN, GAIWAN_IN_YUAN } from './rig/goods.ts'
import { scanQr } from './rig/scan-qr.ts'
import { sheetOf } from './rig/sheet.ts'
import { eventually, expectPaidOnce, it } from './rig/test.ts'

describe.concurrent('without JavaScript', () => {
  it.for([
    ['alipay', 'ALIPAY_CN', GAIWAN_IN_YUAN, 'zh-CN'],
    ['sbp', 'sbp', GAIWAN, 'ru-RU'],
  ] as const)(
    'the link in the button leads to a page that takes %s',
    async ([method, native, amount, locale], { shop, newBuyer, onPhone }) => {
      const buyer = await newBuyer({ javaScriptEnabled: false, locale })
      const page = await buyer.open('/tea/gaiwan')
      await keep(page, `no-script-${method}/1-product`)
      await page.locator('pay-button a').click()
      await page.waitForURL('**/pay/c/lt_*')
      await keep(page, `no-script-${method}/2-methods`)
      await page.locator(`input[name=method][value=${method}]`).check()
      await page.locator('form[action$="/pay"] button').click()
      await page.locator('svg.qr').waitFor()
      await keep(page, `no-script-${method}/3-code`)
      await onPhone(await scanQr(page.locator('svg.qr')))
      await page.locator('.badge.good').waitFor()
      await keep(page, `no-script-${method}/4-paid`)
      await page.locator('a.action').click()
      await page.waitForURL(/\/return\?order=A-\d+/)
      const reference = new URL(page.url()).searchParams.get('order') ?? ''
      await page.locator('#order-link').click()
      await page.locator('#order[data-status=paid]').waitFor()
      await expectPaidOnce(shop, reference, { method: native, amount })
    },
  )

  it('shows a refusal and takes another method', async ({ newBuyer, onPhone }) => {
    const buyer = await newBuyer({ javaScriptEnabled: false })
    const page = await buyer.open('/buy/gaiwan')
    await page.locator('input[value=alipay]').check()
    await page.locator('form[action$="/pay"] button').click()
    await onPhone(await scanQr(page.locator('svg.qr')), 'decline')
    await page.locator('input[value=sbp]').waitFor()
    await keep(page, 'no-script-declined/1-refused')
    await page.locator('input[value=sbp]').check()
    await page.locator('form[action$="/pay"] button').click()
    await onPhone(await scanQr(page.locator('svg.qr')))
    await page.locator('.badge.good').waitFor()
  })

  it('changes its mind: another method, please', async ({ newBuyer }) => {
    const buyer = await newBuyer({ javaScriptEnabled: false, ...PHONE })
    const page = await buyer.open('/buy/gaiwan')
    await page.locator('input[value=alipay]').check()
    await page.locator('form[action$="/pay"] button').click()
    await page.locator('form[action$="/cancel"] button').waitFor()
    await keep(page, 'no-script-phone/1-wallet')
    await page.locator('form[action$="/cancel"] button').click()
    await page.locator('input[value=sbp]').waitFor()
    await keep(page, 'no-script-phone/2-methods')
  })
})

describe.concurrent('with JavaScript', () => {
  it.for([
    ['desktop', {}],
    ['phone', PHONE],
  ] as const)('the element is on top, on a %s', async ([name, device], { shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer({ ...device, locale: 'ru-RU' })
    const page = await buyer.open('/buy/gaiwan')
    const sheet = sheetOf(page)
    await sheet.pay.waitFor()
    await inspect(page, `hosted-element/${name}-1-methods`)
    expect(await page.locator('.layout').isVisible()).toBe(false)
    await sheet.choose('alipay')
    const isPhone = name === 'phone'
    await (isPhone ? sheet.link : sheet.qr).waitFor()
    await inspect(page, `hosted-element/${name}-2-action`)
    if (isPhone) {
      await sheet.link.tap()
      await page.locator('form[action*="/approve"] button').tap()
    } else await onPhone(await sheet.scan())
    await page.waitForURL(/\/return\?order=A-\d+/)
    const reference = new URL(page.url()).searchParams.get('order') ?? ''
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it('the plain page stays for whoever has touched it before the element came', async ({ newBuyer }) => {
    const buyer = await newBuyer()
    let letCome: () => void = () => {}
    const mayCome = new Promise<void>((resolve) => {
      letCome = resolve
    })
    await buyer.context.route('**/teabrick/pay-button.js', async (route) => {
      await mayCome
      await route.continue()
    })
    const page = await buyer.context.newPage()
    await page.goto('/buy/gaiwan', { waitUntil: 'commit' })
    // A touch, even of what is chosen already.
    await page.locator('input[value=sbp]').click()
    letCome()
    await page.evaluate(() => customElements.whenDefined('pay-button').then(() => {}))
    expect(await page.locator('input[value=sbp]').isChecked()).toBe(true)
    await page.locator('form[action$="/pay"] button').click()
    // The next page is a new one: nobody has begun anything on it.
    await sheetOf(page).scan()
  })

  it('a part that does not load leads to the plain page, which pays', async ({ newBuyer, onPhone }) => {
    const buyer = await newBuyer({ mayLog: /chunks\// })
    await buyer.context.route('**/teabrick/chunks/**', (route) => route.abort())
    const page = await buyer.open('/buy/gaiwan')
    await page.waitForURL('**/pay/c/lt_*?plain')
    let tried = 0
    page.on('request', (request) => {
      if (request.url().includes('/teabrick/')) tried++
    })
    await page.locator('input[value=sbp]').check()
    await page.locator('form[action*="/pay"] button').click()
    await page.locator('svg.qr').waitFor()
    // No step of it tries the element once more.
    expect([new URL(page.url()).search, tried]).toEqual(['?plain', 0])
    await page.locator('form[action*="/cancel"] button').click()
    await page.locator('input[value=alipay]').check()
    await page.locator('form[action*="/pay"] button').click()
    await onPhone(await scanQr(page.locator('svg.qr')))
    await page.locator('.badge.good').waitFor()
    expect([new URL(page.url()).search, tried]).toEqual(['?plain', 0])
  })
})

describe.concurrent('the hosted link', () => {
  it('CL-07: goes on in another browser after the tab was closed', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    const { reference, url } = await sheet.open()
    await sheet.choose('alipay')
    const payload = await sheet.scan()
    await page.close()
    const elsewhere = await newBuyer({ locale: 'ru-RU' })
    const hosted = await elsewhere.open(url)
    const its = sheetOf(hosted)
    expect(await its.scan()).toBe(payload)
    await inspect(hosted, 'another-browser/1-code')
    await onPhone(payload)
    await hosted.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'ALIPAY_CN', amount: GAIWAN_IN_YUAN })
  })

  it('BA-28: may not be framed, kept, indexed, or told to the next page', async ({ shop, newBuyer }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const { url } = await sheetOf(page).open()
    const { headers } = await fetch(url)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('x-robots-tag')).toContain('noindex')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    const broken = await fetch(`${shop.origin}/pay/c/lt_nothing`)
    expect(broken.status).toBe(401)
  })

  it('BA-28: a page that lays itself over it in a frame of any kind gets nothing to be clicked', async ({
    shop,
    newBuyer,
  }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const { url, reference } = await sheetOf(page).open()
    const frames = [url, `${url}?plain`].map(
      (src) => `<iframe src="${src}" style="width: 600px; height: 700px; opacity: .01"></iframe>
        <iframe src="${src}" style="width: 1px; height: 1px"></iframe>
        <iframe sandbox="allow-scripts allow-forms allow-same-origin" src="${src}"></iframe>
        <object data="${src}"></object><embed src="${src}">
        <iframe srcdoc='<iframe src="${src}"></iframe>'></iframe>`,
    )
    // With an overlay that lets each click through to what is below.
    const html = `<!doctype html><title>Win a prize</title><div style="position: fixed; inset: 0; opacity: .01; pointer-events: none">Win</div>${frames.join('')}`
    const evil = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    const address = `http://localhost:${(evil.address() as AddressInfo).port}`
    try {
      const victim = await newBuyer({ mayAsk: [address], mayLog: /frame|Refused|blocked|403/i })
      const trap = await victim.open(`${address}/`)
      const inner = () => trap.frames().filter((frame) => frame !== trap.mainFrame())
      await eventually(
        async () => inner().length,
        (count) => expect(count).toBeGreaterThanOrEqual(10),
      )
      await trap.waitForLoadState('networkidle')
      for (const frame of inner()) {
        expect(frame.url()).not.toContain(shop.origin)
        expect(await frame.locator('form, pay-button').count()).toBe(0)
      }
      for (const [x, y] of [
        [300, 450],
        [300, 600],
        [20, 20],
      ] as const)
        await trap.mouse.click(x, y)
      // Nor does it get a form through that it sends itself.
      await trap.setContent(
        `<form method="post" action="${url}/pay"><input name="key" value="key-of-somebody-else-001"><input name="method" value="sbp"></form>`,
      )
      const [answer] = await Promise.all([
        trap.waitForResponse((response) => response.url() === `${url}/pay`),
        trap.locator('form').evaluate((form: HTMLFormElement) => form.submit()),
      ])
      expect(answer.status()).toBe(403)
    } finally {
      evil.close()
    }
    expect(await shop.charges(reference)).toEqual([])
  })
})
