import type { Device } from '@teabrick/core/contract'
import { describe, expect, it } from 'vitest'
import { ProviderFault } from '../provider.ts'
import { askForAnotherMethod } from './another-method.ts'
import { checkoutView } from './checkout-view.ts'
import {
  begin,
  claim,
  cny,
  decide,
  inYuan,
  NOW,
  openSession,
  paymentOf,
  policy,
  railInUse,
  refund,
  refunded,
  rub,
  says,
  settling,
} from './domain-fixtures.ts'
import type { Eligibility } from './eligibility.ts'
import { toEventBody } from './event-body.ts'
import { knownOf } from './known.ts'
import type { SessionState } from './records.ts'
import { isUnknown, shownPayment, toPayment, toRefund, toReturnStatus, toSession } from './views.ts'

const waiting = () => says(begin(openSession(), 'sbp'), 1, 'requires_action')
const paidInYuan = () => says(inYuan(begin(openSession(), 'alipay')), 1, 'succeeded')
/** The answer to what was asked last is lost. */
const unsure = (state: SessionState, kind: 'create' | 'refund' | 'cancel') => {
  const { state: asked, claimed } = claim(state, kind)
  return decide(
    asked,
    settling(claimed, { kind: 'fault', fault: new ProviderFault('unknown', 'timeout', 'lost') }),
  )
}
const quote = { rate: '12.50', marginBps: 120, reference: null, validForSeconds: 300 }
const eligibility: Eligibility = {
  methods: [
    { method: 'sbp', rail: railInUse('sbp'), charge: rub(123_456), quote: null },
    { method: 'alipay', rail: railInUse('alipay', { requires: ['phone'] }), charge: cny(9876), quote },
  ],
  unavailable: [{ id: 'vk_pay', reason: 'not_offered' }],
}
const view = (state: SessionState, now = NOW, more: { bankList?: string; device?: Device } = {}) =>
  checkoutView(state, {
    now,
    merchantName: 'Чайная лавка',
    eligibility,
    quoteId: ({ method }) => (method === 'alipay' ? 'q_1' : null),
    returnUrl: 'https://shop.example/',
    url: 'https://pay.example/c/lt',
    ...more,
  })

describe('a checkout', () => {
  it('offers methods with their quotes until the very moment of the deadline', () => {
    const { expiresAt } = openSession().session
    expect(view(openSession()).methods).toMatchObject([
      { id: 'sbp' },
      {
        id: 'alipay',
        requires: ['phone'],
        quote: { id: 'q_1', charge: cny(9876), rate: '12.50', marginBps: 120, validForMs: 300_000 },
      },
    ])
    expect(view(openSession()).methods[0]).not.toHaveProperty('quote')
    expect(view(openSession(), expiresAt - 1).unavailable).toEqual([{ id: 'vk_pay', reason: 'not_offered' }])
    for (const now of [expiresAt, expiresAt + 1])
      expect(view(openSession(), now)).toMatchObject({
        methods: [],
        unavailable: [],
        session: { expiresInMs: 0 },
      })
    expect(view(says(waiting(), 1, 'succeeded'))).toMatchObject({ methods: [], unavailable: [] })
  })

  it('tells times as what is left of them, never less than nothing', () => {
    const action = {
      expiresAt: new Date(NOW + 5000).toISOString(),
      qr: { payload: 'https://acme.example/qr' },
    }
    const state = says(begin(openSession(), 'sbp'), 1, 'requires_action', { nextAction: action })
    expect(view(state, NOW + 1000)).toMatchObject({
      session: { expiresInMs: 3_599_000 },
      payment: { nextAction: { expiresInMs: 4000, qr: { payload: 'https://acme.example/qr' } } },
    })
    expect(view(state, NOW + 6000).payment?.nextAction?.expiresInMs).toBe(0)
    expect(view(waiting()).payment?.nextAction?.expiresInMs).toBeNull()
  })

  it('names the list of banks only where a bank can be chosen', () => {
    const action = { expiresAt: null, banks: { link: 'https://qr.nspk.ru/x' } }
    const state = says(begin(openSession(), 'sbp'), 1, 'requires_action', { nextAction: action })
    expect(view(state, NOW, { bankList: 'abc' }).payment?.nextAction?.banks).toEqual({
      link: 'https://qr.nspk.ru/x',
      list: 'abc',
    })
    expect(view(waiting(), NOW, { bankList: 'abc' }).payment?.nextAction).not.toHaveProperty('banks')
  })

  it('shows a payment as processing while nobody knows what became of it, without anything to pay by', () => {
    const lost = unsure(begin(openSession(), 'sbp'), 'create')
    expect(view(lost).payment).toMatchObject({ status: 'processing', nextAction: null })
    expect(view(says(lost, 1, 'requires_action')).payment).toMatchObject({
      status: 'processing',
      nextAction: null,
    })
    expect(view(waiting()).payment?.status).toBe('requires_action')
  })

  it('says why a payment was refused, and says nothing where it was not', () => {
    expect(view(says(waiting(), 1, 'failed')).payment?.failure).toEqual({ code: 'insufficient_funds' })
    expect(view(waiting()).payment?.failure).toBeNull()
  })

  it('warns of an older code that must not be paid any more', () => {
    const left = decide(waiting(), (draft) => askForAnotherMethod(draft, policy))
    expect(view(left).payment).not.toHaveProperty('supersededBefore')
    expect(view(begin(left, 'mir_pay')).payment).toMatchObject({ supersededBefore: true })
    expect(view(waiting()).payment).not.toHaveProperty('supersededBefore')
  })
})

describe('what is unknown', () => {
  it('is what was sent for this payment: neither a question nor a refund makes it so', () => {
    expect(isUnknown(unsure(begin(openSession(), 'sbp'), 'create'), paymentOf(waiting()))).toBe(true)
    const refunding = unsure(refund(says(waiting(), 1, 'succeeded')), 'refund')
    expect(isUnknown(refunding, paymentOf(refunding))).toBe(false)
    const asked = {
      ...waiting(),
      operations: waiting().operations.map((each) =>
        each.kind === 'query' ? { ...each, state: 'unknown' as const } : each,
      ),
    }
    expect(isUnknown(asked, paymentOf(asked))).toBe(false)
  })

  it('of another payment says nothing about this one', () => {
    const canceling = decide(says(begin(openSession(), 'alipay'), 1, 'requires_action'), (draft) =>
      askForAnotherMethod(draft, policy),
    )
    const state = begin(says(unsure(canceling, 'cancel'), 1, 'canceled'), 'sbp')
    expect([isUnknown(state, paymentOf(state, 1)), isUnknown(state, paymentOf(state, 2))]).toEqual([
      true,
      false,
    ])
  })

  it('is processing for the page that the buyer comes back to, too', () => {
    const lost = unsure(begin(openSession(), 'sbp'), 'create')
    expect(toReturnStatus(lost).payment?.status).toBe('processing')
    expect(toReturnStatus(waiting()).payment?.status).toBe('requires_action')
    expect(toReturnStatus(openSession()).payment).toBeNull()
  })
})

it('shows the payment that succeeded before the live one, and that before the last', () => {
  const left = decide(waiting(), (draft) => askForAnotherMethod(draft, policy))
  const second = begin(left, 'mir_pay')
  expect(shownPayment(second)?.number).toBe(2)
  expect(shownPayment(says(second, 1, 'succeeded'))?.number).toBe(1)
  const third = begin(says(second, 2, 'failed'), 'bank_card')
  expect(shownPayment(third)?.number).toBe(3)
  expect(shownPayment(says(third, 3, 'failed'))?.number).toBe(3)
  const restored = { ...third, payments: third.payments.toReversed() }
  expect(shownPayment(restored)?.number).toBe(3)
  expect(shownPayment(openSession())).toBeNull()
})

describe('a merchant', () => {
  const state = () => refunded(refund(paidInYuan(), 41_151), 1, 'succeeded')

  it('sees what was taken and given back in the currency of the order', () => {
    expect(toPayment(state(), paymentOf(state()))).toMatchObject({
      captured: rub(123_456),
      refunded: rub(41_151),
      charge: cny(10_001),
      refunds: [{ amount: rub(41_151), charge: cny(3333), status: 'succeeded', origin: 'merchant' }],
    })
  })

  it('sees the refunds of a payment with it, and no others', () => {
    let both = begin(
      decide(waiting(), (draft) => askForAnotherMethod(draft, policy)),
      'mir_pay',
    )
    both = says(says(both, 2, 'succeeded'), 1, 'succeeded')
    expect(toSession(both).payments.map(({ refunds }) => refunds.length)).toEqual([1, 0])
    expect(toRefund(both, both.refunds[0]!).charge).toEqual(rub(123_456))
  })
})

describe('a provider', () => {
  it('is told what was taken and given back in the currency of the charge, as far as it is done', () => {
    const paid = refund(refund(paidInYuan(), 41_151), 41_154)
    const known = (state: SessionState) => knownOf(paymentOf(state), state.refunds)
    expect(known(paid)).toEqual({ charge: cny(10_001), captured: cny(10_001), refunded: cny(0) })
    expect(known(refunded(paid, 2, 'succeeded')).refunded).toEqual(cny(3334))
    expect(known(begin(openSession(), 'sbp')).captured).toEqual(rub(0))
  })

  it('is told nothing of the refunds of another payment', () => {
    let both = begin(
      decide(waiting(), (draft) => askForAnotherMethod(draft, policy)),
      'mir_pay',
    )
    both = refunded(says(says(both, 2, 'succeeded'), 1, 'succeeded'), 1, 'succeeded')
    expect(knownOf(paymentOf(both, 1), both.refunds).refunded).toEqual(rub(123_456))
    expect(knownOf(paymentOf(both, 2), both.refunds).refunded).toEqual(rub(0))
  })
})

describe('the body of a webhook', () => {
  const body = (state: SessionState, about: { paymentId?: string; refundId?: string } = {}) =>
    toEventBody({ id: 'evt_0123456789abcdefghijkl_1', type: 'refund.succeeded', now: NOW, state, ...about })

  it('has the payment and the refund that it is about', () => {
    const state = refunded(refund(paidInYuan(), 41_151), 1, 'succeeded')
    const paymentId = paymentOf(state).id
    const refundId = state.refunds[0]?.id ?? ''
    expect(JSON.parse(body(state, { paymentId, refundId })).data).toMatchObject({
      session: { id: state.session.id },
      payment: { id: paymentId },
      refund: { id: refundId, amount: rub(41_151) },
    })
    expect(Object.keys(JSON.parse(body(state)).data)).toEqual(['session'])
  })

  it('is less than 20 kB of bytes, however long the order and whatever its alphabet', () => {
    const { session } = openSession()
    const line = { name: 'Шу пуэр, блин 357 г, Мэнхай', quantity: '1', unitPrice: rub(100), total: rub(100) }
    const long = (lines: number): SessionState => {
      let state: SessionState = {
        ...openSession(),
        session: {
          ...session,
          order: { ...session.order, lines: Array.from({ length: lines }, () => line) },
        },
      }
      for (const number of [1, 2]) state = says(begin(state, 'sbp'), number, 'failed')
      return state
    }
    for (const lines of [0, 10, 90, 100, 110, 120, 400]) {
      const text = body(long(lines))
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(19_000)
      const { session: shown } = JSON.parse(text).data
      const isWhole = shown.order.lines.length === lines
      expect([isWhole, shown.payments.length]).toEqual(
        shown.truncated === true ? [lines === 0, 1] : [true, 2],
      )
    }
    expect(JSON.parse(body(long(10))).data.session).not.toHaveProperty('truncated')
    expect(JSON.parse(body(long(400))).data.session).toMatchObject({ truncated: true })
    // Counted in characters it would still fit.
    const short = long(110)
    expect(JSON.stringify(toSession(short)).length).toBeLessThan(19_000)
    expect(JSON.parse(body(short)).data.session).toMatchObject({ truncated: true })
  })
})
