import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import { createYookassaDouble, type Sandbox } from '../sandbox.ts'
import { type Answer, cardHold, sbpPayment, yookassaMerchant } from '../testing.ts'
import { sbpCrc } from './sbp-link.ts'

const BASE = 'http://yookassa.example'
const START = Date.UTC(2026, 10, 24, 12)
const RUB = (value: string) => ({ value, currency: 'RUB' })

// Sent by the official Python SDK; the file says how they were caught.
const { requests } = JSON.parse(
  readFileSync(new URL('../../fixtures/yookassa-samples.json', import.meta.url), 'utf8'),
) as {
  requests: {
    operation: string
    method: string
    path: string
    headers: Record<string, string>
    body: unknown
  }[]
}

let sandbox: Sandbox
let yookassa: ReturnType<typeof yookassaMerchant>

beforeEach(() => {
  sandbox = createYookassaDouble({ seed: 1, now: () => START, publicUrl: BASE })
  yookassa = yookassaMerchant(sandbox.fetch, BASE)
})
afterEach(() => sandbox.close())

const error = ({ status, body }: Answer) => [status, body['code'], body['parameter']]
const ledger = () => sandbox.control.state().doubles[0]!.ledger

async function buyer(action: string, payUrl = ledger().payments.at(-1)!.payUrl) {
  const response = await sandbox.fetch(new Request(`${payUrl}/${action}`, { method: 'POST' }))
  const body: unknown = await response.json()
  return { status: response.status, body: isJsonObject(body) ? body : {} }
}

async function paid(body: JsonObject = sbpPayment()): Promise<string> {
  const { body: payment } = await yookassa('POST', '/payments', `key-${ledger().payments.length}`, body)
  await buyer('approve')
  return String(payment['id'])
}

describe('authentication', () => {
  it.each([
    ['none', undefined],
    ['a wrong secret', `Basic ${btoa('54401:wrong')}`],
    ['an unknown shop', `Basic ${btoa('1:test_teabrick_demo_secret')}`],
    ['a bearer', 'Bearer test_teabrick_demo_secret'],
  ])('refuses %s with 401', async (_name, authorization) => {
    const headers = new Headers(authorization === undefined ? {} : { authorization })
    const response = await sandbox.fetch(new Request(`${BASE}/v3/me`, { headers }))
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: 'error', code: 'invalid_credentials' })
  })

  it('knows its shop', async () => {
    expect((await yookassa('GET', '/me')).body).toMatchObject({
      account_id: '54401',
      test: true,
      status: 'enabled',
      fiscalization: { enabled: true },
      payment_methods: expect.arrayContaining(['sbp', 'bank_card', 'mobile_balance']),
    })
  })
})

describe('create', () => {
  it('makes a pending payment with a code whose crc is right', async () => {
    const { status, body } = await yookassa('POST', '/payments', 'key-1', sbpPayment())
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-000f-5000-[89ab]000-[0-9a-f]{12}$/),
      status: 'pending',
      amount: RUB('1234.56'),
      description: 'Чай пуэр',
      recipient: { account_id: '54401', gateway_id: '2154401' },
      payment_method: { type: 'sbp', id: body['id'], saved: false, status: 'inactive' },
      created_at: '2026-11-24T12:00:00.000Z',
      confirmation: {
        type: 'qr',
        return_url: 'https://shop.example/return',
        confirmation_data: expect.stringMatching(
          /^http:\/\/yookassa\.example\/AD[0-9A-Z]{30}\?type=02&bank=\d{12}&sum=123456&cur=RUB&crc=[0-9A-F]{4}$/,
        ),
      },
      test: true,
      paid: false,
      refundable: false,
      metadata: { paymentId: 'pay_1' },
    })
    const [head = '', crc] = String(valueAt(body, 'confirmation.confirmation_data')).split('&crc=')
    expect(sbpCrc(head)).toBe(crc)
    expect(ledger().payments[0]).toMatchObject({
      reference: 'pay_1',
      method: 'sbp',
      payUrl: head.split('?')[0],
    })
  })

  it.each([
    ['redirect', 'bank_card', 'confirmation_url', '?flow=redirect'],
    ['redirect', 'sbp', 'confirmation_url', '?flow=redirect'],
    ['mobile_application', 'sberbank', 'confirmation_url', '?flow=app'],
    ['mobile_application', 'tinkoff_bank', 'confirmation_url', '?flow=app'],
    ['redirect', 'yoo_money', 'confirmation_url', '?flow=redirect'],
    ['qr', 'sberbank', 'confirmation_data', ''],
  ])('confirms by %s with %s', async (type, method, field, query) => {
    const body = sbpPayment({
      confirmation: { type, return_url: 'https://shop.example/return' },
      payment_method_data: { type: method },
    })
    const { body: payment } = await yookassa('POST', '/payments', 'key-1', body)
    expect(valueAt(payment, `confirmation.${field}`)).toBe(`${ledger().payments[0]!.payUrl}${query}`)
  })

  it('gives the widget a token, and the phone nothing', async () => {
    const widget = sbpPayment({ confirmation: { type: 'embedded' }, payment_method_data: undefined })
    const { body } = await yookassa('POST', '/payments', 'key-1', widget)
    expect(valueAt(body, 'confirmation')).toEqual({
      type: 'embedded',
      confirmation_token: expect.stringMatching(/^ct-/),
    })
    expect(body).not.toHaveProperty('payment_method')
    const phone = sbpPayment({
      amount: RUB('100.00'),
      confirmation: { type: 'external' },
      payment_method_data: { type: 'mobile_balance', phone: '79990000000' },
    })
    expect(valueAt((await yookassa('POST', '/payments', 'key-2', phone)).body, 'confirmation')).toEqual({
      type: 'external',
    })
  })

  it.each<[string | undefined, JsonObject]>([
    ['amount', { amount: undefined }],
    ['amount.value', { amount: { value: true, currency: 'RUB' } }],
    ['amount.value', { amount: RUB('1234,56') }],
    ['amount.value', { amount: RUB('1.234') }],
    ['amount.value', { amount: RUB('-1.00') }],
    ['amount.value', { amount: RUB('0.00') }],
    ['amount.value', { amount: RUB('0.99') }],
    ['amount.value', { amount: RUB('700000.01') }],
    ['amount.currency', { amount: { value: '10.00', currency: 'CNY' } }],
    ['amount.currency', { amount: { value: '10.00', currency: 'KZT' } }],
    ['description', { description: 'x'.repeat(129) }],
    ['capture', { capture: false }],
    ['capture', { capture: undefined }],
    ['capture', { capture: 'true' }],
    ['confirmation', { confirmation: undefined }],
    ['confirmation.type', { confirmation: { type: 'pigeon' } }],
    ['confirmation.type', { confirmation: { type: 'external' } }],
    ['confirmation.return_url', { confirmation: { type: 'redirect' } }],
    ['confirmation.return_url', { confirmation: { type: 'redirect', return_url: 'shop' } }],
    ['confirmation.locale', { confirmation: { type: 'qr', locale: 'zh_CN' } }],
    ['payment_method_data.type', { payment_method_data: { type: 'alipay' } }],
    [undefined, { payment_method_data: { type: 'bank_card', card: { number: '2200000000000000' } } }],
    ['payment_token', { payment_token: 'pt' }],
    ['metadata', { metadata: ['x'] }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [index, ''])) }],
    ['metadata.a', { metadata: { a: 1 } }],
    ['metadata.a', { metadata: { a: 'x'.repeat(513) } }],
    [`metadata.${'k'.repeat(33)}`, { metadata: { ['k'.repeat(33)]: '' } }],
    ['merchant_customer_id', { merchant_customer_id: 'x'.repeat(201) }],
    ['receipt.items', { receipt: { customer: { email: 'a@example.com' }, items: [] } }],
    [
      'receipt.items[0].vat_code',
      {
        receipt: {
          customer: { email: 'a@example.com' },
          items: [{ description: 'Tea', quantity: '1', amount: RUB('1') }],
        },
      },
    ],
    [
      'receipt.customer',
      { receipt: { items: [{ description: 'Tea', quantity: '1', amount: RUB('1'), vat_code: 1 }] } },
    ],
  ])('refuses and names %s: %j', async (parameter, fields) => {
    const answer = await yookassa('POST', '/payments', 'key-1', sbpPayment(fields))
    expect(error(answer)).toEqual(
      parameter === undefined ? [403, 'forbidden', undefined] : [400, 'invalid_request', parameter],
    )
    expect(answer.body['type']).toBe('error')
    expect(ledger().payments).toEqual([])
  })

  it('needs the phone whose balance pays', async () => {
    const body = sbpPayment({
      amount: RUB('100.00'),
      confirmation: { type: 'external' },
      payment_method_data: { type: 'mobile_balance' },
    })
    const answer = await yookassa('POST', '/payments', 'key-1', body)
    expect(error(answer)).toEqual([400, 'invalid_request', 'payment_method_data.phone'])
  })
})

describe('Idempotence-Key', () => {
  it.each([
    ['is missing', undefined],
    ['is too long', 'x'.repeat(65)],
    ['has a space', 'a b'],
  ])('refuses a POST whose key %s', async (_name, key) => {
    const answer = await yookassa('POST', '/payments', key, sbpPayment())
    expect(error(answer)).toEqual([400, 'invalid_request', 'Idempotence-Key'])
    expect(ledger().payments).toEqual([])
  })

  it('gives the same answer to the same request, whatever happened since', async () => {
    const first = await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await buyer('approve')
    expect((await yookassa('POST', '/payments', 'key-1', sbpPayment())).text).toBe(first.text)
    expect(ledger().payments).toHaveLength(1)
  })

  it('makes one payment of many requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => yookassa('POST', '/payments', 'key-1', sbpPayment())),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(ledger().payments).toHaveLength(1)
  })

  it('refuses another body under a used key', async () => {
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    const answer = await yookassa('POST', '/payments', 'key-1', sbpPayment({ amount: RUB('1.00') }))
    expect(error(answer)).toEqual([400, 'invalid_request', 'Idempotence-Key'])
    expect(ledger().payments).toHaveLength(1)
  })

  it('forgets a key after 24 hours', async () => {
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await sandbox.control.apply({ advanceSeconds: 86_399 })
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    expect(ledger().payments).toHaveLength(1)
    await sandbox.control.apply({ advanceSeconds: 1 })
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    expect(ledger().payments).toHaveLength(2)
  })
})

describe('the buyer', () => {
  it('pays once, however often he presses', async () => {
    const id = await paid()
    expect(await buyer('approve')).toMatchObject({ status: 200, body: { status: 'succeeded' } })
    const { body } = await yookassa('GET', `/payments/${id}`)
    expect(body).toMatchObject({
      status: 'succeeded',
      paid: true,
      refundable: true,
      captured_at: '2026-11-24T12:00:00.000Z',
      refunded_amount: RUB('0.00'),
    })
    expect(body).not.toHaveProperty('confirmation')
    expect(ledger().payments[0]).toMatchObject({ approvals: 1, captured: 123456 })
  })

  it('is refused, with the reason in cancellation_details', async () => {
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    const { payUrl, id } = ledger().payments[0]!
    const form = new URLSearchParams({ reason: 'insufficient_funds' })
    await sandbox.fetch(new Request(`${payUrl}/decline`, { method: 'POST', body: form }))
    const { body } = await yookassa('GET', `/payments/${id}`)
    expect([body['status'], body['cancellation_details']]).toEqual([
      'canceled',
      { party: 'payment_network', reason: 'insufficient_funds' },
    ])
    expect(ledger().payments[0]!.status).toBe('failed')
    expect((await buyer('approve')).status).toBe(409)
  })

  it('may leave and come back', async () => {
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    expect((await buyer('abandon')).body['status']).toBe('pending')
    expect((await buyer('approve')).body['status']).toBe('succeeded')
  })

  it('has an hour', async () => {
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await sandbox.control.apply({ advanceSeconds: 3_600 })
    const { id } = ledger().payments[0]!
    const { body } = await yookassa('GET', `/payments/${id}`)
    expect(body['cancellation_details']).toEqual({ party: 'yoo_money', reason: 'expired_on_confirmation' })
    expect(ledger().payments[0]!.status).toBe('expired')
    expect((await buyer('approve')).status).toBe(409)
  })
})

describe('a hold', () => {
  it('is captured in part, once', async () => {
    const id = await paid(cardHold())
    expect((await yookassa('GET', `/payments/${id}`)).body).toMatchObject({
      status: 'waiting_for_capture',
      paid: true,
      refundable: false,
      expires_at: '2026-12-01T12:00:00.000Z',
      authorization_details: { three_d_secure: { applied: true } },
    })
    const { body } = await yookassa('POST', `/payments/${id}/capture`, 'cap-1', { amount: RUB('1000.00') })
    expect(body).toMatchObject({ status: 'succeeded', amount: RUB('1000.00') })
    const second = await yookassa('POST', `/payments/${id}/capture`, 'cap-2', {})
    expect(error(second)).toEqual([400, 'invalid_request', 'payment_id'])
    expect(ledger().payments[0]).toMatchObject({ captured: 100000, amount: { minorUnits: 123456 } })
  })

  it('is captured whole by an empty body, and not beyond', async () => {
    const id = await paid(cardHold())
    const beyond = await yookassa('POST', `/payments/${id}/capture`, 'cap-1', { amount: RUB('1234.57') })
    expect(error(beyond)).toEqual([400, 'invalid_request', 'amount.value'])
    const { body } = await yookassa('POST', `/payments/${id}/capture`, 'cap-2')
    expect(body).toMatchObject({ status: 'succeeded', amount: RUB('1234.56') })
  })

  it('is released by cancel', async () => {
    const id = await paid(cardHold())
    const { body } = await yookassa('POST', `/payments/${id}/cancel`, 'cancel-1')
    expect(body['cancellation_details']).toEqual({ party: 'merchant', reason: 'canceled_by_merchant' })
    expect(ledger().payments[0]).toMatchObject({ status: 'canceled', captured: 0 })
  })

  it('is released after seven days', async () => {
    const id = await paid(cardHold())
    await sandbox.control.apply({ advanceSeconds: 7 * 86_400 })
    const { body } = await yookassa('GET', `/payments/${id}`)
    expect(body['cancellation_details']).toEqual({ party: 'yoo_money', reason: 'expired_on_capture' })
  })
})

it('cannot cancel a payment that waits for the buyer', async () => {
  await yookassa('POST', '/payments', 'key-1', sbpPayment())
  const { id } = ledger().payments[0]!
  const answer = await yookassa('POST', `/payments/${id}/cancel`, 'cancel-1')
  expect(error(answer)).toEqual([400, 'invalid_request', 'payment_id'])
  expect(ledger().payments[0]!.status).toBe('pending')
})

it.each(['/payments/nobody', '/refunds/nobody'])('answers 404 for %s', async (path) => {
  expect((await yookassa('GET', path)).status).toBe(404)
})

describe('refunds', () => {
  it('give back in parts, to the last kopeck and not beyond', async () => {
    const id = await paid()
    const refund = (key: string, value: string) =>
      yookassa('POST', '/refunds', key, { payment_id: id, amount: RUB(value) })
    const first = await refund('re_1', '34.56')
    expect(first.body).toMatchObject({ payment_id: id, status: 'succeeded', amount: RUB('34.56') })
    expect(error(await refund('re_2', '1200.01'))).toEqual([400, 'invalid_request', 'amount.value'])
    await refund('re_3', '1200.00')
    expect((await refund('re_1', '34.56')).text).toBe(first.text)
    expect(error(await refund('re_4', '0.01'))).toEqual([400, 'invalid_request', 'amount.value'])
    expect((await yookassa('GET', `/payments/${id}`)).body).toMatchObject({
      status: 'succeeded',
      refunded_amount: RUB('1234.56'),
      refundable: false,
    })
    expect(ledger().payments[0]).toMatchObject({ captured: 123456, refunded: 123456 })
    expect(ledger().refunds.map(({ reference }) => reference)).toEqual(['re_1', 're_3'])
    expect((await yookassa('GET', `/refunds/${String(first.body['id'])}`)).body).toEqual(first.body)
    expect((await yookassa('GET', `/refunds?payment_id=${id}`)).body['items']).toHaveLength(2)
  })

  it('take the reference from metadata.refundId', async () => {
    const id = await paid()
    const body = { payment_id: id, amount: RUB('1.00'), metadata: { refundId: 're_9' } }
    await yookassa('POST', '/refunds', 'some-key', body)
    expect(ledger().refunds[0]!.reference).toBe('re_9')
  })

  it.each<[string, JsonObject]>([
    ['payment_id', { payment_id: 'nobody' }],
    ['payment_id', { payment_id: undefined }],
    ['amount', { amount: undefined }],
    ['amount.currency', { amount: { value: '1.00', currency: 'KZT' } }],
    ['description', { description: 'x'.repeat(251) }],
  ])('are refused and name %s: %j', async (parameter, fields) => {
    const id = await paid()
    const answer = await yookassa('POST', '/refunds', 're_1', {
      payment_id: id,
      amount: RUB('1.00'),
      ...fields,
    })
    expect(error(answer)).toEqual([400, 'invalid_request', parameter])
    expect(ledger().refunds).toEqual([])
  })

  it('are refused for a payment that is not paid', async () => {
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    const body = { payment_id: ledger().payments[0]!.id, amount: RUB('1.00') }
    expect(error(await yookassa('POST', '/refunds', 're_1', body))).toEqual([
      400,
      'invalid_request',
      'payment_id',
    ])
  })

  it('of a phone balance are whole', async () => {
    const id = await paid(
      sbpPayment({
        amount: RUB('100.00'),
        confirmation: { type: 'external' },
        payment_method_data: { type: 'mobile_balance', phone: '79990000000' },
      }),
    )
    const part = await yookassa('POST', '/refunds', 're_1', { payment_id: id, amount: RUB('1.00') })
    expect(error(part)).toEqual([400, 'invalid_request', 'amount.value'])
    const whole = await yookassa('POST', '/refunds', 're_2', { payment_id: id, amount: RUB('100.00') })
    expect(whole.status).toBe(200)
  })
})

it('lists payments a page at a time, newest first', async () => {
  for (let index = 0; index < 3; index++) {
    await yookassa(
      'POST',
      '/payments',
      `key-${index}`,
      sbpPayment({ metadata: { paymentId: `pay_${index}` } }),
    )
    await sandbox.control.apply({ advanceSeconds: 1 })
  }
  await buyer('approve')
  const first = await yookassa('GET', '/payments?limit=2')
  const names = ({ body }: Answer) =>
    (body['items'] as unknown[]).map((item) => valueAt(item, 'metadata.paymentId'))
  expect([first.body['type'], names(first)]).toEqual(['list', ['pay_2', 'pay_1']])
  const second = await yookassa('GET', `/payments?limit=2&cursor=${String(first.body['next_cursor'])}`)
  expect(names(second)).toEqual(['pay_0'])
  expect(second.body).not.toHaveProperty('next_cursor')
  expect(names(await yookassa('GET', '/payments?status=succeeded'))).toEqual(['pay_2'])
  expect(names(await yookassa('GET', '/payments?created_at.lt=2026-11-24T12:00:01Z'))).toEqual(['pay_0'])
  expect(error(await yookassa('GET', '/payments?limit=101'))).toEqual([400, 'invalid_request', 'limit'])
})

it('lists banks', async () => {
  const { body } = await yookassa('GET', '/sbp_banks')
  expect(valueAt((body['items'] as unknown[])[0], 'bank_id')).toBe('100000000111')
})

describe('the official SDK', () => {
  it('is understood, request by request', async () => {
    const credentials = requests[0]!.headers['authorization']!.replace('Basic ', '')
    const [shopId = '', secretKey = ''] = Buffer.from(credentials, 'base64').toString().split(':')
    sandbox.close()
    sandbox = createYookassaDouble({ publicUrl: BASE, accounts: [{ shopId, secretKey, shopName: 'SDK' }] })
    const send = async (
      operation: string,
      id: string,
      change: (body: JsonObject) => JsonObject = (body) => body,
    ) => {
      const { method, path, headers, body } = requests.find((request) => request.operation === operation)!
      const sent = isJsonObject(body) ? JSON.stringify(change(body)) : null
      const url = BASE + path.replace('2dc3c1c1-000f-5000-9000-1b68e7b15f3f', id)
      const response = await sandbox.fetch(new Request(url, { method, headers, body: sent }))
      return [response.status, valueAt(await response.json(), 'status')]
    }
    expect(await send('createPayment', '')).toEqual([200, 'pending'])
    const payment = ledger().payments[0]!
    expect(await send('getPayment', payment.id)).toEqual([200, 'pending'])
    await buyer('approve')
    expect(await send('createRefund', '', (body) => ({ ...body, payment_id: payment.id }))).toEqual([
      200,
      'succeeded',
    ])
    expect(ledger().payments[0]).toMatchObject({ captured: 123456, refunded: 3456 })
    // The sample pays by SBP, which holds nothing: capture and cancel are refused in YooKassa's own words.
    expect(await send('capturePayment', payment.id)).toEqual([400, undefined])
    expect(await send('cancelPayment', payment.id)).toEqual([400, undefined])
  })
})
