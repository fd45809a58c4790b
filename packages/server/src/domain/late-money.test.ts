import { describe, expect, it } from 'vitest'
import { askForAnotherMethod } from './another-method.ts'
import { cancelPayment } from './cancel-payment.ts'
import {
  begin,
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
  statusesOf,
  toldBy,
} from './domain-fixtures.ts'
import { expireSession } from './end-session.ts'
import type { SessionState } from './records.ts'

// Money that comes when nobody counts on it any more: each line was broken on purpose once.

const HOUR = 3_600_000
const accept = { ...policy, latePayments: 'accept' as const }
const operationsOf = ({ operations }: SessionState, kind: string) =>
  operations.filter((each) => each.kind === kind)
const expired = (state: SessionState) => {
  const closing = decide(state, (draft) => expireSession(draft, policy), NOW + HOUR)
  return decide(closing, (draft) => expireSession(draft, policy), NOW + 2 * HOUR)
}
const waiting = (capture: 'automatic' | 'manual' = 'automatic') =>
  says(begin(openSession(capture), 'sbp'), 1, 'requires_action')
/** The first code is withdrawn, and a second one waits to be paid. */
const twoCodes = (capture: 'automatic' | 'manual' = 'automatic', second = 'mir_pay') => {
  const left = decide(waiting(capture), (draft) => askForAnotherMethod(draft, policy))
  return says(begin(left, second), 2, 'requires_action')
}
const released = (state: SessionState) =>
  decide(state, (draft) => cancelPayment(draft, paymentOf(state), policy))

describe('a payment that comes too late', () => {
  it('is given back whole, as much as was taken', () => {
    const state = says(expired(waiting()), 1, 'succeeded', { captured: rub(100_000) })
    expect(state.refunds).toMatchObject([{ amount: 100_000, origin: 'late', status: 'requested' }])
    expect(operationsOf(state, 'refund')).toHaveLength(1)
  })

  it('is given back once the order is paid otherwise, though the merchant keeps late payments', () => {
    const state = decide(says(twoCodes(), 2, 'succeeded'), saying(1, 'succeeded', {}, accept))
    expect(statusesOf(state)).toEqual(['complete', 'late_success', 'succeeded'])
    expect(state.refunds).toMatchObject([{ paymentId: paymentOf(state).id, origin: 'late' }])
  })

  it('is kept where the merchant keeps them and has given back the one before', () => {
    let state = decide(expired(twoCodes()), saying(1, 'succeeded', {}, accept))
    state = decide(refund(state), saying(2, 'succeeded', {}, accept))
    expect(state.refunds).toMatchObject([{ paymentId: paymentOf(state).id, origin: 'merchant' }])
  })

  it('stays as it is whatever is said of it afterwards', () => {
    const late = says(expired(waiting()), 1, 'succeeded')
    for (const status of ['authorized', 'succeeded', 'processing', 'canceled', 'failed'] as const)
      expect(says(late, 1, status)).toEqual(late)
    const back = refunded(late, 1, 'succeeded')
    expect(paymentOf(back).status).toBe('late_refunded')
    for (const status of ['authorized', 'succeeded', 'canceled'] as const)
      expect(says(back, 1, status)).toEqual(back)
  })
})

describe('a hold that comes too late', () => {
  const late = () => says(expired(waiting('manual')), 1, 'authorized')

  it('is released, once', () => {
    const state = says(late(), 1, 'authorized')
    expect([paymentOf(state).status, operationsOf(state, 'cancel').length]).toEqual(['late_success', 1])
    expect(state.refunds).toEqual([])
  })

  it('is given back where the provider has captured it all the same', () => {
    const state = says(late(), 1, 'succeeded', { captured: rub(100_000) })
    expect(paymentOf(state)).toMatchObject({ status: 'late_success', captured: 100_000 })
    expect(state.refunds).toMatchObject([{ amount: 100_000, origin: 'late' }])
    expect(says(state, 1, 'succeeded', { captured: rub(100_000) })).toEqual(state)
  })

  it('that was captured and is kept shows what was taken', () => {
    const before = late()
    const state = decide(before, saying(1, 'succeeded', {}, accept))
    expect(paymentOf(state)).toMatchObject({ status: 'late_success', captured: 123_456, refunded: 0 })
    expect(state.session.version).toBe(before.session.version + 1)
  })

  it('is over when its release is proved, not before', () => {
    expect(says(late(), 1, 'failed', { dead: false })).toEqual(late())
    expect(paymentOf(says(late(), 1, 'canceled')).status).toBe('late_refunded')
  })
})

describe('a hold', () => {
  const held = () => says(waiting('manual'), 1, 'authorized')

  it('is one however often it is told, and none any more once it was taken', () => {
    expect(says(held(), 1, 'authorized')).toEqual(held())
    const taken = says(held(), 1, 'succeeded')
    expect(says(taken, 1, 'authorized')).toEqual(taken)
  })

  it('that is being released is reserved until the provider has done it', () => {
    const state = released(held())
    expect(statusesOf(says(state, 1, 'authorized'))).toEqual(['complete', 'canceling'])
    expect(statusesOf(says(state, 1, 'canceled'))).toEqual(['complete', 'canceled'])
  })

  it('that is being released and was captured at the provider is a success like any other', () => {
    const state = says(released(held()), 1, 'succeeded')
    expect(statusesOf(state)).toEqual(['complete', 'succeeded'])
    expect(state.refunds).toEqual([])
    expect(toldBy(released(held()), saying(1, 'succeeded'))).toEqual(['payment.succeeded'])
  })

  it('that has ended does not let another code of the order win', () => {
    const ended = says(says(twoCodes('manual'), 2, 'authorized'), 2, 'expired')
    expect(statusesOf(ended)).toEqual(['complete', 'superseded', 'expired'])
    const state = says(ended, 1, 'succeeded')
    expect(statusesOf(state)).toEqual(['complete', 'late_success', 'expired'])
    expect(state.refunds).toMatchObject([{ origin: 'late' }])
  })
})

describe('the other code of an order that is paid', () => {
  it('is withdrawn, canceled where the provider can, and asked about', () => {
    const state = says(twoCodes('automatic', 'alipay'), 1, 'succeeded')
    expect(statusesOf(state)).toEqual(['complete', 'succeeded', 'superseded'])
    expect(operationsOf(state, 'cancel')).toMatchObject([{ paymentId: paymentOf(state, 2).id }])
    expect(operationOf(state, 'query', 2)).toMatchObject({ state: 'pending', notBefore: NOW + 10_000 })
  })

  it('is not canceled where the provider cannot', () => {
    expect(operationsOf(says(twoCodes(), 1, 'succeeded'), 'cancel')).toEqual([])
  })

  it('is canceled once, where the buyer had asked for that already', () => {
    const canceling = decide(twoCodes('automatic', 'alipay'), (draft) => askForAnotherMethod(draft, policy))
    expect(operationsOf(canceling, 'cancel')).toHaveLength(1)
    const state = says(canceling, 1, 'succeeded')
    expect(statusesOf(state)).toEqual(['complete', 'succeeded', 'superseded'])
    expect(operationsOf(state, 'cancel')).toHaveLength(1)
  })

  it('that was refused stays refused', () => {
    const state = says(says(twoCodes(), 2, 'failed'), 1, 'succeeded')
    expect(statusesOf(state)).toEqual(['complete', 'succeeded', 'failed'])
  })
})

it('forgets why it failed when it succeeds after all', () => {
  const failed = says(waiting(), 1, 'failed')
  expect(paymentOf(failed)).toMatchObject({ failureCode: 'insufficient_funds', dead: true })
  expect(paymentOf(says(failed, 1, 'succeeded')).failureCode).toBeNull()
  expect(paymentOf(says(waiting(), 1, 'failed', { failureCode: null })).failureCode).toBe('declined')
})

it('leaves no deadline behind when the order is paid', () => {
  const closing = decide(waiting(), (draft) => expireSession(draft, policy), NOW + HOUR)
  for (const state of [waiting(), closing])
    expect(says(state, 1, 'succeeded').session).toMatchObject({
      dueAt: null,
      closing: null,
      completedAt: NOW,
    })
})

it('learns that an end was the end where it had to give up without proof', () => {
  const state = expired(waiting())
  expect(paymentOf(state)).toMatchObject({ status: 'expired', dead: false })
  expect(paymentOf(says(state, 1, 'canceled', { dead: false })).dead).toBe(false)
  const proved = says(state, 1, 'canceled')
  expect(paymentOf(proved)).toMatchObject({ status: 'expired', dead: true })
  expect(proved.session.version).toBe(state.session.version)
})

it('calls a payment canceled that was refused while it was being canceled', () => {
  const state = decide(says(begin(openSession(), 'alipay'), 1, 'requires_action'), (draft) =>
    askForAnotherMethod(draft, policy),
  )
  expect(paymentOf(says(state, 1, 'failed'))).toMatchObject({ status: 'canceled', failureCode: null })
})

describe('a code to pay by', () => {
  it('is shown as soon as the provider gives it, and stays the same', () => {
    const state = says(begin(openSession(), 'sbp'), 1, 'requires_action', { nextAction: null })
    expect(paymentOf(state).action).toBeNull()
    const shown = says(state, 1, 'requires_action')
    expect(paymentOf(shown).action).toMatchObject({ qr: { payload: 'https://acme.example/qr' } })
    expect(shown.session.version).toBe(state.session.version + 1)
    const other = { expiresAt: null, qr: { payload: 'https://acme.example/other' } }
    expect(says(shown, 1, 'requires_action', { nextAction: other })).toEqual(shown)
  })

  it("comes with the provider's reference, which the merchant sees at once", () => {
    const state = begin(openSession(), 'sbp')
    const known = says(state, 1, 'unknown')
    expect(paymentOf(known)).toMatchObject({ status: 'created', providerRef: 'acme-1' })
    expect(known.session.version).toBe(state.session.version + 1)
  })
})
