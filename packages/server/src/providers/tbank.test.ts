import { readFileSync } from 'node:fs'
import type { Receipt } from '@teabrick/core/contract'
import { createTbankDouble, sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import type {
  CreatePayment,
  KnownPayment,
  NotificationRequest,
  ProviderContext,
  RefundPayment,
} from '../provider.ts'
import { createProviderHttp } from '../provider-http.ts'
import { tbankToken } from '../signatures/tbank.ts'
import { describeProvider, type ProviderSubject } from '../testing/index.ts'
import { createProviderWire } from '../testing/provider-wire.ts'
import { type TbankMethod, type TbankOptions, tbank } from './tbank.ts'

const { terminalKey, password } = sandboxAccounts.tbank
const publicUrl = 'http://127.0.0.1:4250/sandbox/tbank'

function open(method: TbankMethod) {
  const sent: NotificationRequest[] = []
  const double = createTbankDouble({
    publicUrl,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent.push({
        rawBody: new Uint8Array(await request.arrayBuffer()),
        headers: request.headers,
        requestUri: new URL(request.url).pathname,
        remoteAddress: '91.194.226.1',
      })
      return new Response('OK')
    },
  })
  const ledger = () => double.control.state().doubles[0]!.ledger

  async function submit(providerRef: string, action: string): Promise<void> {
    const payment = ledger().payments.find(({ id }) => id === providerRef)
    await double.fetch(new Request(`${payment?.payUrl}/${action}`, { method: 'POST' }))
  }

  return {
    provider: tbank({
      terminalKey,
      password,
      apiUrl: `${publicUrl}/v2`,
      methods: [...new Set([method, 'bank_card'] as const)],
    }),
    async double(request) {
      const answer = await double.fetch(request)
      // SBP gives money back in a few seconds.
      if (request.url.endsWith('/Cancel')) await double.control.apply({ advanceSeconds: 5 })
      return answer
    },
    method,
    charge: { currency: 'RUB', minorUnits: 123_456 },
    holdMethod: 'bank_card',
    secrets: [password],
    signsNotifications: true,
    signsInBody: true,
    notifiesRefunds: false,
    findsRefunds: false,
    approve: ({ providerRef }) => submit(providerRef, 'approve'),
    async decline({ providerRef }) {
      for (const _ of ['once', 'twice', 'for good']) await submit(providerRef, 'decline')
    },
    expire: async () => void (await double.control.apply({ advanceSeconds: 15 * 60 })),
    async notifications() {
      await double.control.apply({ advanceSeconds: 1 })
      return sent.splice(0)
    },
    reissue: (_, answer, body) => new Response(body, { status: answer.status, headers: answer.headers }),
    unmapStatus(json) {
      json['Status'] = 'FROZEN'
    },
    close: double.close,
    control: double.control,
    fetch: (request: Request) => double.fetch(request),
    ledger,
  } satisfies ProviderSubject & Record<string, unknown>
}

for (const method of ['sbp', 't_pay', 'sber_pay', 'mir_pay'] as const) {
  describeProvider(`tbank (${method})`, { describe, it, open: () => open(method) })
}

const RUB = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const paymentId = 'pay_0123456789abcdefghijkl_1'

const order: CreatePayment = {
  paymentId,
  idempotencyKey: 'b2f0c1de000040008000000000000001',
  method: 'bank_card',
  charge: RUB(123_456),
  amount: RUB(123_456),
  description: 'Заказ №1',
  orderReference: 'order-0001',
  capture: 'automatic',
  returnUrl: 'https://shop.example/return',
  notificationUrl: 'https://shop.example/pay/v1/providers/tbank/notifications',
  expiresAt: '2026-11-24T11:00:00.500Z',
}

/** T-Bank that gives these answers by method, and keeps what it was asked. */
function scripted(answers: Readonly<Record<string, unknown>>, init: ResponseInit = {}) {
  const asked: { method: string; url: string; body: Record<string, unknown> }[] = []
  const context: ProviderContext = {
    now: () => Date.parse('2026-11-24T10:00:00Z'),
    http: createProviderHttp({
      fetch: async (input, requestInit) => {
        const { url, method } = new Request(input, requestInit)
        const name = url.replace(/^.*\/v2\//, '')
        asked.push({ method, url, body: JSON.parse(String(requestInit?.body ?? '{}')) })
        const scene = answers[name] ?? { Success: false, ErrorCode: '255', Message: 'Нет' }
        const answer = Array.isArray(scene) ? scene.shift() : scene
        return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), init)
      },
    }),
  }
  return { asked, context }
}

const live: TbankOptions = { terminalKey: 'MerchantTerminalKey', password: 'usaf8fw8fsw21g' }
const ok = { Success: true, ErrorCode: '0', Message: 'OK', TerminalKey: live.terminalKey }
const wireInit = {
  ...ok,
  Status: 'NEW',
  PaymentId: '3093639567',
  OrderId: paymentId,
  Amount: 123_456,
  PaymentURL: 'https://securepay.tinkoff.ru/new/fU1ppgqa',
}
const wireState = (Status: string, fields: object = {}) => ({
  ...ok,
  Status,
  PaymentId: '3093639567',
  OrderId: paymentId,
  Amount: 123_456,
  ...fields,
})
const provider = tbank(live)

describe('tbank asks', () => {
  it('for a payment, at T-Bank, under a Token that covers all but what is nested', async () => {
    const { asked, context } = scripted({ Init: wireInit })
    await provider.createPayment(order, context)
    expect(asked.map(({ method, url }) => [method, url])).toEqual([
      ['POST', 'https://securepay.tinkoff.ru/v2/CheckOrder'],
      ['POST', 'https://securepay.tinkoff.ru/v2/Init'],
    ])
    const { Token, ...body } = asked[1]!.body
    expect(body).toEqual({
      TerminalKey: 'MerchantTerminalKey',
      Amount: 123_456,
      OrderId: paymentId,
      Description: 'Заказ №1',
      PayType: 'O',
      NotificationURL: order.notificationUrl,
      SuccessURL: order.returnUrl,
      FailURL: order.returnUrl,
      RedirectDueDate: '2026-11-24T11:00:00+00:00',
    })
    expect(Token).toBe(tbankToken(body, live.password))
  })

  it('without the question first, where nothing can have been tried', async () => {
    const { asked, context } = scripted({ Init: wireInit })
    await provider.createPayment({ ...order, repeated: false }, context)
    expect(asked.map(({ url }) => url.split('/').at(-1))).toEqual(['Init'])
  })

  const cases: [string, Partial<CreatePayment>, object][] = [
    ['to hold', { capture: 'manual' }, { PayType: 'T' }],
    ['for a form in Russian', { locale: 'ru-RU' }, { Language: 'ru' }],
    ['for a form in English for the rest', { locale: 'zh-Hans' }, { Language: 'en' }],
    [
      'with at most 140 characters, none of them halved',
      { description: `${'x'.repeat(139)}🍵` },
      { Description: 'x'.repeat(139) },
    ],
    [
      'for a minute at least',
      { expiresAt: '2026-11-24T09:00:00Z' },
      { RedirectDueDate: '2026-11-24T10:01:05+00:00' },
    ],
    [
      'for 90 days at most',
      { expiresAt: '2028-01-01T00:00:00Z' },
      { RedirectDueDate: '2027-02-22T10:00:00+00:00' },
    ],
    [
      'for sellers’ shares',
      {
        splits: [
          { seller: '700456', amount: RUB(100_000), fee: RUB(1050) },
          { seller: '2', amount: RUB(23_456) },
        ],
      },
      {
        Shops: [
          { ShopCode: '700456', Amount: 100_000, Fee: '1050' },
          { ShopCode: '2', Amount: 23_456 },
        ],
      },
    ],
    [
      'for a receipt',
      {
        receipt: {
          customer: { email: 'buyer@example.com', phone: '79990000000' },
          taxSystemCode: 2,
          items: [
            {
              description: 'Чай пуэр',
              quantity: '1.234',
              unitPrice: RUB(10_005),
              vatCode: 11,
              paymentMode: 'full_payment',
              paymentSubject: 'commodity',
              measure: 'piece',
            },
            { description: 'Доставка', quantity: '1', unitPrice: RUB(111_110), vatCode: 1 },
          ],
        },
      },
      {
        Receipt: {
          FfdVersion: '1.05',
          Taxation: 'usn_income',
          Email: 'buyer@example.com',
          Phone: '+79990000000',
          Items: [
            {
              Name: 'Чай пуэр',
              Price: 10_005,
              Quantity: 1.234,
              Amount: 12_346,
              Tax: 'vat22',
              PaymentMethod: 'full_payment',
              PaymentObject: 'commodity',
            },
            { Name: 'Доставка', Price: 111_110, Quantity: 1, Amount: 111_110, Tax: 'none' },
          ],
        },
      },
    ],
  ]
  for (const [title, change, expected] of cases) {
    it(title, async () => {
      const { asked, context } = scripted({ Init: wireInit })
      await provider.createPayment({ ...order, ...change }, context)
      expect(asked[1]!.body).toMatchObject(expected)
    })
  }

  it('for no receipt without a tax system', async () => {
    const item = { description: 'Чай', quantity: '1', unitPrice: RUB(123_456), vatCode: 1 }
    const receipt = { customer: { email: 'a@example.com' }, items: [item] }
    const { asked, context } = scripted({ Init: wireInit })
    await expect(provider.createPayment({ ...order, receipt }, context)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'tax_system_missing',
    })
    const usn = tbank({ ...live, taxSystemCode: 3, ffdVersion: '1.2' })
    await usn.createPayment({ ...order, receipt }, context)
    expect(asked.at(-1)!.body).toMatchObject({
      Receipt: { Taxation: 'usn_income_outcome', FfdVersion: '1.2' },
    })
  })

  it('for roubles only', async () => {
    const charge = { currency: 'CNY', minorUnits: 1 }
    const { context } = scripted({ Init: wireInit })
    await expect(provider.createPayment({ ...order, charge }, context)).rejects.toMatchObject({
      kind: 'rejected',
    })
  })
})

describe('tbank offers', () => {
  const offer = async (method: TbankMethod, answers: Record<string, unknown> = {}) =>
    (await provider.createPayment({ ...order, method }, scripted({ Init: wireInit, ...answers }).context))
      .nextAction
  const expiresAt = '2026-11-24T11:00:00.000Z'

  it('its form', async () => {
    expect(await offer('bank_card')).toEqual({ expiresAt, redirect: { url: wireInit.PaymentURL } })
  })

  it('one SBP link as QR, app link and banks', async () => {
    const link =
      'https://qr.nspk.ru/AD10000000000000000000000001TEST?type=02&bank=100000000004&sum=1000&cur=RUB&crc=9969'
    expect(await offer('sbp', { GetQr: { ...ok, Data: link } })).toEqual({
      expiresAt,
      qr: { payload: link },
      appLink: { universal: link },
      banks: { link },
    })
  })

  it('one T-Pay link as QR and app link', async () => {
    const RedirectUrl = 'https://www.tinkoff.ru/tpay/2000000000000037338'
    const path = 'TinkoffPay/transactions/3093639567/versions/2.0/link'
    expect(await offer('t_pay', { [path]: { ...ok, Params: { RedirectUrl } } })).toEqual({
      expiresAt,
      qr: { payload: RedirectUrl },
      appLink: { universal: RedirectUrl },
    })
  })

  it('nothing of a damaged SBP link, and ends the payment', async () => {
    const link =
      'https://qr.nspk.ru/AD10000000000000000000000001TEST?type=02&bank=100000000004&sum=9000&cur=RUB&crc=9969'
    for (const Data of [link, link.replace(/&crc=.*/, '')]) {
      const { asked, context } = scripted({
        Init: wireInit,
        GetQr: { ...ok, Data },
        Cancel: wireState('CANCELED'),
      })
      await expect(provider.createPayment({ ...order, method: 'sbp' }, context)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'crc_mismatch',
        failureCode: 'provider_unavailable',
      })
      expect(asked.at(-1)!.url).toMatch(/Cancel$/)
    }
  })

  it('tells what was paid meanwhile by a link that an earlier try had shown', async () => {
    const { context } = scripted({
      CheckOrder: { ...ok, OrderId: paymentId, Payments: [wireState('FORM_SHOWED')] },
      GetQr: { ...ok, Success: false, ErrorCode: '8' },
      Cancel: { ...ok, Success: false, ErrorCode: '4' },
      GetState: wireState('CONFIRMED'),
    })
    expect(await provider.createPayment({ ...order, method: 'sbp' }, context)).toMatchObject({
      status: 'succeeded',
    })
  })

  const apps = tbank({ ...live, methods: ['sber_pay', 'mir_pay', 't_pay'] })
  it.each<[TbankMethod, string, object, object]>([
    [
      'sber_pay',
      'SberPay/transactions/3093639567/link',
      { Params: { RedirectUrl: 'sberpay://invoicing/v2?bankInvoiceId=1' } },
      { appLink: { scheme: 'sberpay://invoicing/v2?bankInvoiceId=1' } },
    ],
    [
      'sber_pay',
      'SberPay/transactions/3093639567/link',
      { Params: { RedirectUrl: 'https://securepay.tinkoff.ru/sber/1' } },
      {
        qr: { payload: 'https://securepay.tinkoff.ru/sber/1' },
        appLink: { universal: 'https://securepay.tinkoff.ru/sber/1' },
      },
    ],
    [
      'mir_pay',
      'MirPay/GetDeepLink',
      { Deeplink: 'mirpay://pay.mironline.ru/inapp/e.y.J' },
      { appLink: { scheme: 'mirpay://pay.mironline.ru/inapp/e.y.J' } },
    ],
    [
      't_pay',
      'TinkoffPay/transactions/3093639567/versions/2.0/link',
      { Params: { RedirectUrl: 'tinkoffbank://Main/EInvoicing?billId=1' } },
      { appLink: { scheme: 'tinkoffbank://Main/EInvoicing?billId=1' } },
    ],
  ])('the app of %s by %s', async (method, path, answer, expected) => {
    const { context } = scripted({ Init: wireInit, [path]: { ...ok, ...answer } })
    const { nextAction } = await apps.createPayment({ ...order, method }, context)
    expect(nextAction).toEqual({ expiresAt, ...expected })
  })

  it('no app of another method, and no other scheme', async () => {
    for (const RedirectUrl of ['mirpay://pay.mironline.ru/inapp/1', 'intent://x', 'https://evil.example/']) {
      const path = 'SberPay/transactions/3093639567/link'
      const { context } = scripted({ Init: wireInit, [path]: { ...ok, Params: { RedirectUrl } } })
      await expect(apps.createPayment({ ...order, method: 'sber_pay' }, context)).rejects.toMatchObject({
        kind: 'unknown',
        code: 'url_refused',
      })
    }
  })

  it('Mir Pay on Android only, where T-Bank has it', () => {
    expect(apps.rails.find(({ method }) => method === 'mir_pay')).toMatchObject({ onlyOs: ['android'] })
  })

  it('nothing of a payment that SBP will not take, and ends it', async () => {
    const { asked, context } = scripted({
      Init: wireInit,
      GetQr: { ...ok, Success: false, ErrorCode: '3001' },
      Cancel: wireState('CANCELED'),
    })
    await expect(provider.createPayment({ ...order, method: 'sbp' }, context)).rejects.toMatchObject({
      kind: 'rejected',
      code: '3001',
      failureCode: 'method_restricted',
    })
    expect(asked.at(-1)!.url).toMatch(/Cancel$/)
  })
})

/** An adapter before the double, the wire between them, and hands. */
function bench(method: TbankMethod) {
  const subject = open(method)
  opened.push(subject)
  return { ...subject, wire: createProviderWire((request) => subject.double(request)) }
}

const opened: { close(): void }[] = []
afterEach(() => {
  for (const { close } of opened.splice(0)) close()
})

const inTenMinutes = () => new Date(Date.now() + 600_000).toISOString()

describe('tbank makes one payment of one id', () => {
  /** Loses the answer of the next request to a method of T-Bank, whatever is asked before. */
  function loseAnswerOf(name: string, { wire, double }: ReturnType<typeof bench>): ProviderContext {
    let isLost = false
    return {
      ...wire.context,
      http: createProviderHttp({
        fetch: async (input, init) => {
          const request = new Request(input, init)
          const isMeant = !isLost && request.url.includes(name)
          const answer = await double(request)
          if (!isMeant) return answer
          isLost = true
          throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
        },
      }),
    }
  }

  for (const [method, lost] of [
    ['sbp', '/Init'],
    ['sbp', '/GetQr'],
    ['t_pay', '/Init'],
    ['t_pay', '/link'],
  ] as const) {
    it(`when the answer of ${lost} was lost, by ${method}`, async () => {
      const on = bench(method)
      const context = loseAnswerOf(lost, on)
      const request = { ...order, method, expiresAt: inTenMinutes() }
      await expect(on.provider.createPayment(request, context)).rejects.toMatchObject({ kind: 'unknown' })
      const found = await on.provider.createPayment({ ...request, repeated: true }, context)
      expect(found).toMatchObject({ status: 'requires_action', reference: paymentId })
      expect(found.nextAction).toMatchObject({ qr: { payload: expect.any(String) } })
      expect(await on.provider.createPayment(request, context)).toEqual(found)
      expect(on.ledger().payments).toHaveLength(1)
    })
  }

  for (const [method, lost] of [
    ['sbp', '/GetQr'],
    ['t_pay', '/link'],
  ] as const) {
    it(`when ${lost} could not be sent, by ${method}: the order is there all the same`, async () => {
      const on = bench(method)
      let isDown = true
      const context: ProviderContext = {
        ...on.wire.context,
        http: createProviderHttp({
          fetch: async (input, init) => {
            const request = new Request(input, init)
            if (!isDown || !request.url.includes(lost)) return on.double(request)
            throw new TypeError('fetch failed', {
              cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
            })
          },
        }),
      }
      const request = { ...order, method, repeated: false, expiresAt: inTenMinutes() }
      await expect(on.provider.createPayment(request, context)).rejects.toMatchObject({
        kind: 'unknown',
        code: 'ECONNREFUSED',
      })
      isDown = false
      const found = await on.provider.createPayment({ ...request, repeated: true }, context)
      expect(found).toMatchObject({ status: 'requires_action', reference: paymentId })
      expect(on.ledger().payments).toHaveLength(1)
    })
  }

  it('and does not call it refused while it could not be ended', async () => {
    const { context } = scripted({
      Init: wireInit,
      GetState: wireState('NEW'),
      Cancel: { ...ok, Success: false, ErrorCode: '4' },
    })
    const request = { ...order, method: 'sbp', repeated: false }
    await expect(tbank(live).createPayment(request, context)).rejects.toMatchObject({
      kind: 'unknown',
      code: '4',
    })
  })

  it('and ends it when the only link to the form was lost', async () => {
    const on = bench('bank_card')
    const context = loseAnswerOf('/Init', on)
    await expect(on.provider.createPayment(order, context)).rejects.toMatchObject({ kind: 'unknown' })
    for (const _ of ['again', 'and again']) {
      expect(await on.provider.createPayment(order, context)).toMatchObject({
        status: 'canceled',
        dead: true,
      })
    }
    expect(on.ledger().payments).toMatchObject([{ nativeStatus: 'CANCELED' }])
  })

  it('when two create it at once', async () => {
    const on = bench('sbp')
    const request = { ...order, method: 'sbp', repeated: false }
    const made = await Promise.all(
      [1, 2, 3, 4].map(() => on.provider.createPayment(request, on.wire.context)),
    )
    expect(new Set(made.map(({ providerRef }) => providerRef)).size).toBe(1)
    expect(on.ledger().payments).toHaveLength(1)
  })

  it('when it was paid before anybody could know of it', async () => {
    const on = bench('sbp')
    const context = loseAnswerOf('/GetQr', on)
    const request = { ...order, method: 'sbp' }
    await expect(on.provider.createPayment(request, context)).rejects.toMatchObject({ kind: 'unknown' })
    await on.approve({ providerRef: on.ledger().payments[0]!.id } as never)
    expect(await on.provider.createPayment(request, context)).toMatchObject({ status: 'succeeded' })
  })

  it('and waits when T-Bank has the order and does not show it', async () => {
    const { context } = scripted({ Init: { ...ok, Success: false, ErrorCode: '20' } })
    await expect(provider.createPayment(order, context)).rejects.toMatchObject({
      kind: 'unknown',
      code: 'order_exists',
    })
  })

  it('and of several of one order takes the one with money', async () => {
    const row = (PaymentId: string, Status: string) => ({ PaymentId, Status, Amount: 123_456, ErrorCode: 0 })
    const { context } = scripted({
      CheckOrder: {
        ...ok,
        OrderId: paymentId,
        Payments: [row('1', 'REJECTED'), row('2', 'CONFIRMED'), row('3', 'NEW')],
      },
    })
    expect(await provider.getPayment({ paymentId }, context)).toMatchObject({
      providerRef: '2',
      status: 'succeeded',
      reference: paymentId,
    })
  })
})

describe('tbank gives money back once', () => {
  const known = (refunded: number): KnownPayment => ({
    charge: RUB(123_456),
    captured: RUB(123_456),
    refunded: RUB(refunded),
  })
  const refund = (
    providerRef: string,
    number: number,
    kopecks: number,
    more: Partial<RefundPayment> = {},
  ) => ({
    refundId: `re_0123456789abcdefghijkl_${number}`,
    paymentId,
    providerRef,
    idempotencyKey: `key-${number}`,
    charge: RUB(kopecks),
    ...more,
  })

  async function paid(method: TbankMethod) {
    const on = bench(method)
    const { providerRef } = await on.provider.createPayment({ ...order, method }, on.wire.context)
    await on.approve({ providerRef } as never)
    return { on, providerRef }
  }

  const given = ({ ledger }: ReturnType<typeof bench>) => ledger().payments[0]!.refunded

  for (const method of ['sbp', 't_pay', 'bank_card'] as const) {
    it(`when the answer of Cancel was lost, by ${method}`, async () => {
      const { on, providerRef } = await paid(method)
      let isLost = false
      on.wire.changeAnswers(async (request, answer) => {
        if (isLost || !request.url.endsWith('/Cancel')) return answer
        isLost = true
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
      })
      const first = refund(providerRef, 1, 1000, { repeated: false, known: known(0) })
      await expect(on.provider.refundPayment(first, on.wire.context)).rejects.toMatchObject({
        kind: 'unknown',
      })
      expect(given(on)).toBe(1000)
      const again = { ...first, repeated: true }
      expect(await on.provider.refundPayment(again, on.wire.context)).toMatchObject({
        status: 'succeeded',
        charge: RUB(1000),
      })
      expect(given(on)).toBe(1000)
      // Another of the same sum is another.
      const second = refund(providerRef, 2, 1000, { repeated: true, known: known(1000) })
      await on.provider.refundPayment(second, on.wire.context)
      expect(given(on)).toBe(2000)
    })
  }

  it('not once more when a cancel that met a payment just paid has given all of it back', async () => {
    const { on, providerRef } = await paid('t_pay')
    const all = order.charge.minorUnits
    // As the cancel does: under a name of its own.
    await on.provider.refundPayment(refund(providerRef, 9, all), on.wire.context)
    const late = refund(providerRef, 1, all, { repeated: false, known: known(0) })
    expect(await on.provider.refundPayment(late, on.wire.context)).toMatchObject({
      status: 'succeeded',
      charge: RUB(all),
    })
    expect(given(on)).toBe(all)
    // A part may be another's: who it was is not known.
    const part = refund(providerRef, 2, 1000, { repeated: false, known: known(0) })
    await expect(on.provider.refundPayment(part, on.wire.context)).rejects.toMatchObject({ code: '330' })
  })

  it('by SBP never when sums do not tell', async () => {
    const { on, providerRef } = await paid('sbp')
    await on.provider.refundPayment(refund(providerRef, 1, 500), on.wire.context)
    const unclear = { kind: 'unknown', code: 'refund_unclear' }
    for (const more of [{}, { repeated: true }, { repeated: true, known: known(100) }]) {
      const second = on.provider.refundPayment(refund(providerRef, 2, 1000, more), on.wire.context)
      await expect(second).rejects.toMatchObject(unclear)
    }
    expect(given(on)).toBe(500)
    await on.provider.refundPayment(
      refund(providerRef, 2, 1000, { repeated: true, known: known(500) }),
      on.wire.context,
    )
    expect(given(on)).toBe(1500)
  })

  it('by SBP one after the other', async () => {
    const slow = open('sbp')
    opened.push(slow)
    const wire = createProviderWire((request) => slow.fetch(request))
    const { providerRef } = await slow.provider.createPayment({ ...order, method: 'sbp' }, wire.context)
    await slow.approve({ providerRef } as never)
    const one = refund(providerRef, 1, 1000, { repeated: false, known: known(0) })
    const requested = await slow.provider.refundPayment(one, wire.context)
    expect(requested).toMatchObject({ status: 'requested', paymentProviderRef: providerRef })
    const two = refund(providerRef, 2, 1000, { repeated: false, known: known(0) })
    await expect(slow.provider.refundPayment(two, wire.context)).rejects.toMatchObject({
      kind: 'not_done',
      code: 'refund_under_way',
    })
    const ref = {
      refundId: one.refundId,
      paymentId,
      paymentProviderRef: providerRef,
      providerRef: requested.providerRef,
      known: known(0),
    }
    expect(await slow.provider.getRefund(ref, wire.context)).toMatchObject({ status: 'requested' })
    await slow.control.apply({ advanceSeconds: 5 })
    expect(await slow.provider.getRefund(ref, wire.context)).toMatchObject({
      status: 'succeeded',
      charge: RUB(1000),
    })
    const { known: _, ...unknown } = ref
    expect(await slow.provider.getRefund(unknown, wire.context)).toMatchObject({ status: 'succeeded' })
  })

  it('by whatever T-Bank does not name as by SBP, and not while another is under way', async () => {
    const state = (Status: string) => wireState(Status, { Params: null })
    const more = { repeated: true, known: known(0) }
    const first = scripted({ GetState: wireState('PARTIAL_REFUNDED', { Amount: 122_456 }) })
    expect(await provider.refundPayment(refund('1', 1, 1000, more), first.context)).toMatchObject({
      status: 'succeeded',
    })
    expect(first.asked).toHaveLength(1)
    const second = scripted({
      GetState: [state('CONFIRMED'), state('ASYNC_REFUNDING')],
      Cancel: { ...ok, Success: false, ErrorCode: '4' },
    })
    await expect(provider.refundPayment(refund('1', 2, 1000, more), second.context)).rejects.toMatchObject({
      kind: 'not_done',
    })
  })

  it('and tells when SBP refuses', async () => {
    const { on, providerRef } = await paid('sbp')
    await on.control.apply({ scenario: { name: 'declined', operation: 'refund', times: 1 } })
    const made = await on.provider.refundPayment(refund(providerRef, 1, 1000), on.wire.context)
    expect(made.status).not.toBe('succeeded')
    const ref = { refundId: made.reference!, paymentId, paymentProviderRef: providerRef, known: known(0) }
    expect(
      await on.provider.getRefund({ ...ref, providerRef: made.providerRef }, on.wire.context),
    ).toMatchObject({
      status: 'failed',
      failureCode: 'declined',
    })
    expect(given(on)).toBe(0)
  })

  it('and knows no refund without its sum', async () => {
    const { on, providerRef } = await paid('t_pay')
    const ref = { refundId: 're_1', paymentId, paymentProviderRef: providerRef }
    for (const name of [undefined, 're_1', 're_1.', 're_1.x', 're_2.1000']) {
      expect(await on.provider.getRefund({ ...ref, providerRef: name }, on.wire.context)).toBeNull()
    }
  })
})

describe('tbank reads', () => {
  const statuses: [string, object][] = [
    ['NEW', { status: 'requires_action', dead: false }],
    ['FORM_SHOWED', { status: 'requires_action' }],
    ['FORMSHOWED', { status: 'requires_action' }],
    ['PREAUTHORIZING', { status: 'processing' }],
    ['AUTHORIZING', { status: 'processing' }],
    ['3DS_CHECKING', { status: 'processing' }],
    ['3DS_CHECKED', { status: 'processing' }],
    ['PAY_CHECKING', { status: 'processing' }],
    ['CHECKING', { status: 'processing' }],
    ['CHECKED', { status: 'processing' }],
    ['PROCESSING', { status: 'processing' }],
    ['COMPLETING', { status: 'succeeded', captured: RUB(123_456) }],
    ['COMPLETED', { status: 'succeeded', captured: RUB(123_456) }],
    ['PARTIAL_REFUNDED', { status: 'succeeded', captured: null }],
    ['AUTHORIZED', { status: 'authorized', captured: null }],
    ['CONFIRMING', { status: 'authorized' }],
    ['CONFIRM_CHECKING', { status: 'authorized' }],
    ['REVERSING', { status: 'authorized' }],
    ['PARTIAL_REVERSED', { status: 'authorized' }],
    ['REVERSED', { status: 'canceled', dead: true, failureCode: null }],
    ['CANCELED', { status: 'canceled', dead: true }],
    ['CONFIRMED', { status: 'succeeded', captured: RUB(123_456), dead: false }],
    ['REFUNDING', { status: 'succeeded', captured: null }],
    ['ASYNC_REFUNDING', { status: 'succeeded' }],
    ['REFUNDED', { status: 'succeeded', refunded: RUB(123_456) }],
    ['DEADLINE_EXPIRED', { status: 'expired', dead: true, failureCode: 'expired' }],
    ['ATTEMPTS_EXPIRED', { status: 'expired', dead: true }],
    ['REJECTED', { status: 'failed', dead: true, failureCode: 'declined' }],
    ['AUTH_FAIL', { status: 'failed', dead: false, failureCode: 'declined' }],
    ['UNKNOWN', { status: 'unknown', dead: false, failureCode: null }],
    ['SOMETHING_NEW', { status: 'unknown', dead: false }],
  ]
  for (const [status, expected] of statuses) {
    it(status, async () => {
      const { context } = scripted({ GetState: wireState(status) })
      expect(await provider.getPayment({ providerRef: '3093639567' }, context)).toMatchObject({
        providerRef: '3093639567',
        reference: paymentId,
        charge: RUB(123_456),
        nextAction: null,
        ...expected,
      })
    })
  }

  it('ids that are numbers', async () => {
    const { context } = scripted({
      GetState: wireState('NEW', { PaymentId: 13_660, OrderId: 21_050, Success: 'true' }),
    })
    expect(await provider.getPayment({ providerRef: '13660' }, context)).toMatchObject({
      providerRef: '13660',
      reference: '21050',
    })
  })

  const codes = [
    [76, 'method_restricted'],
    [101, 'authentication_failed'],
    [1001, 'call_issuer'],
    [1014, 'invalid_card'],
    [1033, 'card_expired'],
    [1034, 'fraud_suspected'],
    [1051, 'insufficient_funds'],
    [1061, 'limit_exceeded'],
    [1091, 'issuer_unavailable'],
    [116, 'insufficient_funds'],
    [1004, 'fraud_suspected'],
    [1013, 'limit_exceeded'],
    [1055, 'authentication_failed'],
    [1096, 'provider_unavailable'],
    [5060, 'insufficient_funds'],
    [5061, 'limit_exceeded'],
    [5063, 'fraud_suspected'],
    [5066, 'method_restricted'],
    [1005, 'declined'],
    [99, 'declined'],
    [4242, 'declined'],
  ] as const
  for (const [code, failureCode] of codes) {
    it(`why it was refused: ${code}, from the order`, async () => {
      const row = { PaymentId: '3093639567', Amount: 123_456, Status: 'REJECTED', ErrorCode: code }
      const { context } = scripted({
        GetState: wireState('REJECTED'),
        CheckOrder: { ...ok, OrderId: paymentId, Payments: [row] },
      })
      expect(await provider.getPayment({ providerRef: '3093639567' }, context)).toMatchObject({ failureCode })
    })
  }

  it('every code as the documentation says', async () => {
    const page = readFileSync(new URL('../../../../docs/providers/tbank.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| ([\d, to]+) \| `([a-z_]+)` \|$/gm)]
    const told = rows.flatMap(([, codes = '', failureCode]) =>
      codes.split(', ').flatMap((range) => {
        const [from = 0, to = from] = range.split(' to ').map(Number)
        return Array.from({ length: to - from + 1 }, (_, i) => [from + i, failureCode] as const)
      }),
    )
    expect(told.length).toBeGreaterThan(140)
    for (const [ErrorCode, failureCode] of told) {
      const { context } = scripted({
        GetState: wireState('REJECTED'),
        CheckOrder: {
          ...ok,
          OrderId: paymentId,
          Payments: [{ PaymentId: '3093639567', Amount: 123_456, Status: 'REJECTED', ErrorCode }],
        },
      })
      expect([
        ErrorCode,
        (await provider.getPayment({ providerRef: '3093639567' }, context))?.failureCode,
      ]).toEqual([ErrorCode, failureCode])
    }
  })

  it('why it was refused, where the answer says it itself', async () => {
    const { asked, context } = scripted({
      GetState: wireState('REJECTED', { Success: false, ErrorCode: '1051' }),
    })
    expect(await provider.getPayment({ providerRef: '3093639567' }, context)).toMatchObject({
      status: 'failed',
      failureCode: 'insufficient_funds',
    })
    expect(asked).toHaveLength(1)
  })

  it('what has gone back, of what is known to be taken', async () => {
    const read = (Amount: number, known?: KnownPayment) =>
      provider.getPayment(
        { providerRef: '3093639567', known },
        scripted({ GetState: wireState('PARTIAL_REFUNDED', { Amount }) }).context,
      )
    const known = { charge: RUB(123_456), captured: RUB(100_000), refunded: RUB(0) }
    expect(await read(99_000, known)).toMatchObject({
      charge: RUB(123_456),
      captured: RUB(100_000),
      refunded: RUB(1000),
    })
    expect(await read(123_000, { ...known, captured: RUB(0) })).toMatchObject({
      charge: RUB(123_456),
      captured: RUB(123_456),
      refunded: RUB(456),
    })
    // A sum that is not what is left tells nothing.
    expect(await read(100_000, known)).toMatchObject({ refunded: null })
    expect(await read(99_000)).toMatchObject({ charge: RUB(99_000), captured: null, refunded: null })
  })

  it('that a failed try on the form is no end', async () => {
    const on = bench('bank_card')
    const made = await on.provider.createPayment(order, on.wire.context)
    const { payUrl } = on.ledger().payments[0]!
    const body = JSON.stringify({ reason: 'authentication_failed' })
    await on.fetch(new Request(`${payUrl}/decline`, { method: 'POST', body }))
    const ref = { paymentId, providerRef: made.providerRef }
    expect(await on.provider.getPayment(ref, on.wire.context)).toMatchObject({
      status: 'failed',
      dead: false,
      failureCode: 'authentication_failed',
    })
    await on.approve(made)
    expect(await on.provider.getPayment(ref, on.wire.context)).toMatchObject({ status: 'succeeded' })
  })
})

describe('tbank cancels', () => {
  const cancel = (context: ProviderContext, more: object = {}) =>
    provider.cancelPayment({ paymentId, providerRef: '3093639567', idempotencyKey: 'k', ...more }, context)

  it('by our id when the create’s answer was lost', async () => {
    const row = { PaymentId: '3093639567', Amount: 123_456, Status: 'NEW', ErrorCode: 0 }
    const { asked, context } = scripted({
      CheckOrder: { ...ok, OrderId: paymentId, Payments: [row] },
      Cancel: wireState('CANCELED'),
    })
    expect(await cancel(context, { providerRef: undefined })).toMatchObject({
      status: 'canceled',
      dead: true,
    })
    expect(asked.at(-1)!.body).toMatchObject({ PaymentId: '3093639567' })
  })

  it('nothing while the buyer’s bank is at it, and says how it stands', async () => {
    const refused = { ...ok, Success: false, ErrorCode: '8' }
    const { context } = scripted({ GetState: wireState('AUTHORIZING'), Cancel: refused })
    expect(await cancel(context)).toMatchObject({ status: 'processing', dead: false })
  })

  it('not what T-Bank will not cancel', async () => {
    const refused = { ...ok, Success: false, ErrorCode: '4' }
    const { context } = scripted({ GetState: wireState('FORM_SHOWED'), Cancel: refused })
    await expect(cancel(context)).rejects.toMatchObject({ kind: 'rejected', code: '4' })
  })

  it('what the buyer paid meanwhile, and waits for the money to be back', async () => {
    const { context } = scripted({
      GetState: [wireState('FORM_SHOWED'), wireState('ASYNC_REFUNDING'), wireState('REFUNDED')],
      Cancel: wireState('ASYNC_REFUNDING'),
    })
    expect(await cancel(context)).toMatchObject({ status: 'processing', dead: false, captured: null })
    expect(await cancel(context, { repeated: true })).toMatchObject({
      status: 'canceled',
      dead: true,
      captured: null,
      charge: RUB(123_456),
    })
  })

  it('nothing that T-Bank does not know', async () => {
    await expect(cancel(scripted({}).context)).rejects.toMatchObject({ kind: 'rejected', code: 'not_found' })
  })
})

describe('tbank tells what an answer means', () => {
  const answers: [unknown, object][] = [
    [
      { ...ok, Success: false, ErrorCode: '204' },
      { kind: 'rejected', code: '204', failureCode: 'provider_unavailable' },
    ],
    [
      { ...ok, Success: false, ErrorCode: 205 },
      { kind: 'rejected', code: '205' },
    ],
    [
      { ...ok, Success: false, ErrorCode: '3' },
      { kind: 'unknown', code: '3' },
    ],
    [{ ...ok, Success: false, ErrorCode: '9999' }, { kind: 'unknown' }],
    [{ ...ok, Success: true, ErrorCode: '0' }, { kind: 'unknown' }],
    [{ Success: true }, { kind: 'unknown' }],
    [{ ErrorCode: '0' }, { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
    [null, { kind: 'unknown' }],
  ]
  for (const [answer, fault] of answers) {
    it(JSON.stringify(answer), async () => {
      const { context } = scripted({ GetState: answer ?? 'null', Init: answer ?? 'null' })
      await expect(provider.getPayment({ providerRef: '1' }, context)).rejects.toMatchObject(fault)
      await expect(provider.createPayment({ ...order, repeated: false }, context)).rejects.toMatchObject(
        fault,
      )
    })
  }

  it('a refusal of Init is final', async () => {
    const { context } = scripted({ Init: { ...ok, Success: false, ErrorCode: '308' } })
    await expect(provider.createPayment(order, context)).rejects.toMatchObject({
      kind: 'rejected',
      failureCode: 'provider_unavailable',
    })
  })

  it('no amount out of what is none', async () => {
    for (const Amount of ['1234', 12.5, -1, null, 1e20]) {
      const { context } = scripted({ GetState: wireState('NEW', { Amount }) })
      await expect(provider.getPayment({ providerRef: '1' }, context)).rejects.toMatchObject({
        kind: 'unknown',
      })
    }
  })

  it('that no path can be put together out of an id', async () => {
    const { asked, context } = scripted({ Init: { ...wireInit, PaymentId: '../../x?y#' } })
    // Refused, and not ended for sure: to be asked about again.
    await expect(provider.createPayment({ ...order, method: 't_pay' }, context)).rejects.toMatchObject({
      kind: 'unknown',
    })
    expect(asked[2]!.url).toBe(
      'https://securepay.tinkoff.ru/v2/TinkoffPay/transactions/..%2F..%2Fx%3Fy%23/versions/2.0/link',
    )
  })
})

describe('tbank is notified', () => {
  const deliver = (params: Record<string, unknown>, secret = live.password) => {
    const Token = tbankToken(params, secret)
    return provider.parseNotification(
      {
        rawBody: new TextEncoder().encode(JSON.stringify({ ...params, Token })),
        headers: new Headers(),
        requestUri: '/',
        remoteAddress: null,
      },
      scripted({}).context,
    )
  }
  const news = {
    TerminalKey: live.terminalKey,
    OrderId: paymentId,
    Success: true,
    Status: 'CONFIRMED',
    PaymentId: 3_093_639_567,
    ErrorCode: '0',
    Amount: 123_456,
    Pan: '220138******4477',
    ExpDate: '1230',
    Data: { Source: 'cards' },
  }

  it('what to ask about, and says OK', async () => {
    expect(await deliver(news)).toEqual({
      eventKey: tbankToken(news, live.password),
      subject: { kind: 'payment', paymentId, providerRef: '3093639567' },
      reply: { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'OK' },
    })
  })

  it('by our id alone when the number is too long to be read', async () => {
    expect((await deliver({ ...news, PaymentId: '9'.repeat(41) })).subject).toEqual({
      kind: 'payment',
      paymentId,
    })
  })

  it('of things that are none of ours, and says OK all the same', async () => {
    const others = [
      { ...news, Status: 'RECEIPT', Type: 'Income' },
      {
        TerminalKey: live.terminalKey,
        NotificationType: 'LINKACCOUNT',
        RequestKey: '1',
        Success: true,
        Status: 'ACTIVE',
      },
      {
        TerminalKey: live.terminalKey,
        CustomerKey: 'c',
        RequestKey: 'r',
        Success: true,
        Status: 'COMPLETED',
        PaymentId: 1,
      },
    ]
    for (const other of others) {
      expect(await deliver(other)).toMatchObject({ subject: { kind: 'none' }, reply: { body: 'OK' } })
    }
  })

  it('of nothing by another password or for another terminal', async () => {
    await expect(deliver(news, 'other')).rejects.toMatchObject({ status: 401 })
    await expect(deliver({ ...news, TerminalKey: 'other' })).rejects.toMatchObject({ status: 401 })
    await expect(deliver({ ...news, OrderId: true })).rejects.toMatchObject({ status: 400 })
  })
})

describe('tbank is set up', () => {
  const demo = { terminalKey: '1763900000001DEMO', password: 'p' }

  it('with a DEMO terminal at T-Bank, or on this machine, in mode test', () => {
    expect(tbank(demo).mode).toBe('test')
    expect(tbank({ ...demo, apiUrl: 'http://localhost:4242/sandbox/tbank/v2/' }).mode).toBe('test')
  })

  it('with a live terminal at T-Bank only', () => {
    expect(provider.mode).toBe('live')
    expect(tbank({ ...live, apiUrl: 'https://rest-api-test.tinkoff.ru/v2' }).mode).toBe('live')
    for (const apiUrl of [
      'http://securepay.tinkoff.ru/v2',
      'http://127.0.0.1:4242/v2',
      'https://127.0.0.1:4242/v2',
      'https://securepay.tinkoff.ru.evil.example/v2',
      'https://securepay.tinkoff.ru:8443/v2',
    ]) {
      expect(() => tbank({ ...live, apiUrl }), apiUrl).toThrow(/DEMO/)
    }
  })

  it('never with a password that another machine could read on the way', () => {
    expect(() => tbank({ ...demo, apiUrl: 'http://sandbox.example/v2' })).toThrow(/https/)
  })

  it('with options that can be used, or not at all', () => {
    expect(() => tbank({ ...live, terminalKey: 'a b' })).toThrow(/terminalKey/)
    expect(() => tbank({ ...live, password: '' })).toThrow(/password/)
    expect(() => tbank({ ...live, password: 'line\nbreak' })).not.toThrow(/line/)
  })

  it('splits only where the terminal can', () => {
    expect(provider.rails.map(({ split }) => split)).toEqual([false, false, false])
    // Never SBP: it does not work for marketplaces.
    expect(tbank({ ...live, split: true }).rails.map(({ split }) => split)).toEqual([false, true, true])
  })
})

describe('tbank carries', () => {
  const receipt: Receipt = {
    customer: { email: 'buyer@example.com' },
    taxSystemCode: 1,
    items: [{ description: 'Чай', quantity: '1', unitPrice: RUB(60_000), vatCode: 11 }],
  }
  const splits = [{ seller: '700456', amount: RUB(60_000), fee: RUB(600) }]
  const Receipt = {
    FfdVersion: '1.05',
    Taxation: 'osn',
    Email: 'buyer@example.com',
    Items: [{ Name: 'Чай', Price: 60_000, Quantity: 1, Amount: 60_000, Tax: 'vat22' }],
  }
  const Shops = [{ ShopCode: '700456', Amount: 60_000, Fee: '600' }]
  const parts = { paymentId, providerRef: '3093639567', idempotencyKey: 'key', receipt, splits }

  it('the receipt and the shares of a capture', async () => {
    const { asked, context } = scripted({
      GetState: wireState('AUTHORIZED'),
      Confirm: wireState('CONFIRMED', { Amount: 60_000 }),
    })
    await provider.capturePayment({ ...parts, charge: RUB(60_000) }, context)
    const confirm = asked.find(({ url }) => url.endsWith('/Confirm'))!.body
    expect(confirm).toMatchObject({ Amount: 60_000, Receipt, Shops })
    const { Token, ...rest } = confirm
    expect(Token).toBe(tbankToken(rest, live.password))
  })

  it('the receipt and the shares of a refund', async () => {
    const { asked, context } = scripted({
      GetState: wireState('CONFIRMED', { Params: [{ Key: 'Source', Value: 'cards' }] }),
      Cancel: wireState('PARTIAL_REFUNDED', { OriginalAmount: 123_456, NewAmount: 63_456 }),
    })
    await provider.refundPayment({ ...parts, refundId: 're_1', charge: RUB(60_000) }, context)
    expect(asked.at(-1)!.body).toMatchObject({
      Amount: 60_000,
      ExternalRequestId: 're_1',
      Receipt,
      Shops,
    })
  })
})
