import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { API, type ApiRig, createApiRig } from '../api-rig.ts'

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
    })
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
