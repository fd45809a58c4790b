import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxAccounts } from './accounts.ts'
import { ANTOM_PAUSES_MS } from './antom/notify.ts'
import { parseSignatureHeader, verifyAntom } from './antom/signature.ts'
import { parseJson, valueAt } from './json.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import {
  antomMerchant,
  antomPay,
  cardHold,
  createReceiver,
  sbpPayment,
  until,
  yookassaMerchant,
} from './testing.ts'
import { YOOKASSA_PAUSES_MS } from './yookassa/notify.ts'

const BASE = 'http://sandbox.example'
const START = Date.UTC(2026, 10, 24, 12)
const DAY_SECONDS = 86_400

let receiver: Awaited<ReturnType<typeof createReceiver>>
let sandbox: Sandbox
let antom: ReturnType<typeof antomMerchant>
let yookassa: ReturnType<typeof yookassaMerchant>

beforeEach(async () => {
  receiver = await createReceiver()
  sandbox = createSandbox({
    seed: 1,
    now: () => START,
    publicUrl: BASE,
    accounts: {
      yookassa: [{ ...sandboxAccounts.yookassa, notificationUrl: `${receiver.url}/yookassa?shop=1` }],
    },
  })
  antom = antomMerchant(sandbox.fetch, `${BASE}/antom`)
  yookassa = yookassaMerchant(sandbox.fetch, `${BASE}/yookassa`)
})
afterEach(async () => {
  sandbox.close()
  await receiver.close()
})

const double = (id: string) => sandbox.control.state().doubles.find((one) => one.id === id)!

async function buyer(id: string, action = 'approve') {
  const { payUrl } = double(id).ledger.payments.at(-1)!
  await sandbox.fetch(new Request(`${payUrl}/${action}`, { method: 'POST' }))
}

async function payAntom(fields: Record<string, unknown> = {}) {
  return antom('pay', antomPay('pay_1', { paymentNotifyUrl: `${receiver.url}/antom?account=1`, ...fields }))
}

const events = () => receiver.received.map(({ body }) => valueAt(parseJson(body), 'event'))

describe('Antom', () => {
  it('tells a payment, signed over the address with its query', async () => {
    await payAntom()
    await buyer('antom')
    await until(() => receiver.received.length === 1)
    const { url, headers, body } = receiver.received[0]!
    expect(url).toBe('/antom?account=1')
    expect(parseJson(body)).toMatchObject({
      notifyType: 'PAYMENT_RESULT',
      result: { resultStatus: 'S', resultCode: 'SUCCESS' },
      paymentRequestId: 'pay_1',
      paymentAmount: { currency: 'CNY', value: '12345' },
    })
    const signature = parseSignatureHeader(String(headers['signature']))!.signature
    const message = {
      path: url,
      clientId: String(headers['client-id']),
      time: String(headers['request-time']),
      body,
    }
    expect(verifyAntom(message, signature, sandboxAccounts.antom.antomPublicKey)).toBe(true)
    expect(verifyAntom({ ...message, path: '/antom' }, signature, sandboxAccounts.antom.antomPublicKey)).toBe(
      false,
    )
    await until(() => double('antom').notifications[0]?.state === 'acknowledged')
  })

  it('tells a refusal and an expiry', async () => {
    await payAntom()
    await buyer('antom', 'decline')
    await until(() => receiver.received.length === 1)
    await antom('pay', antomPay('pay_2', { paymentNotifyUrl: receiver.url }))
    await sandbox.control.apply({ advanceSeconds: 14 * 60 })
    await until(() => receiver.received.length === 2)
    const results = receiver.received.map(({ body }) => valueAt(parseJson(body), 'result.resultCode'))
    expect(results).toEqual(['PROCESS_FAIL', 'ORDER_IS_CLOSED'])
  })

  it('tells captures and asynchronous refunds', async () => {
    const { body } = await payAntom({
      paymentMethod: { paymentMethodType: 'CARD' },
      paymentFactor: { isAuthorization: true, captureMode: 'MANUAL' },
    })
    const paymentId = body['paymentId']
    await buyer('antom')
    const amount = { currency: 'CNY', value: '12345' }
    await antom('capture', { captureRequestId: 'cap_1', paymentId, captureAmount: amount })
    const refund = { refundRequestId: 're_1', paymentId, refundAmount: amount, isAsyncRefund: true }
    await antom('refund', { ...refund, refundNotifyUrl: `${receiver.url}/refund` })
    await sandbox.control.apply({ advanceSeconds: 3 })
    await until(() => receiver.received.length === 3)
    expect(receiver.received.map(({ url, body }) => [url, valueAt(parseJson(body), 'notifyType')])).toEqual([
      ['/antom?account=1', 'PAYMENT_RESULT'],
      ['/antom?account=1', 'CAPTURE_RESULT'],
      ['/refund', 'REFUND_RESULT'],
    ])
  })

  it('tries eight times in a day, at the printed pauses', async () => {
    receiver.answerWith(200, 'OK')
    await payAntom()
    await buyer('antom')
    await sandbox.control.apply({ advanceSeconds: 2 * DAY_SECONDS })
    const { attempts, state } = double('antom').notifications[0]!
    expect(state).toBe('given_up')
    const times = attempts.map(({ at }) => Date.parse(at))
    expect(times.map((at, index) => at - (times[index - 1] ?? START))).toEqual(ANTOM_PAUSES_MS)
    expect(attempts.every(({ outcome, status }) => outcome === 'refused' && status === 200)).toBe(true)
    expect(receiver.received).toHaveLength(8)
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
  })

  it('stops at the documented answer', async () => {
    receiver.answerWith(500)
    await payAntom()
    await buyer('antom')
    await until(() => double('antom').notifications[0]?.attempts.length === 1)
    receiver.answerWith(200, '{"result":{"resultCode":"SUCCESS","resultStatus":"S"}}')
    await sandbox.control.apply({ advanceSeconds: DAY_SECONDS })
    expect(double('antom').notifications[0]!.attempts.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'acknowledged',
    ])
  })

  it('falls back to the address of the account', async () => {
    await sandbox.control.apply({
      account: {
        double: 'antom',
        id: sandboxAccounts.antom.clientId,
        notificationUrl: `${receiver.url}/default`,
      },
    })
    await antom('pay', antomPay('pay_1'))
    await buyer('antom')
    await until(() => receiver.received.length === 1)
    expect(receiver.received[0]!.url).toBe('/default')
  })
})

describe('YooKassa', () => {
  it('tells every event to the address of the shop, unsigned', async () => {
    const { body } = await yookassa('POST', '/payments', 'key-1', cardHold())
    await buyer('yookassa')
    await yookassa('POST', `/payments/${String(body['id'])}/capture`, 'cap-1')
    const amount = { value: '1.00', currency: 'RUB' }
    await yookassa('POST', '/refunds', 're-1', { payment_id: body['id'], amount })
    await yookassa('POST', '/payments', 'key-2', sbpPayment())
    await buyer('yookassa', 'decline')
    await until(() => receiver.received.length === 4)
    expect(events()).toEqual([
      'payment.waiting_for_capture',
      'payment.succeeded',
      'refund.succeeded',
      'payment.canceled',
    ])
    expect(parseJson(receiver.received[1]!.body)).toMatchObject({
      type: 'notification',
      object: { id: body['id'], status: 'succeeded' },
    })
    expect(receiver.received[0]!.headers).not.toHaveProperty('signature')
  })

  it('tries for 24 hours with growing pauses, until 200', async () => {
    receiver.answerWith(201)
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await buyer('yookassa')
    await sandbox.control.apply({ advanceSeconds: 2 * DAY_SECONDS })
    const { attempts, state } = double('yookassa').notifications[0]!
    expect(state).toBe('given_up')
    const times = attempts.map(({ at }) => Date.parse(at))
    const pauses = times.map((at, index) => at - (times[index - 1] ?? START))
    expect(pauses).toEqual(YOOKASSA_PAUSES_MS)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(times.at(-1)! - START).toBeGreaterThan(23 * 3_600_000)
    expect(times.at(-1)! - START).toBeLessThanOrEqual(24 * 3_600_000)
  })

  it('keeps trying a merchant who cannot be reached', async () => {
    await sandbox.control.apply({
      account: { double: 'yookassa', id: '54401', notificationUrl: 'http://127.0.0.1:9/' },
    })
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await buyer('yookassa')
    await sandbox.control.apply({ advanceSeconds: 10 })
    expect(double('yookassa').notifications[0]!.attempts.map(({ outcome }) => outcome)).toEqual([
      'unreachable',
      'unreachable',
    ])
  })
})

describe('scenarios', () => {
  it('webhook-lost swallows attempts until it ends', async () => {
    await sandbox.control.apply({ scenario: { name: 'webhook-lost', reference: 'pay_1' } })
    await payAntom()
    await buyer('antom')
    await sandbox.control.apply({ advanceSeconds: 60 })
    expect(receiver.received).toEqual([])
    await sandbox.control.apply({ clear: 'webhook-lost' })
    await sandbox.control.apply({ advanceSeconds: 60 })
    expect(double('antom').notifications[0]!.attempts.map(({ outcome }) => outcome)).toEqual([
      'lost',
      'acknowledged',
    ])
  })

  it('duplicate-webhook sends the same bytes twice', async () => {
    await sandbox.control.apply({ scenario: { name: 'duplicate-webhook', double: 'yookassa' } })
    await yookassa('POST', '/payments', 'key-1', sbpPayment())
    await buyer('yookassa')
    await until(() => receiver.received.length === 2)
    expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body)
  })
})

it('waits notificationDelayMs before the first attempt', async () => {
  sandbox.close()
  sandbox = createSandbox({ now: () => START, publicUrl: BASE, notificationDelayMs: 3_000 })
  antom = antomMerchant(sandbox.fetch, `${BASE}/antom`)
  await payAntom()
  await buyer('antom')
  await sandbox.control.apply({ advanceSeconds: 2 })
  expect(receiver.received).toEqual([])
  await sandbox.control.apply({ advanceSeconds: 1 })
  expect(receiver.received).toHaveLength(1)
})

it('sends nothing after reset', async () => {
  receiver.answerWith(500)
  await payAntom()
  await buyer('antom')
  await until(() => receiver.received.length === 1)
  await sandbox.control.apply({ reset: true })
  await sandbox.control.apply({ advanceSeconds: DAY_SECONDS })
  expect(receiver.received).toHaveLength(1)
  expect(double('antom').notifications).toEqual([])
})
