import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from '../accounts.ts'
import { isJsonObject, type JsonObject, parseJson } from '../json.ts'
import { createSandbox, createTbankDouble, type Sandbox } from '../sandbox.ts'
import { until } from '../testing.ts'
import { sbpCrc } from '../yookassa/sbp-link.ts'
import { TBANK_PAUSES_MS } from './notify.ts'
import { tbankToken } from './token.ts'

const BASE = 'http://tbank.example'
const START = Date.UTC(2026, 10, 24, 12)
const { terminalKey, password } = sandboxAccounts.tbank

// Printed by T-Bank, or computed by what reproduces the printed ones; the file says which.
const { vectors } = JSON.parse(
  readFileSync(new URL('../../fixtures/tbank-token.json', import.meta.url), 'utf8'),
) as { vectors: { name: string; params: JsonObject; password: string; token: string }[] }

interface Sent {
  readonly url: string
  readonly body: JsonObject
}

let sandbox: Sandbox
let sent: Sent[]
let reply: Response

beforeEach(() => {
  sent = []
  reply = new Response('OK')
  sandbox = createTbankDouble({
    seed: 1,
    now: () => START,
    publicUrl: BASE,
    fetch: async (input, init) => {
      const body = parseJson(String(init?.body))
      sent.push({ url: String(input), body: isJsonObject(body) ? body : {} })
      return reply.clone()
    },
  })
})
afterEach(() => sandbox.close())

/** Any method, with its Token unless the fields bring one. */
async function call(method: string, fields: JsonObject = {}): Promise<JsonObject> {
  const params = { TerminalKey: terminalKey, ...fields }
  const body = JSON.stringify({ Token: tbankToken(params, password), ...params })
  const request = new Request(`${BASE}/v2/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const response = await sandbox.fetch(request)
  expect(response.status).toBe(200)
  return (await response.json()) as JsonObject
}

const order = (fields: JsonObject = {}): JsonObject => ({
  Amount: 123_456,
  OrderId: 'pay_1',
  Description: 'Чай пуэр',
  NotificationURL: 'https://shop.example/hook',
  SuccessURL: 'https://shop.example/paid',
  FailURL: 'https://shop.example/failed',
  ...fields,
})

const ledger = () => sandbox.control.state().doubles[0]!.ledger
const advance = (advanceSeconds: number) => sandbox.control.apply({ advanceSeconds })
const state = async (id: unknown) => (await call('GetState', { PaymentId: id }))['Status']
const news = async () => {
  await advance(1)
  return sent.splice(0).map(({ body }) => `${body['Status']} ${body['Amount']}`)
}

async function init(fields: JsonObject = {}): Promise<string> {
  return String((await call('Init', order(fields)))['PaymentId'])
}

async function buyer(action: string, reason?: string, payUrl = ledger().payments.at(-1)!.payUrl) {
  const response = await sandbox.fetch(
    new Request(`${payUrl}/${action}`, { method: 'POST', body: reason ? JSON.stringify({ reason }) : null }),
  )
  return { status: response.status, body: (await response.json()) as JsonObject }
}

async function paid(fields: JsonObject = {}): Promise<string> {
  const id = await init(fields)
  await buyer('approve')
  return id
}

async function paidBySbp(fields: JsonObject = {}): Promise<string> {
  const id = await init(fields)
  await call('GetQr', { PaymentId: id })
  await buyer('approve')
  return id
}

describe('the Token', () => {
  for (const { name, params, password: secret, token } of vectors) {
    it(`agrees with the vector: ${name}`, () => expect(tbankToken(params, secret)).toBe(token))
  }

  it.each<[string, JsonObject, string]>([
    ['a wrong one', { Token: 'f'.repeat(64) }, '204'],
    ['none', { Token: undefined }, '204'],
    ['an unknown terminal', { TerminalKey: 'nobody' }, '205'],
    ['no terminal', { TerminalKey: undefined }, '2'],
    [
      'one made for another amount',
      { Token: tbankToken({ TerminalKey: terminalKey, OrderId: 'pay_1' }, password) },
      '204',
    ],
  ])('refuses %s', async (_name, fields, code) => {
    expect(await call('Init', order(fields))).toMatchObject({ Success: false, ErrorCode: code })
    expect(ledger().payments).toEqual([])
  })

  it('counts a number as it was written', async () => {
    const Token = tbankToken({ TerminalKey: terminalKey, OrderId: 'pay_1', Amount: '1000.0' }, password)
    const send = async (amount: string) => {
      const nested = `"Receipt":null,"DATA":{"Amount":"7","b":[{"Amount":1.50}],"q":"}\\"{"}`
      const body = `{"TerminalKey":"${terminalKey}",${nested},"OrderId":"pay_1","Amount" : ${amount},"Token":"${Token}"}`
      const response = await sandbox.fetch(new Request(`${BASE}/v2/Init`, { method: 'POST', body }))
      return (await response.json()) as JsonObject
    }
    expect(await send('1000')).toMatchObject({ ErrorCode: '204' })
    expect(await send('1000.0')).toMatchObject({ Success: true, Amount: 1000 })
  })

  it('covers no nested data', async () => {
    const fields = order()
    const Token = tbankToken({ TerminalKey: terminalKey, ...fields }, password)
    expect(await call('Init', { ...fields, DATA: { Phone: '+79990000000' }, Token })).toMatchObject({
      Success: true,
    })
  })
})

describe('Init', () => {
  it('makes a payment with a form', async () => {
    const answer = await call('Init', order())
    expect(answer).toEqual({
      Success: true,
      ErrorCode: '0',
      Message: 'OK',
      TerminalKey: terminalKey,
      Status: 'NEW',
      PaymentId: expect.stringMatching(/^\d{10}$/),
      OrderId: 'pay_1',
      Amount: 123_456,
      PaymentURL: expect.stringMatching(/^http:\/\/tbank\.example\/new\/[0-9A-Za-z]{8}\?flow=redirect$/),
    })
    expect(ledger().payments).toMatchObject([
      { id: answer['PaymentId'], reference: 'pay_1', status: 'pending', nativeStatus: 'NEW' },
    ])
  })

  const item = { Name: 'Чай', Price: 61_728, Quantity: 2, Amount: 123_456, Tax: 'vat22' }
  const receipt = { Email: 'a@example.com', Taxation: 'osn', FfdVersion: '1.05', Items: [item] }
  it.each<[string, JsonObject]>([
    ['2', { Amount: undefined }],
    ['251', { Amount: 12.5 }],
    ['251', { Amount: 0 }],
    ['251', { Amount: -1 }],
    ['251', { Amount: '12,50' }],
    ['251', { Amount: 99 }],
    ['2', { OrderId: undefined }],
    ['2', { OrderId: '' }],
    ['212', { OrderId: 'x'.repeat(37) }],
    ['1', { OrderId: {} }],
    ['213', { Description: 'x'.repeat(141) }],
    ['1', { PayType: 'X' }],
    ['1', { Language: 'zh' }],
    ['1', { Recurrent: 'yes' }],
    ['216', { CustomerKey: 'x'.repeat(37) }],
    ['1', { NotificationURL: 'shop' }],
    ['1', { SuccessURL: 'javascript:alert(1)' }],
    ['12', { RedirectDueDate: 'tomorrow' }],
    ['12', { RedirectDueDate: '2026-11-24T12:00:30+00:00' }],
    ['12', { RedirectDueDate: '2027-03-01T12:00:00+03:00' }],
    ['250', { DATA: 'x' }],
    ['208', { DATA: { ['k'.repeat(21)]: '' } }],
    ['209', { DATA: { a: 'x'.repeat(101) } }],
    ['207', { DATA: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [index, ''])) }],
    ['1', { Shops: [{ ShopCode: '1', Amount: 1 }] }],
    ['2', { Shops: [{ Amount: 123_456 }] }],
    ['333', { Shops: [{ ShopCode: '1', Amount: 0 }] }],
    ['332', { Shops: [{ ShopCode: '1', Amount: 123_456, Fee: '-1' }] }],
    ['309', { Receipt: 'x' }],
    ['329', { Receipt: { ...receipt, Email: undefined } }],
    ['2', { Receipt: { ...receipt, Taxation: undefined } }],
    ['1', { Receipt: { ...receipt, Taxation: 'none' } }],
    ['1', { Receipt: { ...receipt, Items: [] } }],
    ['2', { Receipt: { ...receipt, Items: [{ ...item, Name: undefined }] } }],
    ['1', { Receipt: { ...receipt, Items: [{ ...item, Tax: 'vat18' }] } }],
    ['1', { Receipt: { ...receipt, Items: [{ ...item, Price: '617.28' }] } }],
    ['2', { Receipt: { ...receipt, FfdVersion: '1.2' } }],
    ['308', { Receipt: { ...receipt, Items: [{ ...item, Amount: 1 }] } }],
  ])('refuses with %s: %j', async (code, fields) => {
    const answer = await call('Init', order(fields))
    expect(answer).toMatchObject({ Success: false, ErrorCode: code, TerminalKey: terminalKey })
    expect(String(answer['Message'])).not.toBe('')
    expect(ledger().payments).toEqual([])
  })

  it.each<[string, JsonObject]>([
    ['a receipt', { Receipt: receipt }],
    [
      'sellers',
      {
        Shops: [
          { ShopCode: '1', Amount: 123_455, Fee: '10' },
          { ShopCode: '2', Amount: 1 },
        ],
      },
    ],
    ['numbers for texts', { OrderId: 21_050 }],
    ['90 days', { RedirectDueDate: '2027-02-22T14:59:00+03:00' }],
  ])('takes %s', async (_name, fields) => {
    expect(await call('Init', order(fields))).toMatchObject({ Success: true })
  })

  it('knows an order once, whatever became of it', async () => {
    const id = await init()
    await call('Cancel', { PaymentId: id })
    expect(await call('Init', order())).toMatchObject({ Success: false, ErrorCode: '20' })
    expect(ledger().payments).toHaveLength(1)
  })
})

describe('a payment by card', () => {
  it('goes from NEW over the form to CONFIRMED, with two notifications', async () => {
    const id = await init()
    const page = await sandbox.fetch(
      new Request(`${ledger().payments[0]!.payUrl}`, { headers: { accept: 'text/html' } }),
    )
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('1')])
    expect(await state(id)).toBe('FORM_SHOWED')
    await buyer('approve')
    expect(await call('GetState', { PaymentId: id })).toEqual({
      Success: true,
      ErrorCode: '0',
      Message: 'OK',
      TerminalKey: terminalKey,
      OrderId: 'pay_1',
      Status: 'CONFIRMED',
      PaymentId: id,
      Amount: 123_456,
      Params: [
        { Key: 'Route', Value: 'ACQ' },
        { Key: 'Source', Value: 'cards' },
      ],
    })
    await advance(1)
    expect(sent.map(({ url, body }) => [url, body['Status']])).toEqual([
      ['https://shop.example/hook', 'AUTHORIZED'],
      ['https://shop.example/hook', 'CONFIRMED'],
    ])
    const { body } = sent[1]!
    expect(body).toMatchObject({
      TerminalKey: terminalKey,
      OrderId: 'pay_1',
      Success: true,
      PaymentId: Number(id),
      ErrorCode: '0',
      Amount: 123_456,
      Pan: '220138******4477',
      Token: tbankToken(body, password),
    })
  })

  it('sends the buyer back to the shop, to one page or the other', async () => {
    const { PaymentURL } = await call('Init', order())
    const send = (action: string) => {
      const url = String(PaymentURL).replace('?', `/${action}?`)
      return sandbox.fetch(new Request(url, { method: 'POST', headers: { accept: 'text/html' } }))
    }
    expect((await send('abandon')).headers.get('location')).toBe('https://shop.example/failed')
    expect((await send('approve')).headers.get('location')).toBe('https://shop.example/paid')
  })

  it('is paid once, however often the buyer presses', async () => {
    await paid()
    expect(await buyer('approve')).toMatchObject({ status: 200, body: { status: 'succeeded' } })
    expect(ledger().payments[0]).toMatchObject({ approvals: 1, captured: 123_456 })
  })

  it('may be tried again after 3-D Secure failed, which nobody is told', async () => {
    const id = await init()
    await buyer('decline', 'authentication_failed')
    expect(await state(id)).toBe('AUTH_FAIL')
    expect(await call('CheckOrder', { OrderId: 'pay_1' })).toMatchObject({
      Payments: [{ Status: 'AUTH_FAIL', Success: false, ErrorCode: 101 }],
    })
    expect(await news()).toEqual([])
    await buyer('approve')
    expect(await state(id)).toBe('CONFIRMED')
  })

  it.each([
    ['general_decline', 99],
    ['insufficient_funds', 1051],
    ['limit_exceeded', 1061],
    ['fraud_suspected', 1034],
  ])('is dead after %s', async (reason, code) => {
    const id = await init()
    await buyer('decline', reason)
    expect(await state(id)).toBe('REJECTED')
    expect(await call('CheckOrder', { OrderId: 'pay_1' })).toMatchObject({
      Payments: [{ PaymentId: id, Status: 'REJECTED', Success: false, ErrorCode: code }],
    })
    await advance(1)
    expect(sent[0]!.body).toMatchObject({ Status: 'REJECTED', Success: false, ErrorCode: String(code) })
    expect(await buyer('approve')).toMatchObject({ status: 409 })
  })

  it('expires after a day, or when it is asked to', async () => {
    const first = await init()
    const second = await init({ OrderId: 'pay_2', RedirectDueDate: '2026-11-24T15:10:00+03:00' })
    await advance(599)
    expect(await state(second)).toBe('NEW')
    await advance(1)
    expect(await state(second)).toBe('DEADLINE_EXPIRED')
    expect(await state(first)).toBe('NEW')
    await advance(86_400)
    expect(await state(first)).toBe('DEADLINE_EXPIRED')
    expect(await buyer('approve')).toMatchObject({ status: 409 })
  })

  it('can be held, and taken in part', async () => {
    const id = await paid({ PayType: 'T' })
    expect(await state(id)).toBe('AUTHORIZED')
    expect(await news()).toEqual(['AUTHORIZED 123456'])
    const confirm = (Amount?: number) => call('Confirm', { PaymentId: id, ...(Amount ? { Amount } : {}) })
    expect(await confirm(123_457)).toMatchObject({ Success: false, ErrorCode: '330' })
    expect(await confirm(100_000)).toMatchObject({ Success: true, Status: 'CONFIRMED', PaymentId: id })
    expect(await confirm(1)).toMatchObject({ Success: false, ErrorCode: '8' })
    expect(await call('GetState', { PaymentId: id })).toMatchObject({ Status: 'CONFIRMED', Amount: 100_000 })
    expect(await news()).toEqual(['CONFIRMED 100000'])
    expect(ledger().payments[0]).toMatchObject({ captured: 100_000, refunded: 0 })
  })

  it('is let go after seven days', async () => {
    const id = await paid({ PayType: 'T' })
    await advance(7 * 86_400)
    expect(await state(id)).toBe('REVERSED')
    expect(await call('Confirm', { PaymentId: id })).toMatchObject({ ErrorCode: '8' })
  })
})

describe('Cancel', () => {
  const cancel = (id: string, fields: JsonObject = {}) => call('Cancel', { PaymentId: id, ...fields })

  it('ends a payment that waits, whole, and says nothing', async () => {
    const id = await init()
    expect(await cancel(id, { Amount: 1 })).toMatchObject({
      Status: 'CANCELED',
      OriginalAmount: 123_456,
      NewAmount: 0,
    })
    expect(await news()).toEqual([])
    expect(await cancel(id)).toMatchObject({ Success: false, ErrorCode: '8' })
    expect(await buyer('approve')).toMatchObject({ status: 409 })
  })

  it('lets go of a hold in parts', async () => {
    const id = await paid({ PayType: 'T' })
    await news()
    expect(await cancel(id, { Amount: 456 })).toMatchObject({
      Status: 'PARTIAL_REVERSED',
      NewAmount: 123_000,
    })
    expect(await cancel(id)).toMatchObject({ Status: 'REVERSED', OriginalAmount: 123_000, NewAmount: 0 })
    expect((await news()).map((text) => text.split(' ')[0])).toEqual(['PARTIAL_REVERSED', 'REVERSED'])
    expect(ledger().payments[0]).toMatchObject({ status: 'canceled', captured: 0, refunded: 0 })
  })

  it('gives money back in parts, to the last kopeck and no further', async () => {
    const id = await paid()
    await news()
    expect(await cancel(id, { Amount: 1 })).toMatchObject({ Status: 'PARTIAL_REFUNDED', NewAmount: 123_455 })
    expect(await call('GetState', { PaymentId: id })).toMatchObject({ Amount: 123_455 })
    expect(await cancel(id, { Amount: 123_456 })).toMatchObject({ ErrorCode: '330' })
    expect(await cancel(id)).toMatchObject({ Status: 'REFUNDED', OriginalAmount: 123_455, NewAmount: 0 })
    expect(await cancel(id)).toMatchObject({ Success: false })
    expect(await news()).toEqual(['PARTIAL_REFUNDED 1', 'REFUNDED 123455'])
    expect(ledger().payments[0]).toMatchObject({ captured: 123_456, refunded: 123_456 })
    expect(ledger().refunds.map(({ amount }) => amount.minorUnits)).toEqual([1, 123_455])
  })

  it('does nothing twice under one ExternalRequestId', async () => {
    const id = await paid()
    const once = { Amount: 100, ExternalRequestId: 're_1' }
    for (const _ of [1, 2, 3]) {
      expect(await cancel(id, once)).toMatchObject({
        Success: true,
        Status: 'PARTIAL_REFUNDED',
        NewAmount: 123_356,
        ExternalRequestId: 're_1',
      })
    }
    expect(ledger().refunds).toMatchObject([{ reference: 're_1', status: 'succeeded' }])
    await cancel(id, { Amount: 100, ExternalRequestId: 're_2' })
    expect(ledger().payments[0]).toMatchObject({ refunded: 200 })
  })

  it('remembers no ExternalRequestId that was refused', async () => {
    const id = await paid()
    const request = { Amount: 100, ExternalRequestId: 're_1' }
    await sandbox.control.apply({ scenario: { name: 'declined', operation: 'refund', times: 1 } })
    expect(await cancel(id, request)).toMatchObject({ Success: false, ErrorCode: '99' })
    expect(await cancel(id, request)).toMatchObject({ Success: true })
  })

  it('looks at no ExternalRequestId by SBP, and takes its time', async () => {
    const id = await paidBySbp()
    await news()
    const request = { Amount: 100, ExternalRequestId: 're_1' }
    expect(await cancel(id, request)).toMatchObject({ Status: 'ASYNC_REFUNDING', NewAmount: 123_356 })
    expect(await cancel(id, request)).toMatchObject({ Success: false, ErrorCode: '4' })
    await advance(3)
    expect(await state(id)).toBe('PARTIAL_REFUNDED')
    expect(await call('GetQrState', { PaymentId: id })).toMatchObject({
      Status: 'PARTIAL_REFUNDED',
      Amount: 100,
    })
    expect(await cancel(id, request)).toMatchObject({ Status: 'ASYNC_REFUNDING' })
    await advance(3)
    expect(ledger().payments[0]).toMatchObject({ refunded: 200 })
    expect(await news()).toEqual(['PARTIAL_REFUNDED 100', 'PARTIAL_REFUNDED 100'])
  })

  it('returns to CONFIRMED when SBP refuses the refund', async () => {
    const id = await paidBySbp()
    await sandbox.control.apply({ scenario: { name: 'declined', operation: 'refund', times: 1 } })
    expect(await cancel(id)).toMatchObject({ Status: 'ASYNC_REFUNDING' })
    await advance(3)
    expect(await call('GetQrState', { PaymentId: id })).toMatchObject({
      Status: 'CONFIRMED',
      QrCancelCode: 'I05043',
    })
    expect(ledger().refunds[0]).toMatchObject({ status: 'failed' })
    expect(ledger().payments[0]).toMatchObject({ refunded: 0 })
  })
})

describe('SBP', () => {
  it('gives a code whose crc is right, the same every time', async () => {
    const id = await init()
    const answer = await call('GetQr', { PaymentId: Number(id), DataType: 'PAYLOAD' })
    const link = String(answer['Data'])
    expect(link).toMatch(
      /^http:\/\/tbank\.example\/AD[0-9A-Z]{30}\?type=02&bank=100000000004&sum=123456&cur=RUB&crc=[0-9A-F]{4}$/,
    )
    expect(sbpCrc(link.slice(0, link.indexOf('&crc=')))).toBe(link.slice(-4))
    expect(answer).toMatchObject({ PaymentId: Number(id), RequestKey: expect.any(Number), OrderId: 'pay_1' })
    expect((await call('GetQr', { PaymentId: id }))['Data']).toBe(link)
    expect(await state(id)).toBe('FORM_SHOWED')
    expect((await sandbox.fetch(new Request(link))).status).toBe(200)
  })

  it('draws it too', async () => {
    const { Data } = await call('GetQr', { PaymentId: await init(), DataType: 'IMAGE' })
    expect(Data).toMatch(/^<svg /)
  })

  it('is confirmed at once, without an authorization', async () => {
    const id = await paidBySbp()
    expect(await state(id)).toBe('CONFIRMED')
    expect(await news()).toEqual(['CONFIRMED 123456'])
    expect(sent).toEqual([])
    expect(await call('CheckOrder', { OrderId: 'pay_1' })).toMatchObject({
      Payments: [{ SbpPaymentId: expect.any(String), RRN: expect.any(String) }],
    })
    expect(await call('QrMembersList', { PaymentId: id })).toMatchObject({ Members: expect.any(Array) })
  })

  it.each<[string, JsonObject]>([
    ['3016', { Amount: 999 }],
    ['3016', { Amount: 100_000_001 }],
    ['3001', { PayType: 'T' }],
  ])('refuses with %s: %j', async (code, fields) => {
    expect(await call('GetQr', { PaymentId: await init(fields) })).toMatchObject({ ErrorCode: code })
  })

  it('is rejected at the third failed try', async () => {
    const id = await init()
    await call('GetQr', { PaymentId: id })
    for (const expected of ['FORM_SHOWED', 'FORM_SHOWED', 'REJECTED']) {
      await buyer('decline')
      expect(await state(id)).toBe(expected)
    }
    expect(await call('GetQr', { PaymentId: id })).toMatchObject({ ErrorCode: '8' })
  })

  it('plays its end on request', async () => {
    const ends: [JsonObject, string][] = [
      [{}, 'CONFIRMED'],
      [{ IsRejected: true }, 'REJECTED'],
      [{ IsDeadlineExpired: true }, 'DEADLINE_EXPIRED'],
    ]
    for (const [index, [fields, end]] of ends.entries()) {
      const id = await init({ OrderId: `pay_${index}` })
      expect(await call('SbpPayTest', { PaymentId: id, ...fields })).toMatchObject({ ErrorCode: '8' })
      await call('GetQr', { PaymentId: id })
      expect(await call('SbpPayTest', { PaymentId: id, ...fields })).toMatchObject({ Success: true })
      expect(await state(id)).toBe(end)
    }
    const both = { IsRejected: true, IsDeadlineExpired: true }
    expect(await call('SbpPayTest', { PaymentId: await init({ OrderId: 'pay_9' }), ...both })).toMatchObject({
      ErrorCode: '1',
    })
  })

  it('lists banks', async () => {
    const { BankList } = await call('GetQrBankList', { Device: { Type: 'desktop' } })
    expect(BankList).toContainEqual(expect.objectContaining({ NspkBankId: '100000000111', BankOrder: 1 }))
  })
})

describe('apps of banks', () => {
  const get = async (path: string) =>
    (await (await sandbox.fetch(new Request(`${BASE}/v2/${path}`))).json()) as JsonObject

  it('open by T-Pay', async () => {
    expect(await get(`TinkoffPay/terminals/${terminalKey}/status`)).toMatchObject({
      Params: { Allowed: true, Version: '2.0' },
    })
    const id = await init()
    const { Params } = await get(`TinkoffPay/transactions/${id}/versions/2.0/link`)
    expect(Params).toEqual({
      RedirectUrl: expect.stringMatching(/^http:\/\/tbank\.example\/app\/\w{16}\?flow=app$/),
      WebQR: `${BASE}/v2/TinkoffPay/${id}/QR`,
    })
    const svg = await sandbox.fetch(new Request(`${BASE}/v2/TinkoffPay/${id}/QR`))
    expect(svg.headers.get('content-type')).toBe('image/svg+xml')
    await buyer('approve')
    expect(await call('GetState', { PaymentId: id })).toMatchObject({
      Status: 'CONFIRMED',
      Params: expect.arrayContaining([{ Key: 'Source', Value: 'TinkoffPay' }]),
    })
    expect(await get(`TinkoffPay/transactions/${id}/versions/2.0/link`)).toMatchObject({ ErrorCode: '8' })
    expect(await get('TinkoffPay/transactions/1/versions/2.0/link')).toMatchObject({ Success: false })
  })

  it('open by SberPay, Mir Pay and Alfa Pay', async () => {
    const id = await init()
    expect(await get(`SberPay/transactions/${id}/link`)).toMatchObject({ Success: true })
    expect(await call('SberPay/link/get', { PaymentId: id })).toMatchObject({ Success: true })
    expect(await call('AlfaPay/link/get', { PaymentId: id })).toMatchObject({ Success: true })
    const { Deeplink } = await call('MirPay/GetDeepLink', { PaymentId: id })
    expect(String(Deeplink)).toContain('/app/')
    expect(
      (await get(`GetTerminalPayMethods?TerminalKey=${terminalKey}&Paysource=API`))['TerminalInfo'],
    ).toBeDefined()
  })
})

it('stands at /tbank beside the others, where /_control shows it', async () => {
  const all = createSandbox({ publicUrl: 'https://shop.example/sandbox' })
  const params = { TerminalKey: terminalKey, ...order() }
  const body = JSON.stringify({ ...params, Token: tbankToken(params, password) })
  const address = 'https://shop.example/sandbox/tbank/v2/Init'
  const response = await all.fetch(new Request(address, { method: 'POST', body }))
  const { PaymentURL } = (await response.json()) as JsonObject
  expect(PaymentURL).toMatch(/^https:\/\/shop\.example\/sandbox\/tbank\/new\//)
  expect((await all.fetch(new Request(String(PaymentURL)))).status).toBe(200)
  const control = await all.fetch(new Request('https://shop.example/sandbox/_control'))
  const { doubles } = (await control.json()) as { doubles: JsonObject[] }
  expect(doubles.find(({ id }) => id === 'tbank')).toMatchObject({
    baseUrl: 'https://shop.example/sandbox/tbank',
    accounts: [{ id: terminalKey, terminalKey, password, notificationUrl: null }],
    ledger: { payments: [{ reference: 'pay_1', nativeStatus: 'FORM_SHOWED' }] },
  })
  all.close()
})

describe('asked about', () => {
  it.each<[string, JsonObject, string]>([
    ['GetState', { PaymentId: '1' }, '255'],
    ['Cancel', { PaymentId: '1' }, '255'],
    ['Confirm', { PaymentId: '1' }, '255'],
    ['GetQr', { PaymentId: '1' }, '255'],
    ['CheckOrder', { OrderId: 'nobody' }, '335'],
  ])('%s of nothing, it says so', async (method, fields, code) => {
    expect(await call(method, fields)).toMatchObject({ Success: false, ErrorCode: code })
  })

  it('another terminal’s payment, it knows none', async () => {
    const other = { terminalKey: 'other1DEMO', password: 'other', shopName: 'Other' }
    const two = createTbankDouble({ publicUrl: BASE, accounts: [sandboxAccounts.tbank, other] })
    const ask = async (method: string, fields: JsonObject, by: typeof other) => {
      const params = { TerminalKey: by.terminalKey, ...fields }
      const body = JSON.stringify({ ...params, Token: tbankToken(params, by.password) })
      const response = await two.fetch(new Request(`${BASE}/v2/${method}`, { method: 'POST', body }))
      return (await response.json()) as JsonObject
    }
    const { PaymentId } = await ask('Init', order(), sandboxAccounts.tbank)
    for (const method of ['GetState', 'Cancel', 'GetQr']) {
      expect(await ask(method, { PaymentId }, other)).toMatchObject({ Success: false, ErrorCode: '255' })
    }
    expect(await ask('CheckOrder', { OrderId: 'pay_1' }, other)).toMatchObject({ Success: false })
    expect(await ask('Init', order(), other)).toMatchObject({ Success: true })
    two.close()
  })

  it('a method it does not know, it knows none', async () => {
    const request = new Request(`${BASE}/v2/FinishAuthorize`, { method: 'POST', body: '{}' })
    expect((await sandbox.fetch(request)).status).toBe(404)
  })
})

describe('notifications', () => {
  it('come again every hour for a day and every day for a month until the answer is OK', async () => {
    expect(TBANK_PAUSES_MS).toHaveLength(1 + 24 + 30)
    reply = new Response('ok')
    await paidBySbp()
    await advance(1)
    expect(sent).toHaveLength(1)
    await advance(3600)
    expect(sent).toHaveLength(2)
    await advance(23 * 3600)
    expect(sent).toHaveLength(25)
    await advance(86_400)
    expect(sent).toHaveLength(26)
    reply = new Response('OK')
    await advance(86_400)
    await advance(30 * 86_400)
    expect(sent).toHaveLength(27)
    expect(sandbox.control.state().doubles[0]!.notifications[0]).toMatchObject({ state: 'acknowledged' })
  })

  it.each([
    [200, '<b>OK</b>'],
    [200, ''],
    [500, 'OK'],
    [204, null],
  ])('are not heard by HTTP %i %s', async (status, body) => {
    reply = new Response(body, { status })
    await paidBySbp()
    await advance(3600)
    expect(sent).toHaveLength(2)
  })

  it('go where the terminal says when the payment does not', async () => {
    await sandbox.control.apply({
      account: { double: 'tbank', id: terminalKey, notificationUrl: 'https://shop.example/terminal' },
    })
    await paidBySbp({ NotificationURL: undefined })
    await advance(1)
    expect(sent[0]!.url).toBe('https://shop.example/terminal')
  })
})

describe('scenarios', () => {
  const on = (scenario: JsonObject) => sandbox.control.apply({ scenario: { double: 'tbank', ...scenario } })

  it('late-success: what was canceled is paid after all', async () => {
    const id = await init()
    await call('Cancel', { PaymentId: id })
    await on({ name: 'late-success', reference: 'pay_1' })
    await buyer('approve')
    expect(await state(id)).toBe('CONFIRMED')
  })

  it('liar: says canceled, and the buyer pays', async () => {
    await on({ name: 'liar', times: 1 })
    const id = await init()
    expect(await state(id)).toBe('CANCELED')
    await buyer('approve')
    expect(await state(id)).toBe('CONFIRMED')
  })

  it('cannot-cancel', async () => {
    await on({ name: 'cannot-cancel' })
    const id = await init()
    expect(await call('Cancel', { PaymentId: id })).toMatchObject({ Success: false, ErrorCode: '4' })
    expect(await state(id)).toBe('NEW')
  })

  it('declined, insufficient-funds and http-500', async () => {
    await on({ name: 'declined', operation: 'pay', times: 1 })
    expect(await call('Init', order())).toMatchObject({ Success: false, ErrorCode: '99' })
    await on({ name: 'insufficient-funds', times: 1 })
    const id = await paid()
    expect(await state(id)).toBe('REJECTED')
    await on({ name: 'http-500', times: 1 })
    const response = await sandbox.fetch(new Request(`${BASE}/v2/GetState`, { method: 'POST', body: '{}' }))
    expect(response.status).toBe(500)
  })

  it('lost-answer: the work is done', async () => {
    await on({ name: 'lost-answer', operation: 'pay', times: 1 })
    const params = { TerminalKey: terminalKey, ...order() }
    const body = JSON.stringify({ ...params, Token: tbankToken(params, password) })
    const response = await sandbox.fetch(new Request(`${BASE}/v2/Init`, { method: 'POST', body }))
    expect([response.status, await response.text()]).toEqual([502, ''])
    expect(ledger().payments).toHaveLength(1)
  })

  it('webhook-before-answer', async () => {
    await on({ name: 'webhook-before-answer', operation: 'pay', times: 1 })
    const { PaymentId } = await call('Init', order())
    await until(() => sent.length === 2)
    expect(sent[0]!.body['PaymentId']).toBe(Number(PaymentId))
  })

  it('forgets everything on reset', async () => {
    const id = await paid()
    await sandbox.control.apply({ reset: true })
    expect(ledger()).toEqual({ payments: [], refunds: [] })
    expect(await call('GetState', { PaymentId: id })).toMatchObject({ Success: false })
    expect(await call('Init', order())).toMatchObject({ Success: true })
  })
})

describe('customers and their cards', () => {
  it('are known, shown and forgotten', async () => {
    expect(await call('GetCustomer', { CustomerKey: 'c1' })).toMatchObject({
      Success: false,
      ErrorCode: '503',
    })
    expect(await call('AddCustomer', { CustomerKey: 'c1', Email: 'a@example.com' })).toMatchObject({
      Success: true,
      CustomerKey: 'c1',
    })
    expect(await call('GetCustomer', { CustomerKey: 'c1' })).toMatchObject({ Email: 'a@example.com' })
    expect(await call('RemoveCustomer', { CustomerKey: 'c1' })).toMatchObject({ Success: true })
    expect(await call('GetCustomer', { CustomerKey: 'c1' })).toMatchObject({ ErrorCode: '503' })
  })

  it('pay again by Charge, until the card is removed', async () => {
    await call('AddCustomer', { CustomerKey: 'c1' })
    await paid({ CustomerKey: 'c1', Recurrent: 'Y' })
    const [card] = (await call('GetCardList', { CustomerKey: 'c1' })) as unknown as JsonObject[]
    expect(card).toMatchObject({ Status: 'A', CardType: 0, RebillId: expect.stringMatching(/^\d+$/) })
    await advance(1)
    expect(sent[0]!.body).toMatchObject({
      RebillId: Number(card!['RebillId']),
      CardId: Number(card!['CardId']),
    })
    const PaymentId = await init({ OrderId: 'pay_2' })
    expect(await call('Charge', { PaymentId, RebillId: card!['RebillId'] })).toMatchObject({
      Success: true,
      Status: 'CONFIRMED',
      Amount: 123_456,
    })
    expect(await call('RemoveCard', { CustomerKey: 'c1', CardId: card!['CardId'] })).toMatchObject({
      Status: 'D',
    })
    expect(await call('RemoveCard', { CustomerKey: 'c1', CardId: card!['CardId'] })).toMatchObject({
      ErrorCode: '231',
    })
    const other = await init({ OrderId: 'pay_3' })
    expect(await call('Charge', { PaymentId: other, RebillId: card!['RebillId'] })).toMatchObject({
      Success: false,
      ErrorCode: '104',
    })
  })

  it('may be refused by their bank', async () => {
    await paid({ CustomerKey: 'c1', Recurrent: 'Y' })
    await advance(1)
    const { RebillId } = sent[0]!.body
    const PaymentId = await init({ OrderId: 'pay_2' })
    await sandbox.control.apply({ scenario: { name: 'declined', operation: 'pay', times: 1 } })
    expect(await call('Charge', { PaymentId, RebillId: String(RebillId) })).toMatchObject({
      Success: false,
      ErrorCode: '99',
    })
    expect(await state(PaymentId)).toBe('REJECTED')
  })
})

it('takes a closing receipt, under either address', async () => {
  const PaymentId = await paid()
  const Receipt = {
    FfdVersion: '1.05',
    Email: 'a@example.com',
    Taxation: 'osn',
    Items: [{ Name: 'Чай', Price: 100, Quantity: 1, Amount: 100, Tax: 'none' }],
  }
  expect(await call('SendClosingReceipt', { PaymentId, Receipt })).toMatchObject({ Success: true })
  expect(await call('../cashbox/SendClosingReceipt', { PaymentId, Receipt })).toMatchObject({ Success: true })
  expect(await call('SendClosingReceipt', { PaymentId })).toMatchObject({ ErrorCode: '309' })
})

it('hears a method with a slash behind it or two before, as some clients send it', async () => {
  for (const method of ['Init/', '/Init']) {
    expect(await call(method, order({ OrderId: `pay_${method.length}${method[0]}` }))).toMatchObject({
      Success: true,
    })
  }
})

it('sends again what was not acknowledged, when asked, and once', async () => {
  reply = new Response('no')
  await paid()
  await advance(1)
  expect(sent).toHaveLength(2)
  reply = new Response('OK')
  expect(await call('Resend')).toMatchObject({ Success: true, Count: 2 })
  await advance(1)
  expect(sent).toHaveLength(4)
  await advance(3_700)
  expect(sent).toHaveLength(4)
  expect(await call('Resend')).toMatchObject({ Count: 0 })
})

it('promises certificates of the operations it knows', async () => {
  const PaymentId = await paid()
  const list = { PaymentIdList: [PaymentId, '1'], EmailList: ['a@example.com'] }
  expect(await call('getConfirmOperation', list)).toMatchObject({
    Success: true,
    PaymentIdList: [
      { Success: true, PaymentId },
      { Success: false, PaymentId: '1' },
    ],
  })
})
