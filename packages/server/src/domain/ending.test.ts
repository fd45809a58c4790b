import { describe, expect, it } from 'vitest'
import { ProviderFault } from '../provider.ts'
import { askForAnotherMethod } from './another-method.ts'
import { cancelPayment } from './cancel-payment.ts'
import { capturePayment } from './capture-payment.ts'
import {
  begin,
  claim,
  decide,
  inYuan,
  NOW,
  openSession,
  operationOf,
  paymentOf,
  policy,
  rub,
  saying,
  says,
  settling,
  statusesOf,
  toldBy,
} from './domain-fixtures.ts'
import type { Draft } from './draft.ts'
import { cancelSession, expireSession } from './end-session.ts'
import type { SessionState } from './records.ts'

// How payments and sessions are ended by buyers, merchants and deadlines: each line was broken on purpose once.

const HOUR = 3_600_000
const another = (draft: Draft) => askForAnotherMethod(draft, policy)
const expire = (draft: Draft) => expireSession(draft, policy)
const cancel = (draft: Draft) => cancelSession(draft, policy)
const waiting = (method = 'sbp', capture: 'automatic' | 'manual' = 'automatic') =>
  says(begin(openSession(capture), method), 1, 'requires_action')
const cancels = ({ operations }: SessionState) => operations.filter(({ kind }) => kind === 'cancel')
const code = (text: string) => expect.objectContaining({ code: text })

describe('another method', () => {
  it('is free to be chosen at once where nothing was sent yet', () => {
    for (const method of ['sbp', 'alipay']) {
      const begun = begin(openSession(), method)
      const state = decide(begun, another)
      expect(paymentOf(state)).toMatchObject({ status: 'canceled', dead: true })
      expect(operationOf(state, 'create')).toMatchObject({ state: 'failed', notBefore: null })
      expect(cancels(state)).toEqual([])
      expect(toldBy(begun, another)).toEqual(['payment.canceled'])
    }
  })

  it('waits for a cancel where something may have been sent', () => {
    const state = decide(claim(begin(openSession(), 'alipay'), 'create').state, another)
    expect(statusesOf(state)).toEqual(['open', 'canceling'])
    expect(cancels(state)).toMatchObject([{ state: 'pending', notBefore: NOW, attempts: 0 }])
    expect(operationOf(state, 'create').state).toBe('pending')
  })

  it('waits for the cancel of what can be canceled, and asks for that once', () => {
    const state = decide(waiting('alipay'), another)
    expect(statusesOf(state)).toEqual(['open', 'canceling'])
    expect(operationOf(state, 'query').notBefore).toBe(NOW)
    const later = {
      ...state,
      operations: state.operations.map((each) => ({ ...each, notBefore: NOW + 9000 })),
    }
    expect(decide(later, another)).toEqual(later)
  })

  it('supersedes what cannot be canceled, tells the merchant and goes on asking about it', () => {
    const state = decide(waiting(), another)
    expect(statusesOf(state)).toEqual(['open', 'superseded'])
    expect(operationOf(state, 'query')).toMatchObject({ state: 'pending', notBefore: NOW + 10_000 })
    expect(toldBy(waiting(), another)).toEqual(['payment.superseded'])
  })

  it('is refused while the outcome is not known, though a code is shown', () => {
    const { state, claimed } = claim(begin(openSession(), 'sbp'), 'create')
    const lost = new ProviderFault('unknown', 'timeout', 'no answer')
    const unknown = decide(state, settling(claimed, { kind: 'fault', fault: lost }))
    for (const unsure of [unknown, says(unknown, 1, 'requires_action'), says(waiting(), 1, 'processing')])
      expect(() => decide(unsure, another)).toThrow(code('payment_in_progress'))
  })

  it('is refused in a session that is not open', () => {
    for (const over of [
      decide(waiting(), cancel),
      decide(openSession(), cancel),
      says(waiting(), 1, 'succeeded'),
    ])
      expect(() => decide(over, another)).toThrow(code('session_not_open'))
  })

  it('changes nothing where there is no live payment', () => {
    expect(decide(openSession(), another)).toEqual(openSession())
    const failed = says(waiting(), 1, 'failed')
    expect(decide(failed, another)).toEqual(failed)
  })
})

describe("a merchant's cancel of a payment", () => {
  const cancelIt = (draft: Draft) => {
    const [payment] = draft.payments
    if (payment) cancelPayment(draft, payment, policy)
  }

  it('releases a hold by one cancel', () => {
    const state = decide(says(waiting('bank_card', 'manual'), 1, 'authorized'), cancelIt)
    expect(statusesOf(state)).toEqual(['complete', 'canceling'])
    expect(cancels(state)).toHaveLength(1)
    expect(decide(state, cancelIt)).toEqual(state)
  })

  it('ends what waits for the buyer, where the provider can', () => {
    expect(statusesOf(decide(waiting('alipay'), cancelIt))).toEqual(['open', 'canceling'])
    expect(() => decide(waiting(), cancelIt)).toThrow(code('invalid_state'))
  })

  it('is refused when the money is taken: that takes a refund', () => {
    const late = decide(decide(waiting(), expire, NOW + HOUR), expire, NOW + 2 * HOUR)
    for (const paid of [says(waiting(), 1, 'succeeded'), says(late, 1, 'succeeded')])
      expect(() => decide(paid, cancelIt)).toThrow(code('invalid_state'))
  })

  it.each(['failed', 'canceled', 'expired'] as const)('changes nothing when it is %s', (status) => {
    const over = says(waiting(), 1, status)
    expect(decide(over, cancelIt)).toEqual(over)
  })
})

describe("a merchant's capture", () => {
  const rail = { partialCapture: true, split: true }
  const held = () => says(waiting('bank_card', 'manual'), 1, 'authorized')
  const capturing =
    (request: Parameters<typeof capturePayment>[2], of: Parameters<typeof capturePayment>[3] = rail) =>
    (draft: Draft) => {
      const [payment] = draft.payments
      if (payment) capturePayment(draft, payment, request, of)
    }
  const asked = (state: SessionState) => operationOf(state, 'capture').request

  it('is of reserved money only', () => {
    for (const state of [waiting(), says(waiting(), 1, 'succeeded'), says(waiting(), 1, 'failed')])
      expect(() => decide(state, capturing({}))).toThrow(code('invalid_state'))
  })

  it('is of the whole where no amount is named, and may name the whole', () => {
    const whole = { amount: 123_456, charge: rub(123_456) }
    expect(asked(decide(held(), capturing({})))).toEqual(whole)
    expect(asked(decide(held(), capturing({ amount: rub(123_456) })))).toEqual(whole)
    const inYuanHeld = says(inYuan(begin(openSession('manual'), 'alipay')), 1, 'authorized')
    expect(asked(decide(inYuanHeld, capturing({})))).toMatchObject({ amount: 123_456 })
  })

  it('is in the currency of the order and no less than one minor unit of the charge', () => {
    const amount = { currency: 'CNY', minorUnits: 100 }
    expect(() => decide(held(), capturing({ amount }))).toThrow(
      expect.objectContaining({ code: 'invalid_request', path: 'amount.currency' }),
    )
    const inYuanHeld = says(inYuan(begin(openSession('manual'), 'alipay')), 1, 'authorized')
    expect(() => decide(inYuanHeld, capturing({ amount: rub(1) }))).toThrow(
      expect.objectContaining({ code: 'invalid_request', path: 'amount.minorUnits' }),
    )
  })

  it('is of the whole where the rail takes no parts', () => {
    const whole = { partialCapture: false, split: true }
    expect(() => decide(held(), capturing({ amount: rub(1000) }, whole))).toThrow(code('invalid_state'))
    expect(asked(decide(held(), capturing({ amount: rub(123_456) }, whole)))).toMatchObject({
      amount: 123_456,
    })
  })

  it('carries a receipt and shares that add up to what is taken', () => {
    const splits = [{ seller: 'a', amount: rub(1000) }]
    const receipt = {
      customer: { phone: '+79000000000' },
      items: [{ description: 'Чай', quantity: '1', unitPrice: rub(1000), vatCode: 11 }],
    }
    expect(asked(decide(held(), capturing({ amount: rub(1000), splits, receipt })))).toMatchObject({
      splits,
      receipt,
    })
    expect(() => decide(held(), capturing({ splits }))).toThrow(code('invalid_request'))
  })
})

describe('a session', () => {
  it('without a live payment ends at its deadline, is told of once and is due no more', () => {
    const { expiresAt } = openSession().session
    expect(decide(openSession(), expire, expiresAt).session).toMatchObject({ status: 'expired', dueAt: null })
    expect(toldBy(openSession(), expire, expiresAt)).toEqual(['session.expired'])
    expect(toldBy(openSession(), cancel)).toEqual(['session.canceled'])
    const over = decide(openSession(), expire, expiresAt)
    expect(decide(over, expire, expiresAt + HOUR)).toEqual(over)
    expect(decide(over, cancel, expiresAt + HOUR)).toEqual(over)
  })

  it('with a live payment asks about it at once and waits', () => {
    const closing = decide(waiting(), expire, NOW + HOUR)
    expect(closing.session).toMatchObject({ status: 'closing', dueAt: NOW + HOUR + 900_000 })
    expect(closing.session.version).toBe(waiting().session.version + 1)
    expect(operationOf(closing, 'query').notBefore).toBe(NOW + 2000)
    const rare = {
      ...waiting(),
      operations: waiting().operations.map((each) => ({ ...each, notBefore: null })),
    }
    expect(operationOf(decide(rare, expire, NOW + HOUR), 'query').notBefore).toBe(NOW + HOUR)
    expect(toldBy(waiting(), expire, NOW + HOUR)).toEqual([])
  })

  it('that has waited long enough ends with its payment, which is told and watched on', () => {
    const closing = decide(waiting(), expire, NOW + HOUR)
    const ended = decide(closing, expire, NOW + HOUR + 900_000)
    expect(statusesOf(ended)).toEqual(['expired', 'expired'])
    expect(ended.session.dueAt).toBeNull()
    expect(paymentOf(ended).dead).toBe(false)
    expect(toldBy(closing, expire, NOW + HOUR + 900_000)).toEqual(['payment.expired', 'session.expired'])
  })

  it('that closes ends as soon as its payment is proved dead', () => {
    const closing = decide(waiting(), expire, NOW + HOUR)
    expect(toldBy(closing, saying(1, 'canceled'))).toEqual(['payment.canceled', 'session.expired'])
    expect(says(closing, 1, 'canceled').session).toMatchObject({
      status: 'expired',
      closing: null,
      dueAt: null,
    })
  })

  it('that is paid is not given up', () => {
    expect(() => decide(says(waiting(), 1, 'succeeded'), cancel)).toThrow(code('invalid_state'))
  })

  it('that was closing by its deadline can be given up, which shows, and not the other way round', () => {
    const closing = decide(waiting(), expire, NOW + HOUR)
    const givenUp = decide(closing, cancel, NOW + HOUR + 1)
    expect(givenUp.session.closing).toEqual({ to: 'canceled', until: NOW + HOUR + 900_000 })
    expect(givenUp.session.version).toBe(closing.session.version + 1)
    expect(decide(givenUp, cancel, NOW + HOUR + 2)).toEqual(givenUp)
  })

  it('that is given up while its payment is being canceled asks for no second cancel', () => {
    const state = decide(decide(waiting('alipay'), another), cancel)
    expect(statusesOf(state)).toEqual(['closing', 'canceling'])
    expect(cancels(state)).toHaveLength(1)
  })
})

describe('the merchant is told', () => {
  it('of every step of a hold', () => {
    const held = says(waiting('bank_card', 'manual'), 1, 'authorized')
    expect(toldBy(waiting('bank_card', 'manual'), saying(1, 'authorized'))).toEqual([
      'payment.authorized',
      'session.completed',
    ])
    expect(toldBy(held, saying(1, 'succeeded'))).toEqual(['payment.succeeded'])
    expect(toldBy(held, saying(1, 'expired'))).toEqual(['payment.expired'])
  })

  it('of a payment and of its order', () => {
    expect(toldBy(waiting(), saying(1, 'succeeded'))).toEqual(['payment.succeeded', 'session.completed'])
    expect(toldBy(waiting(), saying(1, 'failed'))).toEqual(['payment.failed'])
  })

  it('of late money, and when it is back', () => {
    const late = decide(decide(waiting(), expire, NOW + HOUR), expire, NOW + 2 * HOUR)
    expect(toldBy(late, saying(1, 'succeeded'))).toEqual(['payment.late'])
    expect(toldBy(late, saying(1, 'authorized'))).toEqual(['payment.late'])
    expect(toldBy(says(late, 1, 'authorized'), saying(1, 'canceled'))).toEqual(['payment.late_refunded'])
  })

  it('of the code that another one has outrun', () => {
    const state = says(begin(decide(waiting(), another), 'mir_pay'), 2, 'requires_action')
    const won = ['payment.superseded', 'payment.succeeded', 'session.completed']
    expect(toldBy(state, saying(1, 'succeeded'))).toEqual(won)
    const reserved = ['payment.superseded', 'payment.authorized', 'session.completed']
    expect(toldBy(state, saying(1, 'authorized'))).toEqual(reserved)
  })
})
