// @vitest-environment node
import { build } from 'esbuild'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import type {} from '../events.ts'
import { BAD_URLS, PAYLOADS } from '../fixtures/hostile.ts'
import { otherVersion } from '../fixtures/other-version.ts'
import { type ScriptServer, STRICT_POLICY, startScriptServer } from '../fixtures/script-server.ts'
import { ALIPAY, payment, VIEW } from '../fixtures/states.ts'

// Of the corpus, in these lists: BA-01, BA-02, BA-04, BA-07, BA-09, BA-10, BA-11, BA-12, BA-16, BA-18, AS-02, AS-05, AS-06, AS-09.
const DIST = `${import.meta.dirname}/../../dist/`

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
  trouble = []
})
afterEach(async () => {
  await page?.context().close()
})

async function open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, ...options })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await context.exposeFunction('__pwn', () => trouble.push('ran'))
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => trouble.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.origin}/`)) trouble.push(`request: ${request.url()}`)
  })
  page.on('framenavigated', (frame) => {
    if (!frame.url().startsWith(`${server.origin}/`)) trouble.push(`move: ${frame.url()}`)
  })
  await page.goto(server.origin + path)
  return page
}

const button = () => page.locator('pay-button button[part=button]')
const dialog = () => page.getByRole('dialog')
const pay = () => dialog().locator('form button.action')
const code = () => dialog().locator('[part=qr]')

/** Answers of the payment API in place of the fixture's: the first for the token `ct_0`, and so on. */
function answerWith(views: readonly unknown[]): void {
  server.intercept = (request, response) => {
    if (!request.url?.startsWith('/pay/v1/checkout')) return false
    // A long poll finds nothing new.
    if (request.headers['if-none-match']) return true
    const [, index = 0] = /ct_(\d+)/.exec(request.headers.authorization ?? '') ?? []
    response.setHeader('content-type', 'application/json').end(JSON.stringify(views[Number(index)]))
    return true
  }
}

/** Opens one sheet after the other, each until it is ready or has refused something, and looks into it. */
function openSheets(count: number, until: 'pay-status' | 'pay-error') {
  return page.evaluate(
    async ({ count, until }) => {
      const results: { text: string; links: number; foreign: number }[] = []
      for (let i = 0; i < count; i++) {
        const element = document.createElement('pay-button')
        element.setAttribute('api-url', '/pay')
        element.createSession = async () => `ct_${i}`
        document.body.append(element)
        const shown = new Promise<void>((resolve) => {
          element.addEventListener('pay-error', () => resolve())
          element.addEventListener(until, (event) => {
            if (!('status' in event) || event.status !== 'loading') resolve()
          })
          // It is looked into all the same.
          setTimeout(resolve, 5_000)
        })
        await element.updateComplete
        element.click()
        await shown
        // What was to be drawn is drawn, and what was to be loaded is asked for.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
        const sheet = element.shadowRoot?.querySelector('pay-sheet')?.shadowRoot
        results.push({
          text: sheet?.querySelector('dialog')?.textContent ?? '',
          links: sheet?.querySelectorAll('a').length ?? -1,
          foreign:
            sheet?.querySelectorAll('img, script, iframe, link, base, meta, [onload], [onerror], [onfocus]')
              .length ?? -1,
        })
        element.remove()
      }
      return results
    },
    { count, until },
  )
}

async function buyByCode(): Promise<void> {
  await button().first().click()
  await dialog().locator('input[value=alipay]').check()
  await pay().click()
  await code().locator('path').first().waitFor()
}

describe.each([
  ['without a policy', ''],
  ['under a strict policy', STRICT_POLICY],
])('%s', (_, policy) => {
  beforeEach(() => {
    server.policy = policy
  })

  it('hostile words in every attribute and property run nothing and ask nobody', async () => {
    await open()
    const opened = await page.evaluate(async (payloads) => {
      const words = 'label locale theme type methods presentation second-locale description currency title'
      const results: string[] = []
      for (const [name, text] of payloads) {
        const element = document.createElement('pay-button')
        element.setAttribute('api-url', '/pay')
        element.setAttribute('session-url', '/session')
        for (const attribute of [...words.split(' '), 'data-sku', 'data-quantity'])
          element.setAttribute(attribute, text)
        Object.assign(element, { locale: text, theme: text, label: text, description: text })
        document.body.append(element)
        const shown = new Promise((resolve) => {
          element.addEventListener('pay-status', ({ status }) => status === 'ready' && resolve('ready'))
          element.addEventListener('pay-error', ({ error }) => resolve(error.code))
        })
        await element.updateComplete
        element.click()
        results.push(`${name} ${await shown}`)
        element.remove()
      }
      return results
    }, PAYLOADS)
    expect(opened).toEqual(PAYLOADS.map(([name]) => `${name} ready`))
    expect(trouble).toEqual([])
  }, 60_000)

  it('hostile addresses in attributes are refused at the click, and lead nowhere', async () => {
    await open()
    const refused = await page.evaluate(async (urls) => {
      const results: string[] = []
      for (const [name, url] of urls)
        for (const attribute of ['api-url', 'session-url', 'client-token', 'return-url']) {
          // The address of a page of the shop's, however it looks.
          if (/^(api|session)/.test(attribute) && new URL(url, location.href).origin === location.origin)
            continue
          const element = document.createElement('pay-button')
          const rest = {
            'api-url': '/pay',
            ...(/^(api|return)-url$/.test(attribute) && { 'session-url': '/session' }),
          }
          for (const [key, value] of Object.entries({ ...rest, [attribute]: url }))
            element.setAttribute(key, value)
          const link = document.createElement('a')
          link.href = '/buy'
          element.append(link)
          document.body.append(element)
          const error = new Promise<string>((resolve) => {
            element.addEventListener('pay-error', (event) => resolve(event.error.code))
            setTimeout(resolve, 5_000, 'nothing')
          })
          await element.updateComplete
          element.click()
          results.push(`${name} ${attribute} ${await error}`)
          element.remove()
        }
      return results
    }, BAD_URLS)
    expect(refused.filter((line) => !line.endsWith(' config_invalid'))).toEqual([])
    expect(refused.length).toBeGreaterThan(BAD_URLS.length * 3.5)
    expect(server.sessionKeys).toEqual([])
    expect(trouble).toEqual([])
  }, 60_000)

  it('hostile words in every text of the API stay text', async () => {
    answerWith(
      PAYLOADS.map(([, text]) => ({
        ...VIEW,
        merchant: { name: text, logoUrl: text },
        order: {
          reference: text,
          description: text,
          lines: [{ id: text, name: text, quantity: text, total: VIEW.amount, imageUrl: text }],
        },
        methods: [
          ...VIEW.methods.map((method) => ({ ...method, iconUrl: text, logo: text })),
          { id: text, name: text, presentations: [text], requires: [text], health: text, iconUrl: text },
        ],
        unavailable: [{ id: text, reason: text }],
      })),
    )
    await open()
    const seen = await openSheets(PAYLOADS.length, 'pay-status')
    expect(seen).toEqual(
      PAYLOADS.map(([name, text]) => ({
        // Every kind of character that a line of text can hold.
        text: expect.stringContaining(text.match(/[ -~]{5,}/)?.[0] ?? name),
        links: 0,
        foreign: 0,
      })),
    )
    expect(trouble).toEqual([])
  }, 60_000)

  it('hostile addresses everywhere in the API lead nowhere', async () => {
    answerWith(
      BAD_URLS.map(([, url]) => ({
        ...VIEW,
        url,
        returnUrl: url,
        methods: VIEW.methods.map((method) => ({ ...method, iconUrl: url })),
        payment: payment({
          nextAction: {
            ...ALIPAY,
            qr: undefined,
            appLink: { universal: url, scheme: url },
            redirect: { url },
            banks: { link: url, list: url },
          },
        }),
      })),
    )
    await open()
    const seen = await openSheets(BAD_URLS.length, 'pay-error')
    expect(seen).toEqual(BAD_URLS.map(() => ({ text: expect.any(String), links: 0, foreign: 0 })))
    expect(page.url()).toBe(`${server.origin}/`)
    expect(trouble).toEqual([])
  }, 60_000)
})

// Also states, codes and ids that no server of ours has, and what a code and a rate are made of.
it.each([
  ['waits for the buyer', 'open', 'requires_action'],
  ['failed', 'open', 'failed'],
  ['was paid', 'complete', 'succeeded'],
  ['is in a state that nobody knows', 'open', undefined],
  ['is of a session in a state that nobody knows', undefined, 'processing'],
])(
  'hostile words in every text of a payment that %s stay text',
  async (_, session, status) => {
    // All of them in one text, and one that is a name of every object.
    const texts = [PAYLOADS.map(([, text]) => text).join(' '), '__proto__']
    server.policy = ''
    answerWith(
      PAYLOADS.map(([, text]) => ({
        ...VIEW,
        session: { ...VIEW.session, id: text, status: session ?? text },
        methods: VIEW.methods.map((method) => ({
          ...method,
          ...(method.quote && { quote: { ...method.quote, id: text, rate: text, reference: text } }),
        })),
        payment: payment({
          id: text,
          method: text,
          status: status ?? text,
          failure: { code: text },
          nextAction: {
            expiresInMs: 60_000,
            qr: { payload: text },
            wait: { hint: text },
            bridge: { method: text, params: { [text]: text } },
          },
        }),
        returnUrl: undefined,
      })),
    )
    await open()
    const seen = await openSheets(texts.length, 'pay-status')
    expect(seen).toEqual(
      texts.map(() => ({ text: expect.stringContaining('Чайная лавка'), links: 0, foreign: 0 })),
    )
    expect(trouble).toEqual([])
  },
  60_000,
)

it('texts of a megabyte, in attributes and from the API, leave everything in its place', async () => {
  server.policy = ''
  const long = `${'Ж'.repeat(500_000)}${'👩‍👩‍👧‍👦'.repeat(10_000)}${'e\u0301\u0302'.repeat(10_000)}`
  server.body = ''
  answerWith([
    {
      ...VIEW,
      merchant: { name: long },
      order: {
        reference: long,
        description: long,
        lines: [{ name: long, quantity: '1', total: VIEW.amount }],
      },
      methods: VIEW.methods.map((method) => ({ ...method, id: `x_${method.id}`, name: long })),
      unavailable: [{ id: long, reason: long }],
    },
  ])
  await open()
  await page.evaluate((text) => {
    const element = document.createElement('pay-button')
    for (const name of [
      'label',
      'locale',
      'theme',
      'type',
      'methods',
      'presentation',
      'second-locale',
      'data-sku',
    ])
      element.setAttribute(name, text)
    element.setAttribute('api-url', '/pay')
    element.removeAttribute('methods')
    element.append(Object.assign(document.createElement('span'), { slot: 'label', textContent: text }))
    element.createSession = async () => 'ct_0'
    document.body.append(element)
  }, long)
  await button().click()
  await pay().waitFor()
  const box = await pay().boundingBox()
  expect((box?.y ?? 1_000) + (box?.height ?? 0)).toBeLessThanOrEqual(900)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900)
  expect(trouble).toEqual([])
}, 60_000)

it('a return address that is refused leaves the buyer where he is, and says paid', async () => {
  answerWith([
    {
      ...VIEW,
      returnUrl: 'javascript:__pwn()',
      session: { ...VIEW.session, status: 'complete' },
      payment: payment({ status: 'succeeded', nextAction: null }),
    },
  ])
  await open()
  await button().click()
  await dialog().getByRole('heading', { name: 'Оплачено' }).waitFor()
  expect(await dialog().locator('a').count()).toBe(0)
  expect(trouble).toEqual([])
})

describe('Trusted Types', () => {
  it('that are only required, with any policy allowed, change nothing', async () => {
    server.policy = "require-trusted-types-for 'script'"
    await open()
    await buyByCode()
    expect(trouble).toEqual([])
  })

  it.each(['before', 'after'])(
    'BA-25: a page with a Lit of its own, loaded %s, both under one policy name',
    async (when) => {
      const own = await ownLit()
      server.policy =
        "script-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'"
      serveOwnLit(own, when)
      await open()
      await buyByCode()
      await page.getByText('an app of the page').waitFor()
      expect(trouble).toEqual([])
    },
  )

  it('BA-25: a page whose Lit has taken the only policy: its app works, the button leads to the hosted page', async () => {
    serveOwnLit(await ownLit(), 'before')
    server.policy = "script-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html"
    await open()
    await page.getByText('an app of the page').waitFor()
    await button().click()
    await page.waitForURL('**/hosted')
    expect(trouble).toEqual([])
  })

  /** A page's own app with its own copy of Lit. */
  async function ownLit(): Promise<string> {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { html, LitElement } from 'lit'
customElements.define('host-app', class extends LitElement { render() { return html\`<p>an app of the page</p>\` } })
document.body.append(document.createElement('host-app'))`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      format: 'esm',
      minify: true,
      write: false,
    })
    return outputFiles[0]?.text ?? ''
  }

  function serveOwnLit(own: string, when: string): void {
    const script = '<script type="module" src="/own-lit.js"></script>'
    server.intercept = (request, response) => {
      if (request.url === '/own-lit.js') {
        response.setHeader('content-type', 'text/javascript').end(own)
        return true
      }
      if (request.url !== '/') return false
      const ours = '<script type="module" src="/dist/pay-button.js"></script>'
      response
        .setHeader('content-security-policy', server.policy)
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Shop</title>${when === 'before' ? script + ours : ours + script}<body>${server.body}`,
        )
      return true
    }
  }
})

describe('BA-26: two versions of the script', () => {
  it.each([
    ['/dist/pay-button.js', '/v99/pay-button.js'],
    ['/v99/pay-button.js', '/dist/pay-button.js'],
  ])('%s, then %s: the first stays, with its own parts, and a line says so', async (first, second) => {
    const other = await otherVersion(DIST)
    server.intercept = (request, response) => {
      const file = request.url?.startsWith('/v99/') ? other.get(request.url.slice('/v99/'.length)) : undefined
      if (file !== undefined) response.setHeader('content-type', 'text/javascript').end(file)
      else if (request.url === '/')
        response
          .setHeader('content-security-policy', STRICT_POLICY)
          .setHeader('content-type', 'text/html; charset=utf-8')
          .end(
            `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Shop</title><script type="module" src="${first}"></script><script type="module" src="${second}"></script><body>${server.body}`,
          )
      else return false
      return true
    }
    const lines: string[] = []
    browser.once('context', (context) =>
      context.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`)),
    )
    await open()
    await buyByCode()
    const folder = first.replace('pay-button.js', 'chunks/')
    const parts = server.requests.filter((request) => request.includes('/chunks/'))
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.filter((request) => !request.includes(folder))).toEqual([])
    expect(lines.filter((line) => /another copy/.test(line))).toHaveLength(2)
    expect(trouble).toEqual([])
  })
})

// Members that the browser itself reads of options (`signal`, `headers`, …) are left out: with those no script on the page works.
it('BA-23: a page that has written into Object.prototype buys for the price of the session', async () => {
  server.intercept = (request, response) => {
    if (request.url !== '/pollute.js') return false
    response.setHeader('content-type', 'text/javascript').end(`
      const evil = 'https://evil.test/x'
      const names = 'returnUrl apiBase apiUrl api url sessionUrl clientToken createSession methods presentation scheme universal iconUrl logoUrl link list quantity data fetch platform port keepalive docUrl path late failure locale theme secondLocale type text name id'
      for (const name of names.split(' ')) Object.prototype[name] = evil
      Object.prototype.amount = { currency: 'RUB', minorUnits: 1 }
      Object.prototype.charge = { currency: 'RUB', minorUnits: 1 }
      Object.prototype.code = 'paid'
      Object.prototype.etag = 'x'
    `)
    return true
  }
  server.policy = STRICT_POLICY
  const body = server.body
  server.body = `<script src="/pollute.js"></script>${body}`
  await open()
  await button().click()
  await dialog().locator('input[value=alipay]').check()
  expect(await dialog().textContent()).toMatch(/1\s234,56/)
  await pay().click()
  await code().locator('path').first().waitFor()
  server.settle('succeeded')
  await page.waitForURL('**/paid')
  expect(trouble).toEqual([])
}, 30_000)

describe('global styles of the page', () => {
  it.each([
    ['unset everything', '* { all: unset !important }'],
    ['hide every button and dialog', 'button, dialog, svg { display: none !important }'],
    ['huge fonts', '* { font-size: 60px !important; line-height: 3 !important }'],
    [
      'no pointer, no colour',
      'body * { color: transparent; text-indent: -9999px; letter-spacing: 2em; user-select: none }',
    ],
    [
      'upper case',
      '* { text-transform: uppercase; word-spacing: 40px; white-space: nowrap; visibility: visible }',
    ],
    [
      'border-box off, floats',
      '* { box-sizing: content-box !important; float: left; padding: 30px; margin: 30px }',
    ],
  ])(
    '%s: the button is a target of 44 px, the code can be read, nothing leaves the screen',
    async (_, css) => {
      server.policy = ''
      server.body = `<style>${css}</style>${server.body}`
      await open()
      const box = await button().boundingBox()
      expect(box?.height).toBeGreaterThanOrEqual(44)
      expect(box?.width).toBeGreaterThanOrEqual(120)
      await buyByCode()
      const sheet = await dialog().boundingBox()
      expect(sheet?.x).toBeGreaterThanOrEqual(0)
      expect((sheet?.x ?? 0) + (sheet?.width ?? 1_000)).toBeLessThanOrEqual(900)
      expect((await code().boundingBox())?.width).toBeGreaterThanOrEqual(150)
      const looks = await dialog()
        .getByRole('heading')
        .first()
        .evaluate((node) => {
          const { color, textIndent, letterSpacing, textTransform } = getComputedStyle(node)
          return { color, textIndent, letterSpacing, textTransform }
        })
      expect(looks).toMatchObject({
        textIndent: '0px',
        letterSpacing: 'normal',
        textTransform: 'none',
      })
      expect(looks.color).not.toBe('rgba(0, 0, 0, 0)')
      expect(trouble).toEqual([])
    },
  )
})

it('a page that is read from right to left: the label keeps its order, the sheet its direction', async () => {
  server.policy = ''
  server.body = `<style>html { direction: rtl }</style>${server.body.replace('<pay-button ', '<pay-button second-locale="zh" ')}`
  await open()
  const [ru, zh] = await Promise.all(
    ['ru', 'zh-Hans'].map((lang) => button().locator(`[lang=${lang}]`).boundingBox()),
  )
  expect(ru?.x).toBeLessThan(zh?.x ?? 0)
  await buyByCode()
  expect(await dialog().evaluate((node) => getComputedStyle(node).direction)).toBe('ltr')
  const sheet = await dialog().boundingBox()
  expect(sheet?.x).toBeGreaterThanOrEqual(0)
  expect(trouble).toEqual([])
})

it('closed shadow roots, one in another, and a page that stops every event', async () => {
  await open()
  await page.evaluate(() => {
    let root: ShadowRoot | HTMLElement = document.body
    for (let i = 0; i < 4; i++)
      root = root.appendChild(document.createElement('section')).attachShadow({ mode: 'closed' })
    const element = document.querySelector('pay-button') as HTMLElement
    root.append(element)
    const status = new Promise<string>((resolve) =>
      element.addEventListener('pay-status', ({ status }) => status === 'ready' && resolve(status)),
    )
    for (const type of ['click', 'pointerdown', 'pointerenter', 'focus', 'keydown'])
      document.addEventListener(type, (event) => event.stopPropagation())
    Object.assign(globalThis, { seen: status, element })
  })
  await page.evaluate(() => (globalThis as unknown as { element: HTMLElement }).element.click())
  expect(await page.evaluate(() => (globalThis as unknown as { seen: Promise<string> }).seen)).toBe('ready')
  expect(trouble).toEqual([])
})

describe('Subresource Integrity', () => {
  it('an entry that was changed is not run: the link inside the element is there and pays', async () => {
    server.intercept = (request, response) => {
      if (request.url !== '/') return false
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          `<!doctype html><html lang="ru"><title>Shop</title><script type="module" src="/dist/pay-button.js" integrity="sha384-${'A'.repeat(64)}" crossorigin></script><body>${server.body}`,
        )
      return true
    }
    await open()
    await page.getByRole('link', { name: 'Купить' }).click()
    expect(page.url()).toBe(`${server.origin}/buy`)
  })

  it('a part that was changed, and no hosted page to go to: a message is seen, and the link pays', async () => {
    server.intercept = (request, response) => {
      if (request.url === '/session') response.writeHead(503).end()
      else if (request.url?.includes('/chunks/'))
        response.setHeader('content-type', 'text/javascript').end('__pwn()')
      else return false
      return true
    }
    server.body = '<pay-button api-url="/pay" session-url="/session"><a href="/buy">Купить</a></pay-button>'
    await open()
    await button().click()
    // Nobody can ask for the hosted page either: the page's own link takes over.
    await page.waitForURL('**/buy')
    expect(trouble).toEqual([])
  })
})
