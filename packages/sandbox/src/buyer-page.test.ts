import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { antomMerchant, antomPay, cardHold, sbpPayment, yookassaMerchant } from './testing.ts'

const BASE = 'http://sandbox.example/pay/sandbox'
const BROWSER = { accept: 'text/html,application/xhtml+xml', 'accept-language': 'ru-RU,ru;q=0.9' }

let sandbox: Sandbox
beforeEach(() => {
  sandbox = createSandbox({ seed: 1 })
})
afterEach(() => sandbox.close())

async function alipay(fields: Record<string, unknown> = {}): Promise<string> {
  await antomMerchant(sandbox.fetch, `${BASE}/antom`)('pay', antomPay('pay_1', fields))
  return sandbox.control.state().doubles[0]!.ledger.payments[0]!.payUrl
}

async function bank(body = sbpPayment()): Promise<string> {
  await yookassaMerchant(sandbox.fetch, `${BASE}/yookassa`)('POST', '/payments', 'key-1', body)
  return sandbox.control.state().doubles[1]!.ledger.payments[0]!.payUrl
}

async function open(url: string, headers: Record<string, string> = BROWSER) {
  const response = await sandbox.fetch(new Request(url, { headers }))
  return { status: response.status, headers: response.headers, html: await response.text() }
}

async function press(url: string, headers: Record<string, string> = BROWSER) {
  const response = await sandbox.fetch(new Request(url, { method: 'POST', headers }))
  return { status: response.status, location: response.headers.get('location'), text: await response.text() }
}

/** The addresses of the forms, as a browser without JavaScript would use them. */
function actions(html: string): string[] {
  return [...html.matchAll(/action="([^"]+)"/g)].map(([, url = '']) => url.replaceAll('&#38;', '&'))
}

describe('the wallet', () => {
  it('shows who takes how much for what', async () => {
    const { html, headers } = await open(
      await alipay({ order: { ...order(), orderDescription: '<b>Tea</b>' } }),
    )
    expect(html).toContain('Teabrick demo shop')
    expect(html).toContain('&#60;b&#62;Tea&#60;/b&#62;')
    expect(html).toMatch(/123,45\s¥/)
    expect(html).toContain('<html lang="ru">')
    expect(html).not.toContain('<script')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['ru', 'Оплатить'],
    ['zh', '确认付款'],
    ['en', 'Pay'],
    ['de', 'Pay'],
  ])('speaks %s, by browser and by ?lang', async (language, word) => {
    const url = await alipay()
    expect((await open(url, { ...BROWSER, 'accept-language': language })).html).toContain(`>${word}</button>`)
    expect((await open(`${url}?lang=${language}`, { accept: 'text/html' })).html).toContain(
      `>${word}</button>`,
    )
  })

  it('has forms that stay under the prefix', async () => {
    const url = await alipay()
    expect(url.startsWith(`${BASE}/antom/wallet/`)).toBe(true)
    expect(actions((await open(url)).html)).toEqual(
      ['approve', 'abandon', 'decline'].map((name) => `${url}/${name}`),
    )
  })

  it('after a scanned code stays here and says it is paid', async () => {
    const url = await alipay()
    const { status, location } = await press(actions((await open(url)).html)[0]!)
    expect([status, location]).toEqual([303, url])
    const { html } = await open(url)
    expect(html).toContain('Оплачено')
    expect(html).toContain('href="https://shop.example/return?order=1"')
    expect(actions(html)).toEqual([])
  })

  it.each(['redirect', 'app'])('after a %s sends the buyer back to the shop', async (flow) => {
    const url = await alipay()
    const form = actions((await open(`${url}?flow=${flow}`)).html)[0]!
    expect(await press(form)).toMatchObject({ status: 303, location: 'https://shop.example/return?order=1' })
  })

  it('says with 409 that it is too late', async () => {
    const url = await alipay()
    await press(`${url}/decline`)
    const { status, text } = await press(`${url}/approve`)
    expect(status).toBe(409)
    expect(text).toContain('Деньги не списаны')
    const script = await press(`${url}/approve`, {})
    expect(JSON.parse(script.text)).toMatchObject({ status: 'failed', code: 'payment_closed' })
  })

  it('does nothing on GET', async () => {
    const url = await alipay()
    expect((await open(`${url}/approve`)).status).toBe(405)
    await open(url)
    expect(sandbox.control.state().doubles[0]!.ledger.payments[0]!.status).toBe('pending')
  })

  it('answers 404 for a code nobody gave', async () => {
    expect((await open(`${BASE}/antom/wallet/nobody`)).status).toBe(404)
    expect((await press(`${BASE}/antom/wallet/nobody/approve`, {})).status).toBe(404)
  })
})

describe('the bank', () => {
  it('keeps the query of an SBP link in its forms', async () => {
    const url = await bank()
    const query = '?type=02&bank=100000000022&sum=123456&cur=RUB&crc=0000'
    const form = actions((await open(`${url}${query}`)).html)[0]!
    expect(form).toBe(`${url}/approve${query}`)
    expect(await press(form)).toMatchObject({ status: 303, location: `${url}${query}` })
  })

  it('asks a card to be confirmed, then goes back to the shop', async () => {
    const url = await bank(cardHold())
    const { html } = await open(`${url}?flow=redirect`)
    expect(html).toContain('Подтвердить оплату')
    expect(await press(actions(html)[0]!)).toMatchObject({
      status: 303,
      location: 'https://shop.example/return',
    })
    expect((await open(url)).html).toContain('Одобрено')
  })

  it('lets the buyer leave', async () => {
    const url = await bank(cardHold())
    const leave = actions((await open(`${url}?flow=redirect`)).html)[1]!
    expect(await press(leave)).toMatchObject({ status: 303, location: 'https://shop.example/return' })
    expect(sandbox.control.state().doubles[1]!.ledger.payments[0]!.status).toBe('pending')
  })
})

function order() {
  return {
    orderAmount: { currency: 'CNY', value: '12345' },
    referenceOrderId: 'order-1',
    orderDescription: 'Tea',
  }
}
