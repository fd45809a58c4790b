import { describe, expect, it } from 'vitest'
import { ProviderFault } from '../provider.ts'
import { begin, decide, NOW, openSession, policy, word } from './domain-fixtures.ts'
import { expireSession } from './end-session.ts'
import { observePayment } from './observe-payment.ts'
import type { OperationRecord, SessionState } from './records.ts'
import { refundPayment } from './refund-payment.ts'
import { type Outcome, settleOperation } from './settle-operation.ts'

/** As the store does when a worker takes an operation. */
function claim(state: SessionState, kind: OperationRecord['kind'], token: string) {
  const operation = state.operations.find((each) => each.kind === kind)
  if (operation === undefined) throw new Error(`there is no ${kind}`)
  const claimed = { ...operation, attempts: operation.attempts + 1, leaseToken: token, leaseUntil: 1 }
  const operations = state.operations.map((each) => (each === operation ? claimed : each))
  return { claimed, state: { ...state, operations } }
}

function settle(
  state: SessionState,
  claimed: OperationRecord,
  outcome: Outcome,
  sentVersion = 1,
): SessionState {
  return decide(state, (draft) =>
    settleOperation(draft, claimed, outcome, { policy, sentVersion, keyTtlMs: 86_400_000 }),
  )
}

const refused: Outcome = {
  kind: 'fault',
  fault: new ProviderFault('not_done', 'ECONNREFUSED', 'never sent'),
}

describe('a create that was provably not sent', () => {
  it('fails the payment, so that the buyer can go on', () => {
    const { state, claimed } = claim(begin(openSession(), 'sbp'), 'create', 'first')
    expect(settle(state, claimed, refused).payments[0]).toMatchObject({ status: 'failed', dead: true })
  })

  it('stays unknown when a worker before may have sent it and died (simulation seeds 37 and 883)', () => {
    const first = claim(begin(openSession(), 'sbp'), 'create', 'first')
    const { state, claimed } = claim(first.state, 'create', 'second')
    const after = settle(state, claimed, refused)
    expect(after.payments[0]).toMatchObject({ status: 'created', dead: false })
    expect(after.operations.find(({ kind }) => kind === 'create')).toMatchObject({ state: 'unknown' })
  })
})

describe('a create that is refused when it is repeated', () => {
  const rejected: Outcome = { kind: 'fault', fault: new ProviderFault('rejected', 'key_reused', 'no') }

  it('leaves a payment alone that a notification has shown to be there', () => {
    const first = claim(begin(openSession(), 'sbp'), 'create', 'first')
    const shown = decide(first.state, (draft) => {
      const [payment] = draft.payments
      if (payment) observePayment(draft, payment, word(payment, 'requires_action'), policy)
    })
    const { state, claimed } = claim(shown, 'create', 'second')
    const after = settle(state, claimed, rejected)
    expect(after.payments[0]).toMatchObject({ status: 'requires_action', dead: false })
    expect(after.operations.find(({ kind }) => kind === 'query')).toMatchObject({ state: 'pending' })
  })
})

describe('an answer that is older than the state', () => {
  it('does not open a watch again that has ended (simulation seed 112)', () => {
    const begun = decide(begin(openSession(), 'sbp'), (draft) => {
      const [payment] = draft.payments
      if (payment) observePayment(draft, payment, word(payment, 'requires_action'), policy)
    })
    const { state, claimed } = claim(begun, 'query', 'slow')
    const paid = decide(state, (draft) => {
      const [payment] = draft.payments
      if (payment) observePayment(draft, payment, word(payment, 'succeeded'), policy)
    })
    const [payment] = paid.payments
    if (payment === undefined) throw new Error('there is no payment')
    const after = settle(paid, claimed, { kind: 'payment', payment: word(payment, 'requires_action') })
    expect(after.payments[0]?.status).toBe('succeeded')
    expect(after.operations.find(({ kind }) => kind === 'query')).toMatchObject({
      state: 'done',
      notBefore: null,
    })
  })
})

it('does not believe a success that a cancel has taken back while the watch was reading it', () => {
  const waiting = decide(begin(openSession(), 'alipay'), (draft) => {
    const [payment] = draft.payments
    if (payment) observePayment(draft, payment, word(payment, 'requires_action'), policy)
  })
  const { state, claimed } = claim(waiting, 'query', 'slow')
  const sentVersion = state.payments[0]?.version ?? 0
  const canceled = decide(state, (draft) => {
    const [payment] = draft.payments
    if (payment) observePayment(draft, payment, word(payment, 'canceled'), policy)
  })
  const [payment] = canceled.payments
  if (payment === undefined) throw new Error('there is no payment')
  const after = settle(
    canceled,
    claimed,
    { kind: 'payment', payment: word(payment, 'succeeded') },
    sentVersion,
  )
  expect([after.session.status, after.payments[0]?.status]).toEqual(['open', 'canceled'])
})

it('takes no answer from a worker whose lease is over: only its last holder settles an operation', () => {
  const first = claim(begin(openSession(), 'sbp'), 'create', 'first')
  const second = claim(first.state, 'create', 'second')
  const after = settle(second.state, first.claimed, refused)
  expect(after).toEqual(second.state)
})

describe('a key that the provider has forgotten', () => {
  const DAY = 86_400_000
  const lost: Outcome = { kind: 'fault', fault: new ProviderFault('unknown', 'timeout', 'no answer') }
  const later = (state: SessionState, claimed: OperationRecord, outcome: Outcome) =>
    decide(
      state,
      (draft) => settleOperation(draft, claimed, outcome, { policy, sentVersion: 1, keyTtlMs: DAY }),
      NOW + 2 * DAY,
    )
  const sentLongAgo = ({ state, claimed }: ReturnType<typeof claim>) => {
    const old = { ...claimed, firstSentAt: NOW }
    return {
      claimed: old,
      state: { ...state, operations: state.operations.map((each) => (each === claimed ? old : each)) },
    }
  }

  it('is never used again for a create', () => {
    const { state, claimed } = sentLongAgo(claim(begin(openSession(), 'sbp'), 'create', 'a'))
    const create = later(state, claimed, lost).operations.find(({ kind }) => kind === 'create')
    expect(create).toMatchObject({ state: 'unknown', notBefore: null })
  })

  it('does not stop a refund from being asked about that the provider has accepted', () => {
    const paid = decide(begin(openSession(), 'sbp'), (draft) => {
      const [payment] = draft.payments
      if (payment) observePayment(draft, payment, word(payment, 'succeeded'), policy)
      const [after] = draft.payments
      if (after) refundPayment(draft, after, {}, null)
    })
    const accepted = decide(paid, (draft) => {
      for (const { id } of draft.refunds) draft.patchRefund(id, { providerRef: 'acme-r1' })
    })
    const { state, claimed } = sentLongAgo(claim(accepted, 'refund', 'a'))
    const refund = later(state, claimed, lost).operations.find(({ kind }) => kind === 'refund')
    expect(refund?.notBefore).not.toBeNull()
  })

  it('does not end the refund of late money, which is for all that was taken and so cannot be given twice', () => {
    const HOUR = 3_600_000
    let state = decide(begin(openSession(), 'sbp'), (draft) => expireSession(draft, policy), NOW + HOUR)
    state = decide(state, (draft) => expireSession(draft, policy), NOW + 2 * HOUR)
    state = decide(state, (draft) => {
      const [payment] = draft.payments
      if (payment) observePayment(draft, payment, word(payment, 'succeeded'), policy)
    })
    const { state: sent, claimed } = sentLongAgo(claim(state, 'refund', 'a'))
    const noBalance = new ProviderFault('rejected', 'no_balance', 'nothing to give back from')
    const answer: Outcome = { kind: 'fault', fault: noBalance }
    const refund = later(sent, claimed, answer).operations.find(({ kind }) => kind === 'refund')
    expect(refund).toMatchObject({ firstSentAt: NOW, notBefore: NOW + 2 * DAY + 600_000 })
    const silent = later(sent, claimed, lost).operations.find(({ kind }) => kind === 'refund')
    expect(silent).toMatchObject({ firstSentAt: NOW, notBefore: NOW + 2 * DAY + 1000 })
    const [payment] = sent.payments
    if (payment === undefined) throw new Error('there is no payment')
    const back = later(sent, claimed, { kind: 'payment', payment: word(payment, 'succeeded') })
    expect([back.payments[0]?.status, back.refunds[0]?.status]).toEqual(['late_refunded', 'succeeded'])
    expect(back.operations.find(({ kind }) => kind === 'refund')).toMatchObject({ state: 'done' })
  })

  it('ends the refund that a merchant asked for', () => {
    const paid = decide(begin(openSession(), 'sbp'), (draft) => {
      const [payment] = draft.payments
      if (payment) observePayment(draft, payment, word(payment, 'succeeded'), policy)
      const [after] = draft.payments
      if (after) refundPayment(draft, after, {}, null)
    })
    const { state, claimed } = sentLongAgo(claim(paid, 'refund', 'a'))
    const refund = later(state, claimed, lost).operations.find(({ kind }) => kind === 'refund')
    expect(refund).toMatchObject({ state: 'unknown', notBefore: null })
  })
})
