import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import { API, type ApiRig, createApiRig } from '../api-rig.ts'
import { systemClock } from '../clock.ts'
import { yookassa } from '../providers/yookassa.ts'
import { en } from './hosted/locales/en.ts'

let rig: ApiRig
afterEach(() => rig.close())

const pathOf = (url: string): string => url.replace(API, '')
const open = (url: string, headers: Record<string, string> = {}) =>
  rig.fetch(pathOf(url), { headers: { 'accept-language': 'en', ...headers } })
const field = (html: string, name: string): string =>
  new RegExp(`name="${name.replace('.', '\\.')}" value="([^"]*)"`).exec(html)?.[1] ?? ''
const submit = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  rig.fetch(pathOf(url), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })

/** Chooses a method on the page as a browser without scripts would. */
async function pay(url: string, method: string, headers: Record<string, string> = {}): Promise<Response> {
  const html = await (await open(url)).text()
  const quoteId = field(html, `quote.${method}`)
  const quote: Record<string, string> = quoteId ? { [`quote.${method}`]: quoteId } : {}
  return submit(`${url}/pay`, { key: field(html, 'key'), method, ...quote }, headers)
}

const qrOf = async (id: string): Promise<string> => {
  const state = await rig.store.read(id)
  return state?.payments.at(-1)?.action?.qr?.payload ?? ''
}

describe('the hosted page', () => {
  it('shows merchant, amount, order and methods, in at most 12 kB', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    const response = await open(url)
    const html = await response.text()
    expect(response.status).toBe(200)
    for (const text of [
      'Чайная лавка',
      '₽1,234.56',
      'Order A-1001',
      'Alipay',
      'CN¥98.76',
      'rate 12.50, which includes a 1.2% margin',
    ])
      expect(html).toContain(text)
    expect(gzipSync(html, { level: 9 }).length).toBeLessThan(12_000)
    expect(html).not.toMatch(/<script| on\w+=|style="/)
  })

  it('is locked down: no script, no frame, no cache, no referrer, not found by search engines', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    const { headers } = await open(url)
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      vary: 'Accept-Encoding, Accept-Language, User-Agent',
    })
  })

  it('holds the element to its hash, gives it this session, and lets no other script in', async () => {
    const script = 'https://shop.example/assets/pay-button.js'
    const integrity = `sha384-${'Ab12'.repeat(16)}`
    rig = await createApiRig({ hostedPage: { script, integrity } })
    const { id, url } = await rig.session({ locale: 'zh-CN' })
    const response = await open(url)
    const html = await response.text()
    expect(html).toContain(`<script type="module" src="${script}" integrity="${integrity}" crossorigin>`)
    expect(html).toContain(`api-url="${API}"`)
    expect(html).toContain('locale="zh-Hans"')
    expect(html).toContain(`<a href="${new URL(url).pathname}?plain" hidden>`)
    const token = /client-token="(ct_[^"]+)"/.exec(html)?.[1] ?? ''
    expect(await (await rig.checkout(token, 'GET', '/v1/checkout')).json()).toMatchObject({ session: { id } })
    expect(response.headers.get('content-security-policy')).toMatch(
      /; script-src https:\/\/shop\.example\/assets\/ 'sha256-[^']+'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html; /,
    )
  })

  it('never shows the buyer’s contacts', async () => {
    rig = await createApiRig()
    const { url } = await rig.session({ buyer: { phone: '+79990000000', email: 'canary@example.test' } })
    const html = await (await open(url)).text()
    expect(html).not.toContain('9990000000')
    expect(html).not.toContain('canary')
  })

  it('writes hostile order texts as text (AS-02)', async () => {
    rig = await createApiRig()
    const hostile = '"><script>__pwn()</script><img src=x onerror=__pwn()>'
    const { url } = await rig.session({
      order: {
        reference: hostile.slice(0, 60),
        description: hostile,
        lines: [{ name: hostile, quantity: '1', total: { currency: 'RUB', minorUnits: 123_456 } }],
      },
    })
    const html = await (await open(url)).text()
    expect(html).not.toContain('<script')
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;script&gt;__pwn()')
  })

  it.each([
    ['ru-RU', '*', 'Способ оплаты'],
    ['zh-Hans', '*', '选择支付方式'],
    [undefined, 'zh-CN,zh;q=0.9,en;q=0.5', '选择支付方式'],
    [undefined, 'de, en;q=0.8, ru;q=0.9', 'Способ оплаты'],
    [undefined, 'de', 'Способ оплаты'],
    [undefined, 'en;q=0, zh;q=0.1', '选择支付方式'],
  ])('speaks the session’s language %s, else the browser’s %s', async (locale, accept, words) => {
    rig = await createApiRig()
    const { url } = await rig.session(locale === undefined ? {} : { locale })
    expect(await (await open(url, { 'accept-language': accept })).text()).toContain(words)
  })

  it('reads a bounded part of Accept-Language (IH-18)', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    const response = await open(url, { 'accept-language': `${'xx-XX,'.repeat(16_000)}en` })
    expect(await response.text()).toContain('Способ оплаты')
  })

  it('has another key at every opening, and a GET never pays (RU-26)', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    const keys = new Set<string>()
    for (let opened = 0; opened < 3; opened++) keys.add(field(await (await open(url)).text(), 'key'))
    await rig.fetch(pathOf(url), { method: 'HEAD' })
    expect(keys.size).toBe(3)
    expect((await rig.store.read(id))?.payments).toEqual([])
    expect((await rig.fetch(`${pathOf(url)}/pay`)).status).toBe(405)
  })
})

describe('on a network that freezes', () => {
  it('is one small answer on a connection of its own', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    for (const [accepted, encoding, decode] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
    ] as const) {
      const response = await open(url, { 'accept-encoding': accepted })
      const bytes = new Uint8Array(await response.arrayBuffer())
      expect(response.headers.get('content-encoding')).toBe(encoding)
      expect(response.headers.get('vary')).toContain('Accept-Encoding')
      expect(response.headers.get('connection')).toBe('close')
      expect(decode(bytes).toString()).toMatch(/^<!doctype html>.*Continue to payment.*<\/html>$/s)
      // Three times over would still come through.
      expect(bytes.length).toBeLessThan(4_000)
    }
  })

  it('stays without a script from where the element could not come, whatever is done', async () => {
    rig = await createApiRig({ hostedPage: { script: 'https://shop.example/pay-button.js' } })
    const { url } = await rig.session()
    const path = new URL(url).pathname
    expect(await (await open(url)).text()).toContain('<script')
    const phone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)' }
    /** Every address of the page itself that is in it. */
    const seen = async (query: string): Promise<string> => {
      const html = await (await open(`${url}?${query}`, phone)).text()
      const own = [...html.matchAll(/(?:href|action)="([^"]*)"/g)].filter(([, to]) => to?.startsWith(path))
      for (const [, to] of own) expect(to).toMatch(/^[^?]+\?plain(&amp;|$)/)
      expect(html).not.toContain('<script')
      return html
    }
    const key = field(await seen('plain'), 'key')
    const refused = await submit(`${url}/pay?plain`, { key, method: 'alipay', 'quote.alipay': 'old' })
    expect(refused.headers.get('location')).toBe(`${url}?plain&notice=quote_changed`)
    const again = field(await seen('plain&notice=quote_changed'), 'key')
    const sent = await submit(`${url}/pay?plain`, { key: again, method: 'sbp' }, phone)
    expect(sent.headers.get('location')).toBe(`${url}?plain`)
    await expect.poll(() => seen('plain')).toContain('Choose your bank')
    const search = await seen('plain&bank=')
    expect(search).toContain('<input type="hidden" name="plain">')
    const canceled = await submit(`${url}/cancel?plain`, { key: field(search, 'key') }, phone)
    expect(canceled.headers.get('location')).toBe(`${url}?plain`)
  })
})

describe('buying on it without a script', () => {
  it('goes from the choice to the QR code to paid, and stops reloading then', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    expect((await open(url)).headers.has('refresh')).toBe(false)
    const sent = await pay(url, 'alipay')
    expect([sent.status, sent.headers.get('location')]).toEqual([303, url])
    const waiting = await open(url)
    expect(waiting.headers.get('refresh')).toBe('5')
    const action = await waiting.text()
    expect(action).toContain('Scan the code with Alipay')
    expect(action).toContain('<svg class="qr"')
    expect(action).toMatch(/14:00 left|13:59 left/)
    await rig.buyer(await qrOf(id), 'approve')
    await expect.poll(async () => (await (await open(url)).text()).includes('Back to the shop')).toBe(true)
    const last = await open(url)
    expect(last.headers.has('refresh')).toBe(false)
    const paid = await last.text()
    expect(paid).toContain('>Paid<')
    expect(paid).toMatch(/href="https:\/\/shop\.example\/thanks#teabrick=st_/)
  })

  it('is one payment when the form is sent twice', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    const html = await (await open(url)).text()
    const fields = { key: field(html, 'key'), method: 'sbp' }
    const sent = await Promise.all([submit(`${url}/pay`, fields), submit(`${url}/pay`, fields)])
    expect(sent.map(({ status }) => status)).toEqual([303, 303])
    expect((await rig.store.read(id))?.payments).toHaveLength(1)
  })

  it('shows a phone the link first, and the QR code when asked', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    const phone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)' }
    await pay(url, 'alipay', phone)
    const html = await (await open(url, phone)).text()
    expect(html).toContain('Open Alipay')
    expect(html).not.toContain('<svg class="qr"')
    expect(await (await open(`${url}?qr=1`, phone)).text()).toContain('<svg class="qr"')
  })

  it('says why a payment failed and lets choose again', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    await pay(url, 'alipay')
    await rig.buyer(await qrOf(id), 'decline')
    await expect.poll(async () => (await (await open(url)).text()).includes('did not go through')).toBe(true)
    expect((await pay(url, 'sbp')).status).toBe(303)
    expect(await (await open(url)).text()).toContain('Scan with your phone camera')
  })

  it('takes another method back, and says not to pay the old code', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    await pay(url, 'sbp')
    const key = field(await (await open(url)).text(), 'key')
    expect((await submit(`${url}/cancel`, { key })).status).toBe(303)
    const html = await (await open(url)).text()
    expect(html).toContain('Do not pay the old code')
    expect(html).toContain('value="alipay"')
  })

  it('leads to the live payment when another one was chosen in a second tab', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    const second = await (await open(url)).text()
    await pay(url, 'sbp')
    const sent = await submit(`${url}/pay`, { key: field(second, 'key'), method: 'bank_card' })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, url])
    expect((await rig.store.read(id))?.payments).toHaveLength(1)
  })

  it('says when the rate has changed', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    const html = await (await open(url)).text()
    const sent = await submit(`${url}/pay`, {
      key: field(html, 'key'),
      method: 'alipay',
      'quote.alipay': 'of-yesterday',
    })
    expect(sent.headers.get('location')).toBe(`${url}?notice=quote_changed`)
    expect(await (await open(`${url}?notice=quote_changed`)).text()).toContain('The rate has changed')
    expect(await (await open(`${url}?notice=<b>`)).text()).not.toContain('role="alert"')
  })

  it('says that the session is over', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    await rig.merchant('POST', `/v1/sessions/${id}/cancel`)
    const html = await (await open(url)).text()
    expect(html).toContain('The seller canceled the order')
    expect(html).toContain('You were not charged')
    expect(html).not.toContain('<form')
  })
})

describe('what the headers of a browser tell', () => {
  const WECHAT =
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.49'

  it('decides what is offered, and how it is opened', async () => {
    const { shopId, secretKey } = sandboxAccounts.yookassa
    const apiUrl = 'http://127.0.0.1:4250/yookassa/v3'
    rig = await createApiRig({
      providers: [yookassa({ shopId, secretKey, apiUrl, methods: ['sbp', 'sber_pay'] })],
    })
    const { url } = await rig.session()
    const phone = { 'user-agent': WECHAT }
    // SberPay does not open in a WebView.
    const offers = async (headers = {}) =>
      (await (await open(url, headers)).text()).includes('value="sber_pay"')
    expect([await offers(), await offers(phone)]).toEqual([true, false])
    const key = field(await (await open(url)).text(), 'key')
    const refused = await submit(`${url}/pay`, { key, method: 'sber_pay' }, phone)
    expect(refused.headers.get('location')).toBe(`${url}?notice=method_unavailable`)
    await pay(url, 'sbp', phone)
    const chooser = async (query = '') => (await open(`${url}${query}`, phone)).text()
    await expect.poll(() => chooser()).toContain('Choose your bank')
    const html = await chooser()
    expect(html).toContain('href="intent:')
    expect(html).toContain(en.inApp)
    expect(await chooser(`?bank=${'щ'.repeat(61)}`)).toContain(`value="${'щ'.repeat(60)}"`)
    const iphone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)' }
    const plain = await (await open(url, iphone)).text()
    expect(plain).toContain('href="bank1')
    expect(plain).not.toContain(en.inApp)
  })
})

describe('a form', () => {
  it.each([
    ['a phone as people write it', { phone: '+7 (999) 000-00-00' }, ''],
    ['an address between blanks', { email: ' buyer@example.com ' }, ''],
    ['a phone that is none', { phone: '112' }, '?notice=contact_invalid'],
    ['an address that is none', { email: 'buyer' }, '?notice=contact_invalid'],
    ['a method that is not offered', { method: 'kaspi' }, '?notice=method_unavailable'],
    ['a method that is none', { method: '<b>' }, '?notice=not_done'],
  ])('with %s comes back to the page', async (_, fields, query) => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    const key = field(await (await open(url)).text(), 'key')
    const sent = await submit(
      `${url}/pay`,
      { key, method: 'sbp', ...fields },
      { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' },
    )
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${url}${query}`])
    expect(sent.headers.get('referrer-policy')).toBe('no-referrer')
    expect((await rig.store.read(id))?.payments).toHaveLength(query ? 0 : 1)
  })

  it('whose key was used for another choice changes nothing', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    const key = field(await (await open(url)).text(), 'key')
    await submit(`${url}/pay`, { key, method: 'sbp' })
    const again = await submit(`${url}/pay`, { key, method: 'bank_card' })
    expect([again.status, again.headers.get('location')]).toEqual([303, `${url}?notice=not_done`])
    expect((await rig.store.read(id))?.payments).toMatchObject([{ method: 'sbp' }])
  })
})

describe('what is not a form of the page', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin', { origin: 'https://evil.test' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }],
  ])('is refused from %s', async (_, headers) => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    const html = await (await open(url)).text()
    const sent = await submit(`${url}/pay`, { key: field(html, 'key'), method: 'sbp' }, headers)
    expect(sent.status).toBe(403)
    expect((await rig.store.read(id))?.payments).toEqual([])
  })

  it('is accepted from the page itself, which sends no origin for lack of a referrer', async () => {
    rig = await createApiRig()
    const { url } = await rig.session()
    const html = await (await open(url)).text()
    const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' }
    expect((await submit(`${url}/pay`, { key: field(html, 'key'), method: 'sbp' }, headers)).status).toBe(303)
  })

  it('is refused without a key, as JSON, and too large', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session()
    expect((await submit(`${url}/pay`, { method: 'sbp' })).headers.get('location')).toBe(
      `${url}?notice=not_done`,
    )
    expect((await submit(`${url}/pay`, {}, { 'content-type': 'application/json' })).status).toBe(415)
    expect((await submit(`${url}/pay`, { key: 'x'.repeat(70_000) })).status).toBe(413)
    expect((await rig.store.read(id))?.payments).toEqual([])
  })

  it('is a page in the buyer’s language for a wrong link: 401', async () => {
    rig = await createApiRig()
    const { url, clientToken } = await rig.session()
    for (const wrong of [`${url}x`, `${API}/c/${clientToken}`, `${API}/c/lt_x`]) {
      const response = await open(wrong)
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toContain('text/html')
      expect(await response.text()).toContain('This payment link is not valid')
    }
  })
})

describe.each(['the page', 'the way back'] as const)('a link to %s', (place) => {
  /** The link of a new session. */
  async function link(): Promise<{ id: string; path: string }> {
    const { id, url } = await rig.session()
    if (place === 'the page') return { id, path: pathOf(url) }
    const back = /#teabrick=(st_[^"]+)"/.exec(await (await open(url)).text())?.[1]
    return { id, path: `/r/${back}` }
  }
  const get = (path: string, address = '192.0.2.1') =>
    rig.fetch(path, { headers: { 'accept-language': 'en' } }, address)
  const success = place === 'the page' ? 200 : 303

  it('cannot be guessed at any rate, and says when to come again', async () => {
    rig = await createApiRig()
    const { path } = await link()
    const wrong = `${path.slice(0, 6)}wrong`
    let refused: Response | undefined
    for (let tried = 0; tried < 100; tried++) expect((await get(wrong)).status).toBe(401)
    // On a slow machine the bucket fills up while it is emptied.
    for (let round = 0; refused === undefined && round < 40; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => get(wrong)))
      refused = answers.find(({ status }) => status !== 401)
    }
    expect(refused?.status).toBe(429)
    expect(refused?.headers.get('retry-after')).toBe('1')
    if (place === 'the page') expect(await refused?.text()).toContain(en.busy)
    expect((await get(wrong, '192.0.2.2')).status).toBe(401)
    expect((await get(path)).status).toBe(success)
  })

  it('is answered some times a second, and its session is named in the log', async () => {
    rig = await createApiRig()
    const { id, path } = await link()
    let statuses: number[] = []
    for (let round = 0; !statuses.includes(429) && round < 40; round++) {
      const answers = await Promise.all(Array.from({ length: 60 }, () => get(path)))
      statuses = [...statuses, ...answers.map(({ status }) => status)]
    }
    expect(statuses).toContain(429)
    expect(statuses.filter((status) => status === success).length).toBeGreaterThanOrEqual(45)
    const lines = rig.logs.filter(({ fields }) => fields['route'] === `${path.slice(0, 3)}{token}`)
    expect(lines.at(-1)).toMatchObject({
      message: 'request',
      fields: { session: id, ms: expect.any(Number) },
    })
    expect((await get((await link()).path)).status).toBe(success)
  })

  it('says that it has expired', async () => {
    let ahead = 0
    rig = await createApiRig({ clock: { ...systemClock, now: () => Date.now() + ahead } })
    const { path } = await link()
    ahead = 400 * 24 * 3_600_000
    const response = await get(path)
    expect(response.status).toBe(401)
    expect(await response.text()).toContain(place === 'the page' ? en.linkExpired : '"token_expired"')
  })
})

it('says on a page that it is broken, and in the log why', async () => {
  rig = await createApiRig()
  const { url } = await rig.session()
  await rig.close()
  rig = await createApiRig({
    database: { ...rig.store, read: () => Promise.reject(new Error('out of order')) },
  })
  const response = await open(url)
  expect(response.status).toBe(500)
  expect(await response.text()).toContain(en.broken)
  expect(rig.logs).toContainEqual(
    expect.objectContaining({
      level: 'error',
      message: 'a hosted page failed',
      fields: expect.objectContaining({ requestId: response.headers.get('request-id') }),
    }),
  )
})

describe('the way back from the provider', () => {
  it('leads to the merchant with a status token in the fragment, and drops the provider’s query', async () => {
    rig = await createApiRig()
    const { id, url } = await rig.session({ returnUrl: 'https://shop.example/thanks?order=A-1001#top' })
    const back = /href="[^"]*#top&amp;teabrick=(st_[^"]+)"/.exec(await (await open(url)).text())?.[1]
    const response = await rig.fetch(`/r/${back}?status=SUCCESS&paid=1`)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(
      `https://shop.example/thanks?order=A-1001#top&teabrick=${back}`,
    )
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect((await rig.store.read(id))?.payments).toEqual([])
  })

  it('is 401 for any other token', async () => {
    rig = await createApiRig()
    const { clientToken } = await rig.session()
    for (const token of ['st_x', clientToken]) expect((await rig.fetch(`/r/${token}`)).status).toBe(401)
  })
})
