import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ProviderRail } from '../provider.ts'
import type { EligibleMethod, RailInUse } from './eligibility.ts'
import { orderMethods, orderRails } from './rail-order.ts'

const RAIL: ProviderRail = {
  method: 'toy_pay',
  name: 'Toy Pay',
  currencies: ['RUB'],
  presentations: ['redirect'],
  capture: 'automatic',
  partialCapture: false,
  partialRefund: true,
  cancelPending: false,
  limits: {},
  timeoutSeconds: 600,
  requires: [],
  split: false,
  source: 'https://toy.example/docs',
  asOf: '2026-11-24',
}

function offer(
  method: string,
  { rail = {}, ...inUse }: Partial<Omit<RailInUse, 'rail'>> & { rail?: Partial<ProviderRail> } = {},
): EligibleMethod {
  return {
    method,
    rail: {
      id: `toy:${method}`,
      account: 'toy',
      rail: { ...RAIL, method, ...rail },
      suspended: false,
      health: 'up',
      departsAt: null,
      ...inUse,
    },
    charge: { currency: 'RUB', minorUnits: 100 },
    quote: null,
  }
}

const ids = (methods: readonly EligibleMethod[]) => methods.map(({ method }) => method)
const sbp = offer('sbp', {
  costBps: 70,
  rail: { presentations: ['qr', 'banks'], buyerCountries: ['RU'] },
})
const card = offer('bank_card', { costBps: 300, rail: { buyerCountries: ['RU'] } })
const alipay = offer('alipay', {
  rail: { presentations: ['qr', 'appLink', 'redirect'], buyerCountries: ['CN'] },
})
const balance = offer('mobile_balance', { rail: { presentations: ['wait'], buyerCountries: ['RU'] } })
const loan = offer('loan', { costBps: 1, rail: { credit: true, presentations: ['qr', 'appLink'] } })
const all = [balance, alipay, card, sbp]

it('puts what this buyer paid with last first', () => {
  expect(ids(orderMethods(all, { last: 'bank_card', device: { surface: 'desktop' }, locale: 'zh' }))[0]).toBe(
    'bank_card',
  )
  expect(ids(orderMethods(all, { last: 'gone' }))).toEqual(ids(orderMethods(all, {})))
})

it('puts codes first on a desktop, apps and banks on a phone, and messages last', () => {
  for (const surface of ['desktop', 'mobile'] as const)
    expect(ids(orderMethods(all, { device: { surface }, locale: 'ru' }))).toEqual([
      'sbp',
      'alipay',
      'bank_card',
      'mobile_balance',
    ])
})

it('puts Alipay first for who reads Chinese, and what Russians use for who reads Russian', () => {
  expect(ids(orderMethods(all, { device: { surface: 'desktop' }, locale: 'zh-Hans' }))[0]).toBe('alipay')
  expect(ids(orderMethods([alipay, sbp], { locale: 'ru-RU' }))).toEqual(['sbp', 'alipay'])
})

it('takes the region of a language tag for the country', () => {
  const hongKong = offer('alipay_hk', { rail: { buyerCountries: ['HK'] } })
  expect(ids(orderMethods([alipay, hongKong], { locale: 'zh-Hant-HK' }))).toEqual(['alipay_hk', 'alipay'])
  expect(ids(orderMethods([hongKong, alipay], { locale: 'zh' }))).toEqual(['alipay', 'alipay_hk'])
})

it('takes what costs less, and a price that nobody knows for a high one', () => {
  expect(ids(orderMethods([alipay, card, sbp], {}))).toEqual(['sbp', 'bank_card', 'alipay'])
})

it('takes what succeeds more often where it costs the same', () => {
  const rails = [
    offer('a', { costBps: 70, successRate: 0.6 }),
    offer('b', { costBps: 70, successRate: 0.9 }),
    offer('c', { costBps: 60, successRate: 0.1 }),
  ]
  expect(ids(orderRails(rails))).toEqual(['c', 'b', 'a'])
})

it('leaves rails as configured where the difference is noise', () => {
  const rails = [offer('a', { successRate: 0.91 }), offer('b', { successRate: 0.94 })]
  expect(ids(orderRails(rails))).toEqual(['a', 'b'])
})

it('tries a rail that nobody has tried enough before one that is known to be worse than the best', () => {
  const rails = [offer('bad', { successRate: 0.3 }), offer('new'), offer('good', { successRate: 0.9 })]
  expect(ids(orderRails(rails))).toEqual(['new', 'good', 'bad'])
})

it('puts health before everything', () => {
  const ill = offer('ill', { costBps: 1, health: 'degraded' })
  expect(ids(orderRails([ill, card]))).toEqual(['bank_card', 'ill'])
  expect(ids(orderMethods([ill, card], { last: 'ill', override: ['ill', 'bank_card'] }))).toEqual([
    'bank_card',
    'ill',
  ])
})

it("follows the merchant's order, and puts what it does not name behind", () => {
  expect(ids(orderMethods(all, { last: 'sbp', override: ['mobile_balance', 'alipay'] }))).toEqual([
    'mobile_balance',
    'alipay',
    'sbp',
    'bank_card',
  ])
})

it('never puts a loan first, whoever asks for it', () => {
  expect(ids(orderMethods([loan, card], { last: 'loan' }))).toEqual(['bank_card', 'loan'])
  expect(ids(orderMethods([loan, card], { override: ['loan', 'bank_card'] }))).toEqual(['bank_card', 'loan'])
  expect(ids(orderMethods([loan, offer('ill', { health: 'degraded' })], {}))).toEqual(['ill', 'loan'])
  expect(ids(orderMethods([loan], {}))).toEqual(['loan'])
})

const anyMethods = fc
  .uniqueArray(
    fc.record({
      method: fc.stringMatching(/^[a-z]{1,6}$/),
      health: fc.constantFrom('up' as const, 'degraded' as const),
      costBps: fc.option(fc.nat(400)),
      successRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      credit: fc.boolean(),
      presentations: fc.subarray(['qr', 'appLink', 'banks', 'redirect', 'wait'] as const, { minLength: 1 }),
      buyerCountries: fc.option(fc.subarray(['RU', 'CN', 'KZ']), { nil: undefined }),
    }),
    { selector: ({ method }) => method, maxLength: 8 },
  )
  .map((each) =>
    each.map(({ method, health, costBps, successRate, ...rail }) =>
      offer(method, { health, costBps, successRate, rail }),
    ),
  )
const anyBuyer = fc.record({
  device: fc.option(fc.record({ surface: fc.constantFrom('desktop' as const, 'mobile' as const) }), {
    nil: undefined,
  }),
  locale: fc.constantFrom(undefined, null, 'ru', 'zh-Hans', 'en', 'kk', 'zh-HK', 'x'),
  last: fc.option(fc.stringMatching(/^[a-z]{1,6}$/), { nil: undefined }),
  override: fc.option(fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 4 }), { nil: undefined }),
})

it('orders whatever there is: the same each time, nothing lost, no loan first, the ill behind the well', () => {
  fc.assert(
    fc.property(anyMethods, anyBuyer, (methods, buyer) => {
      const ordered = orderMethods(methods, buyer)
      expect(orderMethods(methods, buyer)).toEqual(ordered)
      expect(orderMethods(ordered, buyer)).toEqual(ordered)
      expect(ids(ordered).toSorted()).toEqual(ids(methods).toSorted())
      const isCredit = ({ rail }: EligibleMethod) => rail.rail.credit === true
      if (methods.some((each) => !isCredit(each))) expect(ordered[0] && isCredit(ordered[0])).toBe(false)
      // But for the one that is put before loans.
      const health = ordered.slice(1).map(({ rail }) => rail.health)
      expect(health).toEqual([...health].sort((a, b) => (a === b ? 0 : a === 'up' ? -1 : 1)))
    }),
    { numRuns: 1000 },
  )
})

it('orders the rails of a method by health first, whatever they cost', () => {
  fc.assert(
    fc.property(anyMethods, (rails) => {
      const ordered = orderRails(rails)
      expect(ids(ordered).toSorted()).toEqual(ids(rails).toSorted())
      expect(orderRails(ordered)).toEqual(ordered)
      const keys = ordered.map(({ rail }) => [rail.health === 'up' ? 0 : 1, rail.costBps ?? Infinity])
      for (const [index, key] of keys.entries()) {
        const next = keys[index + 1]
        if (next)
          expect(
            key[0] === next[0] ? Number(key[1]) <= Number(next[1]) : Number(key[0]) < Number(next[0]),
          ).toBe(true)
      }
    }),
    { numRuns: 1000 },
  )
})
