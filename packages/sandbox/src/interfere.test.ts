import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from './accounts.ts'
import { isConnectionReset } from './interfere.ts'
import { isJsonObject, parseJson, valueAt } from './json.ts'
import { type ServedSandbox, serveSandbox } from './node.ts'
import { createSandbox } from './sandbox.ts'
import { tbankToken } from './tbank/token.ts'
import {
  antomMerchant,
  antomPay,
  cardHold,
  createReceiver,
  sbpPayment,
  until,
  yookassaMerchant,
} from './testing.ts'

let receiver: Awaited<ReturnType<typeof createReceiver>>
let sandbox: ServedSandbox
let antom: ReturnType<typeof antomMerchant>
let yookassa: ReturnType<typeof yookassaMerchant>

beforeEach(async () => {
  receiver = await createReceiver()
  sandbox = await serveSandbox({
    port: 0,
    seed: 1,
    accounts: { yookassa: [{ ...sandboxAccounts.yookassa, notificationUrl: `${receiver.url}/yookassa` }] },
  })
  antom = antomMerchant(fetch, `${sandbox.url}/antom`)
  yookassa = yookassaMerchant(fetch, `${sandbox.url}/yookassa`)
})
afterEach(async () => {
  await sandbox.close()
  await receiver.close()
})

const turnOn = (scenario: Record<string, unknown>) => sandbox.control.apply({ scenario })
const double = (id: string) => sandbox.control.state().doubles.find((one) => one.id === id)!
const payments = (id: string) => double(id).ledger.payments
const payAntom = (id = 'pay_1', fields: Record<string, unknown> = {}) =>
  antom('pay', antomPay(id, { paymentNotifyUrl: `${receiver.url}/antom`, ...fields }))
const payYookassa = (key = 'key-1', body = sbpPayment()) => yookassa('POST', '/payments', key, body)

async function approve(id: string, body = '') {
  const answer = await fetch(`${payments(id).at(-1)!.payUrl}/approve`, { method: 'POST', body })
  return [answer.status, valueAt(await answer.json(), 'status')]
}

describe('insufficient-funds', () => {
  it('Antom: the wallet has not enough, once', async () => {
    await turnOn({ name: 'insufficient-funds', double: 'antom', times: 1 })
    await payAntom()
    expect(await approve('antom')).toEqual([200, 'failed'])
    const { body } = await antom('inquiryPayment', { paymentRequestId: 'pay_1' })
    expect(body['paymentResultCode']).toBe('USER_BALANCE_NOT_ENOUGH')
    await payAntom('pay_2')
    expect(await approve('antom')).toEqual([200, 'succeeded'])
  })

  it('YooKassa: the bank says so, for one reference only', async () => {
    await turnOn({ name: 'insufficient-funds', reference: 'pay_1' })
    const { body } = await payYookassa()
    expect(await approve('yookassa')).toEqual([200, 'failed'])
    const after = await yookassa('GET', `/payments/${String(body['id'])}`)
    expect(after.body['cancellation_details']).toEqual({
      party: 'payment_network',
      reason: 'insufficient_funds',
    })
    await payYookassa('key-2', sbpPayment({ metadata: { paymentId: 'pay_2' } }))
    expect(await approve('yookassa')).toEqual([200, 'succeeded'])
  })
})

describe('reset', () => {
  it.each([
    ['antom', () => payAntom()],
    ['yookassa', () => payYookassa()],
  ])('%s: the socket is reset, nothing is done', async (id, pay) => {
    await turnOn({ name: 'reset', double: id, operation: 'pay', times: 1 })
    await expect(pay()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(payments(id)).toEqual([])
    expect(double(id).exchanges[0]).toMatchObject({ status: 0 })
    expect((await pay()).status).toBe(200)
  })

  it('leaves the buyer’s page alone unless told', async () => {
    await payAntom()
    await turnOn({ name: 'reset' })
    expect(await approve('antom')).toEqual([200, 'succeeded'])
    await turnOn({ name: 'reset', operation: 'approve' })
    await expect(approve('antom')).rejects.toThrow()
  })
})

describe('hang', () => {
  it.each([
    ['antom', (signal: AbortSignal) => antomWith(signal)],
    ['yookassa', (signal: AbortSignal) => yookassaWith(signal)],
  ])('%s: the work is done, the socket stays open until the client gives up', async (id, pay) => {
    await turnOn({ name: 'hang', double: id, times: 1 })
    const giveUp = new AbortController()
    const answer = pay(giveUp.signal)
    await until(() => payments(id).length === 1)
    await expect(Promise.race([answer, pause(150)])).resolves.toBe('still open')
    expect(double(id).exchanges).toMatchObject([{ isOpen: true, status: 0 }])
    giveUp.abort()
    await expect(answer).rejects.toThrow()
    await until(() => !double(id).exchanges[0]!.isOpen)
    expect(double(id).exchanges).toMatchObject([{ status: 0 }])
  })

  it('keeps the very socket: no end, no reset, no byte', async () => {
    await turnOn({ name: 'hang' })
    const { port } = new URL(sandbox.url)
    const socket = connect(Number(port), '127.0.0.1')
    const seen: string[] = []
    for (const event of ['data', 'end', 'close', 'error']) socket.on(event, () => seen.push(event))
    const { shopId, secretKey } = sandboxAccounts.yookassa
    const credentials = Buffer.from(`${shopId}:${secretKey}`).toString('base64')
    socket.write(`GET /yookassa/v3/me HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ${credentials}\r\n\r\n`)
    await until(() => sandbox.control.state().scenarios.length === 1)
    await pause(200)
    expect(seen).toEqual([])
    socket.destroy()
  })

  it('ends for a handler with the signal of the request, after an hour of virtual time, or at close', async () => {
    const handler = createSandbox({ seed: 1 })
    const hung = (signal?: AbortSignal) =>
      yookassaMerchant(async (request) => {
        const response = await handler.fetch(new Request(request, { signal: signal ?? null }))
        expect(isConnectionReset(response)).toBe(true)
        return response
      }, 'http://sandbox.example/yookassa')('GET', '/me')
    await handler.control.apply({ scenario: { name: 'hang' } })
    const giveUp = new AbortController()
    const first = hung(giveUp.signal)
    giveUp.abort()
    expect((await first).status).toBe(503)

    const second = hung()
    await pause(20)
    await handler.control.apply({ advanceSeconds: 3_599 })
    await expect(Promise.race([second, pause(20)])).resolves.toBe('still open')
    await handler.control.apply({ advanceSeconds: 1 })
    expect((await second).status).toBe(503)

    const third = hung()
    await pause(20)
    handler.close()
    expect((await third).status).toBe(503)
  })
})

describe('rate-limited', () => {
  it('Antom: U, so the same request is sent again', async () => {
    await turnOn({ name: 'rate-limited', double: 'antom', times: 1 })
    const refused = await payAntom()
    expect([refused.status, refused.isSigned, refused.body['result']]).toEqual([
      200,
      true,
      expect.objectContaining({ resultStatus: 'U', resultCode: 'REQUEST_TRAFFIC_EXCEED_LIMIT' }),
    ])
    expect(payments('antom')).toEqual([])
    expect(valueAt((await payAntom()).body, 'result.resultCode')).toBe('PAYMENT_IN_PROCESS')
  })

  it('YooKassa: 429, and the key is still free', async () => {
    await turnOn({ name: 'rate-limited', double: 'yookassa', times: 1 })
    const refused = await payYookassa()
    expect([refused.status, refused.body]).toEqual([
      429,
      expect.objectContaining({ type: 'error', code: 'too_many_requests', id: expect.any(String) }),
    ])
    expect((await payYookassa()).status).toBe(200)
    expect(payments('yookassa')).toHaveLength(1)
  })
})

describe('webhook-before-answer', () => {
  it('Antom: the success is told before pay answers that it waits for the buyer', async () => {
    await turnOn({ name: 'webhook-before-answer', operation: 'pay', times: 1 })
    const { body } = await payAntom()
    expect(receiver.received.map(({ body }) => valueAt(parseJson(body), 'result.resultCode'))).toEqual([
      'SUCCESS',
    ])
    expect(valueAt(body, 'result.resultCode')).toBe('PAYMENT_IN_PROCESS')
    expect(payments('antom')[0]).toMatchObject({ status: 'succeeded', approvals: 1 })
    await sandbox.control.apply({ advanceSeconds: 60 })
    expect(receiver.received).toHaveLength(1)
  })

  it('YooKassa: at pay, capture and refund', async () => {
    await turnOn({ name: 'webhook-before-answer' })
    const events = () => receiver.received.map(({ body }) => valueAt(parseJson(body), 'event'))
    const { body } = await payYookassa('key-1', cardHold())
    expect([body['status'], events()]).toEqual(['pending', ['payment.waiting_for_capture']])
    await yookassa('POST', `/payments/${String(body['id'])}/capture`, 'cap-1')
    expect(events()[1]).toBe('payment.succeeded')
    const amount = { value: '1.00', currency: 'RUB' }
    await yookassa('POST', '/refunds', 're-1', { payment_id: body['id'], amount })
    expect(events()[2]).toBe('refund.succeeded')
    expect(payments('yookassa')[0]!.approvals).toBe(1)
  })

  it('goes with others: told first, then the answer is lost', async () => {
    await turnOn({ name: 'webhook-before-answer', operation: 'pay' })
    await turnOn({ name: 'lost-answer', operation: 'pay' })
    await expect(payAntom()).rejects.toThrow()
    expect(receiver.received).toHaveLength(1)
  })
})

describe('liar', () => {
  it('Antom: cancel says it is closed, and the buyer still pays, once', async () => {
    await turnOn({ name: 'liar', operation: 'cancel' })
    await payAntom()
    expect(valueAt((await antom('cancel', { paymentRequestId: 'pay_1' })).body, 'result.resultCode')).toBe(
      'SUCCESS',
    )
    const said = await antom('inquiryPayment', { paymentRequestId: 'pay_1' })
    expect(said.body['paymentStatus']).toBe('CANCELLED')
    await sandbox.control.apply({ clear: true })
    expect(await approve('antom')).toEqual([200, 'succeeded'])
    expect(await approve('antom')).toEqual([200, 'succeeded'])
    expect(payments('antom')[0]).toMatchObject({ status: 'succeeded', captured: 12345, approvals: 1 })
    await until(() => receiver.received.length === 1)
  })

  it('Antom: does not pay twice what was canceled after success', async () => {
    await turnOn({ name: 'liar', operation: 'cancel' })
    await payAntom()
    await approve('antom')
    await antom('cancel', { paymentRequestId: 'pay_1' })
    expect(await approve('antom')).toEqual([409, 'canceled'])
  })

  it('YooKassa: a reading says canceled, later it has succeeded', async () => {
    await turnOn({ name: 'liar', times: 1 })
    const { body } = await payYookassa()
    const read = () => yookassa('GET', `/payments/${String(body['id'])}`)
    expect((await read()).body['status']).toBe('canceled')
    expect(receiver.received).toEqual([])
    expect(await approve('yookassa')).toEqual([200, 'succeeded'])
    expect((await read()).body).toMatchObject({ status: 'succeeded', paid: true })
  })
})

describe('cannot-cancel', () => {
  it('Antom: the window is over, and the payment lives', async () => {
    await turnOn({ name: 'cannot-cancel' })
    await payAntom()
    const { body } = await antom('cancel', { paymentRequestId: 'pay_1' })
    expect(body['result']).toMatchObject({ resultStatus: 'F', resultCode: 'CANCEL_WINDOW_EXCEED' })
    const unknown = await antom('cancel', { paymentRequestId: 'pay_9' })
    expect(unknown.body['result']).toMatchObject({ resultCode: 'ORDER_NOT_EXIST' })
    expect(await approve('antom')).toEqual([200, 'succeeded'])
  })

  it('YooKassa: a hold stays a hold', async () => {
    await turnOn({ name: 'cannot-cancel' })
    const { body } = await payYookassa('key-1', cardHold())
    await approve('yookassa')
    const refused = await yookassa('POST', `/payments/${String(body['id'])}/cancel`, 'cancel-1')
    expect([refused.status, refused.body['code']]).toEqual([400, 'invalid_request'])
    expect(payments('yookassa')[0]!.status).toBe('authorized')
  })
})

describe('T-Bank', () => {
  const tbank = (method: string, params: Record<string, unknown>, signal?: AbortSignal) =>
    tbankCall(sandbox.url, method, params, signal)
  const init = (OrderId = 'pay_1', fields: Record<string, unknown> = {}) =>
    tbank('Init', { Amount: 123456, OrderId, NotificationURL: `${receiver.url}/tbank`, ...fields })
  const status = async (PaymentId: unknown) => (await tbank('GetState', { PaymentId })).body['Status']

  it('insufficient-funds: code 1051', async () => {
    await turnOn({ name: 'insufficient-funds', double: 'tbank' })
    await init()
    expect(await approve('tbank')).toEqual([200, 'failed'])
    const { body } = await tbank('CheckOrder', { OrderId: 'pay_1' })
    expect(valueAt((body['Payments'] as unknown[])[0], 'ErrorCode')).toBe(1051)
  })

  it('reset: nothing is done', async () => {
    await turnOn({ name: 'reset', double: 'tbank', times: 1 })
    await expect(init()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(payments('tbank')).toEqual([])
    expect((await init()).body['ErrorCode']).toBe('0')
  })

  it('hang: done, the socket stays open', async () => {
    await turnOn({ name: 'hang', double: 'tbank', times: 1 })
    const giveUp = new AbortController()
    const answer = tbank('Init', { Amount: 1000, OrderId: 'pay_1' }, giveUp.signal)
    await until(() => payments('tbank').length === 1)
    await expect(Promise.race([answer, pause(100)])).resolves.toBe('still open')
    giveUp.abort()
    await expect(answer).rejects.toThrow()
  })

  it('rate-limited: a bare 429, nothing is done', async () => {
    await turnOn({ name: 'rate-limited', double: 'tbank', times: 1 })
    expect((await init()).status).toBe(429)
    expect(payments('tbank')).toEqual([])
  })

  it('webhook-before-answer: both notifications come before Init says NEW', async () => {
    await turnOn({ name: 'webhook-before-answer', operation: 'pay', times: 1 })
    const { body } = await init()
    const told = receiver.received.map(({ body }) => valueAt(parseJson(body), 'Status')).sort()
    expect([body['Status'], told]).toEqual(['NEW', ['AUTHORIZED', 'CONFIRMED']])
  })

  it('liar: Cancel says CANCELED, the buyer pays, once', async () => {
    await turnOn({ name: 'liar', operation: 'cancel' })
    const { PaymentId } = (await init()).body
    expect((await tbank('Cancel', { PaymentId })).body['Status']).toBe('CANCELED')
    expect(await status(PaymentId)).toBe('CANCELED')
    expect(await approve('tbank')).toEqual([200, 'succeeded'])
    await approve('tbank')
    expect(await status(PaymentId)).toBe('CONFIRMED')
    expect(payments('tbank')[0]).toMatchObject({ approvals: 1, captured: 123456 })
  })

  it('liar: a reading says CANCELED', async () => {
    await turnOn({ name: 'liar', times: 1 })
    const { PaymentId } = (await init()).body
    expect(await status(PaymentId)).toBe('CANCELED')
    expect(await approve('tbank')).toEqual([200, 'succeeded'])
  })

  it('cannot-cancel: code 4, and the payment lives', async () => {
    await turnOn({ name: 'cannot-cancel' })
    const { PaymentId } = (await init()).body
    expect((await tbank('Cancel', { PaymentId })).body).toMatchObject({ Success: false, ErrorCode: '4' })
    expect(await approve('tbank')).toEqual([200, 'succeeded'])
  })
})

describe('Sandbox-Scenario', () => {
  const asking = (names: string) => (request: Request) => {
    request.headers.set('sandbox-scenario', names)
    return fetch(request)
  }

  it('strikes the request that names it, and no other', async () => {
    const asks = yookassaMerchant(asking('lost-answer'), `${sandbox.url}/yookassa`)
    await expect(asks('POST', '/payments', 'key-1', sbpPayment())).rejects.toThrow()
    expect((await payYookassa()).status).toBe(200)
    expect(payments('yookassa')).toHaveLength(1)
    expect(sandbox.control.state().scenarios).toEqual([])
  })

  it('takes several, and passes over names that nobody knows', async () => {
    const asks = antomMerchant(asking('webhook-before-answer, made-up,rate-limited'), `${sandbox.url}/antom`)
    const { body } = await asks('pay', antomPay('pay_1'))
    expect(valueAt(body, 'result.resultCode')).toBe('REQUEST_TRAFFIC_EXCEED_LIMIT')
    const broke = antomMerchant(asking('insufficient-funds'), `${sandbox.url}/antom`)
    expect(valueAt((await broke('pay', antomPay('pay_2'))).body, 'result.resultCode')).toBe(
      'USER_BALANCE_NOT_ENOUGH',
    )
  })

  it.each(['hang', 'http-500'])('T-Bank: %s', async (name) => {
    const { terminalKey, password } = sandboxAccounts.tbank
    const params = { TerminalKey: terminalKey, Amount: 1000, OrderId: 'pay_1' }
    const body = JSON.stringify({ ...params, Token: tbankToken(params, password) })
    const headers = { 'content-type': 'application/json', 'sandbox-scenario': name }
    const signal = AbortSignal.timeout(300)
    const answer = fetch(`${sandbox.url}/tbank/v2/Init`, { method: 'POST', body, headers, signal })
    if (name === 'hang') await expect(answer).rejects.toThrow()
    else expect((await answer).status).toBe(500)
    expect(payments('tbank')).toHaveLength(name === 'hang' ? 1 : 0)
  })
})

it('several at once: limited first, then done slowly, then lost', async () => {
  await turnOn({ name: 'rate-limited', times: 1 })
  await turnOn({ name: 'slow', delayMs: 1 })
  await turnOn({ name: 'lost-answer', times: 1 })
  expect((await payYookassa()).status).toBe(429)
  await expect(payYookassa()).rejects.toThrow()
  expect((await payYookassa()).status).toBe(200)
  expect(payments('yookassa')).toHaveLength(1)
})

function pause(ms: number): Promise<'still open'> {
  return new Promise((resolve) => setTimeout(() => resolve('still open'), ms))
}

const withSignal = (signal: AbortSignal) => (request: Request) => fetch(request, { signal })

function antomWith(signal: AbortSignal) {
  return antomMerchant(withSignal(signal), `${sandbox.url}/antom`)('pay', antomPay('pay_1'))
}

function yookassaWith(signal: AbortSignal) {
  const merchant = yookassaMerchant(withSignal(signal), `${sandbox.url}/yookassa`)
  return merchant('POST', '/payments', 'key-1', sbpPayment())
}

async function tbankCall(
  url: string,
  method: string,
  params: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { terminalKey, password } = sandboxAccounts.tbank
  const signed = { TerminalKey: terminalKey, ...params }
  const response = await fetch(`${url}/tbank/v2/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...signed, Token: tbankToken(signed, password) }),
    signal: signal ?? null,
  })
  const body = parseJson(await response.text())
  return { status: response.status, body: isJsonObject(body) ? body : {} }
}
