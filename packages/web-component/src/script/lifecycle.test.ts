// @vitest-environment node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import type {} from '../events.ts'
import { SBP_LINK } from '../fixtures/banks.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

/** What happens to pages and phones around a payment, with the built script in a real browser. */
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
if (!existsSync(`${dist}pay-button.js`)) throw new Error('no build yet: run npm run build')

vi.setConfig({ testTimeout: 30_000 })

let browser: Browser
let server: ScriptServer
let page: Page
let trouble: string[]

beforeAll(async () => {
  server = await startScriptServer()
  browser = await openBrowser({ keepsPages: true })
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

/** @param before Runs in the page, ahead of its scripts. */
async function open(options: BrowserContextOptions = {}, before?: () => void): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options })
  page = await context.newPage()
  if (before) await page.addInitScript(before)
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('request', (request) => request.url().startsWith(server.origin) || trouble.push(request.url()))
  await page.goto(server.origin)
  return page
}
const button = (of = page) => of.getByRole('button', { name: 'Оплатить', exact: true })
const pay = (of = page) => of.getByRole('button', { name: /^Оплатить \d/ })
const countOf = (what: string) => server.requests.filter((request) => request === what).length
/** What can be read, not the live region that says it as well. */
const words = (text: string | RegExp) =>
  page.locator('[part=dialog] :is(p, h3):not(.heard)').filter({ hasText: text }).first()
const PAYMENTS = 'POST /pay/v1/checkout/payments'
const CHECKOUT = 'GET /pay/v1/checkout'

/** Makes the document say that it is hidden or shown, as a tab that goes to the back or a phone that opens an app. */
const setVisibility = (state: 'hidden' | 'visible') =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true })
    Object.defineProperty(document, 'hidden', { value: value === 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, state)

it('CL-01: the Back button from the provider’s page finds a checkout that asks again and works, and one payment', async () => {
  server.payment = {
    method: 'bank_card',
    nextAction: { expiresInMs: null, redirect: { url: `${server.origin}/buy` } },
  }
  await open()
  await page.evaluate(() =>
    addEventListener('pageshow', ({ persisted }) => {
      document.documentElement.dataset['restored'] = String(persisted)
    }),
  )
  await button().click()
  await page.getByRole('radio', { name: /карта/ }).check()
  await pay().click()
  await page.waitForURL('**/buy')
  await page.getByRole('heading', { name: '/buy' }).waitFor()
  const asked = countOf(CHECKOUT)
  await page.evaluate(() => history.back())
  // A page that was kept is not loaded again.
  await page.locator('html[data-restored=true]').waitFor()
  await page.getByRole('link', { name: 'Перейти к оплате' }).waitFor({ timeout: 1_000 })
  await expect.poll(() => countOf(CHECKOUT)).toBeGreaterThan(asked)
  expect(countOf(PAYMENTS)).toBe(1)
  await page.getByRole('button', { name: 'Закрыть' }).click()
  await button().click()
  await page.getByRole('link', { name: 'Перейти к оплате' }).waitFor()
  expect(countOf(PAYMENTS)).toBe(1)
  expect(trouble).toEqual([])
})

it('CL-03: a hidden tab asks nothing; shown again it asks at once', async () => {
  await open()
  await button().click()
  await pay().click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  await setVisibility('hidden')
  // What was held may still be answered.
  await expect.poll(() => countOf(CHECKOUT)).toBeGreaterThan(0)
  await page.waitForTimeout(300)
  const asked = countOf(CHECKOUT)
  await page.waitForTimeout(1_500)
  expect(countOf(CHECKOUT)).toBe(asked)
  server.settle('succeeded')
  await setVisibility('visible')
  await page.getByRole('heading', { name: 'Оплачено' }).waitFor({ timeout: 2_000 })
  expect(trouble).toEqual([])
})

it('CL-04: a session that ran out while the lid was closed takes no payment, and another one is offered', async () => {
  await open()
  await button().click()
  await pay().waitFor()
  await setVisibility('hidden')
  server.expire()
  await setVisibility('visible')
  await page.getByRole('heading', { name: 'Время на оплату вышло' }).waitFor()
  await words('Деньги не списаны').waitFor()
  expect(countOf(PAYMENTS)).toBe(0)
  const keys = server.sessionKeys.length
  server.renew()
  await page.getByRole('button', { name: 'Начать заново' }).click()
  await pay().waitFor()
  expect(server.sessionKeys).toHaveLength(keys + 1)
  expect(server.sessionKeys.at(-1)).not.toBe(server.sessionKeys[0])
  expect(trouble).toEqual([])
})

it('CL-05: a device whose clock is wrong shows the same time left', async () => {
  for (const skewMs of [-10_800_000, 10_800_000, -1_700_000_000_000]) {
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } })
    page = await context.newPage()
    await page.addInitScript((skew) => {
      const { now } = Date
      Date.now = () => now() + skew
    }, skewMs)
    await page.goto(server.origin)
    await button().click()
    await pay().click()
    await page.getByText(/^Осталось 13:5\d$/).waitFor()
    await context.close()
    server.reset()
  }
})

it('CL-07: comes back in another browser by the return page’s token alone, and learns there how it ended', async () => {
  await open()
  await button().click()
  await pay().click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  await page.context().close()
  server.body = '<pay-return api-url="/pay"></pay-return>'
  const other = await browser.newContext()
  page = await other.newPage()
  await page.goto(`${server.origin}/return#teabrick=st_test`)
  await page.getByRole('heading', { name: 'Ждём подтверждения' }).waitFor()
  server.settle('succeeded')
  await page.getByRole('heading', { name: 'Оплачено', level: 2 }).waitFor()
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0)
})

it('CL-09: an API that stays silent about a payment is never said to have failed', {
  timeout: 40_000,
}, async () => {
  await open()
  await button().click()
  await pay().click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  server.process()
  await page.getByRole('heading', { name: 'Ждём подтверждения' }).waitFor()
  server.intercept = (request, response) =>
    !!request.url?.startsWith('/pay/') && !!response.writeHead(502).end()
  // The words of fifteen minutes of waiting, with a clock that runs.
  await page.evaluate(() => {
    const { now } = performance
    performance.now = () => now.call(performance) + 900_000
  })
  await words('Страницу можно закрыть').waitFor()
  await page.getByText(/pay_\w+/).waitFor()
  expect(await page.getByRole('dialog').textContent()).not.toMatch(/не прошла|не списан|отклон/)
})

it('CC-03: a tab that was duplicated joins the payment of the first, and both turn to paid', async () => {
  await open()
  await button().click()
  await pay().click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  const opening = page.context().waitForEvent('page')
  // window.open copies the session storage, as duplicating a tab does.
  await page.evaluate('void open(location.href)')
  const copy = await opening
  await button(copy).click()
  await copy.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  expect(new Set(server.sessionKeys).size).toBe(1)
  expect(countOf(PAYMENTS)).toBe(1)
  server.settle('succeeded')
  await copy.getByRole('heading', { name: 'Оплачено' }).waitFor()
  await page.bringToFront()
  await page
    .getByRole('heading', { name: 'Оплачено' })
    .or(page.getByRole('heading', { name: '/paid' }))
    .waitFor()
})

it('NW-12: a connection that goes with the pay request leaves a payment that is looked for, not made again', async () => {
  await open()
  await button().click()
  await pay().waitFor()
  // The request arrives; its answer does not.
  server.intercept = (request, response) => {
    if (request.method !== 'POST' || !request.url?.endsWith('/payments')) return false
    server.begin()
    response.destroy()
    server.intercept = undefined
    return true
  }
  await pay().click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  expect(await page.getByRole('dialog').textContent()).not.toContain('не прошла')
  expect(trouble).toEqual([])
})

describe('in an app’s built-in browser', () => {
  const ANDROID =
    'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36'
  const inside = (app: string): BrowserContextOptions => ({
    userAgent: `${ANDROID} ${app}`,
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  })
  const devices = () => server.queries.map((query) => new URLSearchParams(query).get('inApp'))

  it('WeChat, which opens no Alipay: tells the API, gives no dead link, and draws the way out', async () => {
    await open(inside('MicroMessenger/8.0.50'))
    await button().tap()
    await pay().tap()
    await words('Это приложение не открывает кошелёк:').waitFor()
    expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'Откройте страницу в браузере',
    ])
    expect(await page.getByRole('link', { name: 'Открыть Alipay' }).count()).toBe(0)
    expect(await page.getByRole('listitem').count()).toBe(2)
    expect(await page.locator('.coach svg').count()).toBe(2)
    expect(new Set(devices())).toEqual(new Set(['wechat']))
    expect(trouble).toEqual([])
  })

  it('Telegram, which may: keeps the link, and draws the way out below', async () => {
    await open(inside('Telegram-Android/11.4.2'))
    await button().tap()
    await pay().tap()
    await page.getByRole('link', { name: 'Открыть Alipay' }).waitFor()
    await words(/Откройте страницу в браузере:$/).waitFor()
    expect(new Set(devices())).toEqual(new Set(['telegram']))
    expect(trouble).toEqual([])
  })

  it('Telegram on an iPhone, which has Safari’s user agent: is known by what it puts on the page', async () => {
    const userAgent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
    await open({ ...inside(''), userAgent }, () => {
      Object.assign(globalThis, { TelegramWebviewProxy: { postEvent() {} } })
    })
    await button().tap()
    await pay().tap()
    await words(/Откройте страницу в браузере:$/).waitFor()
    expect(new Set(devices())).toEqual(new Set(['telegram']))
    expect(trouble).toEqual([])
  })

  it('Alipay: its own method works there, without a way out', async () => {
    await open(inside('AlipayClient/10.6.50'))
    await button().tap()
    await pay().tap()
    await page.getByRole('link', { name: 'Открыть Alipay' }).waitFor()
    expect(await words(/в браузере:$/).count()).toBe(0)
  })

  it('SBP in VK: the way out is drawn over the banks', async () => {
    server.payment = {
      method: 'sbp',
      nextAction: {
        expiresInMs: 290_000,
        qr: { payload: SBP_LINK },
        appLink: { universal: SBP_LINK },
        banks: { link: SBP_LINK, list: 'list-1' },
      },
    }
    await open(inside('VKAndroidApp/8.100-22222'))
    await button().tap()
    await page.getByRole('radio', { name: /СБП/ }).check()
    await pay().tap()
    await words(/Откройте страницу в браузере:$/).waitFor()
    await page.getByRole('searchbox', { name: 'Найти банк' }).waitFor()
  })

  it('an ordinary browser loads no table of apps', async () => {
    await open({ ...inside(''), userAgent: ANDROID.replace('; wv', '').replace('Version/4.0 ', '') })
    await button().tap()
    await pay().waitFor()
    expect(server.requests.filter((request) => request.includes('/inApp-'))).toEqual([])
    expect(new Set(devices())).toEqual(new Set([null]))
  })

  it('a table of apps that does not come keeps nobody from paying', async () => {
    server.intercept = (request) => !!request.url?.includes('/inApp-')
    await open(inside('Instagram 358.0.0.51.97 Android'))
    await button().tap()
    await pay().tap()
    await page.getByRole('link', { name: 'Открыть Alipay' }).waitFor()
  })
})

describe('hostile answers', () => {
  const hostile = [
    ['AS-05', 'iconUrl', 'javascript:__pwn()'],
    ['AS-06', 'iconUrl', 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="__pwn()"/>'],
  ] as const

  it.each(hostile)('%s: a method’s %s is not even read', async (_, member, value) => {
    server.intercept = (request, response) => {
      if (request.method !== 'GET' || !request.url?.startsWith('/pay/v1/checkout')) return false
      const { view } = server
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          ...view,
          methods: view.methods.map((method) => ({ ...method, [member]: value, icon: value, logo: value })),
          merchant: { ...view.merchant, logoUrl: value, [member]: value },
        }),
      )
      return true
    }
    await open()
    await page.evaluate(() =>
      Object.assign(globalThis, { __pwn: () => Object.assign(globalThis, { pwned: 1 }) }),
    )
    await button().click()
    await pay().waitFor()
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false)
    expect(await page.locator('pay-button').evaluate((node) => node.shadowRoot!.innerHTML)).not.toContain(
      '__pwn',
    )
    expect(trouble).toEqual([])
  })

  it('AS-11: a captive portal’s page is no answer: nothing is believed, and it can be tried again', async () => {
    server.intercept = (request, response) =>
      !!request.url?.startsWith('/pay/v1/checkout') &&
      !!response.setHeader('content-type', 'text/html').end('<html>Login</html>')
    await open()
    await button().click()
    await page.getByRole('heading', { name: 'Не удалось загрузить оплату' }).waitFor()
    await words('Проверьте связь и попробуйте ещё раз.').waitFor()
    server.intercept = undefined
    await page.getByRole('button', { name: 'Попробовать ещё раз' }).click()
    await pay().waitFor()
  })

  it('a shop that refuses the order is not called a bad connection', async () => {
    server.intercept = (request, response) =>
      request.url === '/session' &&
      !!response.writeHead(409, { 'content-type': 'application/json' }).end('{"code":"out_of_stock"}')
    await open()
    await button().click()
    await words('Магазин не принял этот заказ').waitFor()
    expect(await page.getByRole('dialog').textContent()).not.toContain('связь')
  })
})

it('registerTexts reaches the sheet of the built script, under the long names', async () => {
  await open()
  const own = {
    chooseMethod: 'Как заплатите?',
    scanWith: 'Камерой {}',
    button: { pay: 'К оплате' },
    quote: { rate: 'По курсу' },
  }
  // As text: the test's own bundler would take the import for its own.
  await page.evaluate(
    `import('/dist/pay-button.js').then(({ registerTexts }) => registerTexts('ru', ${JSON.stringify(own)}))`,
  )
  await page.locator('pay-button').evaluate((node) => node.setAttribute('locale', 'ru'))
  await page.getByRole('button', { name: 'К оплате' }).click()
  await page.getByText('Как заплатите?').waitFor()
  await page.getByText('По курсу').waitFor()
  await pay().click()
  await page.getByRole('heading', { name: 'Камерой Alipay' }).waitFor()
  expect(trouble).toEqual([])
})

it('second-locale shows the whole sheet in both languages, Russian first', async () => {
  server.body = server.body.replace('<pay-button ', '<pay-button locale="en" second-locale="ru" ')
  await open()
  await page.getByRole('button', { name: 'Оплатить · Pay' }).click()
  await page.getByRole('button', { name: /^Оплатить \d.*\n?Pay \D*\d/ }).click()
  await page
    .getByRole('heading', { name: /^Отсканируйте код в Alipay\s+Scan the code with Alipay$/ })
    .waitFor()
  expect(trouble).toEqual([])
})

it('presentation="inline" draws the checkout below the button, without a dialog', async () => {
  server.body = server.body.replace('<pay-button ', '<pay-button presentation="inline" ')
  await open()
  await button().click()
  await pay().click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await page.getByRole('region', { name: /^Оплата/ }).count()).toBe(1)
  server.settle('succeeded')
  await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
  expect(trouble).toEqual([])
})

it.each(['auto', 'modal'])('presentation="%s" is a dialog', async (presentation) => {
  server.body = server.body.replace('<pay-button ', `<pay-button presentation="${presentation}" `)
  await open()
  await button().click()
  await page.getByRole('dialog', { name: /^Оплата/ }).waitFor()
})
