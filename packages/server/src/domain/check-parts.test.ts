import { expect, it } from 'vitest'
import { checkParts, type Parts } from './check-parts.ts'
import { begin, openSession } from './domain-fixtures.ts'

const payment = begin(openSession(), 'bank_card').payments[0]!
const RUB = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const item = { description: 'Чай', quantity: '1', unitPrice: RUB(1000), vatCode: 11 }
const receipt = { customer: { email: 'buyer@example.com' }, items: [item] }
const splits = [
  { seller: 'a', amount: RUB(600), fee: RUB(6) },
  { seller: 'b', amount: RUB(400) },
]
const check =
  (parts: Parts, split = true) =>
  () =>
    checkParts(parts, 1000, payment, { split })

it('keeps what is there, and nothing else', () => {
  expect(check({})()).toEqual({})
  expect(check({ receipt })()).toEqual({ receipt })
  expect(check({ receipt, splits })()).toEqual({ receipt, splits })
  const byPhone = { ...receipt, customer: { phone: '+79000000000' } }
  expect(check({ receipt: byPhone })()).toEqual({ receipt: byPhone })
  const allFee = [{ seller: 'a', amount: RUB(1000), fee: RUB(1000) }]
  expect(check({ splits: allFee })()).toEqual({ splits: allFee })
})

it.each<[string, Parts]>([
  ['splits', { splits: [splits[0]!] }],
  ['splits[0].amount.currency', { splits: [{ seller: 'a', amount: { currency: 'CNY', minorUnits: 1000 } }] }],
  ['splits[0].fee', { splits: [{ seller: 'a', amount: RUB(1000), fee: RUB(1001) }] }],
  [
    'splits[0].fee',
    { splits: [{ seller: 'a', amount: RUB(1000), fee: { currency: 'CNY', minorUnits: 1 } }] },
  ],
  ['splits', { splits: [...splits, { seller: 'c', amount: RUB(1) }] }],
  ['receipt.customer', { receipt: { ...receipt, customer: {} } }],
  [
    'receipt.items[0].unitPrice.currency',
    { receipt: { ...receipt, items: [{ ...item, unitPrice: { currency: 'CNY', minorUnits: 1000 } }] } },
  ],
])('refuses what does not fit, and names %s', (path, parts) => {
  expect(check(parts)).toThrow(expect.objectContaining({ code: 'invalid_request', path }))
})

it('refuses shares where the rail has none', () => {
  expect(check({ splits }, false)).toThrow(expect.objectContaining({ code: 'invalid_state', path: 'splits' }))
})
