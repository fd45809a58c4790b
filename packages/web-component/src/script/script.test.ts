// @vitest-environment node
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import jsQR from 'jsqr'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import type {} from '../events.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 })

let browser: Browser
let server: ScriptServer
let page: Page
/** What should not happen on any page: console errors, uncaught errors, foreign requests. */
let trouble: string[]

beforeAll(async () => {
  if (!existsSync(`${root}dist/pay-button.classic.js`)) await run('pnpm', ['run', 'build'], { cwd: root })
  server = await startScriptServer()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(() => {
  server.reset()
  trouble = []
})
afterEach(async () => {
  await page?.context().close()
})

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options })
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()))
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('request', (request) => request.url().startsWith(server.origin) || trouble.push(request.url()))
  await page.goto(server.origin + path)
  return page
}

/** Codes of the `pay-error` events from here on. */
async function listenForErrors(): Promise<() => Promise<string[]>> {
  await page.exposeFunction('tell', (code: string) => codes.push(code))
  const codes: string[] = []
  await page.evaluate(() => {
    addEventListener('pay-error', (event) =>
      (globalThis as unknown as { tell: (code: string) => void }).tell(event.error.code),
    )
  })
  return async () => codes
}

const button = () => page.getByRole('button', { name: 'Оплатить', exact: true })

describe.each([
  ['the ES module with its parts', '/'],
  ['the classic script in one file', '/classic'],
])('%s, under the strict policy', (_, path) => {
  it('pays by a QR code, and moves on', { timeout: 30_000 }, async () => {
    await open(path)
    expect(await page.getByText('Купить').isVisible()).toBe(false)
    await button().click()
    await page.getByRole('radio', { name: /Alipay/ }).waitFor()
    await page.getByRole('button', { name: /^Оплатить \d/ }).click()
    await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
    const { data, width, height } = PNG.sync.read(await page.screenshot())
    expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(`${server.origin}/u/1`)

    server.settle('succeeded')
    await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
    await page.waitForURL('**/paid')
    expect(server.requests.filter((request) => request === 'POST /session')).toHaveLength(1)
    expect(server.requests.filter((request) => request === 'POST /pay/v1/checkout/payments')).toHaveLength(1)
    expect(trouble).toEqual([])
  })

  it('makes one session of a double click', async () => {
    await open(path)
    await button().dblclick()
    await page.getByRole('dialog').waitFor()
    expect(server.sessionKeys).toHaveLength(1)
    expect(server.sessionKeys[0]!.length).toBeGreaterThanOrEqual(22)
    expect(trouble).toEqual([])
  })

  it('says why a payment failed, and lets the buyer choose again', { timeout: 30_000 }, async () => {
    await open(path)
    await button().click()
    await page.getByRole('button', { name: /^Оплатить \d/ }).click()
    await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
    server.settle('failed')
    await page
      .getByText('Банк отклонил платёж. Попробуйте ещё раз или выберите другой способ.', { exact: true })
      .waitFor()
    await page.getByRole('button', { name: /^Оплатить \d/ }).waitFor()
    expect(trouble).toEqual([])
  })
})

it('loads its parts at the first sign of intent, and makes no session for it', async () => {
  await open('/')
  expect(server.requests.filter((request) => request.includes('/chunks/'))).toEqual([])
  await button().hover()
  await expect.poll(() => server.requests.filter((request) => request.includes('/chunks/'))).toHaveLength(4)
  expect(server.sessionKeys).toEqual([])
})

it('keeps its outlines in forced colours, and stands still where motion is not wanted', async () => {
  await open('/', { forcedColors: 'active', reducedMotion: 'reduce' })
  expect(await button().evaluate((node) => getComputedStyle(node).borderTopStyle)).toBe('solid')
  await button().click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  expect(await dialog.evaluate((node) => getComputedStyle(node).animationName)).toBe('none')
  expect(await dialog.evaluate((node) => getComputedStyle(node).borderTopStyle)).toBe('solid')
})

describe('when a part does not come', () => {
  it('one that is not the file the script was built with is not run: the hosted page takes over', async () => {
    server.intercept = (request, response) => {
      if (!request.url?.includes('/chunks/flow-')) return false
      response
        .setHeader('content-type', 'text/javascript')
        .end('globalThis.pwned = true; export const openCheckout = () => {}')
      return true
    }
    await open('/')
    const errors = await listenForErrors()
    await button().click()
    await page.waitForURL('**/hosted')
    expect(await errors()).toEqual(['chunk_failed'])
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false)
  })

  it('one that hangs for four seconds counts as lost', { timeout: 20_000 }, async () => {
    server.intercept = (request) => !!request.url?.includes('/chunks/part-')
    await open('/')
    const errors = await listenForErrors()
    const clickedAt = Date.now()
    await button().click()
    await page.waitForURL('**/hosted')
    expect(Date.now() - clickedAt).toBeGreaterThan(3_900)
    expect(await errors()).toEqual(['chunk_failed'])
  })

  it('goes to the page’s own link when the session names no hosted page', async () => {
    server.intercept = (request, response) => {
      if (request.url === '/session')
        response.setHeader('content-type', 'application/json').end('{"clientToken":"ct_test"}')
      else if (request.url?.includes('/chunks/')) response.writeHead(404).end()
      else return false
      return true
    }
    await open('/')
    await button().click()
    await page.waitForURL('**/buy')
  })

  it('says so, and shows the link, when there is nowhere to go', async () => {
    server.body =
      '<pay-button api-url="/pay" client-token="ct_test"><a href="javascript:alert(1)">Купить</a></pay-button>'
    server.intercept = (request, response) =>
      !!request.url?.includes('/chunks/') && !!response.writeHead(404).end()
    await open('/')
    await button().click()
    await page.getByRole('alert').getByText('Оплата не открылась').waitFor()
    expect(await page.getByText('Купить').isVisible()).toBe(true)
    expect(page.url()).toBe(`${server.origin}/`)
  })
})

describe('Trusted Types', () => {
  it('BA-25: a policy that is taken leaves the button working, by the hosted page', async () => {
    await open('/taken')
    await button().click()
    await page.waitForURL('**/hosted')
  })

  it.each(['/', '/classic'])(
    '%s: a policy that is refused leaves the button working, by the hosted page',
    async (path) => {
      server.policy = server.policy.replace('trusted-types lit-html', "trusted-types 'none'")
      await open(path)
      await button().click()
      await page.waitForURL('**/hosted')
    },
  )
})

it('BA-26: loaded three times it is defined once, and only hints', async () => {
  await open('/twice')
  const hints: string[] = []
  page.on('console', (message) => hints.push(message.text()))
  await button().click()
  await page.getByRole('dialog').waitFor()
  expect(await page.locator('pay-button').count()).toBe(1)
  expect(trouble).toEqual([])
})

it('BA-22: elements named like its globals change nothing', async () => {
  server.body +=
    '<form id="teabrick"><input name="config"><a id="chunks" href="javascript:__pwn()"></a></form>'
  await open('/')
  await button().click()
  await page.getByRole('radio', { name: /Alipay/ }).waitFor()
  expect(trouble).toEqual([])
})

it('works fifty times on a page, and in nested shadow roots', async () => {
  await open('/')
  await page.evaluate(() => {
    const original = document.querySelector('pay-button')!
    for (let i = 0; i < 50; i++) document.body.append(original.cloneNode(true))
    let root: ShadowRoot | HTMLElement = document.body
    for (let i = 0; i < 3; i++)
      root = root.appendChild(document.createElement('div')).attachShadow({ mode: 'open' })
    root.append(original)
  })
  await button().last().click()
  await page.getByRole('radio', { name: /Alipay/ }).waitFor()
  expect(trouble).toEqual([])
})

it('presentation="redirect" goes to the hosted page without loading a part', async () => {
  server.body = server.body.replace('<pay-button ', '<pay-button presentation="redirect" ')
  await open('/')
  await button().click()
  await page.waitForURL('**/hosted')
})

it('without JavaScript the link inside pays', async () => {
  await open('/', { javaScriptEnabled: false })
  await page.getByRole('link', { name: 'Купить' }).click()
  expect(page.url()).toBe(`${server.origin}/buy`)
})

describe('on a phone', () => {
  const phone = {
    userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
    viewport: { width: 360, height: 740 },
    hasTouch: true,
  }

  it('DL-14: gives real links, and offers the code when the app did not open', {
    timeout: 20_000,
  }, async () => {
    await open('/', phone)
    await button().tap()
    await page.getByRole('button', { name: /^Оплатить \d/ }).tap()
    const link = page.getByRole('link', { name: 'Открыть Alipay' })
    await link.waitFor()
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/pay\.example\//)
    expect(await page.getByRole('button', { name: 'Показать QR-код' }).count()).toBe(0)
    // The app is not there: the tap leads nowhere.
    await page.evaluate(() => addEventListener('click', (event) => event.preventDefault()))
    await link.tap()
    await page.getByRole('button', { name: 'Показать QR-код' }).tap()
    await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
    expect(server.requests.filter((request) => request === 'POST /pay/v1/checkout/payments')).toHaveLength(1)
  })
})

describe('<pay-return>', () => {
  beforeEach(() => {
    server.body = '<pay-return api-url="/pay"><a href="/">В магазин</a></pay-return>'
  })

  it('asks the server about the token of the fragment, and takes it out of the address', async () => {
    server.settle('succeeded')
    await open('/return?status=failed#teabrick=st_test')
    await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
    expect(page.url()).toBe(`${server.origin}/return?status=failed`)
    await page.reload()
    await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
    expect(trouble).toEqual([])
  })

  it('closes the purchase: the next click is another one, until then a reload comes back to it', {
    timeout: 30_000,
  }, async () => {
    const returnPage = server.body
    server.body = '<pay-button api-url="/pay" session-url="/session"></pay-button>'
    await open('/')
    for (let i = 0; i < 2; i++) {
      await button().click()
      if (i === 0) await page.getByRole('button', { name: /^Оплатить \d/ }).click()
      await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
      await page.reload()
    }
    server.settle('succeeded')
    server.body = returnPage
    await page.goto(`${server.origin}/return#teabrick=st_test`)
    await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
    server.body = '<pay-button api-url="/pay" session-url="/session"></pay-button>'
    await page.goto(server.origin)
    await button().click()
    await page.getByRole('dialog').waitFor()
    const [first, second, third] = server.sessionKeys
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('asks the buyer while nobody knows, and never says that it failed', async () => {
    server.intercept = (request, response) => {
      if (!request.url?.startsWith('/pay/v1/checkout')) return false
      response
        .setHeader('content-type', 'application/json')
        .end(
          '{"version":1,"session":{"id":"cs_1","status":"open"},"payment":{"method":"alipay","status":"processing","failure":null}}',
        )
      return true
    }
    await open('/return?paid=true#teabrick=st_test')
    await page.getByRole('heading', { name: 'Ждём подтверждения' }).waitFor()
    await page.getByRole('button', { name: 'Да, оплата прошла' }).click()
    await page.getByText('подтверждения пока нет').waitFor()
    await page.getByRole('button', { name: 'Не получилось' }).click()
    await page.getByText('ничего делать не нужно').waitFor()
    expect(trouble).toEqual([])
  })

  it('believes no query string', async () => {
    await open('/return?status=succeeded&teabrick=st_test')
    await page.getByText('Платёж не найден. Откройте заказ в магазине.').waitFor()
    expect(await page.getByRole('link', { name: 'В магазин' }).isVisible()).toBe(true)
    expect(trouble).toEqual([])
  })
})

describe('the way back from <pay-return>', () => {
  it.each([
    ['', '', '/'],
    ['', '<a href="/mine">Заказы</a>', undefined],
    ['shop-url="/tea"', '<a href="/mine">Заказы</a>', '/tea'],
    ['shop-url="javascript:__pwn()"', '', undefined],
    ['shop-url="http://shop.example/"', '', undefined],
    ['shop-url="https://user:word@shop.example/"', '', undefined],
  ])('with %s, and inside «%s», leads to %s', async (attribute, inside, path) => {
    server.body = `<pay-return api-url="/pay" ${attribute}>${inside}</pay-return>`
    await open('/return')
    await page.getByText('Платёж не найден').waitFor()
    const links = await page
      .locator('pay-return a.action')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href))
    expect(links).toEqual(path ? [server.origin + path] : [])
  })
})

it('can be imported by Node, where there is no DOM', async () => {
  const code =
    "const m = await import('./dist/index.js'); await import('./dist/define.js'); console.log(typeof m.PayButton, typeof m.PayReturn)"
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: root })
  expect(stdout.trim()).toBe('function function')
})

it('names every part by its content', async () => {
  const entry = await readFile(`${root}dist/pay-button.js`, 'utf8')
  expect(entry).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  expect(entry.match(/[A-Za-z0-9+/]{64}/g)!.length).toBeGreaterThanOrEqual(8)
})

it('lit’s stand-in is asked for nothing that it does not do', async () => {
  const files = await readdir(`${root}src`, { recursive: true })
  const sources = files.filter(
    (name) => /^(sheet\/|return-view)[\w.-]+\.ts$/.test(name) && !name.includes('.test.'),
  )
  expect(sources.length).toBeGreaterThan(6)
  for (const name of sources) {
    const source = await readFile(`${root}src/${name}`, 'utf8')
    // An attribute of more than one value, one that is there or not, a template of SVG, a directive.
    const asked = source.match(
      / [@.\w-]+="[^"]*\$\{| [@.\w-]+=\$\{[^{}]*\}[^\s>/`]| \?[\w-]+=\$\{|\bsvg`|from 'lit\//g,
    )
    expect([name, asked]).toEqual([name, null])
  }
})
