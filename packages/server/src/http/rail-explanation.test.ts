import type { CheckoutView, Problem, RailList, UnavailableReason } from '@teabrick/core/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, sessionRequest } from '../api-rig.ts'
import { type Provider, ProviderFault, type ProviderRail } from '../provider.ts'
import { tbank } from '../providers/tbank.ts'
import { yookassa } from '../providers/yookassa.ts'

// Providers that nobody has. Each is an object in this test: to add one touches no file of ours.

const TOY_RAIL: ProviderRail = {
  method: 'toy_pay',
  name: 'Toy Pay',
  currencies: ['RUB'],
  presentations: ['redirect'],
  capture: 'automatic',
  partialCapture: false,
  partialRefund: true,
  cancelPending: false,
  limits: { RUB: { min: 100, max: 35_000_000 } },
  timeoutSeconds: 600,
  requires: [],
  split: false,
  source: 'https://toy.example/docs',
  asOf: '2026-11-24',
}

function toy(account: string, rail: Partial<ProviderRail>, fault?: ProviderFault): Provider {
  const refuse = () => Promise.reject(fault ?? new ProviderFault('rejected', 'toy', 'Toy sells nothing'))
  return {
    id: 'toy',
    account,
    mode: 'test',
    createKeyTtlSeconds: 86_400,
    rails: [{ ...TOY_RAIL, ...rail }],
    createPayment: refuse,
    getPayment: refuse,
    capturePayment: refuse,
    cancelPayment: refuse,
    refundPayment: refuse,
    getRefund: refuse,
    parseNotification: refuse,
  }
}

const unreachable = new ProviderFault('not_done', 'ECONNREFUSED', 'never sent')
const toys: readonly Provider[] = [
  toy('mir', { method: 'mir_pay', onlyOs: ['android'], capture: 'both', holdSeconds: 604_800 }),
  toy('kaspi', { method: 'kaspi', currencies: ['KZT'], limits: { KZT: { min: 1, max: 100_000_000 } } }),
  toy('safe', { method: 'safe_deal', escrow: true, split: true, capture: 'both' }),
  toy('chat', { method: 'chat_pay', notInApp: ['telegram', 'max'], presentations: ['appLink'] }),
  toy('loan', {
    method: 'loan',
    credit: true,
    costBps: 1,
    limits: { RUB: { min: 300_000, max: 150_000_000 } },
  }),
  toy('gone', { method: 'old_pay' }),
  toy('off', { method: 'off_pay' }),
  toy('dead', { method: 'dead_pay' }, unreachable),
  // A second rail for the same method, with other limits.
  toy('second', { method: 'mir_pay', onlyOs: ['android', 'ios'], limits: { RUB: { min: 1, max: 5_000 } } }),
]

let rig: ApiRig
beforeAll(async () => {
  const base = await createApiRig()
  const [antom] = base.options.providers
  await base.close()
  if (antom === undefined) throw new Error('no provider')
  rig = await createApiRig({
    providers: [
      antom,
      yookassa({
        shopId: '54401',
        secretKey: 'test_teabrick_demo_secret',
        apiUrl: 'http://127.0.0.1:4250/yookassa/v3',
        methods: ['sbp', 'bank_card', 'sber_pay', 't_pay', 'yoomoney', 'mobile_balance'],
        split: true,
      }),
      tbank({
        terminalKey: '1763900000001DEMO',
        password: 'teabrick_demo_pass',
        apiUrl: 'http://127.0.0.1:4250/tbank/v2',
      }),
      ...toys,
    ],
    departures: [{ rail: 'gone:*', from: '2022-03-10T00:01:00+03:00', reason: 'left' }],
  })
  await rig.merchant('PUT', '/v1/rails/off:off_pay', { state: 'suspended', reason: 'by hand' })
  for (let tries = 0; tries < 3; tries++) {
    const { clientToken } = await rig.session()
    await rig.pay(clientToken, 'dead_pay')
  }
})
afterAll(() => rig.close())

const METHODS = ['alipay', 'sbp', 'bank_card', 'sber_pay', 't_pay', 'yoomoney', 'mobile_balance', 'mir_pay']
const ALL = [...METHODS, 'kaspi', 'safe_deal', 'chat_pay', 'loan', 'old_pay', 'off_pay', 'dead_pay']

const anyPurchase = fc.record({
  amount: fc.oneof(
    fc.constantFrom(1, 99, 100, 999, 1000, 5_001, 1_500_000, 35_000_001, 70_000_000, 70_000_001, 150_000_001),
    fc.integer({ min: 1, max: 200_000_000 }),
  ),
  currency: fc.constantFrom('RUB', 'RUB', 'RUB', 'CNY', 'KZT'),
  capture: fc.constantFrom('automatic' as const, 'automatic' as const, 'manual' as const),
  split: fc.boolean(),
  device: fc.option(
    fc.record(
      {
        surface: fc.constantFrom('desktop' as const, 'mobile' as const),
        os: fc.constantFrom('ios' as const, 'android' as const, 'windows' as const),
        inApp: fc.constantFrom('wechat', 'telegram', 'vk'),
      },
      { requiredKeys: ['surface'] },
    ),
    { nil: undefined },
  ),
  locale: fc.constantFrom(undefined, 'ru', 'zh-Hans', 'en'),
  last: fc.option(fc.constantFrom(...ALL), { nil: undefined }),
  tried: fc.constantFrom(...ALL),
})

/** Of the reasons of a method's rails, the one of the rail that is nearest to being offered. */
const NEARNESS: readonly UnavailableReason[] = [
  'not_offered',
  'departed',
  'currency_not_supported',
  'amount_too_small',
  'amount_too_large',
  'hold_not_supported',
  'escrow_not_supported',
  'split_not_supported',
  'device_not_supported',
  'in_app_not_supported',
  'quote_unavailable',
  'suspended',
  'down',
]

async function explained(query: Readonly<Record<string, string | undefined>>): Promise<RailList['items']> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const response = await rig.merchant('GET', `/v1/rails?${new URLSearchParams(given)}`)
  const body = (await response.json()) as RailList
  if (response.status !== 200) throw new Error(JSON.stringify(body))
  return body.items
}

describe('an explanation', () => {
  it('is what a checkout shows and what POST /v1/checkout/payments accepts or refuses, for whatever purchase', async () => {
    await fc.assert(
      fc.asyncProperty(anyPurchase, async (purchase) => {
        const { amount: minorUnits, currency, capture, split, device, locale, last, tried } = purchase
        const amount = { currency, minorUnits }
        const items = await explained({
          amount: String(minorUnits),
          currency,
          capture,
          split: String(split),
          ...device,
          locale,
          last,
        })
        const { clientToken } = await rig.session({
          ...sessionRequest,
          amount,
          capture,
          ...(split ? { splits: [{ seller: 's1', amount }] } : {}),
          buyer: { phone: '+79991234567', email: 'a@example.com' },
        })
        const query = new URLSearchParams(
          Object.entries({ ...device, locale, last }).filter(
            (entry): entry is [string, string] => entry[1] !== undefined,
          ),
        )
        const view = (await (
          await rig.checkout(clientToken, 'GET', `/v1/checkout?${query}`)
        ).json()) as CheckoutView

        const position = ({ explanation }: RailList['items'][number]) => explanation?.position ?? 0
        const offered = items
          .filter(({ explanation }) => explanation?.offered)
          .sort((a, b) => position(a) - position(b))
        expect(offered.map(position)).toEqual(offered.map((_, index) => index + 1))
        expect(view.methods.map(({ id }) => id)).toEqual([...new Set(offered.map(({ method }) => method))])
        for (const { id, reason } of view.unavailable) {
          const reasons = items
            .filter(({ method }) => method === id)
            .map(({ explanation }) => explanation?.reason as UnavailableReason)
          const nearest = reasons.sort((a, b) => NEARNESS.indexOf(b) - NEARNESS.indexOf(a))[0]
          expect([id, reason]).toEqual([id, nearest])
        }
        for (const { explanation } of items) {
          expect(explanation?.reasons[0]?.code ?? null).toBe(explanation?.reason)
          for (const { ru, en, zh } of [
            explanation?.text,
            ...(explanation?.reasons ?? []).map(({ text }) => text),
          ].filter((each) => each !== undefined))
            expect([/[а-я]/.test(ru), /[a-z]/.test(en), /[一-鿿]/.test(zh)]).toEqual([true, true, true])
        }

        const response = await rig.checkout(clientToken, 'POST', '/v1/checkout/payments', {
          method: tried,
          ...(device && { device }),
        })
        if (offered.some(({ method }) => method === tried)) expect(response.status).toBe(200)
        else {
          const { code, detail } = (await response.json()) as Problem
          const reason = view.unavailable.find(({ id }) => id === tried)?.reason
          expect([response.status, code]).toEqual([409, 'method_unavailable'])
          expect(detail).toContain(`(${reason})`)
        }
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it.each([
    // DOMAIN: escrow removes SBP; iOS removes Mir Pay; an app's built-in browser removes SberPay; 700,001 roubles remove SBP.
    ['escrow=true', { sbp: ['escrow_not_supported'], safe_deal: [] }],
    ['os=ios', { mir_pay: ['device_not_supported', 'amount_too_large'], sbp: [] }],
    ['os=android', { mir_pay: [] }],
    ['inApp=vk', { sber_pay: ['in_app_not_supported'], chat_pay: [] }],
    ['inApp=max', { chat_pay: ['in_app_not_supported'] }],
    ['split=true', { sbp: ['split_not_supported'], bank_card: [] }],
    ['splits=true&capture=manual', { sbp: ['hold_not_supported', 'split_not_supported'], safe_deal: [] }],
    ['', { old_pay: ['departed'], off_pay: ['suspended'], dead_pay: ['down'], loan: ['amount_too_small'] }],
  ] as const)('of 1,000 roubles with %s names everything that is in the way', async (query, expected) => {
    const items = await explained({
      amount: '100000',
      currency: 'RUB',
      ...Object.fromEntries(new URLSearchParams(query)),
    })
    for (const [method, reasons] of Object.entries(expected)) {
      const found = items.filter((item) => item.method === method)
      const codes = found.map(({ explanation }) => explanation?.reasons.map(({ code }) => code) ?? ['?'])
      // The method's best rail.
      if (reasons.length === 0)
        expect([method, codes.some((each) => each.length === 0)]).toEqual([method, true])
      else expect([method, codes.flat()]).toEqual([method, expect.arrayContaining([...reasons])])
    }
  })

  it('removes SBP at 700,001 roubles, from every provider', async () => {
    const items = await explained({ amount: '70000100', currency: 'RUB' })
    const sbp = items.filter(({ method }) => method === 'sbp')
    expect(sbp.map(({ explanation }) => explanation?.reason)).toEqual([
      'amount_too_large',
      'amount_too_large',
    ])
  })

  it('goes by the facts that stand beside it, with their source and date', async () => {
    const items = await explained({ amount: '100000', currency: 'RUB', surface: 'mobile', os: 'ios' })
    for (const { facts, explanation, currencies } of items) {
      expect(facts?.source).toMatch(/^https:\/\//)
      expect(facts?.factsAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      const codes = explanation?.reasons.map(({ code }) => code) ?? []
      expect(codes.includes('device_not_supported')).toBe(facts?.onlyOs?.includes('ios') === false)
      const limits = facts?.limits['RUB']
      if (currencies.includes('RUB') && limits)
        expect(codes.includes('amount_too_small')).toBe(limits.min > 100_000)
    }
  })

  it('shows no loan first, whatever it costs and whoever used it last', async () => {
    const items = await explained({ amount: '400000', currency: 'RUB', last: 'loan' })
    const loan = items.find(({ method }) => method === 'loan')
    expect(loan?.explanation?.offered).toBe(true)
    expect(loan?.explanation?.position).toBeGreaterThan(1)
  })

  it.each([
    ['amount=100&currency=RUB&escrow=yes', 'escrow'],
    ['amount=100&currency=RUB&split=1', 'split'],
    ['amount=100&currency=RUB&split=true&splits=false', 'splits'],
    ['amount=100&currency=RUB&capture=later', 'capture'],
    ['amount=100&currency=RUB&surface=watch', 'surface'],
    ['amount=100&currency=RUB&os=symbian', 'os'],
    ['amount=100&currency=RUB&inApp=WeChat!', 'inApp'],
    ['amount=100&currency=RUB&locale=russian_RU', 'locale'],
    ['amount=100&currency=RUB&last=SBP', 'last'],
    ['amount=0&currency=RUB', 'amount'],
    ['amount=&currency=RUB', 'amount'],
    ['amount=100&currency=XXX', 'currency'],
    ['amount=100&amount=200&currency=RUB', 'amount'],
    ['escrow=false', 'amount'],
    ['locale=ru', 'amount'],
    ['amount=100&currency=RUB&country=CN', 'country'],
  ])('of %s is refused and names %s', async (query, path) => {
    const response = await rig.merchant('GET', `/v1/rails?${query}`)
    expect([response.status, ((await response.json()) as Problem).path]).toEqual([400, path])
  })
})
