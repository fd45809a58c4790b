import { expect, it } from 'vitest'
import { fixedRate } from '../fixed-rate.ts'
import { NOW, railInUse, rub } from './domain-fixtures.ts'
import type { RailInUse } from './eligibility.ts'
import { explain, type Purchase } from './explain.ts'
import { OFFERED_TEXT, REASON_TEXTS } from './reason-texts.ts'

const purchase: Purchase = { amount: rub(100_000), capture: 'automatic', splits: false }

function explained(
  rails: readonly RailInUse[],
  change: Partial<Purchase> = {},
  more: Partial<Parameters<typeof explain>[1]> = {},
) {
  return explain({ ...purchase, ...change }, { rails, quotes: [], now: NOW, ...more })
}

function positions(...args: Parameters<typeof explained>) {
  return [...explained(...args)].map(([id, { position }]) => [id, position])
}

const dear = railInUse('sbp', {}, { id: 'dear:sbp', costBps: 90 })
const cheap = railInUse('sbp', {}, { id: 'cheap:sbp', costBps: 40 })
const card = railInUse('bank_card', {}, { costBps: 300 })

it('says of a rail that would carry it with what charge, in which place, and that nothing is in the way', () => {
  expect(explained([card]).get('acme:bank_card')).toEqual({
    offered: true,
    reason: null,
    text: OFFERED_TEXT,
    reasons: [],
    charge: rub(100_000),
    position: 1,
  })
})

it('says of one that would not everything that is in the way, what weighs most first, and no place', () => {
  const limits = { RUB: { min: 1, max: 1000 } }
  const ill = railInUse('sbp', { limits, capture: 'automatic' }, { health: 'down' })
  expect(explained([ill], { capture: 'manual' }).get('acme:sbp')).toEqual({
    offered: false,
    reason: 'amount_too_large',
    text: REASON_TEXTS.amount_too_large,
    reasons: [
      { code: 'amount_too_large', text: REASON_TEXTS.amount_too_large },
      { code: 'hold_not_supported', text: REASON_TEXTS.hold_not_supported },
      { code: 'down', text: REASON_TEXTS.down },
    ],
    charge: null,
    position: null,
  })
})

it('counts all rails of a method before the next one, in the order in which they are tried', () => {
  expect(positions([card, dear, cheap])).toEqual([
    ['acme:bank_card', 3],
    ['dear:sbp', 2],
    ['cheap:sbp', 1],
  ])
})

it('gives no place to a rail that cannot carry it, though its method is offered by another', () => {
  const suspended = { ...cheap, suspended: true }
  expect(positions([suspended, dear, card])).toEqual([
    ['cheap:sbp', null],
    ['dear:sbp', 1],
    ['acme:bank_card', 2],
  ])
})

it('minds shares and safe deals only where they are wanted', () => {
  const reasonsOf = (change: Partial<Purchase>) => explained([card], change).get('acme:bank_card')?.reasons
  const codes = (change: Partial<Purchase>) => reasonsOf(change)?.map(({ code }) => code)
  expect(codes({})).toEqual([])
  expect(codes({ splits: true })).toEqual(['split_not_supported'])
  expect(codes({ escrow: true })).toEqual(['escrow_not_supported'])
  expect(codes({ escrow: false })).toEqual([])
})

it('goes by the buyer: his device, his language, what he paid with last', () => {
  const alipay = railInUse('alipay', { presentations: ['appLink'], buyerCountries: ['CN'] }, { costBps: 900 })
  const sbp = railInUse('sbp', { presentations: ['qr'], buyerCountries: ['RU'] }, { costBps: 1 })
  const first = (change: Partial<Purchase>) =>
    [...explained([alipay, sbp], change)].find(([, { position }]) => position === 1)?.[0]
  expect(first({})).toBe('acme:sbp')
  expect(first({ device: { surface: 'mobile' } })).toBe('acme:alipay')
  expect(first({ locale: 'zh' })).toBe('acme:alipay')
  expect(first({ last: 'alipay' })).toBe('acme:alipay')
})

it("goes by the merchant's order, and by the moment", () => {
  expect(positions([card, cheap], {}, { methodOrder: ['bank_card'] })).toEqual([
    ['acme:bank_card', 1],
    ['cheap:sbp', 2],
  ])
  const leaving = { ...card, departsAt: NOW }
  expect(explained([leaving], {}, { now: NOW - 1 }).get('acme:bank_card')?.offered).toBe(true)
  expect(explained([leaving]).get('acme:bank_card')?.reason).toBe('departed')
})

it('names the charge in the currency of the rail', () => {
  const alipay = railInUse('alipay', { currencies: ['CNY'] })
  const quotes = [fixedRate({ pair: 'RUB/CNY', rate: '12.50' })]
  expect(explained([alipay], {}, { quotes }).get('acme:alipay')?.charge).toEqual({
    currency: 'CNY',
    minorUnits: 8000,
  })
  expect(explained([alipay]).get('acme:alipay')?.reason).toBe('currency_not_supported')
})
