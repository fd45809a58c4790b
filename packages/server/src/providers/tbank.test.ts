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
import { TBANK_NETWORKS, type TbankMethod, type TbankOptions, tbank } from './tbank.ts'

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

describe('tbank declares', () => {
  it('what its page says of each method', () => {
    const both = { capture: 'both', partialCapture: true, holdSeconds: 7 * 86_400 }
    const every = {
      currencies: ['RUB'],
      partialRefund: true,
      cancelPending: true,
      cancelReturnsMoney: true,
      timeoutSeconds: 90 * 86_400,
      requires: [],
      split: false,
      buyerCountries: ['RU'],
    }
    const methods = ['sbp', 'bank_card', 't_pay', 'sber_pay', 'mir_pay'] as const
    const { rails, account, id, createKeyTtlSeconds } = tbank({ ...live, methods })
    expect({ id, account, createKeyTtlSeconds }).toEqual({
      id: 'tbank',
      account: 'tbank',
      createKeyTtlSeconds: 90 * 86_400,
    })
    expect(rails.map(({ name: _, source: __, asOf: ___, ...rail }) => rail)).toEqual([
      {
        ...every,
        method: 'sbp',
        presentations: ['qr', 'appLink', 'banks'],
        capture: 'automatic',
        partialCapture: false,
        limits: { RUB: { min: 1000, max: 70_000_000 } },
        costBps: 70,
      },
      {
        ...every,
        ...both,
        method: 'bank_card',
        presentations: ['redirect'],
        limits: { RUB: { min: 100, max: 100_000_000 } },
        costBps: 300,
      },
      {
        ...every,
        ...both,
        method: 't_pay',
        presentations: ['qr', 'appLink'],
        limits: { RUB: { min: 100, max: 70_000_000 } },
      },
      {
        ...every,
        ...both,
        method: 'sber_pay',
        presentations: ['qr', 'appLink'],
        holdSeconds: 30 * 86_400,
        notInApp: true,
        limits: { RUB: { min: 100, max: 70_000_000 } },
      },
      {
        ...every,
        ...both,
        method: 'mir_pay',
        presentations: ['appLink'],
        onlyOs: ['android'],
        limits: { RUB: { min: 100, max: 35_000_000 } },
      },
    ])
    expect(provider.rails.map(({ method }) => method)).toEqual(['sbp', 'bank_card', 't_pay'])
    expect(tbank({ ...live, account: 'second' }).account).toBe('second')
  })

  it('the networks that its page prints', () => {
    const page = readFileSync(new URL('../../../../docs/providers/tbank.md', import.meta.url), 'utf8')
    expect(TBANK_NETWORKS).toHaveLength(4)
    for (const network of TBANK_NETWORKS) expect(page).toContain(network)
  })
})

describe('tbank tells codes apart', () => {
  const refused = (ErrorCode: string) => ({ ...ok, Success: false, ErrorCode })
  const codesOf = (meaning: string) => {
    const page = readFileSync(new URL('../../../../docs/providers/tbank.md', import.meta.url), 'utf8')
    const [, codes = ''] =
      new RegExp(`^\\| \`ErrorCode\` ([^|]+?)(?: to \`Init\`)? \\| ${meaning}`, 'm').exec(page) ?? []
    return codes.split(/, | or /).flatMap((range) => {
      const [from = 0, to = from] = range.split(' to ').map(Number)
      return Array.from({ length: to - from + 1 }, (_, i) => String(from + i))
    })
  }

  it('that are about the terminal: no word about the payment', async () => {
    const codes = codesOf('rejected: the terminal')
    expect(codes).toEqual(['202', '203', '204', '205', '331', '501', '648'])
    for (const code of codes) {
      const { context } = scripted({ GetState: refused(code), CheckOrder: refused(code) })
      for (const ref of [{ providerRef: '1' }, { paymentId }])
        await expect(provider.getPayment(ref, context), code).rejects.toMatchObject({
          kind: 'rejected',
          code,
        })
    }
    for (const ref of [{ providerRef: '1' }, { paymentId }, {}])
      expect(await provider.getPayment(ref, scripted({}).context)).toBeNull()
  })

  it('that leave open what was done', async () => {
    const codes = codesOf('outcome unknown')
    expect(codes).toEqual(['3', '21', '401', '3040', '7999', '9999'])
    for (const code of codes) {
      const { context } = scripted({ Init: refused(code) })
      await expect(
        provider.createPayment({ ...order, repeated: false }, context),
        code,
      ).rejects.toMatchObject({ kind: 'unknown', code })
    }
  })

  it('that say an order is there: it is taken up and not made again', async () => {
    const codes = codesOf('the order exists')
    expect(codes).toEqual(['20', '623', '8'])
    for (const code of codes) {
      const row = { PaymentId: '7', Amount: 123_456, Status: 'CONFIRMED', ErrorCode: 0 }
      const { asked, context } = scripted({
        Init: refused(code),
        CheckOrder: { ...ok, OrderId: paymentId, Payments: [row] },
      })
      const made = await provider.createPayment({ ...order, repeated: false }, context)
      expect(made).toMatchObject({ providerRef: '7', status: 'succeeded' })
      expect(asked.map(({ url }) => url.split('/').at(-1))).toEqual(['Init', 'CheckOrder'])
    }
  })

  it('from a success that has a code, and a refusal that has none', async () => {
    for (const answer of [
      { ...wireInit, ErrorCode: '99' },
      { ...wireInit, Success: false },
    ]) {
      const { context } = scripted({ Init: answer })
      await expect(provider.createPayment({ ...order, repeated: false }, context)).rejects.toMatchObject({
        kind: 'rejected',
      })
    }
  })

  it('and HTTP: too many requests were not done, and are told when to come back', async () => {
    const { context } = scripted(
      {},
      { status: 429, headers: { 'retry-after': 'Tue, 24 Nov 2026 10:00:07 GMT' } },
    )
    await expect(provider.getPayment({ providerRef: '1' }, context)).rejects.toMatchObject({
      kind: 'not_done',
      code: 'http_429',
      retryAfterMs: 7000,
    })
    const created = scripted({ Init: wireInit }, { status: 201 })
    await expect(
      provider.createPayment({ ...order, repeated: false }, created.context),
    ).rejects.toMatchObject({ kind: 'unknown', code: 'http_201' })
  })

  it('only where the answer is of the documented form', async () => {
    for (const wrong of [
      { ErrorCode: 'x0' },
      { ErrorCode: '0x' },
      { Success: 'yes' },
      { ErrorCode: '0000000' },
    ]) {
      const { context } = scripted({ GetState: wireState('CONFIRMED', wrong) })
      await expect(provider.getPayment({ providerRef: '1' }, context)).rejects.toMatchObject({
        kind: 'unknown',
        code: 'answer_unexpected',
      })
    }
    for (const PaymentId of ['', '1 2', 'x'.repeat(41), 1.5]) {
      const { context } = scripted({ GetState: wireState('CONFIRMED', { PaymentId }) })
      await expect(provider.getPayment({ providerRef: '1' }, context)).rejects.toMatchObject({
        kind: 'unknown',
      })
    }
  })
})

describe('tbank makes', () => {
  const make = (change: Partial<CreatePayment>, answers: Record<string, unknown>, on = provider) => {
    const { asked, context } = scripted(answers)
    return { asked, made: on.createPayment({ ...order, repeated: false, ...change }, context) }
  }
  const link =
    'https://qr.nspk.ru/AD10000000000000000000000001TEST?type=02&bank=100000000004&sum=1000&cur=RUB&crc=9969'
  const { PaymentURL: _, ...withoutForm } = wireInit

  it('a card payment of which nobody has the form: it exists, so nothing is refused', async () => {
    await expect(make({}, { Init: withoutForm }).made).rejects.toMatchObject({
      kind: 'unknown',
      code: 'answer_unexpected',
    })
  })

  it('an SBP payment without a form, and asks for its code by its own id', async () => {
    const { asked, made } = make({ method: 'sbp' }, { Init: withoutForm, GetQr: { ...ok, Data: link } })
    expect(await made).toMatchObject({ status: 'requires_action', providerRef: '3093639567' })
    expect(asked[1]!.body).toMatchObject({ PaymentId: '3093639567', DataType: 'PAYLOAD' })
  })

  it.each([
    ['REJECTED', { status: 'failed', dead: true }],
    ['CONFIRMED', { status: 'succeeded', captured: RUB(123_456) }],
    ['AUTHORIZING', { status: 'processing', nextAction: null }],
  ])('and offers nothing where Init tells %s already', async (Status, expected) => {
    const { asked, made } = make({}, { Init: { ...wireInit, Status } })
    expect(await made).toMatchObject({ providerRef: '3093639567', reference: paymentId, ...expected })
    expect(asked).toHaveLength(1)
  })

  it('tells the sum that T-Bank names, not the one that was asked for', async () => {
    expect((await make({}, { Init: { ...wireInit, Amount: 1 } }).made).charge).toEqual(RUB(1))
  })

  it('nothing by a method that it was not given', async () => {
    const { asked, made } = make({ method: 'sber_pay' }, { Init: wireInit })
    await expect(made).rejects.toMatchObject({
      kind: 'rejected',
      code: 'method_unknown',
      failureCode: 'method_restricted',
    })
    expect(asked).toEqual([])
  })

  it('nothing in another currency, and says so to the buyer', async () => {
    const { asked, made } = make({ charge: { currency: 'CNY', minorUnits: 1 } }, { Init: wireInit })
    await expect(made).rejects.toMatchObject({
      kind: 'rejected',
      code: 'currency_unknown',
      failureCode: 'method_restricted',
    })
    expect(asked).toEqual([])
  })

  it('takes up what a repetition finds, by its own id, and makes nothing', async () => {
    const row = (Status: string) => ({ PaymentId: '7', Amount: 123_456, Status, ErrorCode: 0 })
    const found = (Status: string) => ({ CheckOrder: { ...ok, OrderId: paymentId, Payments: [row(Status)] } })
    const waiting = make({ method: 'sbp', repeated: true }, { ...found('NEW'), GetQr: { ...ok, Data: link } })
    expect(await waiting.made).toMatchObject({
      status: 'requires_action',
      nextAction: { qr: { payload: link } },
    })
    expect(waiting.asked.map(({ url, body }) => [url.split('/').at(-1), body['PaymentId']])).toEqual([
      ['CheckOrder', undefined],
      ['GetQr', '7'],
    ])
    expect(waiting.asked[0]!.body).toMatchObject({ OrderId: paymentId })
    const paid = make({ repeated: true }, found('CONFIRMED'))
    expect(await paid.made).toMatchObject({ status: 'succeeded', captured: RUB(123_456) })
    expect(paid.asked).toHaveLength(1)
    // A try of a buyer's that failed on the form is no end of the order: it is not made anew.
    const tried = make({ repeated: true }, { ...found('AUTH_FAIL'), Init: wireInit })
    expect(await tried.made).toMatchObject({ status: 'failed', dead: false })
    expect(tried.asked).toHaveLength(1)
  })

  it('an order whose link cannot be got, and gives it up under a name of its own', async () => {
    const { asked, made } = make(
      { method: 'sbp' },
      { Init: wireInit, GetQr: { ...ok, Success: false, ErrorCode: '3001' }, Cancel: wireState('CANCELED') },
    )
    await expect(made).rejects.toMatchObject({ kind: 'rejected', code: '3001' })
    expect(asked.at(-1)!.body).toMatchObject({
      PaymentId: '3093639567',
      ExternalRequestId: `cancel_${paymentId}`,
    })
    expect(asked.at(-1)!.body).not.toHaveProperty('Amount')
  })

  it('an order that could be neither shown nor ended, and does not call it refused', async () => {
    const slow = { retryAfterMs: 4000 }
    const { context } = scripted({ Init: wireInit, GetQr: { ...ok, Success: false, ErrorCode: '3001' } })
    const http: ProviderContext['http'] = {
      send: async (request) =>
        request.url.endsWith('/Cancel')
          ? { status: 429, headers: new Headers({ 'retry-after': '4' }), rawBody: new Uint8Array() }
          : context.http.send(request),
    }
    const made = provider.createPayment({ ...order, method: 'sbp', repeated: false }, { ...context, http })
    await expect(made).rejects.toMatchObject({ kind: 'unknown', code: 'http_429', ...slow })
  })

  it.each<[TbankMethod, CreatePayment['device'], object | undefined]>([
    ['t_pay', { surface: 'mobile', os: 'ios' }, { TinkoffPayWeb: 'true', Device: 'Mobile', DeviceOs: 'iOS' }],
    [
      'sber_pay',
      { surface: 'mobile', os: 'android' },
      { SberPayWeb: 'true', Device: 'Mobile', DeviceOs: 'Android' },
    ],
    ['t_pay', { surface: 'desktop', os: 'windows' }, { TinkoffPayWeb: 'true', Device: 'Desktop' }],
    ['sber_pay', undefined, { SberPayWeb: 'true', Device: 'Desktop' }],
    ['sbp', { surface: 'mobile', os: 'ios' }, undefined],
    ['bank_card', { surface: 'mobile', os: 'ios' }, undefined],
    ['mir_pay', { surface: 'mobile', os: 'android' }, undefined],
  ])('%s for the device %j', async (method, device, DATA) => {
    const all = tbank({ ...live, methods: ['sbp', 'bank_card', 't_pay', 'sber_pay', 'mir_pay'] })
    const { asked, made } = make({ method, device }, { Init: { ...wireInit, Status: 'AUTHORIZING' } }, all)
    await made
    expect(asked[0]!.body['DATA']).toEqual(DATA)
  })

  it('what is not there it does not send', async () => {
    const { asked, made } = make({ description: '', splits: [] }, { Init: wireInit })
    await made
    for (const name of ['Description', 'Shops', 'Receipt', 'Language', 'DATA'])
      expect(asked[0]!.body).not.toHaveProperty(name)
  })

  it.each([
    ['ru', 'ru'],
    ['RU-BY', 'ru'],
    ['run', 'en'],
    ['be-ru', 'en'],
  ])('a form for %s in %s', async (locale, Language) => {
    const { asked, made } = make({ locale }, { Init: wireInit })
    await made
    expect(asked[0]!.body).toMatchObject({ Language })
  })

  it('no half of a character at the end, and leaves whole ones alone', async () => {
    for (const [description, sent] of [
      ['🍵 чай 🍵', '🍵 чай 🍵'],
      ['x'.repeat(141), 'x'.repeat(140)],
      [`${'x'.repeat(138)}🍵y`, `${'x'.repeat(138)}🍵`],
    ] as const) {
      const { asked, made } = make({ description }, { Init: wireInit })
      await made
      expect(asked[0]!.body['Description']).toBe(sent)
    }
  })

  it('no app of T-Pay where SberPay was asked for, and the bank’s own where it may', async () => {
    const apps = tbank({ ...live, methods: ['sber_pay', 'mir_pay', 't_pay'] })
    const links: Record<string, string> = {
      t_pay: 'TinkoffPay/transactions/3093639567/versions/2.0/link',
      sber_pay: 'SberPay/transactions/3093639567/link',
    }
    for (const [method, RedirectUrl, isShown] of [
      ['sber_pay', 'tinkoffbank://Main/1', true],
      ['t_pay', 'sberpay://invoicing/1', false],
      ['t_pay', 'HTTPS://WWW.TBANK.RU/tpay/1', true],
      ['t_pay', 'https://www.tinkoff.ru/tpay/1', true],
      ['t_pay', 'https://t-bank-app.ru/1', true],
      ['t_pay', 'https://sub.nspk.ru/1', true],
      ['t_pay', 'https://nspk.ru/1', false],
    ] as const) {
      const { made } = make(
        { method },
        { Init: wireInit, [links[method]!]: { ...ok, Params: { RedirectUrl } } },
        apps,
      )
      if (!isShown) await expect(made, RedirectUrl).rejects.toMatchObject({ code: 'url_refused' })
      else if (RedirectUrl.startsWith('tinkoffbank'))
        expect((await made).nextAction?.appLink).toEqual({ scheme: RedirectUrl })
      else expect((await made).nextAction?.appLink).toEqual({ universal: RedirectUrl })
    }
    const form = make({}, { Init: { ...wireInit, PaymentURL: 'https://evil.example/new' } })
    await expect(form.made).rejects.toMatchObject({ kind: 'unknown', code: 'url_refused' })
  })

  it('no code of Mir Pay, even from a link that a camera could read', async () => {
    const apps = tbank({ ...live, methods: ['mir_pay'] })
    const Deeplink = 'https://securepay.tinkoff.ru/mir/1'
    const { asked, made } = make(
      { method: 'mir_pay' },
      { Init: wireInit, 'MirPay/GetDeepLink': { ...ok, Deeplink } },
      apps,
    )
    expect((await made).nextAction).toEqual({
      expiresAt: '2026-11-24T11:00:00.000Z',
      appLink: { universal: Deeplink },
    })
    expect(asked[1]!.body).toMatchObject({ PaymentId: '3093639567' })
  })

  it('a receipt by the whole: taxes, contacts, halves of a kopeck up', async () => {
    const items = Array.from({ length: 12 }, (_, index) => ({
      description: `Чай ${index + 1}`,
      quantity: '1',
      unitPrice: RUB(100),
      vatCode: index + 1,
    }))
    const rounded = [
      { quantity: '0.5', unitPrice: RUB(1), amount: 1 },
      { quantity: '0.499', unitPrice: RUB(1), amount: 0 },
      { quantity: '1.25', unitPrice: RUB(10), amount: 13 },
      { quantity: '3', unitPrice: RUB(33_333_333), amount: 99_999_999 },
    ].map((item) => ({ description: 'Чай', vatCode: 1, measure: 'шт', ...item }))
    const withFfd = tbank({ ...live, ffdVersion: '1.2', taxSystemCode: 6 })
    const receipt = {
      customer: { phone: '+7 (999) 000-00-00' },
      items: [...items, ...rounded.map(({ amount: _, ...item }) => item)],
    } as Receipt
    const { asked, made } = make({ receipt }, { Init: wireInit }, withFfd)
    await made
    const taxes = 'none vat0 vat10 vat20 vat110 vat120 vat5 vat7 vat105 vat107 vat22 vat122'.split(' ')
    expect(asked[0]!.body['Receipt']).toEqual({
      FfdVersion: '1.2',
      Taxation: 'patent',
      Phone: '+79990000000',
      Items: [
        ...taxes.map((Tax, index) => ({
          Name: `Чай ${index + 1}`,
          Price: 100,
          Quantity: 1,
          Amount: 100,
          Tax,
        })),
        ...rounded.map(({ quantity, unitPrice, amount }) => ({
          Name: 'Чай',
          Price: unitPrice.minorUnits,
          Quantity: Number(quantity),
          Amount: amount,
          Tax: 'none',
          MeasurementUnit: 'шт',
        })),
      ],
    })
    const old = make({ receipt: { ...receipt, taxSystemCode: 1 } }, { Init: wireInit })
    await old.made
    expect(JSON.stringify(old.asked[0]!.body)).not.toContain('MeasurementUnit')
  })

  it.each([
    [1, 'osn'],
    [2, 'usn_income'],
    [3, 'usn_income_outcome'],
    [4, 'envd'],
    [5, 'esn'],
    [6, 'patent'],
  ])('a receipt of tax system %i as %s, whatever the terminal’s own', async (taxSystemCode, Taxation) => {
    const receipt = {
      customer: { email: 'a@example.com' },
      taxSystemCode,
      items: [{ description: 'Чай', quantity: '1', unitPrice: RUB(123_456), vatCode: 1 }],
    } as Receipt
    const own = tbank({ ...live, taxSystemCode: 6 })
    const { asked, made } = make({ receipt }, { Init: wireInit }, own)
    await made
    expect(asked[0]!.body['Receipt']).toEqual({
      FfdVersion: '1.05',
      Taxation,
      Email: 'a@example.com',
      Items: [{ Name: 'Чай', Price: 123_456, Quantity: 1, Amount: 123_456, Tax: 'none' }],
    })
  })
})

describe('tbank finds of an order', () => {
  const row = (PaymentId: string, Status: string) => ({ PaymentId, Status, Amount: 123_456, ErrorCode: 0 })
  const find = async (...rows: object[]) =>
    (
      await provider.getPayment(
        { paymentId },
        scripted({ CheckOrder: { ...ok, OrderId: paymentId, Payments: rows } }).context,
      )
    )?.providerRef

  it('money before what may become money, and that before what is over', async () => {
    const rising = [
      'CANCELED',
      'DEADLINE_EXPIRED',
      'REJECTED',
      'NEW',
      'SOMETHING',
      'CHECKED',
      'AUTHORIZED',
      'CONFIRMED',
    ]
    for (const [index, Status] of rising.entries())
      for (const lower of rising.slice(0, index)) {
        expect(await find(row('high', Status), row('low', lower)), `${Status}, ${lower}`).toBe('high')
        expect(await find(row('low', lower), row('high', Status)), `${lower}, ${Status}`).toBe('high')
      }
  })

  it('the last of two that stand alike, and nothing where there is none', async () => {
    expect(await find(row('1', 'NEW'), row('2', 'NEW'))).toBe('2')
    expect(await find()).toBeUndefined()
    const { context } = scripted({ CheckOrder: { ...ok, OrderId: paymentId, Payments: null } })
    expect(await provider.getPayment({ paymentId }, context)).toBeNull()
  })

  it('why it failed only where the order tells of this very payment', async () => {
    const told = (PaymentId: string, ErrorCode: number | null) =>
      scripted({
        GetState: wireState('REJECTED'),
        CheckOrder: { ...ok, OrderId: paymentId, Payments: [{ ...row(PaymentId, 'REJECTED'), ErrorCode }] },
      })
    const read = (scene: ReturnType<typeof scripted>) =>
      provider.getPayment({ providerRef: '3093639567' }, scene.context)
    expect(await read(told('3093639567', 1051))).toMatchObject({ failureCode: 'insufficient_funds' })
    expect(await read(told('4', 1051))).toMatchObject({ failureCode: 'declined' })
    expect(await read(told('3093639567', null))).toMatchObject({ failureCode: 'declined' })
    // The order is not asked about where nothing failed.
    const paid = scripted({ GetState: wireState('CONFIRMED') })
    await read(paid)
    expect(paid.asked).toHaveLength(1)
  })

  it('how it stands though the question why was lost, and hides no mistake of ours', async () => {
    const scene = scripted({
      GetState: wireState('REJECTED'),
      CheckOrder: { ...ok, Success: false, ErrorCode: '9999' },
    })
    expect(await provider.getPayment({ providerRef: '1' }, scene.context)).toMatchObject({
      status: 'failed',
      dead: true,
      failureCode: 'declined',
    })
    const broken: ProviderContext = {
      ...scene.context,
      http: {
        send: async (request) => {
          if (request.url.endsWith('/CheckOrder')) throw new RangeError('a mistake of ours')
          return scene.context.http.send(request)
        },
      },
    }
    await expect(provider.getPayment({ providerRef: '1' }, broken)).rejects.toThrow(RangeError)
  })
})

describe('tbank captures', () => {
  const capture = (context: ProviderContext, more: object = {}) =>
    provider.capturePayment(
      { paymentId, providerRef: '3093639567', idempotencyKey: 'k', charge: RUB(60_000), ...more },
      context,
    )
  const confirm = { ...ok, OrderId: paymentId, PaymentId: '3093639567', Status: 'CONFIRMED' }
  const names = ({ asked }: ReturnType<typeof scripted>) => asked.map(({ url }) => url.split('/').at(-1))

  it('a part, and tells both what was asked and what was taken', async () => {
    const wire = scripted({ GetState: wireState('AUTHORIZED'), Confirm: confirm })
    expect(await capture(wire.context)).toMatchObject({
      status: 'succeeded',
      charge: RUB(123_456),
      captured: RUB(60_000),
    })
    expect(wire.asked[1]!.body).toMatchObject({ PaymentId: '3093639567', Amount: 60_000 })
    expect(wire.asked[1]!.body).not.toHaveProperty('Shops')
    expect(names(wire)).toEqual(['GetState', 'Confirm'])
  })

  it('nothing that is taken already, and tells by what is known what had been asked', async () => {
    const known = { charge: RUB(123_456), captured: RUB(0), refunded: RUB(0) }
    const wire = scripted({ GetState: wireState('CONFIRMED', { Amount: 60_000 }) })
    expect(await capture(wire.context, { known })).toMatchObject({
      charge: RUB(123_456),
      captured: RUB(60_000),
    })
    expect(await capture(wire.context)).toMatchObject({ charge: RUB(60_000), captured: RUB(60_000) })
    expect(names(wire)).toEqual(['GetState', 'GetState'])
    // Taken, but not so much: told as it is.
    const other = scripted({ GetState: wireState('CONFIRMED', { Amount: 50_000 }) })
    expect(await capture(other.context, { known })).toMatchObject({
      charge: RUB(50_000),
      captured: RUB(50_000),
    })
  })

  it('and believes T-Bank’s state where Confirm is refused', async () => {
    const refused = { ...ok, Success: false, ErrorCode: '4' }
    const done = scripted({
      GetState: [wireState('AUTHORIZED'), wireState('CONFIRMED', { Amount: 60_000 })],
      Confirm: refused,
    })
    expect(await capture(done.context)).toMatchObject({
      status: 'succeeded',
      charge: RUB(123_456),
      captured: RUB(60_000),
    })
    const held = scripted({ GetState: wireState('AUTHORIZED'), Confirm: refused })
    await expect(capture(held.context)).rejects.toMatchObject({ kind: 'rejected', code: '4' })
    const gone = scripted({ GetState: [wireState('AUTHORIZED'), refused], Confirm: refused })
    await expect(capture(gone.context)).rejects.toMatchObject({ kind: 'rejected', code: '4' })
    const released = scripted({ GetState: wireState('REVERSED') })
    expect(await capture(released.context)).toMatchObject({ status: 'canceled', dead: true })
    expect(names(released)).toEqual(['GetState'])
  })

  it('nothing that T-Bank does not know', async () => {
    await expect(capture(scripted({}).context)).rejects.toMatchObject({ kind: 'rejected', code: 'not_found' })
  })
})

describe('tbank ends', () => {
  const cancel = (context: ProviderContext, more: object = {}) =>
    provider.cancelPayment({ paymentId, providerRef: '3093639567', idempotencyKey: 'k', ...more }, context)
  const refused = { ...ok, Success: false, ErrorCode: '4' }
  const names = ({ asked }: ReturnType<typeof scripted>) => asked.map(({ url }) => url.split('/').at(-1))

  it.each(['CANCELED', 'REVERSED', 'REFUNDED'])('a payment whose cancel answers %s', async (Status) => {
    const wire = scripted({ GetState: wireState('NEW'), Cancel: wireState(Status) })
    expect(await cancel(wire.context)).toEqual({
      providerRef: '3093639567',
      reference: paymentId,
      charge: RUB(123_456),
      status: 'canceled',
      dead: true,
      failureCode: null,
      nextAction: null,
      captured: null,
      refunded: null,
    })
    expect(names(wire)).toEqual(['GetState', 'Cancel'])
    expect(wire.asked[1]!.body).toMatchObject({
      PaymentId: '3093639567',
      ExternalRequestId: `cancel_${paymentId}`,
    })
  })

  it('nothing that is over, and says why it is', async () => {
    const wire = scripted({ GetState: wireState('REJECTED', { Success: false, ErrorCode: '1051' }) })
    expect(await cancel(wire.context)).toMatchObject({
      status: 'failed',
      dead: true,
      failureCode: 'insufficient_funds',
    })
    expect(names(wire)).toEqual(['GetState'])
  })

  it('nothing that is paid, unless a cancel may have been heard', async () => {
    const paid = scripted({ GetState: wireState('CONFIRMED') })
    expect(await cancel(paid.context)).toMatchObject({ status: 'succeeded', captured: RUB(123_456) })
    expect(names(paid)).toEqual(['GetState'])
    const again = scripted({
      GetState: [wireState('CONFIRMED'), wireState('ASYNC_REFUNDING')],
      Cancel: wireState('ASYNC_REFUNDING'),
    })
    expect(await cancel(again.context, { repeated: true })).toMatchObject({
      status: 'processing',
      dead: false,
      captured: null,
    })
    for (const Status of ['ASYNC_REFUNDING', 'REFUNDING']) {
      const onItsWay = scripted({ GetState: wireState(Status) })
      expect(await cancel(onItsWay.context, { repeated: true })).toMatchObject({
        status: 'processing',
        dead: false,
        captured: null,
      })
      expect(names(onItsWay)).toEqual(['GetState'])
    }
  })

  it('with T-Bank’s word: a refusal of what is paid is told as paid, of what has gone back as it is', async () => {
    const lost = scripted({ GetState: [wireState('NEW'), wireState('CONFIRMED')], Cancel: refused })
    expect(await cancel(lost.context)).toMatchObject({
      status: 'succeeded',
      captured: RUB(123_456),
      dead: false,
    })
    const back = scripted({ GetState: [wireState('NEW'), wireState('REFUNDED')], Cancel: refused })
    expect(await cancel(back.context)).toMatchObject({
      status: 'succeeded',
      refunded: RUB(123_456),
      dead: false,
    })
    const given = scripted({
      GetState: [wireState('NEW'), wireState('REFUNDED')],
      Cancel: wireState('ASYNC_REFUNDING'),
    })
    expect(await cancel(given.context)).toMatchObject({
      status: 'canceled',
      dead: true,
      captured: null,
      refunded: null,
    })
    const tried = scripted({ GetState: [wireState('NEW'), wireState('AUTH_FAIL')], Cancel: refused })
    expect(await cancel(tried.context)).toMatchObject({ status: 'failed', dead: false })
  })

  it('nothing for sure where the terminal is refused, or the payment is gone', async () => {
    const ours = scripted({ GetState: wireState('NEW'), Cancel: { ...refused, ErrorCode: '204' } })
    await expect(cancel(ours.context)).rejects.toMatchObject({ kind: 'rejected', code: '204' })
    expect(names(ours)).toEqual(['GetState', 'Cancel'])
    const gone = scripted({ GetState: [wireState('NEW'), { ...refused, ErrorCode: '255' }], Cancel: refused })
    await expect(cancel(gone.context)).rejects.toMatchObject({ kind: 'unknown', code: 'not_found' })
    const waits = scripted({ GetState: wireState('NEW'), Cancel: wireState('NEW') })
    expect(await cancel(waits.context)).toMatchObject({ status: 'requires_action', dead: false })
  })

  it('what Init’s lost form leaves behind', async () => {
    const row = { PaymentId: '7', Amount: 123_456, Status: 'NEW', ErrorCode: 0 }
    const { asked, context } = scripted({
      CheckOrder: { ...ok, OrderId: paymentId, Payments: [row] },
      Cancel: wireState('CANCELED', { PaymentId: '7' }),
    })
    expect(await provider.createPayment({ ...order, repeated: true }, context)).toMatchObject({
      status: 'canceled',
      dead: true,
    })
    expect(asked.at(-1)!.body).toMatchObject({ PaymentId: '7' })
  })
})

describe('tbank counts what goes back', () => {
  const known = (refunded: number, captured = 123_456): KnownPayment => ({
    charge: RUB(123_456),
    captured: RUB(captured),
    refunded: RUB(refunded),
  })
  const refundId = 're_0123456789abcdefghijkl_1'
  const refund = (context: ProviderContext, kopecks: number, more: Partial<RefundPayment> = {}) =>
    provider.refundPayment(
      { refundId, paymentId, providerRef: '3093639567', idempotencyKey: 'k', charge: RUB(kopecks), ...more },
      context,
    )
  const find = (context: ProviderContext, kopecks: number, more: object = {}) =>
    provider.getRefund(
      {
        refundId,
        paymentId,
        paymentProviderRef: '3093639567',
        providerRef: `${refundId}.${kopecks}`,
        ...more,
      },
      context,
    )
  const refused = (ErrorCode: string) => ({ ...ok, Success: false, ErrorCode })
  const byCard = { Params: [{ Key: 'Route' }, { Key: 'Source', Value: 'cards' }] }
  const left = (Amount: number, more: object = {}) => wireState('PARTIAL_REFUNDED', { Amount, ...more })
  const names = ({ asked }: ReturnType<typeof scripted>) => asked.map(({ url }) => url.split('/').at(-1))
  const told = (status: string, kopecks = 1000) => ({
    providerRef: `${refundId}.${kopecks}`,
    reference: refundId,
    paymentProviderRef: '3093639567',
    charge: RUB(kopecks),
    status,
    failureCode: null,
  })

  it('of an SBP refund: as much as it or more unexplained, and it was made', async () => {
    for (const [Amount, refunded, isMade] of [
      [123_456 - 1000, 0, true],
      [123_456 - 1500, 0, true],
      [123_456 - 1500, 500, true],
      [123_456 - 500, 500, false],
      [123_456 - 400, 500, false],
    ] as const) {
      const wire = scripted({ GetState: left(Amount), Cancel: left(Amount - 1000) })
      expect(await refund(wire.context, 1000, { repeated: true, known: known(refunded) })).toEqual(
        told('succeeded'),
      )
      expect(names(wire), `${Amount} ${refunded}`).toEqual(isMade ? ['GetState'] : ['GetState', 'Cancel'])
    }
    for (const Amount of [123_456 - 999, 123_456 - 1, 123_456, 200_000]) {
      const wire = scripted({ GetState: left(Amount), Cancel: left(1) })
      await expect(refund(wire.context, 1000, { repeated: true, known: known(0) })).rejects.toMatchObject({
        kind: 'unknown',
        code: 'refund_unclear',
      })
      expect(names(wire)).toEqual(['GetState'])
    }
  })

  it('of a first try by SBP nothing: it is sent', async () => {
    const wire = scripted({ GetState: left(100_000), Cancel: left(99_000) })
    expect(await refund(wire.context, 1000, { repeated: false, known: known(0) })).toEqual(told('succeeded'))
    expect(wire.asked[1]!.body).toMatchObject({
      PaymentId: '3093639567',
      Amount: 1000,
      ExternalRequestId: refundId,
    })
  })

  it('of a card nothing: its refund has a name that T-Bank knows', async () => {
    const wire = scripted({ GetState: left(123_456, byCard), Cancel: left(122_456) })
    expect(await refund(wire.context, 1000, { repeated: true })).toEqual(told('succeeded'))
    expect(names(wire)).toEqual(['GetState', 'Cancel'])
    const bySbp = { Params: [{ Key: 'Source', Value: 'QRSBP' }] }
    const sbp = scripted({ GetState: left(123_456, bySbp) })
    await expect(refund(sbp.context, 1000, { repeated: true })).rejects.toMatchObject({
      code: 'refund_unclear',
    })
  })

  it('not while something is on its way back: a first try was not done, of another nobody knows', async () => {
    for (const Status of ['ASYNC_REFUNDING', 'REFUNDING'])
      for (const [repeated, kind] of [
        [false, 'not_done'],
        [true, 'unknown'],
        [undefined, 'unknown'],
      ] as const) {
        const wire = scripted({ GetState: wireState(Status) })
        await expect(refund(wire.context, 1000, { repeated, known: known(0) })).rejects.toMatchObject({
          kind,
          code: 'refund_under_way',
          retryAfterMs: 5000,
        })
      }
  })

  it('as under way, done or unknown by how the payment stands after it', async () => {
    const after = async (Cancel: string, ...states: object[]) => {
      const wire = scripted({
        GetState: [wireState('CONFIRMED', byCard), ...states],
        Cancel: wireState(Cancel),
      })
      const { status } = await refund(wire.context, 1000)
      return [status, wire.asked.length]
    }
    expect(await after('PARTIAL_REFUNDED')).toEqual(['succeeded', 2])
    expect(await after('REFUNDED')).toEqual(['succeeded', 2])
    expect(await after('ASYNC_REFUNDING', wireState('ASYNC_REFUNDING'))).toEqual(['requested', 3])
    expect(await after('REFUNDING', left(122_456))).toEqual(['succeeded', 3])
    expect(await after('ASYNC_REFUNDING', refused('255'))).toEqual(['unknown', 3])
    expect(await after('CONFIRMED')).toEqual(['unknown', 2])
  })

  it('for refused, unless all of it is back, or something is on its way', async () => {
    const wire = (after: object, code = '4') =>
      scripted({ GetState: [wireState('CONFIRMED', byCard), after], Cancel: refused(code) })
    const all = { known: known(23_456), repeated: false }
    expect(await refund(wire(wireState('REFUNDED')).context, 100_000, all)).toEqual(
      told('succeeded', 100_000),
    )
    for (const kopecks of [99_999, 100_001])
      await expect(refund(wire(wireState('REFUNDED')).context, kopecks, all)).rejects.toMatchObject({
        kind: 'rejected',
        code: '4',
      })
    await expect(refund(wire(left(1)).context, 100_000, all)).rejects.toMatchObject({ kind: 'rejected' })
    await expect(refund(wire(wireState('REFUNDED')).context, 123_456)).rejects.toMatchObject({
      kind: 'rejected',
    })
    await expect(refund(wire(wireState('ASYNC_REFUNDING')).context, 1000)).rejects.toMatchObject({
      kind: 'not_done',
      code: 'refund_under_way',
    })
    const ours = wire(wireState('ASYNC_REFUNDING'), '204')
    await expect(refund(ours.context, 1000)).rejects.toMatchObject({ kind: 'rejected', code: '204' })
    expect(names(ours)).toEqual(['GetState', 'Cancel'])
  })

  it('of nothing that T-Bank does not know', async () => {
    await expect(refund(scripted({}).context, 1000)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'not_found',
    })
    expect(await find(scripted({}).context, 1000)).toBeNull()
  })

  it('when it looks for a refund: it is made when as much is back as the others and it', async () => {
    const found = async (state: object, kopecks: number, more: object = {}) =>
      (await find(scripted({ GetState: state, GetQrState: refused('1') }).context, kopecks, more))?.status
    const state = (Amount: number) => left(Amount, byCard)
    expect(await found(state(122_456), 1000, { known: known(0) })).toBe('succeeded')
    expect(await found(state(122_457), 1000, { known: known(0) })).toBe('unknown')
    expect(await found(state(121_956), 1000, { known: known(500) })).toBe('succeeded')
    expect(await found(state(121_957), 1000, { known: known(500) })).toBe('unknown')
    expect(await found(wireState('REFUNDED', byCard), 1000, { known: known(0) })).toBe('succeeded')
    expect(await found(wireState('REFUNDED', byCard), 1000)).toBe('succeeded')
    expect(await found(wireState('CONFIRMED', byCard), 1000, { known: known(0) })).toBe('unknown')
    expect(await found(state(122_456), 1000)).toBe('succeeded')
    expect(await found(wireState('CONFIRMED', byCard), 1000)).toBe('unknown')
    for (const Status of ['REFUNDING', 'ASYNC_REFUNDING'])
      expect(await found(wireState(Status, byCard), 1000, { known: known(0) })).toBe('requested')
    const wire = scripted({ GetState: state(122_456) })
    expect(await find(wire.context, 1000, { known: known(0) })).toEqual(told('succeeded'))
    expect(names(wire)).toEqual(['GetState'])
  })

  it('as refused where SBP says why, and only by SBP', async () => {
    const state = wireState('CONFIRMED')
    const wire = scripted({ GetState: state, GetQrState: { ...ok, QrCancelCode: 'B01' } })
    expect(await find(wire.context, 1000, { known: known(0) })).toEqual({
      ...told('failed'),
      failureCode: 'declined',
    })
    expect(wire.asked[1]!.body).toMatchObject({ PaymentId: '3093639567' })
    const silent = scripted({ GetState: state, GetQrState: { ...ok, QrCancelCode: null } })
    expect(await find(silent.context, 1000, { known: known(0) })).toEqual(told('unknown'))
    const unclear = scripted({ GetState: state, GetQrState: { ...refused('255'), QrCancelCode: 'B01' } })
    expect(await find(unclear.context, 1000, { known: known(0) })).toEqual(told('unknown'))
    const card = scripted({
      GetState: wireState('CONFIRMED', byCard),
      GetQrState: { ...ok, QrCancelCode: 'B01' },
    })
    expect(await find(card.context, 1000, { known: known(0) })).toEqual(told('unknown'))
  })

  it('by a name of this very refund', async () => {
    const { context } = scripted({ GetState: left(122_456) })
    for (const providerRef of [
      `${refundId}.1000x`,
      `${refundId}.x1000`,
      `${refundId}.${'1'.repeat(16)}`,
      `${refundId}0.1000`,
      `x${refundId}.1000`,
    ])
      expect(await find(context, 1000, { providerRef })).toBeNull()
    expect(await find(context, 1000, { providerRef: `${refundId}.${'1'.repeat(15)}` })).not.toBeNull()
  })

  it('of a hold: what was asked is ours to know when a part was let go', async () => {
    const read = (state: object, more: object = {}) =>
      provider.getPayment({ providerRef: '3093639567', ...more }, scripted({ GetState: state }).context)
    const released = wireState('PARTIAL_REVERSED', { Amount: 60_000 })
    expect(await read(released, { known: known(0, 0) })).toMatchObject({
      status: 'authorized',
      charge: RUB(123_456),
    })
    expect(await read(released)).toMatchObject({ charge: RUB(60_000), captured: null })
  })

  it('of a payment that goes back: what was asked and taken is ours to know', async () => {
    const read = (state: object) =>
      provider.getPayment(
        { providerRef: '3093639567', known: known(0, 60_000) },
        scripted({ GetState: state }).context,
      )
    const taken = { status: 'succeeded', charge: RUB(123_456), captured: RUB(60_000), dead: false }
    expect(await read(wireState('REFUNDED', { Amount: 60_000 }))).toMatchObject({
      ...taken,
      refunded: RUB(60_000),
    })
    expect(await read(wireState('ASYNC_REFUNDING', { Amount: 5 }))).toMatchObject({
      ...taken,
      refunded: null,
    })
    expect(await read(wireState('PARTIAL_REFUNDED', { Amount: 59_999 }))).toMatchObject({
      ...taken,
      refunded: RUB(1),
    })
    expect(await read(wireState('CONFIRMED', { Amount: 60_000 }))).toMatchObject({
      charge: RUB(60_000),
      captured: RUB(60_000),
      refunded: null,
    })
  })
})

describe('tbank reads of a notification', () => {
  const deliver = (params: Record<string, unknown>) =>
    provider.parseNotification(
      {
        rawBody: new TextEncoder().encode(
          JSON.stringify({ ...params, Token: tbankToken(params, live.password) }),
        ),
        headers: new Headers(),
        requestUri: '/',
        remoteAddress: null,
      },
      scripted({}).context,
    )
  const news = { TerminalKey: live.terminalKey, OrderId: paymentId, Success: true, Status: 'CONFIRMED' }

  it.each([
    ['3093639567', '3093639567'],
    [3_093_639_567, '3093639567'],
    ['2dc3-AB', '2dc3-AB'],
    ['1/2', undefined],
    ['', undefined],
    [1.5, undefined],
    [2 ** 53, undefined],
    [undefined, undefined],
  ])('the id %j as %j', async (PaymentId, providerRef) => {
    const { subject } = await deliver({ ...news, ...(PaymentId === undefined ? {} : { PaymentId }) })
    expect(subject).toEqual({ kind: 'payment', paymentId, providerRef })
  })

  it('that it is of a payment by its order, and of nothing without one', async () => {
    expect((await deliver({ ...news, OrderId: 21_050 })).subject).toMatchObject({ paymentId: '21050' })
    const { OrderId: _, ...rest } = news
    expect((await deliver(rest)).subject).toEqual({ kind: 'none' })
    expect((await deliver({ ...news, NotificationType: 'LINKCARD' })).subject).toEqual({ kind: 'none' })
    expect((await deliver({ ...news, Status: 'RECEIPT' })).subject).toEqual({ kind: 'none' })
  })
})
