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
