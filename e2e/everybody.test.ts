import type { Locator, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { inspect, keep, PHONE, stay } from './rig/buyer.ts'
import { GAIWAN } from './rig/goods.ts'
import { scanQr } from './rig/scan-qr.ts'
import { type Sheet, sheetOf } from './rig/sheet.ts'
import { expectPaidOnce, it } from './rig/test.ts'

describe.concurrent('on the narrowest screen', () => {
  it.for([
    ['ru-RU', 'light'],
    ['ru-RU', 'dark'],
    ['zh-CN', 'dark'],
    ['en-GB', 'light'],
  ] as const)(
    '%s, %s: every step can be read, reached and used',
    async ([locale, colorScheme], { newBuyer, onPhone }) => {
      const name = (step: string) => `narrow/${locale.slice(0, 2)}-${colorScheme}/${step}`
      const buyer = await newBuyer({
        locale,
        colorScheme,
        viewport: { width: 320, height: 640 },
        reducedMotion: 'reduce',
      })
      const page = await buyer.open('/tea/gaiwan')
      await inspect(page, name('1-product'))
      await stay(page)
      const sheet = sheetOf(page)
      const { url } = await sheet.open()
      await inspect(page, name('2-methods'))
      await sheet.choose('alipay')
      const payload = await sheet.scan()
      await inspect(page, name('3-code'))
      await onPhone(payload, 'decline')
      await sheet.refusal.waitFor()
      await inspect(page, name('4-refused'))
      await sheet.choose('sbp')
      await onPhone(await sheet.scan())
      await sheet.paid.waitFor()
      await inspect(page, name('5-paid'))
      await inspect(await buyer.open(url), name('6-hosted'))
    },
  )
})

describe.concurrent('the other pages', () => {
  it.for(['/', '/cart', '/how', '/return', '/orders/A-0', '/classic/dian-hong'])(
    '%s has no barriers, on a desktop and on a phone',
    async (path, { newBuyer }) => {
      // The browser writes a 404 into the console.
      const mayLog = /404 .*\/orders\/A-0$/
      const name = path.replaceAll('/', '_')
      const desktop = await newBuyer({ locale: 'ru-RU', mayLog })
      await inspect(await desktop.open(path), `pages/desktop${name}`)
      const phone = await newBuyer({ ...PHONE, locale: 'zh-CN', mayLog })
      await inspect(await phone.open(path), `pages/phone${name}`)
    },
  )
})

describe.concurrent('in forced colours', () => {
  it.for(['light', 'dark'] as const)(
    '%s: the focus, the choice and the code can be seen, in the sheet and on the hosted page',
    async (colorScheme, { newBuyer, onPhone }) => {
      const buyer = await newBuyer({ colorScheme, forcedColors: 'active', locale: 'ru-RU' })
      const page = await buyer.open('/tea/gaiwan')
      const sheet = sheetOf(page)
      await page.keyboard.press('Tab')
      await tabTo(page, 'button button')
      await expectSeen(sheet.button)
      const { url } = await sheet.open()
      await tabTo(page, 'input sbp')
      await expectChoiceSeen(sheet.dialog)
      await keep(page, `forced/${colorScheme}-1-methods`)
      await sheet.choose('sbp')
      const payload = await sheet.scan()
      await tabTo(page, 'button action')
      await expectSeen(sheet.dialog.locator('button:focus'))
      await keep(page, `forced/${colorScheme}-2-code`)
      const hosted = await buyer.open(`${url}?plain`)
      expect(await scanQr(hosted.locator('svg.qr'))).toBe(payload)
      await keep(hosted, `forced/${colorScheme}-3-hosted-code`)
      await onPhone(payload, 'decline')
      await hosted.locator('.note.bad').waitFor()
      await tabTo(hosted, 'input sbp')
      await expectChoiceSeen(hosted.locator('main'))
      await keep(hosted, `forced/${colorScheme}-4-hosted-methods`)
    },
  )
})

/** A ring around it, in another colour than what is behind it. */
async function expectSeen(focused: Locator): Promise<void> {
  const ring = await focused.evaluate((node) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node)
    // In forced colours the background is the system's.
    const canvas = document.body.appendChild(document.createElement('i'))
    canvas.style.color = 'Canvas'
    const { color } = getComputedStyle(canvas)
    canvas.remove()
    return { outlineStyle, isWide: Number.parseFloat(outlineWidth) >= 2, isLost: outlineColor === color }
  })
  expect(ring).toEqual({ outlineStyle: 'solid', isWide: true, isLost: false })
}

/** The method that is chosen is not like the others, and has the ring. */
async function expectChoiceSeen(place: Locator): Promise<void> {
  const borders = await place
    .locator('input[type=radio]')
    .evaluateAll((radios) =>
      (radios as HTMLInputElement[]).map((radio) => [radio.checked, getComputedStyle(radio).borderTopWidth]),
    )
  const wide = borders.filter(([, width]) => Number.parseFloat(String(width)) > 4)
  expect(borders.length).toBeGreaterThan(1)
  expect(wide.map(([isChecked]) => isChecked)).toEqual([true])
  await expectSeen(place.locator('label:has(:focus-visible)'))
}

/** What has the focus, into shadow roots. */
const focused = (page: Page) =>
  page.evaluate(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    return `${active?.localName} ${active?.getAttribute('value') ?? active?.getAttribute('part') ?? ''}`.trim()
  })

/** Presses Tab until something has the focus, as somebody does who cannot see where it will go. */
async function tabTo(page: Page, what: string): Promise<void> {
  const way: string[] = []
  while (way.at(-1) !== what) {
    if (way.length > 40) throw new Error(`Tab never came to ${what}: ${way.join(', ')}`)
    await page.keyboard.press('Tab')
    way.push(await focused(page))
  }
}

async function expectFocus(page: Page, sheet: Sheet): Promise<void> {
  await sheet.dialog.waitFor({ state: 'hidden' })
  expect(await focused(page)).toBe('button button')
}

describe.concurrent('by keyboard alone', () => {
  it('a buyer opens, chooses, leaves, comes back, and pays', async ({ shop, newBuyer, onPhone }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    await stay(page)
    const sheet = sheetOf(page)
    await tabTo(page, 'button button')
    const answer = page.waitForResponse((response) => response.url().endsWith('/api/checkout'))
    await page.keyboard.press('Enter')
    await sheet.pay.waitFor()
    await inspect(page, 'keyboard/1-opened')
    const { reference } = (await (await answer).json()) as { reference: string }
    await page.keyboard.press('Escape')
    await expectFocus(page, sheet)
    await page.keyboard.press('Space')
    await sheet.pay.waitFor()
    await tabTo(page, 'input sbp')
    await inspect(page, 'keyboard/2-methods')
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toMatch(/^input (?!sbp)/)
    await page.keyboard.press('ArrowUp')
    expect(await focused(page)).toBe('input sbp')
    await tabTo(page, 'button action')
    await page.keyboard.press('Enter')
    const payload = await sheet.scan()
    // What had the focus is gone with the methods: it goes on at the new heading.
    expect(await focused(page)).toBe('h3')
    await inspect(page, 'keyboard/3-code')
    await page.keyboard.press('Escape')
    await expectFocus(page, sheet)
    await page.keyboard.press('Enter')
    expect(await sheet.scan()).toBe(payload)
    await onPhone(payload)
    await sheet.paid.waitFor()
    await tabTo(page, 'a action')
    await inspect(page, 'keyboard/4-paid')
    await page.unrouteAll()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/return?order=${reference}`)
    await expectPaidOnce(shop, reference, { method: 'sbp', amount: GAIWAN })
  })

  it('Tab stays in the open sheet, which says its name', async ({ newBuyer }) => {
    const buyer = await newBuyer()
    const page = await buyer.open('/tea/gaiwan')
    const sheet = sheetOf(page)
    await sheet.open()
    expect(await sheet.dialog.getAttribute('aria-label')).toBe('Payment: Чайная лавка')
    const places = new Set<string>()
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab')
      places.add(await focused(page))
    }
    // `body` is the browser's own bar, between the last and the first.
    expect([...places].filter((place) => place !== 'body').sort()).toEqual([
      'button action',
      'button close',
      'input sbp',
      // The lines of the order.
      'summary',
    ])
  })

  it('the hosted page is filled in and sent', async ({ newBuyer }) => {
    const buyer = await newBuyer({ javaScriptEnabled: true, locale: 'ru-RU' })
    const page = await buyer.open('/buy/gaiwan')
    await page.goto(`${page.url()}?plain`)
    await inspect(page, 'keyboard/5-hosted')
    await tabTo(page, 'input sbp')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await tabTo(page, 'button')
    await page.keyboard.press('Enter')
    await scanQr(page.locator('svg.qr'))
  })
})
