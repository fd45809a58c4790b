import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from '../accounts.ts'
import { isJsonObject, type JsonObject, parseJson } from '../json.ts'
import { createYookassaDouble, type Sandbox } from '../sandbox.ts'
import { type Answer, cardHold, sbpPayment, yookassaMerchant } from '../testing.ts'

// What clients ask for beside payments and refunds.

const BASE = 'http://yookassa.example'
const START = Date.UTC(2026, 10, 24, 12)
const RUB = (value: string) => ({ value, currency: 'RUB' })
const RECEIPT = {
  customer: { email: 'buyer@example.com' },
  items: [{ description: 'Чай', quantity: '1.00', amount: RUB('1234.56'), vat_code: 11 }],
}
const CARD = cardHold({ capture: true })

let sandbox: Sandbox
let yookassa: ReturnType<typeof yookassaMerchant>
let sent: { readonly url: string; readonly event: unknown }[]

beforeEach(() => {
  sent = []
  sandbox = createYookassaDouble({
    seed: 1,
    now: () => START,
    publicUrl: BASE,
    fetch: async (input, init) => {
      const body = parseJson(String(init?.body))
      sent.push({ url: String(input), event: isJsonObject(body) ? body['event'] : undefined })
      return new Response()
    },
  })
  yookassa = yookassaMerchant(sandbox.fetch, BASE)
})
afterEach(() => sandbox.close())

const ledger = () => sandbox.control.state().doubles[0]!.ledger
const error = ({ status, body }: Answer) => [status, body['code'], body['parameter']]
const items = ({ body }: Answer) => body['items'] as JsonObject[]

async function buyer(action: string): Promise<void> {
  const { payUrl } = ledger().payments.at(-1)!
  await sandbox.fetch(new Request(`${payUrl}/${action}`, { method: 'POST' }))
}

let keys = 0
const post = (path: string, body: unknown) => yookassa('POST', path, `key-${keys++}`, body)

async function paid(body: JsonObject = CARD): Promise<JsonObject> {
  const { body: payment } = await post('/payments', body)
  await buyer('approve')
  return (await yookassa('GET', `/payments/${String(payment['id'])}`)).body
}

/** As an OAuth application. */
async function application(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await sandbox.fetch(
    new Request(`${BASE}/v3${path}`, {
      method,
      headers: {
        authorization: `Bearer ${sandboxAccounts.yookassa.oauthToken}`,
        ...(method === 'POST' ? { 'idempotence-key': `oauth-${keys++}` } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  )
  const text = await response.text()
  const answer = parseJson(text)
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJsonObject(answer) ? answer : {},
  }
}

describe('receipts', () => {
  it('come of payments and refunds that carry one', async () => {
    const { id } = await paid({ ...CARD, receipt: RECEIPT })
    await post('/refunds', { payment_id: id, amount: RUB('234.56'), receipt: RECEIPT })
    const [ofPayment] = items(await yookassa('GET', `/receipts?payment_id=${String(id)}`))
    expect(ofPayment).toMatchObject({ type: 'payment', payment_id: id, status: 'succeeded' })
    expect(ofPayment).toMatchObject({ items: RECEIPT.items, settlements: [{ amount: RUB('1234.56') }] })
    expect(items(await yookassa('GET', '/receipts'))).toMatchObject([{ type: 'refund' }, { type: 'payment' }])
  })

  it('are sent by themselves, and found', async () => {
    const { id } = await paid()
    const second = {
      ...RECEIPT,
      type: 'payment',
      payment_id: id,
      send: true,
      settlements: [{ type: 'prepayment', amount: RUB('1234.56') }],
    }
    const { body } = await post('/receipts', second)
    expect(body).toMatchObject({ id: expect.stringMatching(/^rt-/), status: 'succeeded' })
    expect((await yookassa('GET', `/receipts/${String(body['id'])}`)).body).toEqual(body)
    expect(error(await yookassa('GET', '/receipts/rt-0'))).toEqual([404, 'not_found', 'receipt_id'])
    const without = { ...second, settlements: [] }
    expect(error(await post('/receipts', without))).toEqual([400, 'invalid_request', 'settlements'])
    const ofNothing = { ...second, payment_id: 'no-such-payment' }
    expect(error(await post('/receipts', ofNothing))).toEqual([400, 'invalid_request', 'payment_id'])
  })

  it('are refused with a VAT code that does not exist', async () => {
    const receipt = { ...RECEIPT, items: [{ ...RECEIPT.items[0], vat_code: 13 }] }
    expect(error(await post('/payments', { ...CARD, receipt }))).toEqual([
      400,
      'invalid_request',
      'receipt.items[0].vat_code',
    ])
  })
})

describe('splits', () => {
  const transfers = [
    { account_id: '1', amount: RUB('1000.00'), platform_fee_amount: RUB('10.00'), description: 'Чай' },
    { account_id: '2', amount: RUB('234.56') },
  ]

  it('are told with the payment, and follow its status', async () => {
    const { body } = await post('/payments', cardHold({ transfers }))
    expect(body['transfers']).toMatchObject(transfers.map((share) => ({ ...share, status: 'pending' })))
    await buyer('approve')
    const share = { account_id: '1', amount: RUB('1000.00') }
    const captured = await post(`/payments/${String(body['id'])}/capture`, {
      amount: RUB('1000.00'),
      transfers: [share],
    })
    expect(captured.body['transfers']).toEqual([{ ...share, status: 'succeeded' }])
  })

  it('are refused beyond the sum, and by SBP', async () => {
    const beyond = [{ account_id: '1', amount: RUB('1234.57') }]
    expect(error(await post('/payments', cardHold({ transfers: beyond })))).toEqual([
      400,
      'invalid_request',
      'transfers',
    ])
    expect(error(await post('/payments', sbpPayment({ transfers })))).toEqual([
      400,
      'invalid_request',
      'transfers',
    ])
  })

  it('are given back by sources', async () => {
    const { id } = await paid({ ...CARD, transfers })
    const sources = [{ account_id: '2', amount: RUB('234.56') }]
    const { body } = await post('/refunds', { payment_id: id, amount: RUB('234.56'), sources })
    expect(body['sources']).toEqual(sources)
  })
})

describe('a kept way to pay', () => {
  it('is charged again without the buyer', async () => {
    const payment = await paid({ ...CARD, save_payment_method: true })
    expect(payment['payment_method']).toMatchObject({ saved: true, status: 'active' })
    const { id } = payment['payment_method'] as JsonObject
    const again = { amount: RUB('10.00'), capture: true, payment_method_id: id }
    expect((await post('/payments', again)).body).toMatchObject({ status: 'succeeded', paid: true })
    expect((await yookassa('GET', `/payment_methods/${String(id)}`)).body).toMatchObject({
      id,
      status: 'active',
    })
  })

  it('is not there before it was kept, and not for others', async () => {
    const again = { amount: RUB('10.00'), capture: true, payment_method_id: (await paid())['id'] }
    expect(error(await post('/payments', again))).toEqual([400, 'invalid_request', 'payment_method_id'])
  })
})

describe('webhooks', () => {
  it('are an OAuth application’s affair', async () => {
    const hook = { event: 'payment.succeeded', url: 'https://shop.example/hook' }
    expect(error(await post('/webhooks', hook))).toEqual([403, 'forbidden', undefined])
    const { body } = await application('POST', '/webhooks', hook)
    expect(items(await application('GET', '/webhooks'))).toEqual([body])
    await paid()
    await sandbox.control.apply({ advanceSeconds: 1 })
    expect(sent).toEqual([{ url: hook.url, event: 'payment.succeeded' }])
    await application('DELETE', `/webhooks/${String(body['id'])}`)
    expect(items(await application('GET', '/webhooks'))).toEqual([])
  })

  it('are refused for events that do not exist', async () => {
    const hook = { event: 'payment.started', url: 'https://shop.example/hook' }
    expect(error(await application('POST', '/webhooks', hook))).toEqual([400, 'invalid_request', 'event'])
  })
})

describe('lists', () => {
  it('are filtered by status, method and time of capture', async () => {
    const first = await paid()
    await sandbox.control.apply({ advanceSeconds: 60 })
    await paid(sbpPayment())
    await post('/payments', CARD)
    const ids = async (query: string) => items(await yookassa('GET', `/payments?${query}`)).length
    expect(await ids('')).toBe(3)
    expect(await ids('status=succeeded')).toBe(2)
    expect(await ids('payment_method=sbp')).toBe(1)
    expect(await ids(`captured_at.lte=${String(first['captured_at'])}`)).toBe(1)
    expect(await ids(`created_at.gt=${String(first['created_at'])}`)).toBe(2)
  })

  it('go on from a cursor though its payment no longer fits the filter', async () => {
    for (let i = 0; i < 3; i++) await post('/payments', CARD)
    const page = await yookassa('GET', '/payments?status=pending&limit=1')
    await sandbox.fetch(new Request(`${ledger().payments[1]!.payUrl}/approve`, { method: 'POST' }))
    const next = await yookassa(
      'GET',
      `/payments?status=pending&limit=1&cursor=${String(page.body['next_cursor'])}`,
    )
    expect(items(next).map(({ id }) => id)).toEqual([ledger().payments[0]!.id])
  })
})

it('plays safe deals, payouts and invoices as far as they are asked about', async () => {
  const deal = (await post('/deals', { type: 'safe_deal', fee_moment: 'deal_closed' })).body
  const share = { id: deal['id'], settlements: [{ type: 'payout', amount: RUB('1000.00') }] }
  expect(await paid({ ...CARD, deal: share })).toMatchObject({ deal: share })
  expect((await yookassa('GET', `/deals/${String(deal['id'])}`)).body).toMatchObject({
    balance: RUB('1234.56'),
    payout_balance: RUB('1000.00'),
    status: 'opened',
  })
  const wallet = { type: 'yoo_money', account_number: '4100116000001' }
  const payout = (
    await post('/payouts', {
      amount: RUB('10.00'),
      payout_destination_data: wallet,
      deal: { id: deal['id'] },
    })
  ).body
  expect(payout).toMatchObject({ status: 'succeeded', payout_destination: wallet })
  expect((await yookassa('GET', `/payouts/${String(payout['id'])}`)).body).toEqual(payout)
  const invoice = (
    await post('/invoices', {
      payment_data: { amount: RUB('10.00') },
      cart: [{ description: 'Чай', price: RUB('10.00'), quantity: 1 }],
      expires_at: '2026-12-01T00:00:00Z',
    })
  ).body
  expect((await yookassa('GET', `/invoices/${String(invoice['id'])}`)).body).toEqual(invoice)
})

it('reads an empty object as PHP writes it', async () => {
  const { body } = await post('/payments', cardHold({ metadata: [] }))
  expect(body).toMatchObject({ status: 'pending', metadata: {} })
  await buyer('approve')
  const canceled = await post(`/payments/${String(body['id'])}/cancel`, [])
  expect(canceled.body).toMatchObject({ status: 'canceled' })
})

it('reads an amount that is a number, as some published clients send it', async () => {
  const payment = { ...CARD, amount: { value: 100.5, currency: 'RUB' } }
  expect((await post('/payments', payment)).body).toMatchObject({ amount: RUB('100.50') })
})

it('asks SberPay’s buyer by a message only where it knows his phone', async () => {
  const byMessage = sbpPayment({
    confirmation: { type: 'external' },
    payment_method_data: { type: 'sberbank' },
  })
  expect(error(await post('/payments', byMessage))).toEqual([
    400,
    'invalid_request',
    'payment_method_data.phone',
  ])
  const known = { ...byMessage, payment_method_data: { type: 'sberbank', phone: '79000000000' } }
  expect((await post('/payments', known)).body).toMatchObject({ confirmation: { type: 'external' } })
})
