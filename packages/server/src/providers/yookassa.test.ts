import { readFileSync } from 'node:fs'
import type { Receipt } from '@teabrick/core/contract'
import { createYookassaDouble, sandboxAccounts } from '@teabrick/sandbox'
import { describe, expect, it } from 'vitest'
import {
  type CreatePayment,
  NotificationRefused,
  type NotificationRequest,
  type ProviderContext,
} from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import { describeProvider, type ProviderSubject } from '../testing/index.ts'
import samples from './fixtures/yookassa-samples.json' with { type: 'json' }
import {
  YOOKASSA_NETWORKS,
  type YookassaConfirmation,
  type YookassaMethod,
  type YookassaOptions,
  yookassa,
} from './yookassa.ts'

const { shopId, secretKey } = sandboxAccounts.yookassa
const publicUrl = 'http://127.0.0.1:4250/sandbox/yookassa'

function open(method: YookassaMethod = 'sbp', confirmation?: YookassaConfirmation): ProviderSubject {
  const sent: NotificationRequest[] = []
  const double = createYookassaDouble({
    publicUrl,
    accounts: [
      {
        ...sandboxAccounts.yookassa,
        notificationUrl: 'https://shop.example/pay/v1/providers/yookassa/notifications',
      },
    ],
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent.push({
        rawBody: new Uint8Array(await request.arrayBuffer()),
        headers: request.headers,
        requestUri: new URL(request.url).pathname,
        remoteAddress: '77.75.156.11',
      })
      return new Response()
    },
  })

  async function submit(providerRef: string, action: string): Promise<void> {
    const [state] = double.control.state().doubles
    const payment = state?.ledger.payments.find(({ id }) => id === providerRef)
    await double.fetch(new Request(`${payment?.payUrl}/${action}`, { method: 'POST' }))
  }

  return {
    provider: yookassa({
      shopId,
      secretKey,
      apiUrl: `${publicUrl}/v3`,
      methods: [method, 'bank_card'],
      confirmations: confirmation && { [method]: confirmation },
    }),
    double: (request) => double.fetch(request),
    method,
    charge: { currency: 'RUB', minorUnits: 123_456 },
    holdMethod: 'bank_card',
    secrets: [secretKey, Buffer.from(`${shopId}:${secretKey}`).toString('base64')],
    signsNotifications: false,
    notifiesRefunds: true,
    approve: ({ providerRef }) => submit(providerRef, 'approve'),
    decline: ({ providerRef }) => submit(providerRef, 'decline'),
    expire: async () => void (await double.control.apply({ advanceSeconds: 3601 })),
    async notifications() {
      await double.control.apply({ advanceSeconds: 1 })
      return sent.splice(0)
    },
    reissue: (_, answer, body) => new Response(body, { status: answer.status, headers: answer.headers }),
    unmapStatus(json) {
      json['status'] = 'frozen'
    },
    close: double.close,
  }
}

describeProvider('yookassa (SBP)', { describe, it, open: () => open() })
for (const method of ['sber_pay', 't_pay', 'yoomoney', 'mobile_balance'] as const) {
  describeProvider(`yookassa (${method})`, { describe, it, open: () => open(method) })
}

for (const [method, confirmation] of [
  ['sbp', 'mobile_application'],
  ['sber_pay', 'mobile_application'],
  ['t_pay', 'qr'],
] as const) {
  const title = `yookassa (${method} by ${confirmation})`
  describeProvider(title, { describe, it, open: () => open(method, confirmation) })
}

/** YooKassa that gives one answer, and keeps what it was asked. */
function scripted(body: unknown, init: ResponseInit = {}) {
  const asked: Request[] = []
  const context: ProviderContext = {
    now: () => Date.parse('2026-11-24T10:00:00Z'),
    http: createProviderHttp({
      fetch: async (input, requestInit) => {
        asked.push(new Request(input, requestInit))
        return new Response(typeof body === 'string' ? body : JSON.stringify(body), init)
      },
    }),
  }
  const bodyOf = async (index = 0): Promise<unknown> => asked[index]!.clone().json()
  return { asked, bodyOf, context }
}

const [create, capture, cancel, get, refund] = samples.requests

// The dummy shop of the official SDK's captured requests.
const [, basic = ''] = create!.headers.authorization.split(' ')
const [dummyShopId = '', dummySecretKey = ''] = Buffer.from(basic, 'base64').toString().split(':')
const options: YookassaOptions = { shopId: dummyShopId, secretKey: dummySecretKey }
const provider = yookassa(options)
const paymentId = 'pay_0123456789abcdefghijkl_1'
const providerRef = '2dc3c1c1-000f-5000-9000-1b68e7b15f3f'

const order: CreatePayment = {
  paymentId,
  idempotencyKey: 'b2f0c1de-0000-4000-8000-000000000001',
  method: 'bank_card',
  charge: { currency: 'RUB', minorUnits: 123_456 },
  amount: { currency: 'RUB', minorUnits: 123_456 },
  description: 'Заказ №1',
  orderReference: 'order-0001',
  capture: 'automatic',
  returnUrl: 'https://shop.example/return',
  notificationUrl: 'https://shop.example/pay/v1/providers/yookassa/notifications',
  expiresAt: '2026-11-24T11:00:00Z',
}

const wirePayment = {
  id: providerRef,
  status: 'pending',
  amount: { value: '1234.56', currency: 'RUB' },
  created_at: '2026-11-24T10:00:00.123Z',
  confirmation: {
    type: 'redirect',
    confirmation_url: 'https://yoomoney.ru/checkout/payments/v2/contract?orderId=1',
  },
  metadata: { paymentId, charge: '1234.56' },
  test: true,
  paid: false,
}

function expectAsked({ method, url, headers }: Request, sample: (typeof samples.requests)[number]): void {
  expect({ method, url }).toEqual({ method: sample.method, url: `https://api.yookassa.ru${sample.path}` })
  expect(headers.get('authorization')).toBe(sample.headers.authorization)
  expect(headers.get('idempotence-key')).toBe(
    'idempotence-key' in sample.headers ? sample.headers['idempotence-key'] : null,
  )
}

describe('yookassa', () => {
  describe('asks as the official SDK does', () => {
    it('to create a payment with a receipt', async () => {
      const { asked, bodyOf, context } = scripted(wirePayment)
      await provider.createPayment(
        {
          ...order,
          receipt: {
            customer: { email: 'buyer@example.com' },
            taxSystemCode: 2,
            items: [
              {
                description: 'Чай пуэр',
                quantity: '2.0',
                unitPrice: { currency: 'RUB', minorUnits: 61_728 },
                vatCode: 1,
                paymentMode: 'full_payment',
                paymentSubject: 'commodity',
              },
            ],
          },
        },
        context,
      )
      expectAsked(asked[0]!, create!)
      // The sample pays by SBP on YooKassa's page, carries the merchant's own metadata and repeats the email.
      const {
        transfers: _,
        metadata: __,
        payment_method_data: ___,
        receipt,
        ...rest
      } = create!.body as never as {
        [name: string]: object
      }
      const { email: ____, ...sampleReceipt } = receipt as { email: string }
      expect(await bodyOf()).toEqual({
        ...rest,
        receipt: sampleReceipt,
        metadata: { paymentId, charge: '1234.56' },
        payment_method_data: { type: 'bank_card' },
      })
    })

    it('to capture a part', async () => {
      const { asked, bodyOf, context } = scripted({ ...wirePayment, status: 'succeeded' })
      await provider.capturePayment(
        {
          paymentId,
          providerRef,
          idempotencyKey: 'b2f0c1de-0000-4000-8000-000000000002',
          charge: { currency: 'RUB', minorUnits: 100_000 },
        },
        context,
      )
      expectAsked(asked[0]!, capture!)
      expect(await bodyOf()).toEqual({ amount: { currency: 'RUB', value: '1000.00' } })
    })

    it('to cancel', async () => {
      const { asked, context } = scripted({ ...wirePayment, status: 'canceled' })
      const idempotencyKey = 'b2f0c1de-0000-4000-8000-000000000003'
      await provider.cancelPayment({ paymentId, providerRef, idempotencyKey }, context)
      expectAsked(asked[0]!, cancel!)
      expect(await asked[0]!.text()).toBe('')
    })

    it('for a payment', async () => {
      const { asked, context } = scripted(wirePayment)
      await provider.getPayment({ paymentId, providerRef }, context)
      expectAsked(asked[0]!, get!)
    })

    it('to give a part back', async () => {
      const { asked, bodyOf, context } = scripted(samples.responses.createRefundFixtures)
      const refundId = 're_0123456789abcdefghijkl_1'
      await provider.refundPayment(
        {
          refundId,
          paymentId,
          providerRef,
          idempotencyKey: 'b2f0c1de-0000-4000-8000-000000000004',
          charge: { currency: 'RUB', minorUnits: 3456 },
          reason: 'Возврат',
        },
        context,
      )
      expectAsked(asked[0]!, refund!)
      const { sources: _, ...rest } = refund!.body as { sources: unknown[] }
      expect(await bodyOf()).toEqual({ ...rest, metadata: { refundId, paymentId } })
    })
  })

  describe('carries', () => {
    const receipt: Receipt = {
      customer: { email: 'buyer@example.com' },
      items: [
        {
          description: 'Чай',
          quantity: '1',
          unitPrice: { currency: 'RUB', minorUnits: 60_000 },
          vatCode: 11,
        },
      ],
    }
    const splits = [{ seller: '123456', amount: { currency: 'RUB', minorUnits: 60_000 } }]
    const amount = { value: '600.00', currency: 'RUB' }
    const wireReceipt = {
      customer: { email: 'buyer@example.com' },
      items: [{ description: 'Чай', quantity: '1', amount, vat_code: 11 }],
    }
    const parts = { paymentId, providerRef, receipt, splits, charge: splits[0]!.amount }

    it('the receipt and the shares of a capture', async () => {
      const { bodyOf, context } = scripted({ ...wirePayment, status: 'succeeded' })
      await provider.capturePayment({ ...parts, idempotencyKey: 'capture-key' }, context)
      expect(await bodyOf()).toEqual({
        amount,
        receipt: wireReceipt,
        transfers: [{ account_id: '123456', amount }],
      })
    })

    it('the receipt of a refund, and who gives back what', async () => {
      const { bodyOf, context } = scripted(samples.responses.createRefundFixtures)
      await provider.refundPayment({ ...parts, refundId: 're_1', idempotencyKey: 'refund-key' }, context)
      expect(await bodyOf()).toMatchObject({
        amount,
        receipt: wireReceipt,
        sources: [{ account_id: '123456', amount }],
      })
    })
  })

  describe('is confirmed', () => {
    const methods = ['sbp', 'bank_card', 'sber_pay', 't_pay', 'yoomoney', 'mobile_balance'] as const
    const contact = { phone: '+79990000000' }

    it.each<[Partial<CreatePayment>, object, YookassaOptions['confirmations']?]>([
      [{ method: 'sber_pay' }, { confirmation: { type: 'redirect' } }],
      [{ method: 'sber_pay', presentation: 'appLink' }, { confirmation: { type: 'mobile_application' } }],
      [{ method: 'sber_pay', presentation: 'qr' }, { confirmation: { type: 'qr' } }],
      [
        { method: 'sber_pay', presentation: 'wait', contact },
        {
          confirmation: { type: 'external' },
          payment_method_data: { type: 'sberbank', phone: '79990000000' },
        },
      ],
      // Nobody knows whom to ask.
      [{ method: 'sber_pay', presentation: 'wait' }, { confirmation: { type: 'redirect' } }],
      [{ method: 'bank_card', presentation: 'qr' }, { confirmation: { type: 'redirect' } }],
      [{ method: 'sbp', presentation: 'banks' }, { confirmation: { type: 'qr' } }],
      [{ method: 'sbp', presentation: 'redirect' }, { confirmation: { type: 'redirect' } }],
      [
        { method: 't_pay' },
        { confirmation: { type: 'mobile_application' } },
        { t_pay: 'mobile_application' },
      ],
      [{ method: 'yoomoney' }, { confirmation: { type: 'embedded' } }, { yoomoney: 'embedded' }],
    ])('%j by %j', async (change, expected, confirmations) => {
      const shop = yookassa({ ...options, methods, confirmations })
      const { bodyOf, context } = scripted({ ...wirePayment, confirmation: { type: 'external' } })
      await shop.createPayment({ ...order, ...change }, context)
      expect(await bodyOf()).toMatchObject(expected)
    })

    it('as its rails say', () => {
      const confirmations = { sber_pay: 'mobile_application', sbp: 'redirect' } as const
      const { rails } = yookassa({ ...options, methods: ['sber_pay', 'sbp', 't_pay'], confirmations })
      expect(rails.map(({ presentations }) => presentations)).toEqual([
        ['appLink'],
        ['redirect'],
        ['redirect'],
      ])
    })

    it('by nothing the method does not allow', () => {
      expect(() => yookassa({ ...options, confirmations: { yoomoney: 'qr' } })).toThrow(
        'yookassa: confirmations.yoomoney is qr; it can be redirect, embedded',
      )
    })
  })

  describe('asks', () => {
    const cases: [string, Partial<CreatePayment>, object][] = [
      [
        'for one link of SBP, for QR and banks',
        { method: 'sbp', locale: 'ru' },
        {
          payment_method_data: { type: 'sbp' },
          confirmation: { type: 'qr', return_url: order.returnUrl },
          capture: true,
        },
      ],
      ['to hold', { capture: 'manual' }, { capture: false }],
      [
        'for a page in Russian',
        { locale: 'ru-RU' },
        { confirmation: { type: 'redirect', return_url: order.returnUrl, locale: 'ru_RU' } },
      ],
      [
        'for a page in English for the rest',
        { locale: 'zh-Hans' },
        { confirmation: { type: 'redirect', return_url: order.returnUrl, locale: 'en_US' } },
      ],
      [
        'for the phone’s balance by its digits',
        { method: 'mobile_balance', contact: { phone: '+7 (999) 000-00-00' } },
        {
          payment_method_data: { type: 'mobile_balance', phone: '79990000000' },
          confirmation: { type: 'external' },
        },
      ],
      [
        'for kopecks',
        { charge: { currency: 'RUB', minorUnits: 7 } },
        { amount: { value: '0.07', currency: 'RUB' } },
      ],
      [
        'with at most 128 characters, none of them halved',
        { description: `${'x'.repeat(127)}🍵` },
        { description: 'x'.repeat(127) },
      ],
      [
        'for sellers’ shares',
        {
          splits: [
            {
              seller: '123456',
              amount: { currency: 'RUB', minorUnits: 100_000 },
              fee: { currency: 'RUB', minorUnits: 1050 },
            },
          ],
        },
        {
          transfers: [
            {
              account_id: '123456',
              amount: { value: '1000.00', currency: 'RUB' },
              platform_fee_amount: { value: '10.50', currency: 'RUB' },
            },
          ],
        },
      ],
    ]
    const all = yookassa({ ...options, methods: ['sbp', 'bank_card', 'mobile_balance'] })
    for (const [title, change, expected] of cases) {
      it(title, async () => {
        const { bodyOf, context } = scripted({ ...wirePayment, confirmation: { type: 'external' } })
        await all.createPayment({ ...order, ...change }, context)
        expect(await bodyOf()).toMatchObject(expected)
      })
    }

    it('with a key of at most 64 plain characters, the same for the same key', async () => {
      const { asked, context } = scripted(wirePayment)
      for (const idempotencyKey of ['ключ', 'x'.repeat(65), 'a:b', 'ключ']) {
        await provider.createPayment({ ...order, idempotencyKey }, context)
      }
      const keys = asked.map(({ headers }) => headers.get('idempotence-key'))
      for (const key of keys) expect(key).toMatch(/^[0-9A-Za-z_-]{43}$/)
      expect(keys[3]).toBe(keys[0])
      expect(new Set(keys).size).toBe(3)
    })
  })

  describe('reads', () => {
    const read = (body: unknown) => provider.getPayment({ providerRef }, scripted(body).context)

    it('the fixtures of the official SDK', async () => {
      const { paymentInfoFixtures, createPaymentErrorsGeneralFixtures, refundInfoFixtures } =
        samples.responses
      expect(await read(paymentInfoFixtures)).toEqual({
        providerRef: '1da5c87d-0984-50e8-a7f3-8de646dd9ec9',
        reference: null,
        charge: { currency: 'RUB', minorUnits: 1000 },
        status: 'succeeded',
        dead: false,
        failureCode: null,
        nextAction: null,
        captured: { currency: 'RUB', minorUnits: 1000 },
        refunded: { currency: 'RUB', minorUnits: 1000 },
      })
      expect(await read(createPaymentErrorsGeneralFixtures)).toMatchObject({
        status: 'failed',
        dead: true,
        failureCode: 'declined',
        charge: { currency: 'RUB', minorUnits: 2000 },
      })
      const ref = { refundId: 're_1', paymentId, paymentProviderRef: providerRef, providerRef: '1' }
      expect(await provider.getRefund(ref, scripted(refundInfoFixtures).context)).toEqual({
        providerRef: '1ddd77af-0bd7-500d-895b-c475c55fdefc',
        reference: null,
        paymentProviderRef: '1da5c87d-0984-50e8-a7f3-8de646dd9ec9',
        charge: { currency: 'RUB', minorUnits: 1000 },
        status: 'succeeded',
        failureCode: null,
      })
    })

    it('one SBP link as QR, app link and banks', async () => {
      const link =
        'https://qr.nspk.ru/AD10000000000000000000000001TEST?type=02&bank=110000000005&sum=1000&cur=RUB&crc=4DCC'
      const confirmation = { type: 'qr', confirmation_data: link }
      expect((await read({ ...wirePayment, confirmation }))?.nextAction).toEqual({
        expiresAt: '2026-11-24T11:00:00.123Z',
        qr: { payload: link },
        appLink: { universal: link },
        banks: { link },
      })
    })

    it('nothing of a damaged SBP link: the buyer is told at once', async () => {
      const whole =
        'https://qr.nspk.ru/AD10000000000000000000000001TEST?type=02&bank=110000000005&sum=1000&cur=RUB&crc=4DCC'
      const payment = (confirmation_data: string) => ({
        ...wirePayment,
        payment_method: { type: 'sbp' },
        confirmation: { type: 'qr', confirmation_data },
      })
      for (const link of [whole.replace('sum=1000', 'sum=9000'), whole.slice(0, -1), whole.slice(0, -9)]) {
        const { context } = scripted(payment(link))
        await expect(provider.createPayment({ ...order, method: 'sbp' }, context)).rejects.toMatchObject({
          kind: 'rejected',
          code: 'crc_mismatch',
          failureCode: 'provider_unavailable',
        })
        expect(await read(payment(link))).toMatchObject({ status: 'requires_action', nextAction: null })
      }
      expect((await read(payment(whole)))?.nextAction).toMatchObject({ qr: { payload: whole } })
    })

    it.each([
      [
        'the bank’s app, by its scheme',
        'sberbank',
        { type: 'mobile_application', confirmation_url: 'sberpay://invoicing/v2?bankInvoiceId=1' },
        { appLink: { scheme: 'sberpay://invoicing/v2?bankInvoiceId=1' } },
      ],
      [
        'the bank’s app, by https',
        'tinkoff_bank',
        { type: 'mobile_application', confirmation_url: 'https://www.tbank.ru/tpay/1' },
        { appLink: { universal: 'https://www.tbank.ru/tpay/1' } },
      ],
      [
        'a code of SberPay',
        'sberbank',
        { type: 'qr', confirmation_data: 'https://yoomoney.ru/qr/1' },
        { qr: { payload: 'https://yoomoney.ru/qr/1' }, appLink: { universal: 'https://yoomoney.ru/qr/1' } },
      ],
      [
        'the widget’s token',
        'bank_card',
        { type: 'embedded', confirmation_token: 'ct-1' },
        { bridge: { method: 'YooMoneyCheckoutWidget', params: { confirmation_token: 'ct-1' } } },
      ],
      ['a message', 'sberbank', { type: 'external' }, { wait: { hint: 'message' } }],
    ])('%s', async (_, type, confirmation, expected) => {
      const payment = { ...wirePayment, payment_method: { type }, confirmation }
      expect((await read(payment))?.nextAction).toEqual({
        expiresAt: '2026-11-24T11:00:00.123Z',
        ...expected,
      })
    })

    it.each([
      ['bank_card', 'sberpay://invoicing/v2?bankInvoiceId=1'],
      ['sberbank', 'tinkoffbank://Main'],
      ['sberbank', 'https://www.tbank.ru/tpay/1'],
    ])('no app link of %s to %s', async (type, confirmation_url) => {
      const confirmation = { type: 'mobile_application', confirmation_url }
      expect((await read({ ...wirePayment, payment_method: { type }, confirmation }))?.nextAction).toBeNull()
    })

    it('that a payment without a confirmation is past the buyer', async () => {
      const { confirmation: _, ...rest } = wirePayment
      expect(await read(rest)).toMatchObject({ status: 'processing', nextAction: null })
    })

    it('a status even when the link leads elsewhere', async () => {
      const confirmation = { type: 'redirect', confirmation_url: 'https://evil.example/' }
      expect(await read({ ...wirePayment, confirmation })).toMatchObject({
        status: 'requires_action',
        nextAction: null,
      })
    })

    it('what was asked when a part was captured', async () => {
      const taken = { ...wirePayment, status: 'succeeded', amount: { value: '1000.00', currency: 'RUB' } }
      expect(await read(taken)).toMatchObject({
        charge: { currency: 'RUB', minorUnits: 123_456 },
        captured: { currency: 'RUB', minorUnits: 100_000 },
      })
    })

    for (const charge of ['0.01', 'much', 1234.56, null, '1e9', '-5']) {
      it(`what was taken as asked when the note of it is ${JSON.stringify(charge)}`, async () => {
        const metadata = { paymentId, charge }
        expect(await read({ ...wirePayment, status: 'succeeded', metadata })).toMatchObject({
          charge: { minorUnits: 123_456 },
          captured: { minorUnits: 123_456 },
        })
      })
    }

    const reasons = [
      ['3d_secure_failed', 'failed', 'authentication_failed'],
      ['call_issuer', 'failed', 'call_issuer'],
      ['card_expired', 'failed', 'card_expired'],
      ['country_forbidden', 'failed', 'method_restricted'],
      ['fraud_suspected', 'failed', 'fraud_suspected'],
      ['identification_required', 'failed', 'identification_required'],
      ['insufficient_funds', 'failed', 'insufficient_funds'],
      ['internal_timeout', 'failed', 'provider_unavailable'],
      ['invalid_card_number', 'failed', 'invalid_card'],
      ['invalid_csc', 'failed', 'invalid_card'],
      ['issuer_unavailable', 'failed', 'issuer_unavailable'],
      ['payment_method_limit_exceeded', 'failed', 'limit_exceeded'],
      ['payment_method_restricted', 'failed', 'method_restricted'],
      ['unsupported_mobile_operator', 'failed', 'method_restricted'],
      ['deal_expired', 'canceled', null],
      ['general_decline', 'failed', 'declined'],
      ['a_new_reason', 'failed', 'declined'],
      ['expired_on_confirmation', 'expired', 'expired'],
      ['expired_on_capture', 'expired', 'expired'],
      ['canceled_by_merchant', 'canceled', null],
      ['permission_revoked', 'canceled', null],
    ] as const
    for (const [reason, status, failureCode] of reasons) {
      it(`canceled for ${reason} as ${status}`, async () => {
        const cancellation_details = { party: 'payment_network', reason }
        expect(await read({ ...wirePayment, status: 'canceled', cancellation_details })).toMatchObject({
          status,
          failureCode,
          dead: true,
          nextAction: null,
        })
      })
    }

    for (const value of ['1234.567', '-1.00', '1e3', '', 'NaN', '१', 1234.56]) {
      it(`no amount out of ${JSON.stringify(value)}`, async () => {
        await expect(read({ ...wirePayment, amount: { value, currency: 'RUB' } })).rejects.toMatchObject({
          kind: 'unknown',
        })
      })
    }

    it('no amount in a currency nobody knows', async () => {
      const amount = { value: '1.00', currency: 'RUR' }
      await expect(read({ ...wirePayment, amount })).rejects.toMatchObject({ kind: 'unknown' })
    })

    it('a refund made in the cabinet, with the payment it belongs to', async () => {
      const ref = { refundId: '', paymentId: '', paymentProviderRef: '', providerRef: '1' }
      const { context } = scripted({ ...samples.responses.refundInfoFixtures, status: 'canceled' })
      expect(await provider.getRefund(ref, context)).toMatchObject({
        reference: null,
        paymentProviderRef: '1da5c87d-0984-50e8-a7f3-8de646dd9ec9',
        status: 'failed',
        failureCode: 'declined',
      })
    })
  })

  describe('tells what an answer means', () => {
    const answers: [number, unknown, object][] = [
      [400, samples.errors[400], { kind: 'rejected', code: 'invalid_request' }],
      [
        401,
        samples.errors[401],
        { kind: 'rejected', code: 'invalid_credentials', failureCode: 'provider_unavailable' },
      ],
      [403, { ...samples.errors[401], code: 'forbidden' }, { kind: 'rejected', code: 'forbidden' }],
      [410, { ...samples.errors[401], code: 'gone' }, { kind: 'rejected', code: 'gone' }],
      [429, samples.errors[429], { kind: 'not_done' }],
      [500, samples.errors[500], { kind: 'unknown' }],
      [202, samples.errors[202], { kind: 'unknown', retryAfterMs: 1800 }],
      [201, wirePayment, { kind: 'unknown' }],
      [204, '', { kind: 'unknown' }],
      [400, { code: 'invalid_request' }, { kind: 'unknown' }],
      [
        400,
        {
          ...samples.errors[400],
          description: 'Idempotence key duplicated',
          parameter: 'Idempotence-Key',
        },
        { kind: 'unknown', code: 'idempotence_key_duplicated' },
      ],
    ]
    for (const [status, body, fault] of answers) {
      it(`HTTP ${status} ${JSON.stringify(body).slice(0, 60)}`, async () => {
        const { context } = scripted(status === 204 ? '' : body, { status: status === 204 ? 200 : status })
        await expect(provider.createPayment(order, context)).rejects.toMatchObject(fault)
      })
    }

    it('null for what it does not know, by either id', async () => {
      const { asked, context } = scripted({ ...samples.errors[400], code: 'not_found' }, { status: 404 })
      expect(await provider.getPayment({ providerRef }, context)).toBeNull()
      expect(asked).toHaveLength(1)
      expect(await provider.getPayment({ paymentId }, context)).toBeNull()
      expect(asked).toHaveLength(1)
    })

    it('a credential that is refused while asking is no missing payment', async () => {
      const { context } = scripted(samples.errors[401], { status: 401 })
      await expect(provider.getPayment({ providerRef }, context)).rejects.toMatchObject({ kind: 'rejected' })
    })

    it('that no path can be put together out of an id', async () => {
      const { asked, context } = scripted(wirePayment)
      await provider.getPayment({ providerRef: '../refunds?x=1#' }, context)
      expect(asked[0]!.url).toBe('https://api.yookassa.ru/v3/payments/..%2Frefunds%3Fx%3D1%23')
    })
  })

  describe('is notified', () => {
    const deliver = (
      body: unknown,
      remoteAddress: string | null = null,
      more: Partial<YookassaOptions> = {},
    ) =>
      yookassa({ ...options, ...more }).parseNotification(
        {
          rawBody: new TextEncoder().encode(JSON.stringify(body)),
          headers: new Headers(),
          requestUri: '/pay/v1/providers/yookassa/notifications',
          remoteAddress,
        },
        scripted('').context,
      )
    const news = (event: string, object: object) => ({ type: 'notification', event, object })

    it('what to ask about, and nothing more', async () => {
      const object = { ...wirePayment, status: 'succeeded' }
      expect(await deliver(news('payment.succeeded', object))).toEqual({
        eventKey: `payment.succeeded:${providerRef}`,
        subject: { kind: 'payment', providerRef },
        reply: { status: 200, headers: {}, body: '' },
      })
    })

    it('of a refund, and of the payment it says it belongs to', async () => {
      const { subject } = await deliver(news('refund.succeeded', { id: 'r-1', payment_id: providerRef }))
      expect(subject).toEqual({ kind: 'refund', providerRef: 'r-1', paymentProviderRef: providerRef })
    })

    it('of things that are none of ours, and acknowledges them', async () => {
      for (const sample of samples.notifications.slice(2)) {
        const { subject, eventKey } = await deliver(sample)
        expect(subject).toEqual({ kind: 'none' })
        expect(eventKey).toMatch(/^[\w-]{43}$/)
      }
    })

    for (const body of [
      ...samples.notifications.slice(0, 2),
      news('payment.succeeded', { id: 7 }),
      news('payment.succeeded', { id: '../refunds' }),
      news('payment.succeeded', { id: 'x'.repeat(51) }),
      news('payment', { id: providerRef }),
      { ...news('payment.succeeded', { id: providerRef }), type: 'other' },
    ]) {
      it(`of nothing by ${JSON.stringify(body).slice(0, 80)}`, async () => {
        await expect(deliver(body)).rejects.toMatchObject({ status: 400 })
      })
    }

    for (const { ip, trusted } of [
      ...samples.addresses,
      { ip: '::ffff:77.75.156.11', trusted: true },
      { ip: '::ffff:127.0.0.1', trusted: false },
      { ip: '77.75.156.11, 127.0.0.1', trusted: false },
      { ip: null, trusted: false },
    ]) {
      it(`${trusted ? '' : 'not '}from ${ip}, where networks are checked`, async () => {
        const body = news('payment.succeeded', { id: providerRef })
        const delivered = deliver(body, ip, { sourceNetworks: YOOKASSA_NETWORKS })
        if (trusted) expect((await delivered).subject.kind).toBe('payment')
        else await expect(delivered).rejects.toBeInstanceOf(NotificationRefused)
      })
    }
  })

  describe('is set up', () => {
    it('with a test key at production, or on this machine, in mode test', () => {
      expect(yookassa(options).mode).toBe('test')
      expect(yookassa({ ...options, apiUrl: 'http://localhost:4242/sandbox/yookassa/v3' }).mode).toBe('test')
    })

    it('with a live key at YooKassa only', () => {
      const live = { ...options, secretKey: 'live_key' }
      expect(yookassa(live).mode).toBe('live')
      for (const apiUrl of [
        'http://api.yookassa.ru/v3',
        'http://127.0.0.1:4242/v3',
        'https://127.0.0.1:4242/v3',
        'https://api.yookassa.ru.evil.example/v3',
        'https://api.yookassa.ru:8443/v3',
      ]) {
        expect(() => yookassa({ ...live, apiUrl }), apiUrl).toThrow(/test_/)
      }
    })

    it('never with a key that another machine could read on the way', () => {
      expect(() => yookassa({ ...options, apiUrl: 'http://sandbox.example/v3' })).toThrow(/https/)
    })

    it('with options that can be used, or not at all', () => {
      expect(() => yookassa({ ...options, shopId: '1:2' })).toThrow(/shopId/)
      expect(() => yookassa({ ...options, secretKey: 'line\nbreak' })).toThrow()
      expect(() => yookassa({ ...options, sourceNetworks: ['everywhere'] })).toThrow(/"everywhere"/)
      expect(() => yookassa({ ...options, sourceNetworks: ['10.0.0.0/40'] })).toThrow()
    })

    it('splits only where the shop can and the method allows it', () => {
      const splits = (split?: boolean) => yookassa({ ...options, split }).rails.map((rail) => rail.split)
      expect(splits()).toEqual([false, false])
      expect(splits(true)).toEqual([false, true])
    })
  })
})

describe('yookassa declares', () => {
  const methods = ['sbp', 'bank_card', 'sber_pay', 't_pay', 'yoomoney', 'mobile_balance'] as const
  const page = () => readFileSync(new URL('../../../../docs/providers/yookassa.md', import.meta.url), 'utf8')

  it('what its page says of each method', () => {
    const every = {
      currencies: ['RUB'],
      presentations: ['redirect'],
      capture: 'both',
      partialCapture: true,
      partialRefund: true,
      cancelPending: false,
      timeoutSeconds: 3600,
      holdSeconds: 7 * 86_400,
      requires: [],
      buyerCountries: ['RU'],
    }
    const upTo = (max: number, min = 100) => ({ RUB: { min, max } })
    const taken = { capture: 'automatic', partialCapture: false, holdSeconds: undefined }
    const shop = yookassa({ ...options, methods, split: true })
    expect(shop).toMatchObject({ id: 'yookassa', account: 'yookassa', createKeyTtlSeconds: 86_400 })
    expect(shop.rails.map(({ name: _, source: __, asOf: ___, ...rail }) => rail)).toEqual([
      {
        ...every,
        ...taken,
        method: 'sbp',
        presentations: ['qr', 'appLink', 'banks'],
        limits: upTo(70_000_000),
        costBps: 70,
        split: false,
      },
      { ...every, method: 'bank_card', limits: upTo(35_000_000), costBps: 300, split: true },
      { ...every, method: 'sber_pay', limits: upTo(70_000_000), notInApp: true, split: true },
      { ...every, method: 't_pay', limits: upTo(70_000_000), split: true },
      { ...every, method: 'yoomoney', limits: upTo(25_000_000), split: true },
      {
        ...every,
        ...taken,
        method: 'mobile_balance',
        presentations: ['wait'],
        partialRefund: false,
        requires: ['phone'],
        limits: upTo(1_500_000, 1000),
        split: false,
      },
    ])
    expect(provider.rails.map(({ method }) => method)).toEqual(['sbp', 'bank_card'])
    expect(yookassa({ ...options, account: 'second' }).account).toBe('second')
  })

  it('the wire’s name of each method, and which confirmations it may have, in that order', async () => {
    for (const method of methods) {
      const row =
        page()
          .split('\n')
          .find((line) => line.startsWith(`| \`${method}\` | \``)) ?? ''
      const [, wireType = '', confirmations = ''] = /^\| `\w+` \| `(\w+)` \| ([^|]+) \|/.exec(row) ?? []
      const allowed = [
        ...confirmations.matchAll(/`(redirect|qr|mobile_application|external|embedded)`/g),
      ].map(([, type]) => type as YookassaConfirmation)
      expect(allowed.length, method).toBeGreaterThan(0)
      for (const type of ['redirect', 'qr', 'mobile_application', 'external', 'embedded'] as const) {
        const make = () => yookassa({ ...options, methods, confirmations: { [method]: type } })
        if (allowed.includes(type)) expect(make).not.toThrow()
        else expect(make, `${method} by ${type}`).toThrow(`it can be ${allowed.join(', ')}`)
      }
      const { bodyOf, context } = scripted({ ...wirePayment, confirmation: { type: 'external' } })
      await yookassa({ ...options, methods }).createPayment({ ...order, method }, context)
      expect(await bodyOf()).toMatchObject({
        payment_method_data: { type: wireType },
        confirmation: { type: allowed[0] },
      })
    }
    expect(() => yookassa({ ...options, confirmations: { cash: 'qr' } as never })).toThrow(
      'there is no such method',
    )
  })

  it('what a rail shows by how it is confirmed', () => {
    const shown = (method: YookassaMethod, type: YookassaConfirmation) =>
      yookassa({ ...options, methods: [method], confirmations: { [method]: type } }).rails[0]?.presentations
    expect(shown('sbp', 'qr')).toEqual(['qr', 'appLink', 'banks'])
    expect(shown('sbp', 'mobile_application')).toEqual(['appLink', 'banks'])
    expect(shown('sbp', 'embedded')).toEqual(['bridge'])
    expect(shown('t_pay', 'qr')).toEqual(['qr', 'appLink'])
    expect(shown('sber_pay', 'external')).toEqual(['wait'])
    expect(shown('sber_pay', 'mobile_application')).toEqual(['appLink'])
  })

  it('the networks that its page prints, and lets in no address beside them', async () => {
    expect(YOOKASSA_NETWORKS).toHaveLength(10)
    for (const network of YOOKASSA_NETWORKS) expect(page()).toContain(network)
    const isLetIn = (sourceNetworks: readonly string[], remoteAddress: string) =>
      yookassa({ ...options, sourceNetworks })
        .parseNotification(
          {
            rawBody: new TextEncoder().encode(
              JSON.stringify({
                type: 'notification',
                event: 'payment.succeeded',
                object: { id: providerRef },
              }),
            ),
            headers: new Headers(),
            requestUri: '/',
            remoteAddress,
          },
          scripted('').context,
        )
        .then(
          () => true,
          (error) => {
            expect(error).toMatchObject({ status: 403 })
            return false
          },
        )
    expect(await isLetIn(['2001:db8::7'], '2001:db8::7')).toBe(true)
    expect(await isLetIn(['2001:db8::7'], '2001:db8::8')).toBe(false)
    expect(await isLetIn(['192.0.2.7'], '192.0.2.7')).toBe(true)
    expect(await isLetIn(['192.0.2.7'], '192.0.2.6')).toBe(false)
    expect(await isLetIn(['192.0.2.0/31'], '192.0.2.1')).toBe(true)
    expect(await isLetIn(['192.0.2.7'], '::FFFF:192.0.2.7')).toBe(true)
    expect(await isLetIn(['192.0.2.7'], '192.0.2.7::ffff:')).toBe(false)
    expect(await isLetIn([], '192.0.2.7')).toBe(false)
  })
})

describe('yookassa sends', () => {
  const all = yookassa({
    ...options,
    methods: ['sbp', 'bank_card', 'sber_pay', 't_pay', 'yoomoney', 'mobile_balance'],
  })
  const sent = async (change: Partial<CreatePayment>, shop = all) => {
    const { bodyOf, context } = scripted({ ...wirePayment, confirmation: { type: 'external' } })
    await shop.createPayment({ ...order, ...change }, context)
    return (await bodyOf()) as Record<string, Record<string, unknown>>
  }

  it('nothing that is not there', async () => {
    expect(await sent({ splits: [] })).toEqual({
      amount: { value: '1234.56', currency: 'RUB' },
      capture: true,
      confirmation: { type: 'redirect', return_url: order.returnUrl },
      payment_method_data: { type: 'bank_card' },
      description: 'Заказ №1',
      metadata: { paymentId, charge: '1234.56' },
    })
    const { bodyOf, context } = scripted({ ...wirePayment, status: 'succeeded' })
    await provider.capturePayment(
      { paymentId, providerRef, idempotencyKey: 'k', charge: order.charge, splits: [] },
      context,
    )
    expect(await bodyOf()).toEqual({ amount: { value: '1234.56', currency: 'RUB' } })
    const back = scripted(samples.responses.createRefundFixtures)
    await provider.refundPayment(
      { refundId: 're_1', paymentId, providerRef, idempotencyKey: 'k', charge: order.charge, splits: [] },
      back.context,
    )
    expect(await back.bodyOf()).toEqual({
      payment_id: providerRef,
      amount: { value: '1234.56', currency: 'RUB' },
      metadata: { refundId: 're_1', paymentId },
    })
  })

  it('where the buyer comes back to and in which language, as each way of confirming takes it', async () => {
    const by = async (method: YookassaMethod, type: YookassaConfirmation, locale: string) =>
      (
        await sent(
          { method, locale },
          yookassa({ ...options, methods: [method], confirmations: { [method]: type } }),
        )
      )['confirmation']
    const { returnUrl: return_url } = order
    expect(await by('sbp', 'qr', 'ru')).toEqual({ type: 'qr', return_url })
    expect(await by('sber_pay', 'external', 'ru')).toEqual({ type: 'external' })
    expect(await by('yoomoney', 'embedded', 'RU')).toEqual({ type: 'embedded', locale: 'ru_RU' })
    expect(await by('sber_pay', 'mobile_application', 'run')).toEqual({
      type: 'mobile_application',
      return_url,
      locale: 'en_US',
    })
    expect(await by('yoomoney', 'redirect', 'be-ru')).toEqual({
      type: 'redirect',
      return_url,
      locale: 'en_US',
    })
  })

  it('a phone only to whom a message asks', async () => {
    const contact = { phone: '+7 999 000-00-00' }
    expect((await sent({ contact }))['payment_method_data']).toEqual({ type: 'bank_card' })
    expect((await sent({ method: 'mobile_balance', contact }))['payment_method_data']).toEqual({
      type: 'mobile_balance',
      phone: '79990000000',
    })
    expect(
      (await sent({ method: 'mobile_balance', contact: { phone: '-' } }))['payment_method_data'],
    ).toEqual({
      type: 'mobile_balance',
    })
    const { confirmation } = await sent({ method: 'sber_pay', presentation: 'wait', contact: { phone: '-' } })
    expect(confirmation).toMatchObject({ type: 'redirect' })
  })

  it('never the widget, where nobody set it up', async () => {
    const { confirmation } = await sent({ method: 'yoomoney', presentation: 'bridge' })
    expect(confirmation).toMatchObject({ type: 'redirect' })
  })

  it('a receipt by the whole', async () => {
    const unitPrice = { currency: 'RUB', minorUnits: 61_728 }
    const receipt: Receipt = {
      customer: { phone: '+7 (999) 000-00-00', email: 'buyer@example.com' },
      taxSystemCode: 3,
      items: [
        {
          description: 'Чай',
          quantity: '2.5',
          unitPrice,
          vatCode: 11,
          paymentMode: 'full_prepayment',
          paymentSubject: 'commodity',
          measure: 'kilogram',
        },
        { description: 'Доставка', quantity: '1', unitPrice, vatCode: 1 },
      ],
    }
    const amount = { value: '617.28', currency: 'RUB' }
    expect((await sent({ receipt }))['receipt']).toEqual({
      customer: { email: 'buyer@example.com', phone: '79990000000' },
      tax_system_code: 3,
      items: [
        {
          description: 'Чай',
          quantity: '2.5',
          amount,
          vat_code: 11,
          payment_mode: 'full_prepayment',
          payment_subject: 'commodity',
          measure: 'kilogram',
        },
        { description: 'Доставка', quantity: '1', amount, vat_code: 1 },
      ],
    })
    const { customer: _, ...rest } = receipt
    expect(
      (await sent({ receipt: { ...rest, customer: { phone: '79990000000' } } }))['receipt'],
    ).toMatchObject({
      customer: { phone: '79990000000' },
    })
  })

  it('each share with its fee, where it has one', async () => {
    const amount = { currency: 'RUB', minorUnits: 100_000 }
    const splits = [
      { seller: '1', amount, fee: { currency: 'RUB', minorUnits: 1 } },
      { seller: '2', amount },
    ]
    const value = { value: '1000.00', currency: 'RUB' }
    expect((await sent({ splits }))['transfers']).toEqual([
      { account_id: '1', amount: value, platform_fee_amount: { value: '0.01', currency: 'RUB' } },
      { account_id: '2', amount: value },
    ])
  })

  it('texts without half a character, and no shorter than they may be', async () => {
    const description = async (text: string) => (await sent({ description: text }))['description']
    expect(await description('🍵 чай 🍵')).toBe('🍵 чай 🍵')
    expect(await description('x'.repeat(129))).toBe('x'.repeat(128))
    expect(await description(`${'x'.repeat(126)}🍵y`)).toBe(`${'x'.repeat(126)}🍵`)
    const { bodyOf, context } = scripted(samples.responses.createRefundFixtures)
    await provider.refundPayment(
      {
        refundId: 're_1',
        paymentId,
        providerRef,
        idempotencyKey: 'k',
        charge: order.charge,
        reason: 'y'.repeat(251),
      },
      context,
    )
    expect(await bodyOf()).toMatchObject({ description: 'y'.repeat(250) })
  })

  it('keys as they are where YooKassa surely takes them, the same for every kind of order', async () => {
    const { asked, context } = scripted({ ...wirePayment, status: 'canceled' })
    const plain = `${'k'.repeat(62)}-_`
    await provider.createPayment({ ...order, idempotencyKey: plain }, context)
    await provider.capturePayment(
      { paymentId, providerRef, idempotencyKey: plain, charge: order.charge },
      context,
    )
    await provider.cancelPayment({ paymentId, providerRef, idempotencyKey: plain }, context)
    const keys = asked.map(({ headers }) => headers.get('idempotence-key'))
    expect(keys).toEqual([plain, plain, plain])
    expect(asked.map(({ headers }) => headers.get('content-type'))).toEqual(Array(3).fill('application/json'))
    for (const idempotencyKey of [`${plain}x`, `${plain.slice(1)}.`, `.${plain.slice(1)}`, ''])
      await provider.cancelPayment({ paymentId, providerRef, idempotencyKey }, context)
    for (const { headers } of asked.slice(3)) expect(headers.get('idempotence-key')).toMatch(/^[\w-]{43}$/)
  })

  it('questions without a key and without a body', async () => {
    const { asked, context } = scripted(wirePayment)
    await provider.getPayment({ providerRef }, context)
    const [{ method, headers, body }] = asked as [Request]
    expect([method, headers.get('idempotence-key'), headers.get('content-type'), body]).toEqual([
      'GET',
      null,
      null,
      null,
    ])
  })

  it('nothing to an address that an id puts together', async () => {
    const { asked, context } = scripted({ ...wirePayment, status: 'succeeded' })
    const wrong = { paymentId, providerRef: '../x?', idempotencyKey: 'k' }
    await provider.capturePayment({ ...wrong, charge: order.charge }, context)
    await provider.cancelPayment(wrong, context)
    const refund = { refundId: 're_1', paymentId, paymentProviderRef: 'a&limit=1', providerRef: '../x?' }
    await provider.getRefund(refund, context).catch(() => {})
    await provider.getRefund({ ...refund, providerRef: undefined }, context).catch(() => {})
    expect(asked.map(({ url }) => url)).toEqual([
      'https://api.yookassa.ru/v3/payments/..%2Fx%3F/capture',
      'https://api.yookassa.ru/v3/payments/..%2Fx%3F/cancel',
      'https://api.yookassa.ru/v3/refunds/..%2Fx%3F',
      'https://api.yookassa.ru/v3/refunds?payment_id=a%26limit%3D1&limit=100',
    ])
  })
})

describe('yookassa tells', () => {
  const create = (body: unknown, init: ResponseInit = {}) =>
    provider.createPayment({ ...order, method: 'sbp' }, scripted(body, init).context)
  const read = (body: unknown) => provider.getPayment({ providerRef }, scripted(body).context)
  const rub = (minorUnits: number) => ({ currency: 'RUB', minorUnits })

  it('what was made, with both names and the sum that YooKassa names', async () => {
    expect(await create({ ...wirePayment, amount: { value: '0.01', currency: 'RUB' } })).toEqual({
      providerRef,
      reference: paymentId,
      charge: rub(1),
      status: 'requires_action',
      dead: false,
      failureCode: null,
      nextAction: {
        expiresAt: '2026-11-24T11:00:00.123Z',
        redirect: { url: wirePayment.confirmation.confirmation_url },
      },
      captured: null,
      refunded: null,
    })
  })

  it.each([
    ['waiting_for_capture', { status: 'authorized', captured: null, dead: false }],
    ['succeeded', { status: 'succeeded', captured: rub(123_456), dead: false }],
    ['canceled', { status: 'failed', captured: null, dead: true, failureCode: 'declined' }],
    ['frozen', { status: 'unknown', captured: null, dead: false, failureCode: null }],
  ])('%s as it stands, from a create too', async (status, expected) => {
    for (const told of [await create({ ...wirePayment, status }), await read({ ...wirePayment, status })])
      expect(told).toMatchObject({ charge: rub(123_456), nextAction: null, refunded: null, ...expected })
  })

  it('no reference that is no text, and what has gone back', async () => {
    const refunded_amount = { value: '0.07', currency: 'RUB' }
    const payment = { ...wirePayment, status: 'succeeded', metadata: { paymentId: 7 }, refunded_amount }
    expect(await read(payment)).toMatchObject({ reference: null, refunded: rub(7) })
    const { metadata: _, ...bare } = payment
    expect(await read(bare)).toMatchObject({ reference: null, charge: rub(123_456) })
  })

  it('what was asked by its note: no less than what was taken, and of the form of a sum', async () => {
    const charge = async (note: unknown, value = '1000.00') =>
      (
        await read({
          ...wirePayment,
          status: 'succeeded',
          amount: { value, currency: 'RUB' },
          metadata: { paymentId, charge: note },
        })
      )?.charge
    expect(await charge('1000.01')).toEqual(rub(100_001))
    expect(await charge('1000')).toEqual(rub(100_000))
    expect(await charge('999.99')).toEqual(rub(100_000))
    for (const note of ['x1234.56', '1234.56x', '1234.567', '12345678901234', ''])
      expect(await charge(note)).toEqual(rub(100_000))
  })

  it('no link to elsewhere: the payment is there, so nothing is refused', async () => {
    for (const confirmation of [
      { type: 'redirect', confirmation_url: 'https://evil.example/' },
      { type: 'redirect' },
      { type: 'qr', confirmation_data: 'https://evil.example/' },
      { type: 'mobile_application', confirmation_url: 'sberpay://x' },
      { type: 'embedded' },
    ])
      await expect(create({ ...wirePayment, confirmation })).rejects.toMatchObject({
        kind: 'unknown',
        code: 'url_refused',
      })
  })

  it.each([
    'https://yoomoney.ru/1',
    'https://yookassa.ru/1',
    'https://sub.nspk.ru/1',
    'https://www.yoomoney.ru/1',
  ])('a page at %s', async (confirmation_url) => {
    const confirmation = { type: 'redirect', confirmation_url }
    expect((await read({ ...wirePayment, confirmation }))?.nextAction).toMatchObject({
      redirect: { url: confirmation_url },
    })
  })

  it.each([
    ['tinkoff_bank', 'tinkoffbank://Main/1', 'scheme'],
    ['tinkoff_bank', 'https://www.tinkoff.ru/1', 'universal'],
    ['tinkoff_bank', 'https://t-bank-app.ru/1', 'universal'],
    ['sberbank', 'HTTPS://yoomoney.ru/1', 'universal'],
  ])('the app of %s by %s as %s', async (type, confirmation_url, kind) => {
    const confirmation = { type: 'mobile_application', confirmation_url }
    expect((await read({ ...wirePayment, payment_method: { type }, confirmation }))?.nextAction).toEqual({
      expiresAt: '2026-11-24T11:00:00.123Z',
      appLink: { [kind]: confirmation_url },
    })
  })

  const whole =
    'https://qr.nspk.ru/AD10000000000000000000000001TEST?type=02&bank=110000000005&sum=1000&cur=RUB&crc=4DCC'

  it('a link of SBP for the banks, by its host or by its method', async () => {
    const shown = async (confirmation: object, type?: string) =>
      (await read({ ...wirePayment, confirmation, ...(type ? { payment_method: { type } } : {}) }))
        ?.nextAction
    const expiresAt = '2026-11-24T11:00:00.123Z'
    expect(await shown({ type: 'mobile_application', confirmation_url: whole })).toEqual({
      expiresAt,
      appLink: { universal: whole },
      banks: { link: whole },
    })
    const broken = whole.replace('sum=1000', 'sum=9000')
    expect(await shown({ type: 'mobile_application', confirmation_url: broken })).toBeNull()
    expect(await shown({ type: 'qr', confirmation_data: broken })).toBeNull()
    // Of another method it is a page like others.
    const page = 'https://yoomoney.ru/qr.nspk.ru/1'
    expect(await shown({ type: 'qr', confirmation_data: page }, 'sberbank')).not.toHaveProperty('banks')
    expect(await shown({ type: 'qr', confirmation_data: page }, 'sbp')).toBeNull()
    expect(await shown({ type: 'redirect', confirmation_url: page }, 'sbp')).toEqual({
      expiresAt,
      redirect: { url: page },
    })
    const sub = whole.replace('qr.nspk', 'sub.nspk')
    expect(await shown({ type: 'qr', confirmation_data: sub })).toBeNull()
  })

  it('the widget’s token only as one that can be one', async () => {
    for (const confirmation_token of ['a b', 'ключ', '', 'x'.repeat(257), 'a\n', ' a'])
      await expect(
        read({ ...wirePayment, confirmation: { type: 'embedded', confirmation_token } }),
      ).rejects.toMatchObject({ kind: 'unknown', code: 'answer_unexpected' })
  })

  it('no deadline where YooKassa names no time', async () => {
    expect((await read({ ...wirePayment, created_at: 'today' }))?.nextAction).toMatchObject({
      expiresAt: null,
    })
  })

  it('nothing of an answer that is not of the documented form', async () => {
    const { id: _, ...noId } = wirePayment
    const { status: __, ...noStatus } = wirePayment
    const { amount: ___, ...noAmount } = wirePayment
    for (const body of [noId, noStatus, noAmount, { ...wirePayment, amount: { value: '1.00' } }])
      await expect(read(body)).rejects.toMatchObject({ kind: 'unknown', code: 'answer_unexpected' })
  })
})

describe('yookassa tells of refunds', () => {
  const wireRefund = {
    id: 'r-1',
    payment_id: providerRef,
    status: 'succeeded',
    amount: { value: '34.56', currency: 'RUB' },
    metadata: { refundId: 're_1' },
  }
  const ref = { refundId: 're_1', paymentId, paymentProviderRef: providerRef }
  const find = (body: unknown, more: object = {}, init: ResponseInit = {}) =>
    provider.getRefund({ ...ref, ...more }, scripted(body, init).context)
  const told = {
    providerRef: 'r-1',
    reference: 're_1',
    paymentProviderRef: providerRef,
    charge: { currency: 'RUB', minorUnits: 3456 },
    status: 'succeeded',
    failureCode: null,
  }

  it('by YooKassa’s name, or by ours among those of the payment', async () => {
    expect(await find(wireRefund, { providerRef: 'r-1' })).toEqual(told)
    const other = { ...wireRefund, id: 'r-0', metadata: { refundId: 're_0' } }
    expect(await find({ items: [other, { ...wireRefund, metadata: undefined }, wireRefund] })).toEqual(told)
    expect(await find({ items: [other] })).toBeNull()
    const missing = { ...samples.errors[400], code: 'not_found' }
    expect(await find(missing, { providerRef: 'r-1' }, { status: 404 })).toBeNull()
    await expect(find(samples.errors[401], { providerRef: 'r-1' }, { status: 401 })).rejects.toMatchObject({
      kind: 'rejected',
    })
    await expect(find(missing, {}, { status: 404 })).rejects.toMatchObject({ kind: 'rejected' })
  })

  it.each([
    ['pending', 'requested'],
    ['succeeded', 'succeeded'],
    ['canceled', 'failed'],
    ['frozen', 'unknown'],
  ])('%s as %s', async (status, expected) => {
    expect(await find({ ...wireRefund, status }, { providerRef: 'r-1' })).toEqual({
      ...told,
      status: expected,
      failureCode: expected === 'failed' ? 'declined' : null,
    })
  })

  it.each([
    ['insufficient_funds', 'insufficient_funds'],
    ['yoo_money_account_closed', 'method_restricted'],
    ['rejected_by_timeout', 'provider_unavailable'],
    ['rejected_by_payee', 'declined'],
    ['general_decline', 'declined'],
    ['a_new_reason', 'declined'],
  ])('refused for %s as %s', async (reason, failureCode) => {
    const body = { ...wireRefund, status: 'canceled', cancellation_details: { reason } }
    expect(await find(body, { providerRef: 'r-1' })).toMatchObject({ status: 'failed', failureCode })
  })
})

describe('yookassa refuses', () => {
  const fault = (body: unknown, status: number, headers: Record<string, string> = {}) =>
    provider.createPayment(order, scripted(body, { status, headers }).context)
  const error = { type: 'error', id: '1', code: 'invalid_request', description: 'No', parameter: 'amount' }

  it('a cancel of what it knows no id of: nothing was sent', async () => {
    const { asked, context } = scripted(wirePayment)
    await expect(provider.cancelPayment({ paymentId, idempotencyKey: 'k' }, context)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'reference_unknown',
    })
    expect(asked).toEqual([])
  })

  it('a method that it was not given', async () => {
    const { asked, context } = scripted(wirePayment)
    await expect(provider.createPayment({ ...order, method: 'yoomoney' }, context)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'method_unknown',
      failureCode: 'method_restricted',
    })
    expect(asked).toEqual([])
  })

  it('and is asked again later after too many requests, by its own word', async () => {
    await expect(fault(error, 429, { 'retry-after': 'Tue, 24 Nov 2026 10:00:07 GMT' })).rejects.toMatchObject(
      { kind: 'not_done', code: 'too_many_requests', retryAfterMs: 7000 },
    )
    await expect(fault({ retry_after: 0 }, 202)).rejects.toMatchObject({
      kind: 'unknown',
      code: 'processing',
      retryAfterMs: 0,
    })
  })

  it.each([206, 299, 500, 503])('nothing for sure by HTTP %i', async (status) => {
    await expect(fault(error, status)).rejects.toMatchObject({ kind: 'unknown' })
  })

  it.each([400, 403, 499])('by HTTP %i, and says where', async (status) => {
    await expect(fault(error, status)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'invalid_request',
      message: expect.stringContaining('invalid_request at amount'),
    })
  })

  it('a key that is known with another body, which is no refusal; another fault of the key is', async () => {
    const parameter = 'Idempotence-Key'
    await expect(fault({ ...error, parameter, description: 'DUPLICATED' }, 400)).rejects.toMatchObject({
      kind: 'unknown',
      code: 'idempotence_key_duplicated',
    })
    for (const other of [
      { parameter, description: 'Too long' },
      { parameter, description: undefined },
      { parameter: 'amount', description: 'duplicated' },
    ])
      await expect(fault({ ...error, ...other }, 400)).rejects.toMatchObject({ kind: 'rejected' })
  })

  it('a lost payment only where it says so of a question', async () => {
    const { context } = scripted({ ...error, code: 'not_found' }, { status: 404 })
    expect(await provider.getPayment({ providerRef }, context)).toBeNull()
    await expect(
      provider.capturePayment({ paymentId, providerRef, idempotencyKey: 'k', charge: order.charge }, context),
    ).rejects.toMatchObject({ kind: 'rejected', code: 'not_found' })
    const odd = scripted({ retry_after: 1 }, { status: 202 })
    await expect(provider.getPayment({ providerRef }, odd.context)).rejects.toMatchObject({ kind: 'unknown' })
  })
})

describe('yookassa reads of a notification', () => {
  const deliver = (body: unknown) =>
    provider.parseNotification(
      {
        rawBody: new TextEncoder().encode(JSON.stringify(body)),
        headers: new Headers(),
        requestUri: '/',
        remoteAddress: null,
      },
      scripted('').context,
    )
  const news = (event: string, object: object) => ({ type: 'notification', event, object })
  const reply = { status: 200, headers: {}, body: '' }

  it('whatever it is of, that it has come', async () => {
    expect(await deliver(news('deal.closed', { id: '1' }))).toMatchObject({
      subject: { kind: 'none' },
      reply,
    })
    expect(await deliver(news('refund.succeeded', { id: 'r-1' }))).toEqual({
      eventKey: 'refund.succeeded:r-1',
      subject: { kind: 'refund', providerRef: 'r-1', paymentProviderRef: undefined },
      reply,
    })
    const keys = await Promise.all(['1', '2', '1'].map((id) => deliver(news('deal.closed', { id }))))
    expect(new Set(keys.map(({ eventKey }) => eventKey)).size).toBe(2)
  })

  it.each([
    'payment.succeeded ',
    ' payment.succeeded',
    'payment.',
    'Payment.Succeeded',
    `payment.${'x'.repeat(33)}`,
  ])('nothing by the event %j', async (event) => {
    await expect(deliver(news(event, { id: providerRef }))).rejects.toMatchObject({ status: 400 })
  })

  it('ids of at most 50 characters, and nothing else', async () => {
    const id = '0'.repeat(50)
    expect(await deliver(news('payment.succeeded', { id }))).toMatchObject({ subject: { providerRef: id } })
    const { subject } = await deliver(news('refund.succeeded', { id: 'r', payment_id: '../x' }))
    expect(subject).toMatchObject({ paymentProviderRef: undefined })
  })
})
