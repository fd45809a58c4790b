import {
  PAYMENT_STATUSES,
  PAYMENT_TRANSITIONS,
  REFUND_STATUSES,
  REFUND_TRANSITIONS,
  SESSION_STATUSES,
  SESSION_TRANSITIONS,
} from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import { begin, cny, decide, NOW, openSession, paymentOf, refund, rub, says } from './domain-fixtures.ts'
import { Draft } from './draft.ts'
import { assertInvariants, InvariantViolation } from './invariants.ts'
import type { PaymentRecord, RefundRecord, SessionState } from './records.ts'

it('has no way out of what is final, and none back to what a buyer could still do', () => {
  const into = (...to: readonly string[]) =>
    PAYMENT_STATUSES.filter((from) => PAYMENT_TRANSITIONS[from].some((each) => to.includes(each)))
  expect([PAYMENT_TRANSITIONS.succeeded, PAYMENT_TRANSITIONS.late_refunded]).toEqual([[], []])
  expect(PAYMENT_TRANSITIONS.late_success).toEqual(['late_refunded'])
  for (const ended of ['failed', 'canceled', 'expired'] as const)
    expect(PAYMENT_TRANSITIONS[ended]).toEqual(['authorized', 'succeeded', 'late_success'])
  expect(PAYMENT_TRANSITIONS.authorized).toEqual(['canceling', 'succeeded', 'failed', 'canceled', 'expired'])
  expect(into('created')).toEqual([])
  expect(into('requires_action')).toEqual(['created'])
  expect(into('processing')).toEqual(['created', 'requires_action'])
  expect(into('late_refunded')).toEqual(['late_success'])
  for (const over of ['complete', 'expired', 'canceled'] as const)
    expect(SESSION_TRANSITIONS[over]).toEqual([])
  expect(SESSION_TRANSITIONS.closing).not.toContain('open')
  expect(REFUND_TRANSITIONS).toMatchObject({ succeeded: [], failed: [] })
})

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

it('refuses every move of a refund that the transition table does not have', () => {
  const state = refund(says(begin(openSession(), 'sbp'), 1, 'succeeded'))
  const [first] = state.refunds
  if (first === undefined) throw new Error('no refund')
  for (const from of REFUND_STATUSES) {
    for (const to of REFUND_STATUSES) {
      const draft = new Draft({ ...state, refunds: [{ ...first, status: from }] }, NOW)
      const move = () => draft.moveRefund(first.id, to)
      if (REFUND_TRANSITIONS[from].includes(to)) expect(move, `${from} → ${to}`).not.toThrow()
      else expect(move, `${from} → ${to}`).toThrow(InvariantViolation)
    }
  }
})

describe('the version', () => {
  const state = () => begin(openSession(), 'sbp')
  const paid = () => refund(says(state(), 1, 'succeeded'), 100)
  const raised = (before: SessionState, decision: (draft: Draft) => unknown) =>
    decide(before, decision).session.version - before.session.version

  it('is raised by every move and by everything new, told or not', () => {
    expect(raised(state(), (draft) => draft.movePayment(paymentOf(state()).id, 'processing'))).toBe(1)
    const plan = { to: 'expired', until: NOW } as const
    expect(raised(state(), (draft) => draft.moveSession('closing', { closing: plan }))).toBe(1)
    expect(raised(paid(), (draft) => draft.moveRefund(paid().refunds[0]?.id ?? '', 'succeeded'))).toBe(1)
    const another = { ...paid().refunds[0]!, id: 're_0123456789abcdefghijkl_2', status: 'failed' as const }
    expect(raised(paid(), (draft) => draft.addRefund(another))).toBe(1)
    expect(raised(openSession(), (draft) => draft.addPayment(paymentOf(state())))).toBe(1)
    expect(raised(state(), (draft) => draft.emit('payment.failed'))).toBe(1)
  })

  it('is raised by a patch that shows, and by no other', () => {
    const { id } = paymentOf(state())
    for (const visible of [true, false]) {
      expect(raised(state(), (draft) => draft.patchPayment(id, { dead: true }, { visible }))).toBe(+visible)
      expect(raised(state(), (draft) => draft.patchSession({ dueAt: NOW }, { visible }))).toBe(+visible)
    }
    expect(
      raised(paid(), (draft) => draft.patchRefund(paid().refunds[0]?.id ?? '', { providerRef: 'r' })),
    ).toBe(0)
  })

  it('of a payment is raised by moves only: it says whether an answer is older than the state', () => {
    const moved = says(state(), 1, 'processing')
    expect(paymentOf(moved).version).toBe(paymentOf(state()).version + 1)
    const patched = decide(state(), (draft) =>
      draft.patchPayment(paymentOf(state()).id, { dead: true }, { visible: false }),
    )
    expect(paymentOf(patched).version).toBe(paymentOf(state()).version)
  })
})

describe('events', () => {
  it('of one decision are numbered one after the other, and show the state that it leads to', () => {
    const draft = new Draft(begin(openSession(), 'sbp'), NOW)
    draft.emit('payment.failed')
    draft.emit('payment.canceled')
    const { next, events } = draft.finish()
    expect(next.session.eventCount).toBe(2)
    expect(events.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['evt_0123456789abcdefghijkl_1', next.session.version],
      ['evt_0123456789abcdefghijkl_2', next.session.version],
    ])
    expect(JSON.parse(events[0]?.body ?? '').sequence).toBe(next.session.version)
    const after = new Draft(next, NOW)
    after.emit('payment.expired')
    expect(after.finish().events.map(({ id }) => id)).toEqual(['evt_0123456789abcdefghijkl_3'])
  })
})

describe('moments', () => {
  const at = (
    state: SessionState,
    status: 'requires_action' | 'failed' | 'authorized' | 'succeeded',
    now: number,
  ) => says(state, 1, status, {}, now)

  it('tell when a payment ended first, and forget it while it is alive again', () => {
    const failed = at(begin(openSession('manual'), 'bank_card'), 'failed', NOW + 1000)
    expect(paymentOf(failed)).toMatchObject({ endedAt: NOW + 1000, updatedAt: NOW + 1000 })
    expect(paymentOf(at(failed, 'succeeded', NOW + 2000)).endedAt).toBe(NOW + 1000)
    expect(paymentOf(at(failed, 'authorized', NOW + 2000)).endedAt).toBeNull()
  })

  it('tell when a record was changed, whatever changed', () => {
    const state = begin(openSession(), 'sbp')
    const change = (draft: Draft) =>
      draft.patchPayment(paymentOf(state).id, { dead: true }, { visible: false })
    expect(paymentOf(decide(state, change, NOW + 3000)).updatedAt).toBe(NOW + 3000)
  })

  it('of an operation are now, unless it is to wait for something', () => {
    const state = begin(openSession(), 'sbp')
    const base = { paymentId: paymentOf(state).id, account: 'acme', kind: 'cancel', request: {} } as const
    const draft = new Draft(state, NOW + 1000)
    expect(draft.addOperation(base).notBefore).toBe(NOW + 1000)
    expect(draft.addOperation({ ...base, notBefore: null }).notBefore).toBeNull()
  })
})

it('stores no decision that would break what must always hold, whoever made it', () => {
  const state = begin(openSession(), 'sbp')
  const draft = new Draft(state, NOW)
  draft.patchPayment(paymentOf(state).id, { captured: 123_457 }, { visible: true })
  expect(() => draft.finish()).toThrow(InvariantViolation)
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

// The same, each broken by nothing else than what it is named after.
const paid = says(begin(openSession(), 'sbp'), 1, 'succeeded')
const given = refund(paid, 100)
const [taken] = given.refunds
if (taken === undefined) throw new Error('no refund')
const changed = (
  from: SessionState,
  change: Partial<PaymentRecord>,
  refunds: readonly RefundRecord[] = from.refunds,
) => ({
  ...from,
  payments: from.payments.map((each) => ({ ...each, ...change })),
  refunds,
})
const moved = (from: SessionState, change: Partial<SessionState['session']>) => ({
  ...from,
  session: { ...from.session, ...change },
})
const inYuan = changed(state, { charge: cny(10_001) })
it.each<[string, SessionState | null, SessionState]>([
  ['a session of nothing', null, moved(openSession(), { amount: rub(0) })],
  [
    'two successes',
    null,
    { ...paid, payments: [paymentOf(paid), { ...paymentOf(paid), id: 'pay_0123456789abcdefghijkl_2' }] },
  ],
  [
    'a plan to close in an open session',
    null,
    moved(openSession(), { closing: { to: 'expired', until: NOW } }),
  ],
  ['a closing session without a plan', null, moved(openSession(), { status: 'closing' })],
  ['a moment of completion in an open session', null, moved(openSession(), { completedAt: NOW })],
  [
    'less than nothing refunded',
    null,
    changed(paid, { refunded: -1 }, [{ ...taken, amount: -1, charge: -1 }]),
  ],
  [
    'more refunded than taken',
    null,
    changed(paid, { captured: 1, refunded: 2 }, [{ ...taken, amount: 2, charge: 1 }]),
  ],
  ['more taken than the amount', null, changed(paid, { captured: 123_457 })],
  ['a payment of another amount', null, changed(state, { amount: rub(1), charge: rub(1) })],
  ['a payment in another currency', null, changed(state, { amount: cny(123_456), charge: cny(123_456) })],
  ['a charge of nothing', null, changed(state, { charge: cny(0) })],
  ['another charge in the same currency', null, changed(state, { charge: rub(1) })],
  ['refunds that do not add up', null, changed(given, { refunded: 99 })],
  ['a failed refund that is counted', null, changed(given, {}, [{ ...taken, status: 'failed' }])],
  ['more given back than was taken', null, changed(given, {}, [{ ...taken, charge: 123_457 }])],
  [
    'everything refunded for less than the charge',
    null,
    changed(paid, { refunded: 123_456 }, [{ ...taken, amount: 123_456, charge: 123_455 }]),
  ],
  ['a refund of a payment that is not there', null, changed(state, {}, [{ ...taken, paymentId: 'pay_0' }])],
  [
    'a session that becomes another',
    openSession(),
    moved(openSession(), { id: 'cs_0123456789abcdefghijkm' }),
  ],
  ["somebody else's session", openSession(), moved(openSession(), { merchantId: 'coffee' })],
  ['another amount', openSession(), moved(openSession(), { amount: rub(1) })],
  ['another currency', openSession(), moved(openSession(), { amount: cny(123_456) })],
  ['a session that is opened again', moved(openSession(), { status: 'expired' }), openSession()],
  ['a version that goes back', moved(openSession(), { version: 2 }), openSession()],
  ['a version that jumps', openSession(), moved(openSession(), { version: 3 })],
  ['a payment in the place of another', state, changed(state, { id: 'pay_0123456789abcdefghijkl_2' })],
  ['a payment that is forgotten', state, { ...state, payments: [] }],
  ['another charge', inYuan, changed(inYuan, { charge: cny(10_002) })],
  [
    'a charge in another currency',
    inYuan,
    changed(inYuan, { charge: { currency: 'KZT', minorUnits: 10_001 } }),
  ],
  ['another account', state, changed(state, { account: 'other' })],
  ['another method', state, changed(state, { method: 'mir_pay' })],
  [
    "another provider's reference",
    changed(state, { providerRef: 'a' }),
    changed(state, { providerRef: 'b' }),
  ],
  ["a provider's reference that is lost", changed(state, { providerRef: 'a' }), state],
  ['money that is taken no more', paid, changed(paid, { captured: 100 })],
  [
    'a payment that fails when it is paid',
    changed(state, { status: 'late_refunded' }),
    changed(state, { status: 'failed' }),
  ],
])('refuses to store %s, which nothing else would notice', (_what, before, after) => {
  expect(() => assertInvariants(before, after)).toThrow(InvariantViolation)
  if (before !== null) expect(() => assertInvariants(null, before)).not.toThrow()
})
