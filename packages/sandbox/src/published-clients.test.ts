import { createRequire } from 'node:module'
import { YooCheckout } from '@a2seven/yoo-checkout'
import {
  ApiManager,
  DataTypeQr,
  GotHttpClient,
  PaymentStatus,
  PayType,
  WebhookHandler,
} from '@jfkz/tinkoff-payment-sdk'
import { CurrencyEnum, parseNotification, YooKassa } from '@webzaytsev/yookassa-ts-sdk'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sandboxAccounts } from './accounts.ts'
import { type ServedSandbox, serveSandbox } from './node.ts'
import { createReceiver, until } from './testing.ts'

// Clients that others wrote and published, as they are: only the address and the keys are the sandbox's.

let sandbox: ServedSandbox
let receiver: Awaited<ReturnType<typeof createReceiver>>

beforeEach(async () => {
  sandbox = await serveSandbox({ port: 0 })
  receiver = await createReceiver()
})
afterEach(async () => {
  await sandbox.close()
  await receiver.close()
})

const ledger = (id: string) => sandbox.control.state().doubles.find((double) => double.id === id)!.ledger

async function buyer(action: string, id: string): Promise<void> {
  const { payUrl } = ledger(id).payments.at(-1)!
  const answer = await fetch(`${payUrl}/${action}`, { method: 'POST' })
  expect(answer.status).toBe(200)
}

it('serves @jfkz/tinkoff-payment-sdk 2.0.0-0: create, read, capture, cancel, refund, notifications', async () => {
  receiver.answerWith(200, 'OK')
  const { terminalKey, password } = sandboxAccounts.tbank
  // Its peer, by which it makes requests, is installed beside it only.
  const got = createRequire(createRequire(import.meta.url).resolve('@jfkz/tinkoff-payment-sdk'))('got')
  const httpClient = new GotHttpClient({ got: got.default ?? got })
  const client = new ApiManager({ httpClient, terminalKey, password, baseUrl: `${sandbox.url}/tbank/v2/` })
  const webhooks = new WebhookHandler({ terminalKey, password })
  const heard: string[] = []
  const hear = async (count: number) => {
    await until(() => receiver.received.length >= count)
    for (const { body } of receiver.received.splice(0)) {
      const { payload, response } = webhooks.handleWebhookRequest({ url: '/', payload: JSON.parse(body) })
      expect(response.payload).toBe('OK')
      heard.push(`${payload.OrderId} ${payload.Status} ${payload.Amount}`)
    }
  }

  // One stage, by card, and a part of it back.
  const made = await client.initPayment({
    Amount: 1234.5,
    OrderId: 'order-1',
    Description: 'Чай пуэр',
    NotificationURL: receiver.url,
    RedirectDueDate: new Date(Date.now() + 3_600_000),
    DATA: { Email: 'buyer@example.com' },
  })
  expect(made).toMatchObject({ Success: true, Status: 'NEW', OrderId: 'order-1', Amount: 1234.5 })
  expect(ledger('tbank').payments[0]).toMatchObject({ amount: { currency: 'RUB', minorUnits: 123_450 } })
  expect((await fetch(made.PaymentURL!)).status).toBe(200)
  const state = async (id: number) => (await client.getState({ PaymentId: String(id) }))['Status']
  expect(await state(made.PaymentId)).toBe('FORM_SHOWED')
  await buyer('approve', 'tbank')
  expect(await state(made.PaymentId)).toBe(PaymentStatus.CONFIRMED)
  await hear(2)
  expect(heard.splice(0).sort()).toEqual(['order-1 AUTHORIZED 1234.5', 'order-1 CONFIRMED 1234.5'])
  expect(await client.cancelPayment({ PaymentId: made.PaymentId, Amount: 34.5 })).toMatchObject({
    Status: 'PARTIAL_REFUNDED',
    OriginalAmount: 1234.5,
    NewAmount: 1200,
  })
  await hear(1)
  expect(heard.splice(0)).toEqual(['order-1 PARTIAL_REFUNDED 34.5'])

  // Two stages: a hold, of which a part is taken; another, which is let go.
  const hold = await client.initPayment({ Amount: 100, OrderId: 'order-2', PayType: PayType.DoubleStage })
  await buyer('approve', 'tbank')
  expect(await state(hold.PaymentId)).toBe(PaymentStatus.AUTHORIZED)
  const confirm = { PaymentId: hold.PaymentId, Amount: 6000 }
  expect(await client.confirmPayment(confirm)).toMatchObject({ Status: 'CONFIRMED' })
  const other = await client.initPayment({ Amount: 100, OrderId: 'order-3', PayType: PayType.DoubleStage })
  await buyer('approve', 'tbank')
  expect(await client.cancelPayment({ PaymentId: other.PaymentId })).toMatchObject({
    Status: 'REVERSED',
    NewAmount: 0,
  })

  // SBP: a code, paid, found by the order.
  const sbp = await client.initPayment({ Amount: 10, OrderId: 'order-4' })
  const qr = await client.getQr({ PaymentId: sbp.PaymentId, DataType: DataTypeQr.Payload })
  expect(qr).toMatchObject({ Success: true, Data: expect.stringMatching(/\/AD1000.*&crc=[0-9A-F]{4}$/) })
  await buyer('approve', 'tbank')
  expect(await client.checkOrder({ OrderId: 'order-4' })).toMatchObject({
    Payments: [{ PaymentId: String(sbp.PaymentId), Amount: 1000, Status: 'CONFIRMED', Success: true }],
  })

  // What is refused, and who is refused.
  await expect(client.initPayment({ Amount: 10, OrderId: 'order-4' })).rejects.toMatchObject({
    payload: { ErrorCode: '20' },
  })
  const stranger = new ApiManager({
    httpClient,
    terminalKey,
    password: 'wrong',
    baseUrl: `${sandbox.url}/tbank/v2/`,
  })
  await expect(stranger.getState({ PaymentId: String(sbp.PaymentId) })).rejects.toMatchObject({
    payload: { ErrorCode: '204' },
  })
})

it('serves @webzaytsev/yookassa-ts-sdk 3.1.0: create, read, list, capture, cancel, refund, notifications', async () => {
  const { shopId, secretKey } = sandboxAccounts.yookassa
  await sandbox.control.apply({
    account: { double: 'yookassa', id: shopId, notificationUrl: receiver.url },
  })
  const client = YooKassa(
    {
      shop_id: shopId,
      secret_key: secretKey,
      endpoint: `${sandbox.url}/yookassa/v3`,
      maxRPS: 100,
      retries: 0,
    },
    true,
  )
  const amount = (value: string) => ({ value, currency: CurrencyEnum.RUB })
  const heard: string[] = []
  const hear = async () => {
    await until(() => receiver.received.length >= 1)
    const [{ body } = { body: '' }] = receiver.received.splice(0)
    const { event, object } = parseNotification(JSON.parse(body))
    heard.push(`${event} ${object.amount.value}`)
  }

  const hold = await client.payments.create(
    {
      amount: amount('100.00'),
      capture: false,
      confirmation: { type: 'redirect', return_url: 'https://shop.example/return' },
      payment_method_data: { type: 'bank_card' },
      description: 'Чай пуэр',
      metadata: { order: '1' },
    },
    'key-1',
  )
  expect(hold).toMatchObject({ status: 'pending', confirmation: { type: 'redirect' } })
  await buyer('approve', 'yookassa')
  await hear()
  expect(await client.payments.load(hold.id)).toMatchObject({ status: 'waiting_for_capture', paid: true })
  const taken = await client.payments.capture(hold.id, { amount: amount('60.00') }, 'key-2')
  expect(taken).toMatchObject({ status: 'succeeded', amount: amount('60.00') })
  await hear()
  const refund = { payment_id: hold.id, amount: amount('10.00') }
  const back = await client.refunds.create(refund, 'key-3')
  expect(back).toMatchObject({ status: 'succeeded' })
  expect(await client.refunds.create(refund, 'key-3')).toMatchObject({ id: back.id })
  expect(await client.refunds.load(back.id)).toMatchObject({ amount: amount('10.00') })
  await hear()

  const other = await client.payments.create(
    {
      amount: amount('100.00'),
      capture: false,
      confirmation: { type: 'redirect', return_url: 'https://shop.example/return' },
      payment_method_data: { type: 'bank_card' },
    },
    'key-4',
  )
  await buyer('approve', 'yookassa')
  await hear()
  expect(await client.payments.cancel(other.id, 'key-5')).toMatchObject({
    status: 'canceled',
    cancellation_details: { party: 'merchant' },
  })
  await hear()
  expect(heard).toEqual([
    'payment.waiting_for_capture 100.00',
    'payment.succeeded 60.00',
    'refund.succeeded 10.00',
    'payment.waiting_for_capture 100.00',
    'payment.canceled 100.00',
  ])
  expect((await client.payments.list()).map(({ id }) => id).sort()).toEqual([hold.id, other.id].sort())
  await expect(client.payments.load('no-such-payment')).rejects.toThrow()
})

it('serves @a2seven/yoo-checkout 1.1.4: create, read, pages, capture, cancel, refund, receipts, webhooks', async () => {
  const { shopId, secretKey, oauthToken } = sandboxAccounts.yookassa
  const client = new YooCheckout({ shopId, secretKey, token: oauthToken })
  // It names its address nowhere but in this field.
  Object.assign(client, { root: `${sandbox.url}/yookassa/v3` })
  const amount = (value: string) => ({ value, currency: 'RUB' })
  const items = [{ description: 'Чай', quantity: '1.00', amount: amount('100.00'), vat_code: 1 }]
  const create = (key: string) =>
    client.createPayment(
      {
        amount: amount('100.00'),
        capture: false,
        confirmation: { type: 'redirect', return_url: 'https://shop.example/return' },
        payment_method_data: { type: 'bank_card' },
        receipt: { customer: { email: 'buyer@example.com' }, items },
      },
      key,
    )

  const webhook = await client.createWebHook({ event: 'payment.succeeded', url: receiver.url }, 'key-0')
  expect((await client.getWebHookList()).items).toMatchObject([{ id: webhook.id }])

  const { id } = await create('key-1')
  expect(await create('key-1')).toMatchObject({ id })
  await buyer('approve', 'yookassa')
  expect(await client.getPayment(id)).toMatchObject({ status: 'waiting_for_capture' })
  expect(await client.capturePayment(id, { amount: amount('60.00') }, 'key-2')).toMatchObject({
    status: 'succeeded',
    amount: amount('60.00'),
  })
  await until(() => receiver.received.length >= 1)
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ event: 'payment.succeeded', object: { id } })
  const refund = await client.createRefund({ payment_id: id, amount: amount('10.00') }, 'key-3')
  expect(await client.getRefund(refund.id)).toMatchObject({ status: 'succeeded' })
  expect((await client.getRefundList({ payment_id: id })).items).toHaveLength(1)
  expect((await client.getReceiptList({ payment_id: id })).items).toMatchObject([{ status: 'succeeded' }])

  const other = await create('key-4')
  await buyer('approve', 'yookassa')
  expect(await client.cancelPayment(other.id, 'key-5')).toMatchObject({ status: 'canceled' })

  const first = await client.getPaymentList({ limit: 1 })
  expect(first.items).toMatchObject([{ id: other.id }])
  const second = await client.getPaymentList({ limit: 1, cursor: first.next_cursor })
  expect(second.items).toMatchObject([{ id }])
  const since = { value: new Date(Date.now() - 3_600_000).toISOString(), mode: 'gte' as const }
  expect(await client.getPaymentList({ status: 'succeeded', created_at: since })).toMatchObject({
    items: [{ id }],
  })

  await client.deleteWebHook(webhook.id)
  expect((await client.getWebHookList()).items).toEqual([])
  await expect(client.getPayment('no-such-payment')).rejects.toMatchObject({
    response: { status: 404, data: { code: 'not_found' } },
  })
})
