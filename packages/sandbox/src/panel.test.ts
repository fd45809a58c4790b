import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ServedSandbox, serveSandbox } from './node.ts'
import { SCENARIO_GROUPS } from './panel/scenario-texts.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { SCENARIOS } from './scenario.ts'
import { antomMerchant, antomPay, createReceiver, sbpPayment, until, yookassaMerchant } from './testing.ts'

const HTML = { accept: 'text/html' }
/** A host that allows no more than files of its own, and knows nothing of `connect-src`. */
const STRICT = "default-src 'none'; script-src 'self'; style-src 'self'"

describe('over HTTP', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = createSandbox({ seed: 1 })
  })
  afterEach(() => sandbox.close())

  const get = (path: string, headers: Record<string, string> = HTML) =>
    sandbox.fetch(new Request(`http://shop.example/demo/sandbox${path}`, { headers }))
  const post = (body: string, path = '/_control') =>
    sandbox.fetch(
      new Request(`http://shop.example/demo/sandbox${path}`, {
        method: 'POST',
        body,
        headers: { ...HTML, 'content-type': 'application/x-www-form-urlencoded' },
      }),
    )

  it('keeps style and script in files of its own, under the prefix it is mounted at', async () => {
    const page = await get('/_control')
    const text = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    expect(text).not.toMatch(/<style|style="|<script(?![^>]* src=)| on[a-z]+="/)
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css)\?v=[^"]+)"/g)].map(([, url]) => url!)
    expect(files.map((url) => url.split('?')[0])).toEqual([
      '/demo/sandbox/_control/panel.css',
      '/demo/sandbox/_control/panel.js',
    ])
    for (const url of files) {
      const file = await sandbox.fetch(new Request(`http://shop.example${url}`))
      expect([file.status, file.headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
    }
    expect((await get('/_control/panel.php')).status).toBe(404)
  })

  it('sends a script that stands alone', async () => {
    const script = await (await get('/_control/panel.js')).text()
    expect(script).not.toMatch(/\bimport\b|__vite|__name|\brequire\(/)
    expect(() => new Function(script)).not.toThrow()
  })

  it('answers 304 until something happens', async () => {
    const tag = (await get('/_control')).headers.get('etag')!
    const again = () => get('/_control', { ...HTML, 'if-none-match': tag })
    await new Promise((resolve) => setTimeout(resolve, 5)) // time that passes by itself is nothing new
    expect((await again()).status).toBe(304)
    await sandbox.control.apply({ scenario: { name: 'slow' } })
    expect((await again()).status).toBe(200)
    await sandbox.control.apply({ clear: true })
    expect((await again()).status).toBe(304)
    await sandbox.control.apply({ advanceSeconds: 60 })
    expect((await again()).status).toBe(200)
  })

  it('tells a person what was wrong with a command, on the same page', async () => {
    const answer = await post('advanceSeconds=soon')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
    expect(await answer.text()).toMatch(/role="alert".*advanceSeconds/s)
  })

  it.each(['en', 'ru', 'zh'])('keeps the language %s through a form', async (language) => {
    const answer = await post('clear=true', `/_control?lang=${language}`)
    expect(answer.headers.get('location')).toBe(`/demo/sandbox/_control?lang=${language}`)
    const page = await get(`/_control?lang=${language}`)
    expect(page.headers.get('content-language')).toBe(language)
    expect(await page.text()).not.toMatch(/undefined|\[object/)
  })

  it('has a switch for every scenario', () => {
    expect(SCENARIO_GROUPS.flatMap(({ names }) => names).sort()).toEqual([...SCENARIOS].sort())
  })

  it('escapes what merchants send', async () => {
    const antom = antomMerchant(sandbox.fetch, 'http://shop.example/demo/sandbox/antom')
    await antom('pay', antomPay('<img src=x onerror=alert(1)>'))
    const text = await (await get('/_control')).text()
    expect(text).not.toContain('<img')
    expect(text).toContain('&#60;img src=x')
  })
})

describe('in Chromium', () => {
  let browser: Browser
  let sandbox: ServedSandbox
  let page: Page
  let trouble: string[]

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    })
  }, 60_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    sandbox = await serveSandbox({ port: 0, seed: 1 })
    trouble = []
  })
  afterEach(async () => {
    await page?.unrouteAll({ behavior: 'ignoreErrors' })
    await page?.context().close()
    await sandbox.close()
  })

  async function open(options: BrowserContextOptions = {}, query = '?lang=en') {
    page = await (await browser.newContext(options)).newPage()
    page.on('console', (message) => trouble.push(message.text()))
    page.on('pageerror', (error) => trouble.push(error.message))
    await page.goto(`${sandbox.url}/_control${query}`)
  }

  async function underPolicy(policy: string) {
    await page.route('**/*', async (route) => {
      const response = await route.fetch({ maxRedirects: 0 })
      const headers = { ...response.headers(), 'content-security-policy': policy }
      await route.fulfill({ response, headers })
    })
  }

  const pay = (id: string) => antomMerchant(fetch, `${sandbox.url}/antom`)('pay', antomPay(id))
  const toggle = (name: string) => page.locator(`#scenario-${name} button`)

  it('shows payments, exchanges and notifications as they happen, and keeps what is open', async () => {
    const receiver = await createReceiver()
    await open()
    await pay('pay_1')
    await page.getByText('pay_1').first().waitFor()
    await page.locator('#exchanges summary').first().click()
    await page.getByText('"paymentRequestId": "pay_1"').first().waitFor()
    await antomMerchant(fetch, `${sandbox.url}/antom`)(
      'pay',
      antomPay('pay_2', { paymentNotifyUrl: receiver.url }),
    )
    await fetch(`${sandbox.control.state().doubles[0]!.ledger.payments[1]!.payUrl}/approve`, {
      method: 'POST',
    })
    await page.locator('#notifications .chip.good').first().waitFor()
    expect(await page.locator('#exchanges details[open]').count()).toBe(1)
    expect(await page.locator('#payments .chip').allTextContents()).toEqual(['paid', 'waits'])
    await receiver.close()
    expect(trouble).toEqual([])
  })

  it('turns scenarios on and off without leaving the page', async () => {
    await open()
    await page.evaluate(() => document.body.setAttribute('data-same', ''))
    await toggle('hang').click()
    await until(() => sandbox.control.state().scenarios.length === 1)
    await page.locator('#scenario-hang [aria-pressed=true]').waitFor()
    expect(await toggle('hang').evaluate((button) => button === document.activeElement)).toBe(true)
    await toggle('hang').click()
    await page.locator('#scenario-hang [aria-pressed=false]').waitFor()
    expect(sandbox.control.state().scenarios).toEqual([])
    await page.locator('#aim summary').click()
    await page.getByLabel('Operation').selectOption('refund')
    await page.getByLabel('Times').fill('2')
    await page.locator('#aim button').click()
    await page.getByText('refund · ×2').waitFor()
    expect(await page.locator('body[data-same]').count()).toBe(1)
  })

  it('goes from date to date of the departure', async () => {
    await open()
    await toggle('departure-2022-03').click()
    await page.locator('#step-visa-mastercard').getByRole('button').click()
    await page.locator('#step-visa-mastercard.on').waitFor()
    expect(sandbox.control.state().departure!.now).toMatch(/^2022-03-09T21:0/)
  })

  it('copies keys', async () => {
    await open({ permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByText('Account 54401').click()
    await page.locator('#account-yookassa-54401 dd').nth(1).getByRole('button').click()
    await page.getByText('Copied').first().waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('test_teabrick_demo_secret')
  })

  it('works without JavaScript, by forms and a link', async () => {
    await open({ javaScriptEnabled: false })
    await toggle('down').click()
    await page.locator('#scenario-down [aria-pressed=true]').waitFor()
    await page.locator('#scenario-down button').click()
    await pay('pay_1')
    await page.getByRole('link', { name: 'Refresh' }).click()
    await page.getByText('pay_1').first().waitFor()
    expect(await page.locator('.copy').first().isVisible()).toBe(false)
  })

  it('is live under a host’s policy with Trusted Types, at a name that is not the public one', async () => {
    const policy = `${STRICT}; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`
    page = await (await browser.newContext()).newPage()
    page.on('pageerror', (error) => trouble.push(error.message))
    await underPolicy(policy)
    await page.goto(`${sandbox.url.replace('127.0.0.1', 'localhost')}/_control?lang=en`)
    await page.evaluate(() => document.body.setAttribute('data-same', ''))
    await toggle('slow').click()
    await page.locator('#scenario-slow [aria-pressed=true]').waitFor()
    await pay('pay_1')
    await page.getByText('pay_1').first().waitFor()
    expect(await page.locator('body[data-same]').count()).toBe(1)
    expect(trouble).toEqual([])
  })

  it('works under the strictest policy of a host: by forms where nothing may connect', async () => {
    page = await (await browser.newContext()).newPage()
    await underPolicy(STRICT)
    await page.goto(`${sandbox.url}/_control?lang=en`)
    await page.getByText('No connection').waitFor()
    await page.getByRole('link', { name: 'Refresh' }).waitFor()
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('.card')!).borderRadius)).toBe(
      '16px',
    )
    await toggle('slow').click()
    await page.locator('#scenario-slow [aria-pressed=true]').waitFor()
  })

  it.each([
    ['en', 'light', 1360],
    ['ru', 'dark', 320],
    ['zh', 'light', 768],
  ] as const)('has nothing for axe to find: %s, %s, %i px', async (language, colorScheme, width) => {
    const yookassa = yookassaMerchant(fetch, `${sandbox.url}/yookassa`)
    await pay('pay_1')
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await fetch(`${sandbox.control.state().doubles[1]!.ledger.payments[0]!.payUrl}/approve`, {
      method: 'POST',
    })
    const id = sandbox.control.state().doubles[1]!.ledger.payments[0]!.id
    await yookassa('POST', '/refunds', 're-1', { payment_id: id, amount: { value: '1.00', currency: 'RUB' } })
    await sandbox.control.apply({ scenario: { name: 'departure-2022-03', times: 3 } })
    await open(
      { colorScheme, viewport: { width, height: 800 }, bypassCSP: true, reducedMotion: 'reduce' },
      `?lang=${language}`,
    )
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
    await page.addScriptTag({ content: await readFile(axe, 'utf8') })
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0]?.html])
    })
    expect(found).toEqual([])
    const isWider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect(isWider).toBe(false)
  })
})
