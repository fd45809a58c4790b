import type { RefundRequest } from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import { capturePayment } from './capture-payment.ts'
import {
  begin,
  claim,
  cny,
  decide,
  inYuan,
  NOW,
  openSession,
  operationOf,
  paymentOf,
  policy,
  refund,
  refunded,
  rub,
  saying,
  says,
  settling,
  statusesOf,
  toldBy,
} from './domain-fixtures.ts'
import { Draft } from './draft.ts'
import { expireSession } from './end-session.ts'
import type { SessionState } from './records.ts'
import { observeRefund, refundPayment } from './refund-payment.ts'

// Which sums of a provider count for a payment, and what becomes of them: each line was broken on purpose once.

const waiting = () => says(begin(openSession(), 'sbp'), 1, 'requires_action')
const expired = () => {
  const closing = decide(waiting(), (draft) => expireSession(draft, policy), NOW + 3_600_000)
  return decide(closing, (draft) => expireSession(draft, policy), NOW + 7_200_000)
}
const held = () => says(inYuan(begin(openSession('manual'), 'alipay')), 1, 'authorized')
const heldInRoubles = () => says(begin(openSession('manual'), 'bank_card'), 1, 'authorized')
const capture = (state: SessionState, minorUnits: number) =>
  decide(state, (draft) => capturePayment(draft, paymentOf(state), { amount: rub(minorUnits) }, null))
const mismatch = (state: SessionState, ...said: Parameters<typeof saying>) =>
  saying(...said)(new Draft(state, NOW))

describe("a provider's sum", () => {
  it.each([1, 123_455, 123_457, 12_345_600])('WB-17: of %i kopecks is not 123456', (minorUnits) => {
    expect(mismatch(waiting(), 1, 'succeeded', { charge: rub(minorUnits) })).toBe('charge')
    expect(says(waiting(), 1, 'succeeded', { charge: rub(minorUnits) })).toEqual(waiting())
  })

  it('may be that of a capture which is under way', () => {
    const state = capture(heldInRoubles(), 61_000)
    const taken = says(state, 1, 'succeeded', { charge: rub(61_000), captured: rub(61_000) })
    expect(paymentOf(taken)).toMatchObject({ status: 'succeeded', captured: 61_000 })
    expect(mismatch(state, 1, 'succeeded', { charge: rub(61_001) })).toBe('charge')
  })

  it('may be what was taken of a hold in the cabinet of the provider', () => {
    const state = says(heldInRoubles(), 1, 'succeeded', { captured: rub(100_000) })
    expect(paymentOf(state).captured).toBe(100_000)
    expect(mismatch(state, 1, 'succeeded', { charge: rub(100_000) })).toBeNull()
    expect(mismatch(state, 1, 'succeeded', { charge: rub(99_999) })).toBe('charge')
  })

  it('that is taken without a hold counts as it is, not as the whole order', () => {
    expect(paymentOf(says(waiting(), 1, 'succeeded', { captured: rub(100_000) })).captured).toBe(100_000)
  })

  it('counts as the whole charge where the provider does not say what it has taken', () => {
    expect(paymentOf(says(waiting(), 1, 'succeeded', { captured: null })).captured).toBe(123_456)
  })

  it('of another capture than ours is what was taken', () => {
    const state = says(capture(held(), 61_000), 1, 'succeeded', { captured: cny(8000) })
    expect(paymentOf(state).captured).toBe(98_767)
  })

  it('is that of the last capture, where the one before was refused', () => {
    const first = claim(capture(held(), 50_000), 'capture')
    const failed = decide(first.state, (draft) =>
      draft.patchOperation(first.claimed.id, { state: 'failed', notBefore: null }),
    )
    const state = says(capture(failed, 61_000), 1, 'succeeded', { captured: cny(4941) })
    expect(paymentOf(state).captured).toBe(61_000)
  })
})

it('takes the whole charge of a payment that was held although it was to be taken at once', () => {
  const state = says(inYuan(begin(openSession(), 'alipay')), 1, 'authorized')
  expect(operationOf(state, 'capture').request).toEqual({ amount: 123_456, charge: cny(10_001) })
  expect(held().operations.some(({ kind }) => kind === 'capture')).toBe(false)
})

describe('a refund made in the cabinet of the provider', () => {
  const origins = ({ refunds }: SessionState) => refunds.map(({ origin, amount }) => [origin, amount])
  const paid = () => says(begin(openSession(), 'sbp'), 1, 'succeeded')
  const paidInYuan = () => says(inYuan(begin(openSession(), 'alipay')), 1, 'succeeded')

  it('is never more than was taken', () => {
    const state = says(heldInRoubles(), 1, 'succeeded', { captured: rub(100_000) })
    expect(origins(says(state, 1, 'succeeded', { refunded: rub(123_456) }))).toEqual([['provider', 100_000]])
  })

  it('is none in another currency', () => {
    expect(says(paid(), 1, 'succeeded', { refunded: cny(100) })).toEqual(paid())
  })

  it('is not found again in our own, though its part of the charge was rounded', () => {
    const state = refunded(refund(paidInYuan(), 41_151), 1, 'succeeded')
    expect(says(state, 1, 'succeeded', { refunded: cny(3333) })).toEqual(state)
  })

  it('is what is more than ours, counted in the charge', () => {
    const state = refunded(refund(paidInYuan(), 41_151), 1, 'succeeded')
    const more = says(state, 1, 'succeeded', { refunded: cny(6666) })
    expect(origins(more)).toEqual([
      ['merchant', 41_151],
      ['provider', 41_148],
    ])
    expect(more.refunds[1]?.charge).toBe(3333)
  })

  it('is none while it is worth less than a kopeck', () => {
    const state = says(begin(openSession(), 'sbp'), 1, 'requires_action')
    const dear = { currency: 'KZT', minorUnits: 1_234_560 }
    const inTenge = { ...state, payments: state.payments.map((payment) => ({ ...payment, charge: dear })) }
    const paidInTenge = says(inTenge, 1, 'succeeded')
    const refundedInTenge = (minorUnits: number) =>
      says(paidInTenge, 1, 'succeeded', { refunded: { currency: 'KZT', minorUnits } })
    expect(origins(refundedInTenge(9))).toEqual([])
    expect(origins(refundedInTenge(10))).toEqual([['provider', 1]])
  })

  it('belongs to its own payment, whatever was given back of others', () => {
    let state = decide(waiting(), (draft) => draft.movePayment(paymentOf(waiting()).id, 'superseded'))
    state = says(begin(state, 'mir_pay'), 2, 'succeeded')
    state = says(state, 1, 'succeeded')
    expect(statusesOf(state)).toEqual(['complete', 'late_success', 'succeeded'])
    state = says(state, 2, 'succeeded', { refunded: rub(23_456) })
    expect(origins(state)).toEqual([
      ['late', 123_456],
      ['provider', 23_456],
    ])
  })
})

describe('a refund', () => {
  const paid = () => says(begin(openSession(), 'sbp'), 1, 'succeeded')
  const paidInYuan = () => says(inYuan(begin(openSession(), 'alipay')), 1, 'succeeded')

  it('is of what was taken, not of what the order cost', () => {
    const state = says(heldInRoubles(), 1, 'succeeded', { captured: rub(100_000) })
    expect(refund(state).refunds[0]?.amount).toBe(100_000)
    expect(() => refund(state, 100_001)).toThrow(
      expect.objectContaining({ code: 'amount_exceeds_remaining' }),
    )
  })

  it('is at most what earlier ones have left, and the last kopeck of it is given', () => {
    const state = refund(paid(), 100_000)
    expect(() => refund(state, 23_457)).toThrow(expect.objectContaining({ code: 'amount_exceeds_remaining' }))
    expect(paymentOf(refund(state, 23_456)).refunded).toBe(123_456)
    expect(() => refund(refund(state))).toThrow(expect.objectContaining({ code: 'amount_exceeds_remaining' }))
  })

  it('is of money that was taken and not given back yet', () => {
    const late = refunded(says(expired(), 1, 'succeeded'), 1, 'succeeded')
    expect(statusesOf(late)).toEqual(['expired', 'late_refunded'])
    for (const state of [waiting(), heldInRoubles(), says(waiting(), 1, 'failed'), late])
      expect(() => refund(state)).toThrow(expect.objectContaining({ code: 'invalid_state' }))
  })

  it('is in the currency of the order, and keeps its reason and its parts', () => {
    const asking =
      (request: RefundRequest, rail: Parameters<typeof refundPayment>[3] = null) =>
      () =>
        decide(paidInYuan(), (draft) => refundPayment(draft, paymentOf(paidInYuan()), request, rail))
    expect(asking({ amount: cny(100) })).toThrow(
      expect.objectContaining({ code: 'invalid_request', path: 'amount.currency' }),
    )
    const receipt = {
      customer: { email: 'buyer@example.com' },
      items: [{ description: 'Чай', quantity: '1', unitPrice: rub(41_151), vatCode: 11 }],
    }
    const state = asking({ amount: rub(41_151), reason: 'broken', receipt })()
    expect(state.refunds[0]).toMatchObject({ reason: 'broken', origin: 'merchant' })
    expect(operationOf(state, 'refund')).toMatchObject({
      refundId: state.refunds[0]?.id,
      request: { charge: cny(3333), reason: 'broken', receipt },
    })
  })

  it('is of the whole payment where the rail gives no parts back', () => {
    const whole = { partialRefund: false, split: false }
    const asking = (state: SessionState, minorUnits?: number) => () =>
      decide(state, (draft) =>
        refundPayment(
          draft,
          paymentOf(state),
          minorUnits === undefined ? {} : { amount: rub(minorUnits) },
          whole,
        ),
      )
    const refused = expect.objectContaining({ code: 'invalid_state' })
    expect(asking(paid(), 100)).toThrow(refused)
    expect(asking(paid(), 123_456)().refunds[0]?.amount).toBe(123_456)
    expect(asking(says(paid(), 1, 'succeeded', { refunded: rub(20) }))).toThrow(refused)
  })

  it('of late money ends it when all of it is back, and nothing of other payments is waited for', () => {
    let both = decide(waiting(), (draft) => draft.movePayment(paymentOf(waiting()).id, 'superseded'))
    both = says(begin(both, 'mir_pay'), 2, 'requires_action')
    both = decide(both, (draft) => expireSession(draft, policy), NOW + 3_600_000)
    both = decide(both, (draft) => expireSession(draft, policy), NOW + 7_200_000)
    both = says(says(both, 1, 'succeeded'), 2, 'succeeded')
    expect(statusesOf(refunded(both, 1, 'succeeded'))).toEqual(['expired', 'late_refunded', 'late_success'])
    const back = (draft: Draft) => {
      const [first] = draft.refunds
      if (first)
        observeRefund(draft, first, {
          providerRef: 'r',
          reference: null,
          charge: rub(123_456),
          status: 'succeeded',
          failureCode: null,
        })
    }
    expect(toldBy(both, back)).toEqual(['refund.succeeded', 'payment.late_refunded'])
    const kept = decide(expired(), saying(1, 'succeeded', {}, { ...policy, latePayments: 'accept' }))
    expect(statusesOf(refunded(refund(kept, 100), 1, 'succeeded'))).toEqual(['expired', 'late_success'])
  })

  it('too small for one fen costs nothing, is done at once and is made up for by the next', () => {
    const state = refund(paidInYuan(), 1)
    expect(state.refunds[0]).toMatchObject({ charge: 0, status: 'succeeded' })
    expect(state.operations.some(({ kind }) => kind === 'refund')).toBe(false)
    expect(refund(state).refunds[1]?.charge).toBe(10_001)
  })

  it('never takes money back from the buyer, where one that failed has left a fen too much', () => {
    let state = refund(refund(paidInYuan(), 41_151), 41_154)
    state = refunded(refunded(state, 1, 'failed'), 2, 'succeeded')
    expect(refund(state, 1).refunds[2]?.charge).toBe(0)
  })

  it('of one payment leaves those of another out of account', () => {
    let state = decide(waiting(), (draft) => draft.movePayment(paymentOf(waiting()).id, 'superseded'))
    state = says(says(begin(state, 'mir_pay'), 2, 'succeeded'), 1, 'succeeded')
    expect(refund(state, 23_456, 2).refunds[1]).toMatchObject({ amount: 23_456, charge: 23_456 })
  })

  it('believes no answer about more, about less or in another currency', () => {
    const state = refund(paid(), 100)
    for (const charge of [rub(101), rub(99), cny(100)])
      expect(refunded(state, 1, 'succeeded', { charge })).toEqual(state)
  })

  it('keeps the name that the provider gives it, and is over once', () => {
    const state = refunded(refund(paid(), 100), 1, 'requested')
    expect(state.refunds[0]).toMatchObject({ providerRef: 'acme-r1', status: 'requested' })
    const done = refunded(state, 1, 'succeeded')
    expect(refunded(refunded(done, 1, 'succeeded'), 1, 'failed')).toEqual(done)
  })

  it('that fails says why, in the words of the provider or as declined', () => {
    const state = refund(paid(), 100)
    const failed = (failureCode: string | null) => refunded(state, 1, 'failed', { failureCode }).refunds[0]
    expect(failed('insufficient_funds')?.failureCode).toBe('insufficient_funds')
    expect(failed(null)?.failureCode).toBe('declined')
  })

  it('that is refused for good is asked for once', () => {
    const { state, claimed } = claim(refund(paid(), 100), 'refund')
    const after = decide(
      state,
      settling(claimed, {
        kind: 'refund',
        refund: {
          providerRef: 'acme-r1',
          reference: null,
          charge: rub(100),
          status: 'failed',
          failureCode: null,
        },
      }),
    )
    expect(operationOf(after, 'refund')).toMatchObject({ state: 'done', notBefore: null })
    expect(paymentOf(after).refunded).toBe(0)
  })
})
