import { sandboxAccounts } from '@teabrick/sandbox'
import { describe, expect, it } from 'vitest'
import { fixedRate } from '../fixed-rate.ts'
import { antom } from '../providers/antom.ts'
import { yookassa } from '../providers/yookassa.ts'
import { NOW, railInUse, rub } from './domain-fixtures.ts'
import { eligibility, judge, type RailInUse } from './eligibility.ts'

const { antom: keys } = sandboxAccounts
const rails: readonly RailInUse[] = [
  antom({
    clientId: keys.clientId,
    privateKey: keys.merchantPrivateKey,
    antomPublicKey: keys.antomPublicKey,
    methods: ['alipay'],
  }),
  yookassa({ shopId: '54401', secretKey: 'test_key', methods: ['sbp', 'bank_card'] }),
].flatMap((provider) =>
  provider.rails.map((rail) => ({
    id: `${provider.account}:${rail.method}`,
    account: provider.account,
    rail,
    suspended: false,
    health: 'up' as const,
    departsAt: null,
  })),
)
const quotes = [fixedRate({ pair: 'RUB/CNY', rate: '12.50' })]
const session = {
  amount: { currency: 'RUB', minorUnits: 100_000 },
  capture: 'automatic' as const,
  methods: null,
  splits: null,
}
const offer = (change: Partial<Parameters<typeof eligibility>[0]>, context = { rails, quotes, now: 0 }) => {
  const { methods, unavailable } = eligibility({ ...session, ...change }, context)
  return [
    methods.map(({ method }) => method),
    Object.fromEntries(unavailable.map(({ id, reason }) => [id, reason])),
  ]
}

it('offers all rails in the order of preference', () => {
  expect(offer({})).toEqual([['alipay', 'sbp', 'bank_card'], {}])
})

it("keeps the session's own order and says what is not offered at all", () => {
  expect(offer({ methods: ['sbp', 'vk_pay', 'alipay'] })).toEqual([
    ['sbp', 'alipay'],
    { vk_pay: 'not_offered' },
  ])
})

it('leaves out what cannot hold money', () => {
  expect(offer({ capture: 'manual' })).toEqual([
    ['bank_card'],
    { alipay: 'hold_not_supported', sbp: 'hold_not_supported' },
  ])
})

it('leaves SBP out above 700,000 roubles and below one', () => {
  expect(offer({ amount: { currency: 'RUB', minorUnits: 70_000_001 }, methods: ['sbp'] })).toEqual([
    [],
    { sbp: 'amount_too_large' },
  ])
  expect(offer({ amount: { currency: 'RUB', minorUnits: 99 }, methods: ['sbp'] })).toEqual([
    [],
    { sbp: 'amount_too_small' },
  ])
})

it('needs a quote for a rail in another currency', () => {
  expect(offer({ methods: ['alipay'] }, { rails, quotes: [], now: 0 })).toEqual([
    [],
    { alipay: 'currency_not_supported' },
  ])
  expect(offer({ methods: ['sbp'], amount: { currency: 'CNY', minorUnits: 100 } })).toEqual([
    [],
    { sbp: 'quote_unavailable' },
  ])
})

it('leaves out splits where the rail has none, and what an operator has suspended', () => {
  const splits = [{ seller: 's', amount: session.amount }]
  expect(offer({ methods: ['sbp'], splits })).toEqual([[], { sbp: 'split_not_supported' }])
  const suspended = rails.map((rail) => ({ ...rail, suspended: rail.rail.method === 'sbp' }))
  expect(offer({ methods: ['sbp'] }, { rails: suspended, quotes, now: 0 })).toEqual([
    [],
    { sbp: 'suspended' },
  ])
})

it('leaves out what is down, and puts what is being tried again last', () => {
  const health = (method: string, state: 'down' | 'degraded') =>
    rails.map((rail) => (rail.rail.method === method ? { ...rail, health: state } : rail))
  expect(offer({}, { rails: health('alipay', 'down'), quotes, now: 0 })).toEqual([
    ['sbp', 'bank_card'],
    { alipay: 'down' },
  ])
  expect(offer({}, { rails: health('alipay', 'degraded'), quotes, now: 0 })).toEqual([
    ['sbp', 'bank_card', 'alipay'],
    {},
  ])
})

it('carries a method over its second rail when the first is down', () => {
  const second = rails
    .filter(({ rail }) => rail.method === 'sbp')
    .map((rail) => ({ ...rail, id: 'tbank:sbp', account: 'tbank' }))
  const down = rails.map((rail) => ({ ...rail, health: 'down' as const }))
  const { methods } = eligibility(
    { ...session, methods: ['sbp'] },
    { rails: [...down, ...second], quotes, now: 0 },
  )
  expect(methods.map(({ rail }) => rail.id)).toEqual(['tbank:sbp'])
})

describe('a rail', () => {
  const purchase = { amount: rub(100_000), capture: 'automatic' as const, splits: null }
  const world = { quotes, now: NOW }
  const reasons = (
    change: Parameters<typeof railInUse>[1],
    wanted: Partial<Parameters<typeof judge>[0]> = {},
    more: Partial<Parameters<typeof judge>[2]> = {},
  ) => judge({ ...purchase, ...wanted }, railInUse('sbp', change), { ...world, ...more }).reasons

  it('is gone from the very moment of its departure', () => {
    const leaving = railInUse('sbp', {}, { departsAt: NOW })
    const at = (now: number) => judge(purchase, leaving, { quotes, now }).reasons
    expect([at(NOW - 1), at(NOW), at(NOW + 1)]).toEqual([[], ['departed'], ['departed']])
  })

  it('takes its smallest and its largest charge, and nothing beyond', () => {
    const limits = { RUB: { min: 100, max: 1000 } }
    const of = (minorUnits: number) => reasons({ limits }, { amount: rub(minorUnits) })
    expect([99, 100, 1000, 1001].map(of)).toEqual([['amount_too_small'], [], [], ['amount_too_large']])
  })

  it('is limited in what it charges, not in what the order costs', () => {
    const limits = { CNY: { min: 1, max: 1000 }, RUB: { min: 1, max: 1_000_000 } }
    expect(reasons({ currencies: ['CNY'], limits }, { amount: rub(12_500) })).toEqual([])
    expect(reasons({ currencies: ['CNY'], limits }, { amount: rub(12_520) })).toEqual(['amount_too_large'])
    const inRoubles = { RUB: { min: 1, max: 100 } }
    expect(reasons({ currencies: ['CNY'], limits: inRoubles }, { amount: rub(12_500) })).toEqual([])
  })

  it('holds money for the buyer only where its adapter can', () => {
    expect(reasons({}, { escrow: true })).toEqual(['escrow_not_supported'])
    expect(reasons({ escrow: true }, { escrow: true })).toEqual([])
    expect(reasons({ capture: 'automatic' }, { capture: 'manual' })).toEqual(['hold_not_supported'])
  })

  it('is offered on the systems and in the apps that it works in', () => {
    const onIos = { device: { surface: 'mobile', os: 'ios' } } as const
    expect(reasons({ onlyOs: ['android'] }, {}, onIos)).toEqual(['device_not_supported'])
    expect(reasons({ onlyOs: ['ios'] }, {}, onIos)).toEqual([])
    expect(reasons({}, {}, onIos)).toEqual([])
    const inWechat = { device: { surface: 'mobile', inApp: 'wechat' } } as const
    expect(reasons({ notInApp: true }, {}, inWechat)).toEqual(['in_app_not_supported'])
    expect(reasons({ notInApp: ['wechat'] }, {}, inWechat)).toEqual(['in_app_not_supported'])
    expect(reasons({ notInApp: ['vk'] }, {}, inWechat)).toEqual([])
    expect(reasons({}, {}, inWechat)).toEqual([])
  })
})

it('carries a method over the cheaper of two rails, and says of several what is nearest to being offered', () => {
  const dear = railInUse('sbp', {}, { id: 'dear:sbp', costBps: 100 })
  const cheap = railInUse('sbp', {}, { id: 'cheap:sbp', costBps: 40 })
  const offered = eligibility({ ...session, methods: ['sbp'] }, { rails: [dear, cheap], quotes, now: NOW })
  expect(offered.methods.map(({ rail }) => rail.id)).toEqual(['cheap:sbp'])
  const departed = railInUse('sbp', {}, { departsAt: NOW })
  const down = railInUse('sbp', {}, { health: 'down' })
  for (const both of [
    [departed, down],
    [down, departed],
  ])
    expect(
      eligibility({ ...session, methods: ['sbp'] }, { rails: both, quotes, now: NOW }).unavailable,
    ).toEqual([{ id: 'sbp', name: 'sbp', reason: 'down' }])
})
