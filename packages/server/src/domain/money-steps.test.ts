import { describe, expect, it } from 'vitest'
import { ApiProblem } from '../api-problem.ts'
import { cancelPayment } from './cancel-payment.ts'
import { capturePayment } from './capture-payment.ts'
import { begin, decide, NOW, openSession, policy, word } from './domain-fixtures.ts'
import { cancelSession, expireSession } from './end-session.ts'
import { observePayment } from './observe-payment.ts'
import type { PaymentRecord, RefundRecord, SessionState } from './records.ts'
import { failRefund, observeRefund, refundPayment } from './refund-payment.ts'
import { nextQueryDelay } from './watch.ts'

// Each of these was broken on purpose once, in a place where the simulation needs luck to notice.

const HOUR = 3_600_000
const only = ({ payments: [payment] }: SessionState): PaymentRecord => {
  if (payment === undefined) throw new Error('no payment')
  return payment
}
const says = (state: SessionState, status: Parameters<typeof word>[1], more = {}, now = NOW): SessionState =>
  decide(state, (draft) => observePayment(draft, only(state), word(only(state), status, more), policy), now)
const refundOf = (state: SessionState, number: number): RefundRecord => {
  const refund = state.refunds[number - 1]
  if (refund === undefined) throw new Error(`no refund ${number}`)
  return refund
}
const rub = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const refund = (state: SessionState, minorUnits?: number): SessionState =>
  decide(state, (draft) =>
    refundPayment(draft, only(state), minorUnits === undefined ? {} : { amount: rub(minorUnits) }, {
      partialRefund: true,
      split: false,
    }),
  )
const answer = (
  state: SessionState,
  number: number,
  status: 'requested' | 'succeeded' | 'failed',
  more = {},
): SessionState =>
  decide(state, (draft) => {
    const asked = refundOf(state, number)
    observeRefund(draft, asked, {
      providerRef: `acme-r${number}`,
      reference: asked.id,
      charge: { currency: only(state).charge.currency, minorUnits: asked.charge },
      status,
      failureCode: null,
      ...more,
    })
  })

/** 1,234.56 roubles that cost the buyer 100.01 yuan. */
function beginInYuan(capture: 'automatic' | 'manual' = 'automatic'): SessionState {
  const state = begin(openSession(capture), 'alipay')
  return { ...state, payments: [{ ...only(state), charge: { currency: 'CNY', minorUnits: 10_001 } }] }
}

describe('refunds', () => {
  it('leave no gap where one in between failed: all of them together are the whole charge', () => {
    let state = says(beginInYuan(), 'succeeded')
    for (const part of [41_151, 41_154, 41_151]) state = refund(state, part)
    for (const number of [1, 2]) state = answer(state, number, number === 1 ? 'failed' : 'succeeded')
    expect(only(state).refunded).toBe(82_305)
    state = refund(state)
    expect(only(state).refunded).toBe(123_456)
    const given = state.refunds.filter(({ status }) => status !== 'failed')
    expect(given.reduce((sum, { charge }) => sum + charge, 0)).toBe(10_001)
  })

  it('that fail give their sum back to what may be refunded', () => {
    let state = refund(says(begin(openSession(), 'sbp'), 'succeeded'))
    state = decide(state, (draft) => failRefund(draft, refundOf(state, 1), null))
    expect(only(state).refunded).toBe(0)
    expect(refundOf(refund(state), 2).amount).toBe(123_456)
  })

  it('believe no answer about another sum or another refund', () => {
    const state = refund(says(begin(openSession(), 'sbp'), 'succeeded'), 100)
    expect(answer(state, 1, 'succeeded', { charge: rub(99) })).toEqual(state)
    expect(answer(state, 1, 'succeeded', { reference: 're_0123456789abcdefghijkl_9' })).toEqual(state)
    expect(refundOf(answer(state, 1, 'succeeded'), 1).status).toBe('succeeded')
  })

  it('of money that was kept late end it only when all of them are done', () => {
    let state = says(begin(openSession(), 'sbp'), 'requires_action')
    state = decide(state, (draft) => expireSession(draft, policy), NOW + HOUR)
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 2 * HOUR)
    const accept = { ...policy, latePayments: 'accept' as const }
    state = decide(state, (draft) =>
      observePayment(draft, only(state), word(only(state), 'succeeded'), accept),
    )
    state = refund(refund(state, 23_456))
    state = answer(state, 1, 'succeeded')
    expect(only(state).status).toBe('late_success')
    expect(only(answer(state, 2, 'succeeded')).status).toBe('late_refunded')
  })

  it('made in the cabinet are found beside ours, failed ones left out', () => {
    let state = refund(says(begin(openSession(), 'sbp'), 'succeeded'), 3456)
    state = decide(state, (draft) => failRefund(draft, refundOf(state, 1), null))
    state = answer(refund(state, 20_000), 2, 'succeeded')
    state = says(state, 'succeeded', { refunded: rub(23_000) })
    expect(state.refunds.map(({ origin, amount, status }) => [origin, amount, status])).toEqual([
      ['merchant', 3456, 'failed'],
      ['merchant', 20_000, 'succeeded'],
      ['provider', 3000, 'succeeded'],
    ])
    expect(only(state).refunded).toBe(23_000)
  })
})

describe('a capture', () => {
  const rail = { partialCapture: true, split: false }
  const held = () => says(beginInYuan('manual'), 'authorized')
  const capture = (state: SessionState, minorUnits?: number): SessionState =>
    decide(state, (draft) =>
      capturePayment(draft, only(state), minorUnits === undefined ? {} : { amount: rub(minorUnits) }, rail),
    )

  it('takes what was asked for, to the kopeck, though the charge is in another currency', () => {
    const state = capture(held(), 61_000)
    const [asked] = state.operations.filter(({ kind }) => kind === 'capture')
    expect(asked?.request).toMatchObject({ amount: 61_000, charge: { currency: 'CNY', minorUnits: 4941 } })
    const taken = { currency: 'CNY', minorUnits: 4941 }
    expect(only(says(state, 'succeeded', { captured: taken })).captured).toBe(61_000)
  })

  it('is made once, of no more than is held, and not released under way', () => {
    expect(() => capture(held(), 123_457)).toThrow(ApiProblem)
    const state = capture(held(), 1000)
    expect(() => capture(state, 1000)).toThrow(ApiProblem)
    expect(() => decide(state, (draft) => cancelPayment(draft, only(state), policy))).toThrow(ApiProblem)
  })
})

describe('a session', () => {
  const waiting = () => says(begin(openSession(), 'sbp'), 'requires_action')

  it('stays open until the very moment of its deadline, then closes for fifteen minutes', () => {
    const { expiresAt } = openSession().session
    const expire = (state: SessionState, now: number) =>
      decide(state, (draft) => expireSession(draft, policy), now)
    expect(expire(waiting(), expiresAt - 1).session.status).toBe('open')
    const closing = expire(waiting(), expiresAt)
    expect(closing.session).toMatchObject({ status: 'closing', dueAt: expiresAt + 900_000 })
    expect(expire(closing, expiresAt + 899_999).session.status).toBe('closing')
    expect(expire(closing, expiresAt + 900_000).session.status).toBe('expired')
  })

  it('that was given up ends as given up, however its payment ends', () => {
    let state = decide(waiting(), (draft) => cancelSession(draft, policy))
    expect(state.session.closing).toEqual({ to: 'canceled', until: NOW + 900_000 })
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 900_000)
    expect([state.session.status, only(state).status]).toEqual(['canceled', 'canceled'])
  })

  it('does not end while one payment is alive because another one died', () => {
    let state = waiting()
    state = decide(state, (draft) => draft.movePayment(only(state).id, 'superseded'))
    state = begin(state, 'bank_card')
    state = decide(state, (draft) => {
      const second = draft.payments[1]
      if (second !== undefined) observePayment(draft, second, word(second, 'requires_action'), policy)
    })
    state = decide(state, (draft) => expireSession(draft, policy), NOW + HOUR)
    state = says(state, 'expired', {}, NOW + HOUR + 1000)
    expect(state.payments.map(({ status }) => status)).toEqual(['expired', 'requires_action'])
    expect(state.session.status).toBe('closing')
  })

  it('shows nothing to pay by once its payment has moved on', () => {
    expect(only(waiting()).action).not.toBeNull()
    expect(only(says(waiting(), 'processing')).action).toBeNull()
  })
})

it('asks about an ended payment for 48 hours, ever more rarely', () => {
  const ended = only(says(begin(openSession(), 'sbp'), 'failed'))
  const after = (hours: number) => nextQueryDelay(ended, 0, NOW + hours * HOUR)
  expect(after(0)).toBe(60_000)
  expect(after(8)).toBe(2 * HOUR)
  expect(after(47)).toBe(6 * HOUR)
  expect(after(48)).toBeNull()
})
