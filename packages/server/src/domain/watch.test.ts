import { describe, expect, it } from 'vitest'
import { askForAnotherMethod } from './another-method.ts'
import {
  begin,
  claim,
  decide,
  NOW,
  openSession,
  operationOf,
  paymentOf,
  policy,
  says,
} from './domain-fixtures.ts'
import type { PaymentRecord, SessionState } from './records.ts'
import { askNow, nextQueryDelay } from './watch.ts'

const HOUR = 3_600_000
const waiting = () => says(begin(openSession(), 'sbp'), 1, 'requires_action')
const seconds = (payment: PaymentRecord, now = NOW) =>
  [0, 1, 2, 3, 4, 20].map((asked) => (nextQueryDelay(payment, asked, now) ?? Number.NaN) / 1000)
const ask = (state: SessionState) => decide(state, (draft) => askNow(draft, paymentOf(state)))
const withWatch = (state: SessionState, change: object): SessionState => ({
  ...state,
  operations: state.operations.map((each) => (each.kind === 'query' ? { ...each, ...change } : each)),
})

describe('a provider is asked', () => {
  it('after 2, 4, 8 … 30 seconds while a buyer may be paying', () => {
    expect(seconds(paymentOf(waiting()))).toEqual([2, 4, 8, 16, 30, 30])
  })

  it('every ten minutes at the latest while money is reserved', () => {
    const held = paymentOf(says(begin(openSession('manual'), 'bank_card'), 1, 'authorized'))
    expect(seconds(held)).toEqual([2, 4, 8, 16, 32, 600])
  })

  it('every ten seconds at first about a withdrawn code, every minute about an ended payment', () => {
    const withdrawn = paymentOf(decide(waiting(), (draft) => askForAnotherMethod(draft, policy)))
    expect(nextQueryDelay(withdrawn, 0, NOW)).toBe(10_000)
    expect(nextQueryDelay(withdrawn, 0, NOW + HOUR)).toBe(HOUR / 4)
    const failed = paymentOf(says(waiting(), 1, 'failed'))
    expect(nextQueryDelay(failed, 0, NOW)).toBe(60_000)
  })

  it('for 48 hours after the end, whatever else has changed since', () => {
    const failed = { ...paymentOf(says(waiting(), 1, 'failed')), updatedAt: NOW + 47 * HOUR }
    expect(nextQueryDelay(failed, 0, NOW + 48 * HOUR - 1)).toBe(6 * HOUR)
    expect(nextQueryDelay(failed, 0, NOW + 48 * HOUR)).toBeNull()
  })

  it.each(['succeeded', 'late_success', 'late_refunded'] as const)('nothing more when it is %s', (status) => {
    expect(nextQueryDelay({ ...paymentOf(waiting()), status, endedAt: NOW }, 0, NOW)).toBeNull()
  })

  it('nothing about a withdrawn payment that it has never named', () => {
    const state = says(begin(openSession(), 'sbp'), 1, 'requires_action')
    const withdrawn = decide(state, (draft) => draft.movePayment(paymentOf(state).id, 'superseded'))
    const second = says(begin(withdrawn, 'mir_pay'), 1, 'succeeded')
    expect(paymentOf(second, 2)).toMatchObject({ status: 'superseded', providerRef: null })
    expect(operationOf(second, 'query', 2)).toMatchObject({ state: 'done', notBefore: null })
  })
})

describe('a question that is wanted at once', () => {
  it('is due now, also where the watch was over', () => {
    expect(operationOf(ask(waiting()), 'query').notBefore).toBe(NOW)
    const over = withWatch(waiting(), { state: 'done', notBefore: null })
    expect(operationOf(ask(over), 'query')).toMatchObject({ state: 'pending', notBefore: NOW })
  })

  it('is not asked before the provider has named the payment', () => {
    const begun = begin(openSession(), 'sbp')
    expect(ask(begun)).toEqual(begun)
  })

  it('keeps its place where it is due already', () => {
    const due = withWatch(waiting(), { notBefore: NOW - 5000 })
    expect(ask(due)).toEqual(due)
  })

  it('is asked once more where it has left already', () => {
    const { state } = claim(withWatch(waiting(), { notBefore: NOW - 5000 }), 'query')
    expect(operationOf(ask(state), 'query').notBefore).toBe(NOW)
  })
})
