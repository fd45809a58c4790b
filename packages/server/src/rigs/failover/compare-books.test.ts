import type { Payment } from '@teabrick/core/contract'
import type { SandboxState } from '@teabrick/sandbox'
import { expect, it } from 'vitest'
import { compareBooks } from './compare-books.ts'

const RUB = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const AT = '2026-11-24T00:00:00.000Z'

const payment = (change: Partial<Payment> = {}): Payment => ({
  id: 'pay_1',
  sessionId: 'cs_1',
  status: 'succeeded',
  method: 'sbp',
  account: 'yookassa',
  amount: RUB(10_000),
  charge: RUB(10_000),
  quote: null,
  captured: RUB(10_000),
  refunded: RUB(0),
  failure: null,
  providerRef: 'x',
  createdAt: AT,
  updatedAt: AT,
  refunds: [],
  ...change,
})
type Entry = SandboxState['doubles'][number]['ledger']['payments'][number]
const entry = (change: Partial<Entry> = {}): Entry => ({
  id: 'x',
  reference: 'pay_1',
  account: '54401',
  method: 'sbp',
  amount: RUB(10_000),
  captured: 10_000,
  refunded: 0,
  status: 'succeeded',
  nativeStatus: 'succeeded',
  createdAt: AT,
  payUrl: 'http://127.0.0.1/pay',
  approvals: 1,
  ...change,
})
const refund = (
  minorUnits: number,
  status: 'requested' | 'succeeded' | 'failed',
): Payment['refunds'][number] => ({
  id: `re_${minorUnits}`,
  sessionId: 'cs_1',
  paymentId: 'pay_1',
  status,
  amount: RUB(minorUnits),
  charge: RUB(minorUnits),
  reason: null,
  origin: 'merchant',
  failure: null,
  createdAt: AT,
  updatedAt: AT,
})
const compare = (payments: readonly Payment[], entries: readonly Entry[]) => {
  const { wrong, unheard } = compareBooks(
    [{ id: 'cs_1', payments: [...payments] }],
    [{ ledger: { payments: entries, refunds: [] } }],
  )
  return { wrong: wrong.length, unheard: unheard.length }
}
const AGREED = { wrong: 0, unheard: 0 }

it('finds nothing in books that agree', () => {
  expect(compare([payment()], [entry()])).toEqual(AGREED)
  expect(compare([payment({ status: 'failed', captured: RUB(0) })], [entry({ captured: 0 })])).toEqual(AGREED)
  expect(compare([payment({ status: 'created', captured: RUB(0) })], [])).toEqual(AGREED)
})

it('compares what went back', () => {
  const refunded = payment({ refunds: [refund(4000, 'succeeded'), refund(1, 'failed')] })
  expect(compare([refunded], [entry({ refunded: 4000 })])).toEqual(AGREED)
  expect(compare([refunded], [entry({ refunded: 3999 })])).toEqual({ wrong: 1, unheard: 0 })
  expect(compare([refunded], [entry({ refunded: 4001 })])).toEqual({ wrong: 0, unheard: 1 })
  expect(compare([payment({ refunds: [refund(4000, 'requested')] })], [entry()])).toEqual({
    wrong: 0,
    unheard: 1,
  })
})

it('compares in the currency of the charge, rounded down as refunds are', () => {
  const yuan = payment({ charge: { currency: 'CNY', minorUnits: 801 }, captured: RUB(5_000) })
  const amount = { currency: 'CNY', minorUnits: 801 }
  expect(compare([yuan], [entry({ amount, captured: 400 })])).toEqual(AGREED)
  expect(compare([yuan], [entry({ amount, captured: 401 })])).toEqual({ wrong: 1, unheard: 0 })
})

it.each([
  ['a kopeck more than we know of', [payment()], [entry({ captured: 10_001 })]],
  ['another amount than was asked', [payment()], [entry({ amount: RUB(10_001) })]],
  ['a success that no provider knows', [payment()], []],
  ['money of a payment that we do not know', [], [entry()]],
  ['a buyer charged twice by one payment', [payment()], [entry({ approvals: 2 })]],
  ['one payment made twice at the provider', [payment()], [entry(), entry({ id: 'y' })]],
  ['more given back than taken', [], [entry({ captured: 0, refunded: 1 })]],
])('calls wrong %s', (_, payments, entries) => {
  expect(compare(payments, entries).wrong).toBe(1)
})

it('calls unheard what a provider took and has not been asked about, and two payments of one session', () => {
  expect(compare([payment({ status: 'expired', captured: RUB(0) })], [entry()])).toEqual({
    wrong: 0,
    unheard: 1,
  })
  expect(
    compare([payment(), payment({ id: 'pay_2' })], [entry(), entry({ reference: 'pay_2', id: 'y' })]),
  ).toEqual({ wrong: 0, unheard: 1 })
})
