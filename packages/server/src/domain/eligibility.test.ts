import { sandboxAccounts } from '@teabrick/sandbox'
import { expect, it } from 'vitest'
import { fixedRate } from '../fixed-rate.ts'
import { antom } from '../providers/antom.ts'
import { yookassa } from '../providers/yookassa.ts'
import { eligibility, type RailInUse } from './eligibility.ts'

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
