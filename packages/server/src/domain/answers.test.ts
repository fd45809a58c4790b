import { describe, expect, it } from 'vitest'
import { ProviderFault } from '../provider.ts'
import { askForAnotherMethod } from './another-method.ts'
import { cancelPayment } from './cancel-payment.ts'
import { capturePayment } from './capture-payment.ts'
import {
  begin,
  claim,
  decide,
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
  word,
} from './domain-fixtures.ts'
import { Draft } from './draft.ts'
import { expireSession } from './end-session.ts'
import type { OperationRecord, SessionState } from './records.ts'
import { isKeyForgotten, type Outcome } from './settle-operation.ts'
import { askNow } from './watch.ts'

// What becomes of an operation by what is answered: each line was broken on purpose once.

const HOUR = 3_600_000
const fault = (kind: 'not_done' | 'unknown' | 'rejected'): Outcome => ({
  kind: 'fault',
  fault: new ProviderFault(kind, 'some_code', 'for a test', { failureCode: 'limit_exceeded' }),
})
const NOT_FOUND: Outcome = { kind: 'not_found' }
const answers = (
  state: SessionState,
  ...said: Parameters<typeof word> extends [unknown, ...infer R] ? R : never
): Outcome => ({
  kind: 'payment',
  payment: word(paymentOf(state), ...said),
})
const waiting = (method = 'sbp', capture: 'automatic' | 'manual' = 'automatic') =>
  says(begin(openSession(capture), method), 1, 'requires_action')
const canceling = () => decide(waiting('alipay'), (draft) => askForAnotherMethod(draft, policy))
const capturing = () => {
  const held = says(waiting('bank_card', 'manual'), 1, 'authorized')
  return decide(held, (draft) => capturePayment(draft, paymentOf(held), {}, null))
}
const refunding = () => refund(says(waiting(), 1, 'succeeded'), 100)

/** Claims the last operation of a kind and settles it at once. */
function settle(
  before: SessionState,
  kind: OperationRecord['kind'],
  outcome: Outcome,
  options: Parameters<typeof settling>[2] = {},
) {
  const { state, claimed } = claim(before, kind)
  const draft = new Draft(state, NOW)
  const alert = settling(claimed, outcome, options)(draft)
  const { next, events } = draft.finish()
  return {
    alert,
    state: next,
    operation: operationOf(next, kind),
    told: events.map(({ type }) => type),
    asked: operationOf(next, 'query'),
  }
}

/** Settles the same operation again and again with the same outcome. */
function repeatedly(before: SessionState, kind: OperationRecord['kind'], outcome: Outcome, times: number) {
  let state = before
  for (let time = 0; time < times; time++) state = settle(state, kind, outcome).state
  return operationOf(state, kind)
}

describe('an operation', () => {
  it('is free again when it is settled', () => {
    for (const outcome of [
      fault('unknown'),
      { kind: 'moot' } as const,
      { kind: 'postponed', delayMs: 500 } as const,
    ])
      expect(settle(canceling(), 'cancel', outcome).operation).toMatchObject({
        leaseToken: null,
        leaseUntil: null,
      })
  })

  it('that was put off has not been tried', () => {
    const { operation, alert } = settle(canceling(), 'cancel', { kind: 'postponed', delayMs: 500 })
    expect(operation).toMatchObject({ attempts: 0, state: 'pending', notBefore: NOW + 500 })
    expect(alert).toBeNull()
  })

  it('whose purpose is over is done', () => {
    expect(settle(canceling(), 'cancel', { kind: 'moot' }).operation).toMatchObject({
      state: 'done',
      notBefore: null,
    })
  })

  it.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [5, 16_000],
    [6, 20_000],
    [12, 20_000],
  ])('whose answer is lost for the %i. time is repeated after %i ms', (times, delay) => {
    expect(repeatedly(canceling(), 'cancel', fault('unknown'), times)).toMatchObject({
      state: 'unknown',
      notBefore: NOW + delay,
      attempts: times,
    })
  })

  it('that is unknown once stays unknown until there is an answer', () => {
    const unknown = settle(canceling(), 'cancel', fault('unknown')).state
    expect(settle(unknown, 'cancel', fault('not_done')).operation.state).toBe('unknown')
    expect(settle(canceling(), 'cancel', fault('not_done')).operation.state).toBe('pending')
    expect(settle(refunding(), 'refund', fault('not_done')).operation.state).toBe('pending')
    expect(settle(refunding(), 'refund', fault('unknown')).operation.state).toBe('unknown')
  })

  it('may be sent with its key until the very end of its life', () => {
    const { claimed } = claim(waiting(), 'create')
    const forgotten = (at: number) => isKeyForgotten(claimed, { refunds: [] }, { at, keyTtlMs: 1000 })
    expect([forgotten(NOW + 1000), forgotten(NOW + 1001)]).toEqual([false, true])
  })

  it('is shown to people when its key is forgotten without an answer', () => {
    const { state, claimed } = claim(begin(openSession(), 'sbp'), 'create', { now: NOW - 25 * HOUR })
    const draft = new Draft(state, NOW)
    expect(settling(claimed, fault('unknown'))(draft)).toMatchObject({ kind: 'key_expired' })
  })
})

describe('a create', () => {
  const begun = () => begin(openSession(), 'sbp')

  it('that is answered is done, and its payment is watched though nothing has happened yet', () => {
    const { operation, asked } = settle(begun(), 'create', answers(begun(), 'unknown'))
    expect(operation).toMatchObject({ state: 'done', notBefore: null })
    expect(asked).toMatchObject({ state: 'pending', notBefore: NOW + 2000 })
  })

  it('that is answered with another sum is shown to people and asked for again', () => {
    const { operation, alert, state } = settle(
      begun(),
      'create',
      answers(begun(), 'succeeded', { charge: rub(1) }),
    )
    expect(alert).toEqual({ kind: 'mismatch', detail: 'charge' })
    expect(operation).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
    expect(statusesOf(state)).toEqual(['open', 'created'])
  })

  it.each([fault('unknown'), NOT_FOUND])(
    'without an answer is unknown, which the buyer sees once: %o',
    (outcome) => {
      const first = settle(begun(), 'create', outcome)
      expect(first.operation).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
      expect(statusesOf(first.state)).toEqual(['open', 'created'])
      expect(first.state.session.version).toBe(begun().session.version + 1)
      expect(settle(first.state, 'create', outcome).state.session.version).toBe(first.state.session.version)
    },
  )

  it('that is refused ends the payment with its reason, and nobody asks for it any more', () => {
    const { operation, asked, state, told } = settle(begun(), 'create', fault('rejected'))
    expect(operation).toMatchObject({ state: 'failed', notBefore: null })
    expect(asked).toMatchObject({ state: 'done', notBefore: null })
    expect(paymentOf(state)).toMatchObject({ status: 'failed', failureCode: 'limit_exceeded', dead: true })
    expect(told).toEqual(['payment.failed'])
  })

  it('that is refused when it is repeated ends the payment, where nobody has seen it at the provider', () => {
    const unknown = settle(begun(), 'create', fault('unknown')).state
    expect(paymentOf(settle(unknown, 'create', fault('rejected')).state)).toMatchObject({
      status: 'failed',
      dead: true,
    })
    expect(statusesOf(settle(unknown, 'create', fault('not_done')).state)).toEqual(['open', 'created'])
  })

  it('that was not sent leaves a payment alone which a notification has shown to be there', () => {
    const { state, claimed } = claim(begun(), 'create')
    const shown = says(state, 1, 'requires_action')
    const after = decide(shown, settling(claimed, fault('not_done')))
    expect(statusesOf(after)).toEqual(['open', 'requires_action'])
    expect(operationOf(after, 'create')).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
  })

  it('that is refused leaves a withdrawn payment withdrawn', () => {
    const unknown = settle(begun(), 'create', fault('unknown')).state
    const withdrawn = decide(unknown, (draft) => draft.movePayment(paymentOf(unknown).id, 'superseded'))
    expect(statusesOf(settle(withdrawn, 'create', fault('rejected')).state)).toEqual(['open', 'superseded'])
  })

  it('that is refused while its payment is being canceled cancels it', () => {
    const begunInYuan = begin(openSession(), 'alipay')
    const { state, claimed } = claim(begunInYuan, 'create')
    const asked = decide(state, (draft) => askForAnotherMethod(draft, policy))
    expect(statusesOf(asked)).toEqual(['open', 'canceling'])
    const other = {
      ...policy,
      otherRail: () => {
        throw new Error('nobody wants another rail')
      },
    }
    for (const kind of ['rejected', 'not_done'] as const) {
      const after = decide(asked, settling(claimed, fault(kind), { rules: other }))
      expect(paymentOf(after)).toMatchObject({ status: 'canceled', failureCode: null })
    }
  })

  it('that is refused ends a session that waits for it', () => {
    const { state, claimed } = claim(begun(), 'create')
    const closing = decide(state, (draft) => expireSession(draft, policy), NOW + HOUR)
    expect(statusesOf(closing)).toEqual(['closing', 'created'])
    expect(statusesOf(decide(closing, settling(claimed, fault('rejected'))))).toEqual(['expired', 'failed'])
  })
})

describe('a question', () => {
  const watched = (attempts: number, notBefore = NOW) => {
    const state = waiting()
    return decide(state, (draft) =>
      draft.patchOperation(operationOf(state, 'query').id, { attempts, notBefore }),
    )
  }

  it('that shows nothing new is asked ever more rarely', () => {
    const { asked } = settle(watched(1), 'query', answers(waiting(), 'requires_action'))
    expect(asked).toMatchObject({ attempts: 2, notBefore: NOW + 8000, state: 'pending' })
  })

  it('that is not answered is asked again soon, however rarely it was due', () => {
    const ended = says(waiting(), 1, 'expired')
    const late = decide(ended, (draft) =>
      draft.patchOperation(operationOf(ended, 'query').id, { notBefore: NOW }),
    )
    for (const outcome of [fault('unknown'), NOT_FOUND])
      expect(settle(late, 'query', outcome).asked.notBefore).toBe(NOW + 1000)
    expect(settle(late, 'query', answers(ended, 'expired')).asked.notBefore).toBe(NOW + 60_000)
  })

  it('about a state that has moved meanwhile is asked again at once', () => {
    const { asked, state } = settle(watched(7), 'query', answers(waiting(), 'succeeded'), { sentVersion: 1 })
    expect(asked).toMatchObject({ attempts: 0, notBefore: NOW + 250, state: 'pending' })
    expect(statusesOf(state)).toEqual(['open', 'requires_action'])
  })

  it('that shows a new state begins the watch anew', () => {
    const { asked } = settle(watched(5), 'query', answers(waiting(), 'processing'))
    expect(asked).toMatchObject({ attempts: 0, notBefore: NOW + 2000 })
  })

  it('that shows another sum is shown to people and changes nothing', () => {
    const { alert, state } = settle(watched(1), 'query', answers(waiting(), 'succeeded', { charge: rub(1) }))
    expect(alert).toEqual({ kind: 'mismatch', detail: 'charge' })
    expect(statusesOf(state)).toEqual(['open', 'requires_action'])
  })

  it('is asked again at once when there was news while it was under way', () => {
    const { state, claimed } = claim(watched(3, NOW - 1), 'query')
    const news = decide(state, (draft) => askNow(draft, paymentOf(state)))
    expect(operationOf(news, 'query').notBefore).toBe(NOW)
    const after = decide(news, settling(claimed, answers(state, 'requires_action')))
    expect(operationOf(after, 'query').notBefore).toBe(NOW + 250)
  })

  it('is over when nothing more can come of it', () => {
    const ended = says(waiting(), 1, 'expired')
    const { state, claimed } = claim(ended, 'query')
    const after = decide(state, settling(claimed, fault('unknown')), NOW + 48 * HOUR)
    expect(operationOf(after, 'query')).toMatchObject({ state: 'done', notBefore: null })
  })

  it('that is answered when the watch has ended opens none', () => {
    const { state, claimed } = claim(watched(1), 'query')
    const paid = says(state, 1, 'succeeded')
    for (const outcome of [fault('unknown'), NOT_FOUND, answers(state, 'requires_action')])
      expect(operationOf(decide(paid, settling(claimed, outcome)), 'query')).toMatchObject({
        state: 'done',
        notBefore: null,
      })
  })
})

describe('a cancel', () => {
  it('is done when its end is proved, and goes on until then', () => {
    const ended = settle(canceling(), 'cancel', answers(canceling(), 'canceled'))
    expect(ended.operation).toMatchObject({ state: 'done', notBefore: null })
    expect(statusesOf(ended.state)).toEqual(['open', 'canceled'])
    const pending = settle(canceling(), 'cancel', answers(canceling(), 'requires_action'))
    expect(pending.operation).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
  })

  it('whose own answer says that the buyer was quicker is done, and the money counts', () => {
    const { operation, state } = settle(canceling(), 'cancel', answers(canceling(), 'succeeded'))
    expect(operation.state).toBe('done')
    expect(statusesOf(state)).toEqual(['complete', 'succeeded'])
  })

  it('that is refused is shown to people and not repeated: the watch tells what becomes of the payment', () => {
    const { operation, alert, asked } = settle(canceling(), 'cancel', fault('rejected'))
    expect(alert).toEqual({ kind: 'cancel_rejected', detail: 'some_code' })
    expect(operation).toMatchObject({ state: 'failed', notBefore: null })
    expect(asked).toMatchObject({ state: 'pending', notBefore: NOW + 2000 })
  })

  it('of something unknown is repeated', () => {
    expect(settle(canceling(), 'cancel', NOT_FOUND).operation).toMatchObject({
      state: 'unknown',
      notBefore: NOW + 1000,
    })
  })
})

describe('money that may be given back by a cancel', () => {
  const paid = (state: SessionState, rules = policy) =>
    statusesOf(decide(state, saying(1, 'succeeded', {}, rules)))

  it('counts while the cancel has not been sent', () => {
    expect(paid(canceling())).toEqual(['complete', 'succeeded'])
  })

  it('does not count while the cancel is under way', () => {
    expect(paid(claim(canceling(), 'cancel').state)).toEqual(['open', 'canceling'])
    expect(paid(settle(canceling(), 'cancel', fault('unknown')).state)).toEqual(['open', 'canceling'])
  })

  it('counts when the cancel was refused', () => {
    expect(paid(settle(canceling(), 'cancel', fault('rejected')).state)).toEqual(['complete', 'succeeded'])
  })

  it('counts at once where a cancel gives nothing back', () => {
    const keeps = { ...policy, cancelReturnsMoney: () => false }
    expect(paid(claim(canceling(), 'cancel').state, keeps)).toEqual(['complete', 'succeeded'])
  })
})

describe('a capture', () => {
  it('is done when the money is taken, and goes on until then', () => {
    const taken = settle(capturing(), 'capture', answers(capturing(), 'succeeded'))
    expect(taken.operation).toMatchObject({ state: 'done', notBefore: null })
    expect(paymentOf(taken.state)).toMatchObject({ status: 'succeeded', captured: 123_456 })
    const pending = settle(capturing(), 'capture', answers(capturing(), 'authorized'))
    expect(pending.operation).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
  })

  it('of another sum is shown to people', () => {
    const { alert, operation } = settle(
      capturing(),
      'capture',
      answers(capturing(), 'succeeded', { charge: rub(1) }),
    )
    expect(alert).toEqual({ kind: 'mismatch', detail: 'charge' })
    expect(operation).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
  })

  it('that is refused is shown to people and may be asked for anew', () => {
    const { alert, operation, state } = settle(capturing(), 'capture', fault('rejected'))
    expect(alert).toEqual({ kind: 'capture_rejected', detail: 'some_code' })
    expect(operation.state).toBe('failed')
    const again = decide(state, (draft) => capturePayment(draft, paymentOf(state), {}, null))
    expect(operationOf(again, 'capture').idempotencyKey).toBe(`${paymentOf(state).id}-capture-2`)
    const released = decide(state, (draft) => cancelPayment(draft, paymentOf(state), policy))
    expect(paymentOf(released).status).toBe('canceling')
  })

  it('is one, under way, unknown or done', () => {
    const unknown = settle(capturing(), 'capture', fault('unknown')).state
    const answered = settle(capturing(), 'capture', answers(capturing(), 'authorized')).state
    const done = decide(answered, (draft) =>
      draft.patchOperation(operationOf(answered, 'capture').id, { state: 'done', notBefore: null }),
    )
    for (const state of [capturing(), unknown, done]) {
      const refused = expect.objectContaining({ code: 'invalid_state' })
      expect(() => decide(state, (draft) => capturePayment(draft, paymentOf(state), {}, null))).toThrow(
        refused,
      )
      expect(() => decide(state, (draft) => cancelPayment(draft, paymentOf(state), policy))).toThrow(refused)
    }
  })
})

describe('a refund', () => {
  const answer = (status: 'requested' | 'succeeded' | 'failed', minorUnits = 100): Outcome => ({
    kind: 'refund',
    refund: { providerRef: 'acme-r1', reference: null, charge: rub(minorUnits), status, failureCode: null },
  })

  it('that the provider has accepted is asked about until it is done', () => {
    const accepted = settle(refunding(), 'refund', answer('requested'))
    expect(accepted.operation).toMatchObject({ state: 'pending', notBefore: NOW + 1000 })
    const done = settle(accepted.state, 'refund', answer('succeeded'))
    expect(done.operation).toMatchObject({ state: 'done', notBefore: null })
    expect(done.told).toEqual(['refund.succeeded'])
  })

  it('of another sum is shown to people and asked for again', () => {
    const { alert, operation, state } = settle(refunding(), 'refund', answer('succeeded', 99))
    expect(alert).toEqual({ kind: 'refund_mismatch', detail: 'acme-r1' })
    expect(operation).toMatchObject({ state: 'unknown', notBefore: NOW + 1000 })
    expect(state.refunds[0]?.status).toBe('requested')
  })

  it('that is refused fails, is shown to people and gives its sum back', () => {
    const { alert, operation, state, told } = settle(refunding(), 'refund', fault('rejected'))
    expect(alert).toEqual({ kind: 'refund_rejected', detail: 'some_code' })
    expect(operation).toMatchObject({ state: 'failed', notBefore: null })
    expect(state.refunds[0]).toMatchObject({ status: 'failed', failureCode: 'limit_exceeded' })
    expect(paymentOf(state).refunded).toBe(0)
    expect(told).toEqual(['refund.failed'])
  })

  it.each([fault('unknown'), fault('not_done'), NOT_FOUND])(
    'is not failed because nobody knows: %o',
    (outcome) => {
      const { operation, state } = settle(refunding(), 'refund', outcome)
      expect(operation.notBefore).toBe(NOW + 1000)
      expect(state.refunds[0]?.status).toBe('requested')
      expect(paymentOf(state).refunded).toBe(100)
    },
  )

  it('that was ended by a notification stays as it is, whatever is answered afterwards', () => {
    const { state, claimed } = claim(refunding(), 'refund')
    const done = refunded(state, 1, 'succeeded')
    for (const outcome of [fault('rejected'), fault('unknown'), answer('failed')]) {
      const after = decide(done, settling(claimed, outcome))
      expect(after.refunds).toEqual(done.refunds)
      expect(operationOf(after, 'refund')).toMatchObject({ state: 'done', notBefore: null })
    }
  })
})
