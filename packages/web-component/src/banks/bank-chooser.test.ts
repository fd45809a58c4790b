// @vitest-environment node
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import axe from 'axe-core'
import jsQR from 'jsqr'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import type {} from '../events.ts'
import { BANKS, SBP_LINK } from '../fixtures/banks.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ANDROID = {
  userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
}
const IPHONE = {
  ...ANDROID,
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
}
const REST = SBP_LINK.replace('https:', '')

vi.setConfig({ testTimeout: 30_000 })

let browser: Browser
let server: ScriptServer
let page: Page
/** What should not happen: console errors, uncaught errors, foreign requests. */
let trouble: string[]

beforeAll(async () => {
  if (!existsSync(`${root}dist/pay-button.classic.js`))
    await promisify(execFile)('pnpm', ['run', 'build'], { cwd: root })
  server = await startScriptServer()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(() => {
  server.reset()
  offerSbp()
  trouble = []
})
afterEach(async () => {
  await page?.context().close()
})

/** The next payment is by SBP, with this link. */
function offerSbp(link = SBP_LINK): void {
  server.payment = {
    method: 'sbp',
    nextAction: {
      expiresInMs: 290_000,
      qr: { payload: link },
      appLink: { universal: link },
      banks: { link, list: 'list-1' },
    },
  }
}

async function choose(
  options: BrowserContextOptions = ANDROID,
  { path = '/', locale = 'ru' } = {},
): Promise<void> {
  server.body = `<pay-button api-url="/pay" session-url="/session" locale="${locale}"></pay-button>`
  const context = await browser.newContext(options)
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()))
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('request', (request) => request.url().startsWith(server.origin) || trouble.push(request.url()))
  await page.goto(server.origin + path)
  await page.locator('pay-button').click()
  await page.getByRole('radio').nth(1).click()
  await page.locator('form .action').click()
  await page.locator('h3').waitFor()
}

const all = () => page.getByRole('list', { name: 'Все банки' })
const bank = (name: string) => all().getByRole('link', { name, exact: true })
const hrefOf = (name: string) => bank(name).getAttribute('href')
const search = () => page.getByRole('searchbox', { name: 'Найти банк' })
const namesOf = () => all().locator('li:visible').allInnerTexts()

const remembered = () => page.evaluate(() => localStorage.getItem('teabrick:banks'))

/** Keeps the page where it is, and tells where the tap would have led. */
async function stay(): Promise<void> {
  await page.evaluate(() => addEventListener('click', (event) => event.preventDefault()))
}

async function violations(): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: {
        region: { enabled: false },
        'page-has-heading-one': { enabled: false },
        'landmark-one-main': { enabled: false },
      },
    })
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    )
  })
}

describe.each([
  ['the ES module with its parts', '/'],
  ['the classic script in one file', '/classic'],
])('%s, under the strict policy', (_, path) => {
  it('offers every bank by its own link', async () => {
    await choose(ANDROID, { path })
    await bank('Сбербанк').waitFor()
    expect(await all().getByRole('listitem').count()).toBe(BANKS.length)
    expect(await hrefOf('Сбербанк')).toBe(
      `intent:${REST}#Intent;scheme=bank100000000111;package=ru.sberbankmobile;S.browser_fallback_url=${encodeURIComponent(SBP_LINK)};end`,
    )
    // No package name: found by its scheme.
    expect(await hrefOf('БыстроБанк')).toMatch(/#Intent;scheme=bank100000000092;S\.browser_fallback_url=/)
    expect(await hrefOf('Банк ВТБ: В браузере')).toBe(
      `https://online.vtb.ru/i/paymentSbp${REST.replace('//qr.nspk.ru', '')}`,
    )
    const other = page.getByRole('link', { name: 'Моего банка нет в списке' })
    expect(await other.getAttribute('href')).toBe(SBP_LINK)
    expect(trouble).toEqual([])
  })
})

it('replaces https by the scheme where there are no intents', async () => {
  await choose(IPHONE)
  await bank('Сбербанк').waitFor()
  expect(await hrefOf('Сбербанк')).toBe(`bank100000000111:${REST}`)
  expect(trouble).toEqual([])
})

it('leaves a desktop with its QR code, without loading anything for banks', async () => {
  await choose({ viewport: { width: 900, height: 900 } })
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  expect(await search().count()).toBe(0)
  expect(server.requests.filter((request) => request.includes('banks'))).toEqual([])
})

it('asks for nothing of banks in a purchase by Alipay on a phone', async () => {
  await choose()
  await bank('Сбербанк').waitFor()
  expect(server.requests.filter((request) => request.includes('/chunks/banks'))).toHaveLength(1)
  await page.context().close()
  server.reset()
  server.body = '<pay-button api-url="/pay" session-url="/session"></pay-button>'
  page = await (await browser.newContext(ANDROID)).newPage()
  await page.goto(server.origin)
  await page.locator('pay-button').click()
  await page.locator('form .action').click()
  await page.getByRole('link', { name: 'Открыть Alipay' }).waitFor()
  expect(server.requests.filter((request) => request.includes('banks'))).toEqual([])
})

describe('the search', () => {
  it('finds by either alphabet, without ё and by old names, and says how many', async () => {
    await choose()
    await search().fill('sber')
    await expect.poll(namesOf).toEqual([expect.stringContaining('Сбербанк')])
    await page.getByText('Найдено банков: 1', { exact: true }).waitFor()
    await search().fill('елки')
    await expect.poll(async () => (await namesOf()).every((name) => name.includes('Ёлкино'))).toBe(true)
    await search().fill('тинь')
    await expect.poll(namesOf).toEqual([expect.stringContaining('Т-Банк')])
    await search().fill('нет такого')
    await page.getByText('Такого банка в списке нет.').waitFor()
    expect(await page.getByText('Моего банка нет в списке').isVisible()).toBe(true)
    await search().fill('')
    await expect.poll(namesOf).toHaveLength(BANKS.length)
  })

  it('says the count in a live region', async () => {
    await choose()
    await search().fill('банк')
    const live = page.getByText(/^Найдено банков: \d+$/)
    await live.waitFor()
    expect(await live.getAttribute('aria-live')).toBe('polite')
  })

  it('is left out of a list that can be seen at once', async () => {
    server.intercept = (request, response) => {
      if (!request.url?.includes('/checkout/banks')) return false
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ banks: BANKS.slice(0, 6) }))
      return true
    }
    await choose()
    await bank('Сбербанк').waitFor()
    expect(await search().count()).toBe(0)
  })
})

it('puts the banks that were used first, and keeps their ids only', async () => {
  await choose()
  await stay()
  await bank('Россельхозбанк').tap()
  await bank('Банк ВТБ: В браузере').tap()
  expect(await remembered()).toBe('["110000000005","100000000020"]')
  await page.reload()
  await page.locator('pay-button').click()
  const recent = page.getByRole('list', { name: 'Недавние' })
  await recent.waitFor()
  expect(await recent.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringContaining('ВТБ'),
    expect.stringContaining('Россельхозбанк'),
  ])
  await search().fill('сбер')
  expect(await recent.isVisible()).toBe(false)
})

it('tells the page before a bank is opened, and stays when the page says so', async () => {
  await choose(IPHONE)
  await page.evaluate(() =>
    addEventListener('pay-action', (event) => {
      event.preventDefault()
      document.title = `${event.kind} ${event.method} ${event.url}`
    }),
  )
  await bank('Сбербанк').tap()
  expect(await page.title()).toBe(`appLink sbp bank100000000111:${REST}`)
  expect(await remembered()).toBe(null)
})

it('opens nothing by itself', async () => {
  await choose()
  await bank('Сбербанк').waitFor()
  await page.waitForTimeout(3_000)
  expect(page.url()).toBe(`${server.origin}/`)
  expect(trouble).toEqual([])
})

it('says what else there is when the app did not open', async () => {
  await choose()
  await stay()
  await bank('Сбербанк').waitFor()
  const note = page.getByText('Приложение не открылось?')
  expect(await note.isVisible()).toBe(false)
  await bank('Сбербанк').tap()
  await note.waitFor()
})

it('shows the QR code last, when it is asked for', async () => {
  await choose()
  expect(await page.getByRole('img').count()).toBe(0)
  await page.getByRole('button', { name: 'Показать QR-код' }).tap()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  // A second later, too: the clock draws the sheet again.
  await page.waitForTimeout(1_200)
  const { data, width, height } = PNG.sync.read(await page.screenshot())
  expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(SBP_LINK)
})

it('is gone through by keyboard', async () => {
  await choose()
  await search().focus()
  await page.keyboard.type('банк')
  await page.keyboard.press('ArrowDown')
  const focused = () =>
    page.evaluate(() => {
      let node = document.activeElement
      while (node?.shadowRoot) node = node.shadowRoot.activeElement
      return node?.getAttribute('aria-label') ?? node?.querySelector('span')?.textContent ?? node?.textContent
    })
  const first = await focused()
  expect(first).toBe('Сбербанк')
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe('Т-Банк')
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe('Т-Банк: В браузере')
  await page.keyboard.press('End')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Моего банка нет в списке')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Показать QR-код')
})

it('has a title of its own where there are banks to choose', async () => {
  offerSbp(SBP_LINK)
  await choose()
  await page.getByRole('heading', { name: 'Выберите банк' }).waitFor()
  expect(await page.locator('h3').count()).toBe(1)
})

describe('a link that was changed on its way', () => {
  it.each([
    ['another sum', SBP_LINK.replace('123456', '1')],
    ['no crc', SBP_LINK.replace(/&crc=.*/, '')],
    ['another receiver', SBP_LINK.replace('bank=100000000111', 'bank=100000000112')],
  ])('%s: nothing of it is offered', async (_, link) => {
    offerSbp(link)
    await choose()
    await page.getByText(/^Ссылка на оплату повреждена/).waitFor()
    expect(await page.getByRole('link').count()).toBe(0)
    expect(await page.getByRole('button', { name: 'QR' }).count()).toBe(0)
    expect(server.requests.filter((request) => request.includes('/checkout/banks'))).toEqual([])
    await page.getByRole('button', { name: 'Другой способ' }).waitFor()
  })

  it('is told to the page', async () => {
    offerSbp(SBP_LINK.replace('123456', '1'))
    const codes: string[] = []
    const context = await browser.newContext(ANDROID)
    page = await context.newPage()
    await page.exposeFunction('tell', (code: string) => codes.push(code))
    await page.goto(server.origin)
    await page.evaluate(() =>
      addEventListener('pay-error', ({ error }) =>
        (globalThis as unknown as { tell: (code: string) => void }).tell(error.code),
      ),
    )
    await page.locator('pay-button').click()
    await page.getByRole('radio').nth(1).click()
    await page.locator('form .action').click()
    await expect.poll(() => codes).toEqual(['url_refused'])
  })
})

it('leaves out of a hostile list what it could not be trusted with', async () => {
  server.intercept = (request, response) => {
    if (!request.url?.includes('/checkout/banks')) return false
    const banks = [
      { id: '100000000111', name: 'Честный', webUrl: 'javascript:alert(1)//' },
      { id: '100000000112', name: '<img src=x onerror=alert(1)>' },
      { id: '100000000113', name: 'Посылка', packageName: 'x;S.browser_fallback_url=https://evil.test' },
      { id: 'javascript:alert(1)', name: 'Плохая схема' },
      { id: '100000000114', name: 7 },
      { id: '100000000115', name: 'Чужой', webUrl: 'http://evil.test' },
      { id: '100000000116', name: 'Логин', webUrl: 'https://bank.example@evil.test' },
    ]
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ banks }))
    return true
  }
  await choose()
  await bank('Честный').waitFor()
  const hrefs = await all()
    .locator('a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  expect(hrefs).toHaveLength(4)
  for (const href of hrefs)
    expect(href).toMatch(/^intent:\/\/qr\.nspk\.ru\/[^#]*#Intent;scheme=bank1000000001\d\d;S\./)
  expect(await all().locator('img').count()).toBe(0)
  expect(trouble).toEqual([])
})

it.each(['nothing', 'an error', 'no list'])('goes on by the link where the list is %s', async (what) => {
  server.intercept = (request, response) => {
    if (!request.url?.includes('/checkout/banks')) return false
    if (what === 'nothing') request.socket.destroy()
    else if (what === 'an error') response.writeHead(503).end('{}')
    else response.end('<!doctype html>')
    return true
  }
  await choose()
  await page.getByText('Список банков не загрузился.').waitFor()
  expect(await page.getByRole('link').getAttribute('href')).toBe(SBP_LINK)
  await page.getByRole('button', { name: 'Показать QR-код' }).waitFor()
})

it('goes on by the link where its part does not come', async () => {
  server.intercept = (request, response) => {
    if (!request.url?.includes('/chunks/banks')) return false
    response.writeHead(404).end()
    return true
  }
  await choose()
  const link = page.getByRole('link', { name: 'Открыть приложение банка' })
  await link.waitFor()
  expect(await link.getAttribute('href')).toBe(SBP_LINK)
})

describe('inside another app', () => {
  const wechat = { ...ANDROID, userAgent: `${ANDROID.userAgent} MicroMessenger/8.0.50` }

  it('says how to get out, and copies the payment’s link', async () => {
    await choose({ ...wechat, permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByText(/Откройте страницу в браузере:$/).waitFor()
    await page.getByRole('button', { name: 'Скопировать ссылку' }).tap()
    await page.getByRole('button', { name: 'Ссылка скопирована' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(SBP_LINK)
    expect(await violations()).toEqual([])
  })

  it('shows the link where there is no clipboard', async () => {
    await choose(wechat)
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.getByRole('button', { name: 'Скопировать ссылку' }).tap()
    const field = page.getByRole('textbox', { name: 'Скопировать ссылку' })
    expect(await field.inputValue()).toBe(SBP_LINK)
    expect(await violations()).toEqual([])
  })

  it('is not said in a browser of its own', async () => {
    await choose()
    await bank('Сбербанк').waitFor()
    expect(await page.getByText(/Откройте страницу в браузере/).count()).toBe(0)
  })
})

it('changes language while it is open', async () => {
  await choose()
  await bank('Сбербанк').waitFor()
  await page.locator('pay-button').evaluate((node) => node.setAttribute('locale', 'en'))
  await page.getByRole('searchbox', { name: 'Find your bank' }).waitFor()
  expect(await page.getByText('Сбербанк').getAttribute('lang')).toBe('ru')
})

it.each(['light', 'dark'] as const)('has nothing against WCAG 2.2 AA, %s', async (colorScheme) => {
  await choose({ ...ANDROID, colorScheme, reducedMotion: 'reduce' })
  await stay()
  await bank('Сбербанк').tap()
  await search().fill('банк')
  expect(await violations()).toEqual([])
  await search().fill('нет такого')
  await page.getByRole('button', { name: 'Показать QR-код' }).tap()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  expect(await violations()).toEqual([])
})

it.each(['ru', 'zh-Hans', 'en'])('fits 320 px with targets of 44 px, %s', async (locale) => {
  await choose({ ...ANDROID, viewport: { width: 320, height: 640 } }, { locale })
  await page.getByRole('searchbox').waitFor()
  expect(await page.evaluate(() => innerWidth)).toBe(320)
  expect(await page.getByRole('dialog').evaluate((node) => node.scrollWidth - node.clientWidth)).toBe(0)
  const small = await page.locator('dialog :is(a, button, input)').evaluateAll((nodes) =>
    nodes
      .map((node) => ({ html: node.outerHTML, box: node.getBoundingClientRect() }))
      .filter(({ box }) => Math.round(box.width) < 44 || Math.round(box.height) < 44)
      .map(({ html }) => html),
  )
  expect(small).toEqual([])
})
