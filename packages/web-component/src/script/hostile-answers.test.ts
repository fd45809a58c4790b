// @vitest-environment node
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import type {} from '../events.ts'
import { SBP_LINK } from '../fixtures/banks.ts'
import { BAD_URLS, PAYLOADS } from '../fixtures/hostile.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

// What the shop's own backend, the return page, the list of banks and the page around them may hold. The neighbours of
// AS-02, AS-08, AS-11, BA-11, BA-22 and CL-07 that no case names.

vi.setConfig({ testTimeout: 60_000 })

let browser: Browser
let server: ScriptServer
let page: Page
/** Code that ran, dialogs, requests and moves to anybody else, uncaught errors. */
let trouble: string[]

beforeAll(async () => {
  server = await startScriptServer()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(() => {
  server.reset()
  server.policy = ''
  trouble = []
})
afterEach(async () => {
  await page?.context().close()
})

async function open(path = '/', options: BrowserContextOptions = {}, before = ''): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options })
  page = await context.newPage()
  await page.addInitScript(before)
  await context.exposeFunction('__pwn', () => trouble.push('ran'))
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => trouble.push(`uncaught: ${error.message}`))
  const isForeign = (url: string) => !url.startsWith(`${server.origin}/`) && url !== 'about:blank'
  page.on('request', (request) => isForeign(request.url()) && trouble.push(`request: ${request.url()}`))
  page.on('framenavigated', (frame) => isForeign(frame.url()) && trouble.push(`move: ${frame.url()}`))
  await page.goto(server.origin + path)
}

const dialog = () => page.getByRole('dialog')

async function buyByCode(): Promise<void> {
  await page.locator('pay-button button[part=button]').click()
  await dialog().locator('input[value=alipay]').check()
  await dialog().locator('form button.action').click()
  await dialog().locator('[part=qr] path').first().waitFor()
}

/** Answers of the shop's session URL, one after the other. */
function answerSessions(answers: readonly unknown[]): void {
  let index = 0
  server.body = '<p>A page of the shop</p>'
  server.intercept = (request, response) => {
    if (request.url !== '/session') return false
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[index++]))
    return true
  }
}

/** The codes of the errors that as many clicks on as many buttons end with. */
const clickAll = (count: number, presentation: string) =>
  page.evaluate(
    async ({ count, presentation }) => {
      const codes: string[] = []
      for (let i = 0; i < count; i++) {
        const element = document.createElement('pay-button')
        const attributes = { 'api-url': '/pay', 'session-url': '/session', presentation }
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
        document.body.append(element)
        const error = new Promise<string>((resolve) =>
          element.addEventListener('pay-error', (event) => resolve(event.error.code)),
        )
        await element.updateComplete
        element.click()
        codes.push(await error)
        element.remove()
      }
      return codes
    },
    { count, presentation },
  )

describe('the answer of the shop’s backend', () => {
  it('leads to no hosted page whose address is refused', async () => {
    answerSessions(BAD_URLS.map(([, url]) => ({ clientToken: 'ct_x', url })))
    await open()
    expect(await clickAll(BAD_URLS.length, 'redirect')).toEqual(BAD_URLS.map(() => 'url_refused'))
    expect(page.url()).toBe(`${server.origin}/`)
    expect(trouble).toEqual([])
  })

  it('holds one client token of a plain form, or none', async () => {
    const tokens = [
      1,
      ['ct_x'],
      '',
      'x',
      'sk_live_x',
      'st_x',
      'ct_',
      'ct_a\r\nX: y',
      'ct_<img>',
      'ct_\u202e',
      ' ct_x',
    ]
    const answers = [null, [], 5, 'x', {}, ...tokens.map((clientToken) => ({ clientToken }))]
    answerSessions(answers)
    await open()
    expect(await clickAll(answers.length, 'auto')).toEqual(answers.map(() => 'unexpected_response'))
    expect(server.queries).toEqual([])
    expect(trouble).toEqual([])
  })
})

describe('<pay-return>', () => {
  /** Shows the return page, and tells its event and what is left of the fragment. */
  const show = (attributes: Readonly<Record<string, string>>, hash: string) =>
    page.evaluate(
      async ({ attributes, hash }) => {
        history.replaceState(null, '', hash)
        const element = document.createElement('pay-return')
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
        const told = new Promise<string>((resolve) => {
          for (const type of [
            'pay-success',
            'pay-pending',
            'pay-failure',
            'pay-expire',
            'pay-cancel',
          ] as const)
            element.addEventListener(type, () => resolve(type))
          element.addEventListener('pay-error', (event) => resolve(event.error.code))
        })
        document.body.append(element)
        const event = await told
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
        const view = [...(element.shadowRoot?.querySelectorAll('*') ?? [])].find(
          (node) => node.shadowRoot,
        )?.shadowRoot
        // All but the way back to the root of the site.
        const own = `a[href="${location.origin}/"]`
        const foreign = view?.querySelectorAll(
          `a:not(${own}), img, script, iframe, link, [onload], [onerror]`,
        ).length
        element.remove()
        return { event, hash: location.hash, foreign }
      },
      { attributes, hash },
    )

  it('shows hostile words of attributes and of the API as nothing but text', async () => {
    let text = ''
    server.body = '<p>A page of the shop</p>'
    server.intercept = (request, response) => {
      if (!request.url?.startsWith('/pay/v1/checkout')) return false
      // A long poll finds nothing new.
      if (request.headers['if-none-match']) return true
      const payment = { id: text, method: text, status: 'failed', failure: { code: text } }
      const more = {
        merchant: { name: text },
        order: { reference: text, description: text },
        returnUrl: text,
      }
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ version: 1, session: { id: text, status: 'open' }, payment, ...more }))
      return true
    }
    await open()
    for (const payload of PAYLOADS) {
      text = payload[1]
      const words = { 'api-url': '/pay', locale: text, theme: text, 'second-locale': text, label: text }
      const seen = await show(words, '#teabrick=st_test')
      expect(seen, payload[0]).toEqual({ event: 'pay-failure', hash: '', foreign: 0 })
    }
    expect(trouble).toEqual([])
  })

  it('asks no API at a refused address, and nothing about a token of another form', async () => {
    server.body = '<p>A page of the shop</p>'
    await open()
    for (const [name, url] of BAD_URLS) {
      // The address of a page of the shop's, however it looks.
      if (new URL(url, server.origin).origin === server.origin) continue
      const seen = await show({ 'api-url': url }, '#teabrick=st_test')
      expect(seen, name).toMatchObject({ event: 'config_invalid' })
    }
    for (const token of [
      '',
      'x',
      'ct_x',
      'st_<img>',
      'st_%0d%0aX:y',
      'javascript:__pwn()',
      '%',
      'st_%E2%80%AE',
    ])
      expect(await show({ 'api-url': '/pay' }, `#a=1&teabrick=${token}`), token).toMatchObject({
        event: 'invalid_request',
        hash: '#a=1',
      })
    expect(server.queries).toEqual([])
    expect(trouble).toEqual([])
  })
})

it('a list of banks with anything in it is a list of those that are banks, and their links lead where they may', async () => {
  const id = (number: number) => String(100_000_000_000 + number)
  const banks = [
    ...[null, 1, 'x', [], {}, { id: id(1) }, { id: id(2), name: { a: 1 } }, { id: `${id(3)}/..`, name: 'x' }],
    ...PAYLOADS.map(([, name], at) => ({ id: id(100 + at), name })),
    ...PAYLOADS.map(([, text], at) => ({ id: id(200 + at), name: 'x', packageName: 'a.b', webUrl: text })),
    ...BAD_URLS.map(([name, webUrl], at) => ({ id: id(300 + at), name, webUrl })),
    { id: id(400), name: 'a package', packageName: 'a;S.browser_fallback_url=https://evil.test' },
    { id: id(401), name: 'Ж'.repeat(100_000), webUrl: 'https://bank.example/sbp' },
  ]
  server.payment = {
    method: 'sbp',
    nextAction: {
      expiresInMs: 60_000,
      qr: { payload: SBP_LINK },
      banks: { link: SBP_LINK, list: '&h=<img>' },
    },
  }
  server.intercept = (request, response) => {
    if (!request.url?.startsWith('/pay/v1/checkout/banks')) return false
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ banks }))
    return true
  }
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
  const poison = `["<img src=x onerror=__pwn()>","${id(100)}",{"__proto__":1},null]`
  await open(
    '/',
    { userAgent: phone, hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } },
    `localStorage.setItem('teabrick:banks', ${JSON.stringify(poison)})`,
  )
  await page.locator('pay-button button[part=button]').click()
  await dialog().locator('input[value=sbp]').check()
  await dialog().locator('form button.action').click()
  await dialog().locator('.banks .all li').first().waitFor()
  const seen = await dialog().evaluate((node) => ({
    banks: node.querySelectorAll('.all li').length,
    recent: node.querySelectorAll('.recent li').length,
    foreign: node.querySelectorAll('img, script, iframe, [onload], [onerror]').length,
    links: [...node.querySelectorAll('a')].map(({ href }) => href),
  }))
  expect(seen).toMatchObject({ banks: banks.length - 9, recent: 1, foreign: 0 })
  expect(
    seen.links.filter(
      (href) => !/^(bank100000000\d{3}:\/\/|https:\/\/)qr\.nspk\.ru\/|^https:\/\/bank\.example\//.test(href),
    ),
  ).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  expect(trouble).toEqual([])
})

describe('a page', () => {
  it.each([
    [
      'whose storage and locks are refused',
      `for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })
      navigator.locks.request = () => Promise.reject(new DOMException('no', 'SecurityError'))
      history.replaceState = () => { throw new DOMException('no', 'SecurityError') }`,
    ],
    [
      'whose arrays and texts have other members',
      `Object.assign(Array.prototype, { evil: 'x', success: true }); String.prototype.toJSON = undefined`,
    ],
  ])('%s sells all the same', async (_, before) => {
    await open('/', {}, before)
    await buyByCode()
    server.settle('succeeded')
    await page.waitForURL('**/paid')
    expect(trouble).toEqual([])
  })

  it('that posts messages to itself and dispatches events of ours makes nothing paid', async () => {
    await open()
    await buyByCode()
    const status = await page.evaluate(async () => {
      const element = document.querySelector('pay-button') as HTMLElementTagNameMap['pay-button']
      for (const data of [
        null,
        'teabrick',
        { type: 'pay-success' },
        { status: 'succeeded', source: 'teabrick' },
      ])
        postMessage(data, '*')
      for (const type of [
        'pay-success',
        'pay-status',
        'pay-error',
        'storage',
        'pageshow',
        'visibilitychange',
      ])
        for (const target of [element, window, document]) target.dispatchEvent(new Event(type))
      await new Promise((resolve) => setTimeout(resolve, 200))
      return element.shadowRoot?.querySelector('pay-sheet')?.shadowRoot?.querySelector('h3')?.textContent
    })
    expect(status).not.toMatch(/Оплачено/)
    expect(page.url()).toBe(`${server.origin}/`)
    expect(trouble).toEqual([])
  })

  it('that has an element of the same name keeps it, and the link inside ours pays', async () => {
    await open('/', {}, `customElements.define('pay-button', class extends HTMLElement {})`)
    await page.getByRole('link', { name: 'Купить' }).click()
    await page.waitForURL('**/buy')
    expect(trouble).toEqual([])
  })
})
