import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProviderPaymentStatus } from '../provider.ts'
import { askForAnotherMethod } from './another-method.ts'
import { begin, decide, NOW, openSession, policy, word } from './domain-fixtures.ts'
import { expireSession } from './end-session.ts'
import { type Mismatch, observePayment } from './observe-payment.ts'
import type { SessionState } from './records.ts'

const observe = (
  state: SessionState,
  number: number,
  status: ProviderPaymentStatus,
  more = {},
  now = NOW,
): SessionState =>
  decide(
    state,
    (draft) => {
      const payment = state.payments[number - 1]
      if (payment !== undefined) observePayment(draft, payment, word(payment, status, more), policy)
    },
    now,
  )
const statuses = ({ payments }: SessionState) => payments.map(({ status }) => status)

describe('success', () => {
  it.each(['created', 'requires_action', 'processing', 'failed', 'canceled', 'expired'] as const)(
    'wins from %s while the session is open',
    (from) => {
      let state = begin(openSession(), 'sbp')
      if (from !== 'created') state = observe(state, 1, from)
      state = observe(state, 1, 'succeeded')
      expect(statuses(state)).toEqual(['succeeded'])
      expect(state.session.status).toBe('complete')
    },
  )

  it('WB-24: is late once the session is over, and is given back once', () => {
    let state = decide(openSession(), (draft) => expireSession(draft, policy), NOW + 3_600_000)
    expect(state.session.status).toBe('expired')
    state = begin(openSession(), 'sbp')
    state = observe(state, 1, 'requires_action')
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 3_600_000)
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 4_500_000)
    expect([state.session.status, ...statuses(state)]).toEqual(['expired', 'expired'])
    for (let times = 0; times < 3; times++) state = observe(state, 1, 'succeeded', {}, NOW + 4_600_000)
    expect(statuses(state)).toEqual(['late_success'])
    expect(state.refunds).toHaveLength(1)
    expect(state.operations.filter(({ kind }) => kind === 'refund')).toHaveLength(1)
  })

  it('is kept late where the merchant accepts late payments and nothing else succeeded', () => {
    let state = observe(begin(openSession(), 'sbp'), 1, 'requires_action')
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 3_600_000)
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 4_500_000)
    const payment = state.payments[0]
    state = decide(state, (draft) => {
      if (payment)
        observePayment(draft, payment, word(payment, 'succeeded'), { ...policy, latePayments: 'accept' })
    })
    expect(statuses(state)).toEqual(['late_success'])
    expect(state.refunds).toEqual([])
  })

  it('is kept late only once: of two late payments the second goes back (simulation seed 1125)', () => {
    let state = observe(begin(openSession(), 'sbp'), 1, 'requires_action')
    state = decide(state, (draft) => askForAnotherMethod(draft, policy))
    state = observe(begin(state, 'mir_pay'), 2, 'requires_action')
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 3_600_000)
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 4_500_000)
    for (const payment of state.payments) {
      state = decide(state, (draft) => {
        observePayment(draft, payment, word(payment, 'succeeded'), { ...policy, latePayments: 'accept' })
      })
    }
    expect(statuses(state)).toEqual(['late_success', 'late_success'])
    expect(state.refunds).toMatchObject([
      { paymentId: state.payments[1]?.id, origin: 'late', amount: 123_456 },
    ])
  })

  it('still wins while the session is closing', () => {
    let state = observe(begin(openSession(), 'sbp'), 1, 'requires_action')
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 3_600_000)
    expect(state.session.status).toBe('closing')
    state = observe(state, 1, 'succeeded')
    expect([state.session.status, ...statuses(state)]).toEqual(['complete', 'succeeded'])
  })
})

describe('a word that is not about this payment', () => {
  it.each([
    ['another sum', { charge: { currency: 'RUB', minorUnits: 100 } }, 'charge'],
    ['another currency', { charge: { currency: 'CNY', minorUnits: 123_456 } }, 'charge'],
    ["somebody else's reference", { reference: 'pay_0123456789abcdefghijkl_9' }, 'reference'],
  ])('WB-17: changes nothing for %s', (_what, more, expected) => {
    const state = observe(begin(openSession(), 'sbp'), 1, 'requires_action')
    let mismatch: Mismatch | null = null
    const after = decide(state, (draft) => {
      const payment = state.payments[0]
      if (payment) mismatch = observePayment(draft, payment, word(payment, 'succeeded', more), policy)
    })
    expect(mismatch).toBe(expected)
    expect(after).toEqual(state)
  })

  it("changes nothing when the provider's own reference is another than before", () => {
    const state = observe(begin(openSession(), 'sbp'), 1, 'requires_action')
    expect(observe(state, 1, 'succeeded', { providerRef: 'acme-other' })).toEqual(state)
  })
})

it('I9: ends in the same state for every order and multiplicity of what a provider truly says', () => {
  // A provider's payment goes one way; its words may arrive in any order, any number of times.
  const told: readonly ProviderPaymentStatus[] = ['requires_action', 'processing', 'succeeded']
  fc.assert(
    fc.property(fc.shuffledSubarray([...told, ...told, ...told], { minLength: 3 }), (words) => {
      let state = begin(openSession(), 'sbp')
      for (const status of [...words, 'succeeded' as const]) state = observe(state, 1, status)
      expect([state.session.status, ...statuses(state)]).toEqual(['complete', 'succeeded'])
      expect(state.refunds).toEqual([])
    }),
  )
})

it('WB-22: a stale word never moves a payment backwards', () => {
  let state = observe(begin(openSession(), 'sbp'), 1, 'succeeded')
  for (const status of ['requires_action', 'processing', 'canceled', 'failed', 'expired'] as const)
    state = observe(state, 1, status)
  expect(statuses(state)).toEqual(['succeeded'])
})

it('does not take an end for an end while the provider may still turn it into a success', () => {
  const state = observe(begin(openSession(), 'sbp'), 1, 'requires_action')
  expect(statuses(observe(state, 1, 'failed', { dead: false }))).toEqual(['requires_action'])
})

it('adopts a refund that was made in the cabinet of the provider', () => {
  let state = observe(begin(openSession(), 'sbp'), 1, 'succeeded')
  state = observe(state, 1, 'succeeded', { refunded: { currency: 'RUB', minorUnits: 23_456 } })
  state = observe(state, 1, 'succeeded', { refunded: { currency: 'RUB', minorUnits: 23_456 } })
  expect(state.refunds).toMatchObject([{ origin: 'provider', amount: 23_456, status: 'succeeded' }])
  expect(state.payments[0]?.refunded).toBe(23_456)
})

describe('a reservation', () => {
  it('completes the session, and a second one is released', () => {
    let state = observe(begin(openSession('manual'), 'bank_card'), 1, 'requires_action')
    state = decide(state, (draft) => askForAnotherMethod(draft, policy))
    state = observe(begin(state, 'mir_pay'), 2, 'requires_action')
    state = observe(state, 1, 'authorized')
    expect([state.session.status, ...statuses(state)]).toEqual(['complete', 'authorized', 'superseded'])
    state = observe(state, 2, 'authorized')
    expect(statuses(state)).toEqual(['authorized', 'late_success'])
    expect(
      state.operations.filter(
        ({ kind, paymentId }) => kind === 'cancel' && paymentId === state.payments[1]?.id,
      ),
    ).toHaveLength(1)
    state = observe(state, 2, 'canceled')
    expect(statuses(state)).toEqual(['authorized', 'late_refunded'])
  })

  it('that the provider gives up ends the payment and leaves the session complete', () => {
    let state = observe(begin(openSession('manual'), 'bank_card'), 1, 'authorized')
    state = observe(state, 1, 'expired')
    expect([state.session.status, ...statuses(state)]).toEqual(['complete', 'expired'])
  })
})
