import {
  PAYMENT_STATUSES,
  PAYMENT_TRANSITIONS,
  SESSION_STATUSES,
  SESSION_TRANSITIONS,
} from '@teabrick/core/contract'
import { expect, it } from 'vitest'
import { begin, decide, NOW, openSession } from './domain-fixtures.ts'
import { Draft } from './draft.ts'
import { assertInvariants, InvariantViolation } from './invariants.ts'

it('refuses every move of a payment that the transition table does not have', () => {
  const state = begin(openSession(), 'sbp')
  const [payment] = state.payments
  if (payment === undefined) throw new Error('no payment')
  for (const from of PAYMENT_STATUSES) {
    for (const to of PAYMENT_STATUSES) {
      const draft = new Draft({ ...state, payments: [{ ...payment, status: from }] }, NOW)
      const move = () => draft.movePayment(payment.id, to)
      if (PAYMENT_TRANSITIONS[from].includes(to)) expect(move, `${from} → ${to}`).not.toThrow()
      else expect(move, `${from} → ${to}`).toThrow(InvariantViolation)
    }
  }
})

it('refuses every move of a session that the transition table does not have', () => {
  const state = openSession()
  for (const from of SESSION_STATUSES) {
    for (const to of SESSION_STATUSES) {
      const draft = new Draft({ ...state, session: { ...state.session, status: from } }, NOW)
      const move = () => draft.moveSession(to)
      if (SESSION_TRANSITIONS[from].includes(to)) expect(move, `${from} → ${to}`).not.toThrow()
      else expect(move, `${from} → ${to}`).toThrow(InvariantViolation)
    }
  }
})

it('raises the version once per decision, and not at all when nothing shows', () => {
  const state = begin(openSession(), 'sbp')
  expect(state.session.version).toBe(2)
  expect(decide(state, () => {}).session).toBe(state.session)
  expect(
    decide(state, (draft) => draft.patchOperation(state.operations[0]?.id ?? '', { notBefore: 1 })).session
      .version,
  ).toBe(2)
})

it('gives every operation of a kind its own id and key', () => {
  const state = begin(openSession(), 'sbp')
  const draft = new Draft(state, NOW)
  const paymentId = state.payments[0]?.id ?? ''
  const ids = [1, 2, 3].map(
    () => draft.addOperation({ paymentId, account: 'acme', kind: 'cancel', request: {} }).idempotencyKey,
  )
  expect(ids).toEqual([`${paymentId}-cancel`, `${paymentId}-cancel-2`, `${paymentId}-cancel-3`])
})

// Each of these is a state that must not be storable, whatever code made it.
const state = begin(openSession(), 'sbp')
const [payment] = state.payments
if (payment === undefined) throw new Error('no payment')
const { session } = state
it.each([
  ['two live payments', { ...state, payments: [payment, { ...payment, id: `${payment.id}0` }] }],
  ['a success in an open session', { ...state, payments: [{ ...payment, status: 'succeeded' as const }] }],
  ['more captured than the amount', { ...state, payments: [{ ...payment, captured: 123_457 }] }],
  ['more refunded than captured', { ...state, payments: [{ ...payment, captured: 1, refunded: 2 }] }],
  ['refunded money without a refund', { ...state, payments: [{ ...payment, captured: 2, refunded: 2 }] }],
  [
    'another charge in the same currency',
    { ...state, payments: [{ ...payment, charge: { currency: 'RUB', minorUnits: 1 } }] },
  ],
  ['a changed charge', { ...state, payments: [{ ...payment, charge: { currency: 'CNY', minorUnits: 1 } }] }],
  ['a changed amount', { ...state, session: { ...session, amount: { currency: 'RUB', minorUnits: 1 } } }],
  ['a forgotten payment', { ...state, payments: [] }],
  ['a version that jumps', { ...state, session: { ...session, version: session.version + 2 } }],
  [
    'a complete session without its moment',
    { ...state, session: { ...session, status: 'complete' as const } },
  ],
  ['another rail', { ...state, payments: [{ ...payment, account: 'other' }] }],
])('refuses to store %s', (_what, after) => {
  expect(() => assertInvariants(state, after)).toThrow(InvariantViolation)
})
