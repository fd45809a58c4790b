import { describe, expect, it } from 'vitest'
import type { ProviderRail } from '../provider.ts'
import { askForAnotherMethod } from './another-method.ts'
import { createSession } from './create-session.ts'
import {
  AMOUNT,
  begin,
  cny,
  decide,
  NOW,
  openSession,
  operationOf,
  paymentOf,
  policy,
  railInUse,
  rub,
  says,
  statusesOf,
} from './domain-fixtures.ts'
import { cancelSession } from './end-session.ts'
import type { SessionState } from './records.ts'
import { isSameMoney, startPayment } from './start-payment.ts'

const code = (text: string, path?: string) =>
  expect.objectContaining({ code: text, ...(path === undefined ? {} : { path }) })
const quote = { rate: '12.50', marginBps: 120, reference: 'Bank of Russia' }
const receipt = {
  customer: { email: 'buyer@example.com' },
  items: [{ description: 'Чай', quantity: '1', unitPrice: AMOUNT, vatCode: 11 }],
}
const splits = [{ seller: 'a', amount: AMOUNT }]
const full = (): SessionState =>
  createSession(
    {
      amount: AMOUNT,
      order: { reference: 'A-1001', description: 'Пуэр' },
      capture: 'manual',
      methods: ['alipay', 'sbp', 'alipay'],
      buyer: { reference: 'b-1', phone: '+79000000000', email: 'buyer@example.com' },
      receipt,
      splits,
      returnUrl: 'https://shop.example/',
      expiresInSeconds: 3600,
      locale: 'ru',
      metadata: {},
    },
    { id: 'cs_0123456789abcdefghijkl', merchantId: 'tea', now: NOW },
  )
const start = (
  state: SessionState,
  request: Parameters<typeof startPayment>[1],
  rail: Partial<ProviderRail> = {},
  now = NOW,
) =>
  decide(
    state,
    (draft) =>
      startPayment(draft, request, {
        agree: () => ({ rail: railInUse(request.method, rail), charge: cny(9876), quote }),
        returnUrl: 'https://pay.example/r/st',
        notificationUrl: (account) => `https://pay.example/n/${account}`,
      }),
    now,
  )
const asked = (state: SessionState) => operationOf(state, 'create').request

it('takes no attempt from the very moment of the deadline, even before anything has closed the session', () => {
  const session = openSession()
  const { expiresAt } = session.session
  expect(expiresAt).toBe(NOW + 3_600_000)
  expect(begin(session, 'sbp', expiresAt - 1).payments).toHaveLength(1)
  expect(() => begin(session, 'sbp', expiresAt)).toThrow(code('session_not_open'))
})

it('keeps everything that a session is created with, and looks at it again at its deadline', () => {
  expect(full().session).toMatchObject({
    status: 'open',
    version: 1,
    capture: 'manual',
    methods: ['alipay', 'sbp'],
    buyer: { reference: 'b-1', phone: '+79000000000', email: 'buyer@example.com' },
    receipt,
    splits,
    locale: 'ru',
    expiresAt: NOW + 3_600_000,
    dueAt: NOW + 3_600_000,
  })
})

describe('an attempt', () => {
  it('is written down as it was agreed, with its question put off until the provider has named it', () => {
    const state = start(full(), { method: 'alipay', device: { surface: 'desktop' } })
    expect(paymentOf(state)).toMatchObject({
      id: 'pay_0123456789abcdefghijkl_1',
      number: 1,
      method: 'alipay',
      account: 'acme',
      status: 'created',
      amount: AMOUNT,
      charge: cny(9876),
      quote,
      providerRef: null,
      captured: 0,
      refunded: 0,
      device: { surface: 'desktop' },
    })
    expect(operationOf(state, 'create')).toMatchObject({ state: 'pending', notBefore: NOW, attempts: 0 })
    expect(operationOf(state, 'query')).toMatchObject({ state: 'pending', notBefore: null })
  })

  it('asks the provider for the charge, and tells it all it may need', () => {
    const state = start(full(), {
      method: 'alipay',
      presentation: 'qr',
      bankId: '100',
      device: { surface: 'mobile' },
    })
    expect(asked(state)).toEqual({
      paymentId: 'pay_0123456789abcdefghijkl_1',
      method: 'alipay',
      charge: cny(9876),
      amount: AMOUNT,
      description: 'Пуэр',
      orderReference: 'A-1001',
      capture: 'manual',
      presentation: 'qr',
      device: { surface: 'mobile' },
      bankId: '100',
      contact: { phone: '+79000000000', email: 'buyer@example.com' },
      buyerReference: 'b-1',
      receipt,
      splits,
      locale: 'ru',
      returnUrl: 'https://pay.example/r/st',
      notificationUrl: 'https://pay.example/n/acme',
      expiresAt: '2026-11-22T10:00:00.000Z',
    })
  })

  it('lasts as long as the rail lets the buyer pay, and never longer than the session', () => {
    const short = start(full(), { method: 'alipay' }, { timeoutSeconds: 900 })
    expect(asked(short)).toMatchObject({ expiresAt: '2026-11-22T09:15:00.000Z' })
    const late = start(full(), { method: 'alipay' }, { timeoutSeconds: 900 }, NOW + 3_000_000)
    expect(asked(late)).toMatchObject({ expiresAt: '2026-11-22T10:00:00.000Z' })
  })

  it('needs the contacts that the rail requires, from the buyer himself before those of the session', () => {
    for (const kind of ['phone', 'email'] as const)
      expect(() => start(openSession(), { method: 'sbp' }, { requires: [kind] })).toThrow(
        code('invalid_request', `contact.${kind}`),
      )
    const given = { phone: '+79111111111', email: 'other@example.com' }
    expect(
      asked(start(full(), { method: 'sbp', contact: given }, { requires: ['phone', 'email'] })),
    ).toMatchObject({
      contact: given,
    })
    expect(asked(start(full(), { method: 'sbp' }, { requires: ['phone', 'email'] }))).toMatchObject({
      contact: { phone: '+79000000000', email: 'buyer@example.com' },
    })
  })

  it('is joined by another one of the same method', () => {
    for (const live of [begin(openSession(), 'sbp'), says(begin(openSession(), 'sbp'), 1, 'requires_action')])
      expect(begin(live, 'sbp')).toEqual(live)
  })

  it('stands in the way of other methods while it lives, and of its own while it is being canceled', () => {
    const live = says(begin(openSession(), 'alipay'), 1, 'requires_action')
    expect(() => begin(live, 'sbp')).toThrow(code('payment_in_progress'))
    const canceling = decide(live, (draft) => askForAnotherMethod(draft, policy))
    expect(() => begin(canceling, 'alipay')).toThrow(code('payment_in_progress'))
    expect(statusesOf(begin(says(canceling, 1, 'canceled'), 'sbp'))).toEqual(['open', 'canceled', 'created'])
  })

  it('is not begun in a session that is closing, given up or paid', () => {
    const live = says(begin(openSession(), 'alipay'), 1, 'requires_action')
    const closing = decide(live, (draft) => cancelSession(draft, policy))
    const over = decide(openSession(), (draft) => cancelSession(draft, policy))
    for (const state of [closing, over, says(live, 1, 'succeeded')])
      expect(() => begin(state, 'alipay')).toThrow(code('session_not_open'))
  })

  it('is one of ten, each with its own number', () => {
    let state = openSession()
    for (let number = 1; number <= 10; number++) {
      state = begin(state, 'sbp')
      expect(paymentOf(state, number)).toMatchObject({ number, id: `pay_0123456789abcdefghijkl_${number}` })
      state = says(state, number, 'failed')
    }
    expect(() => begin(state, 'sbp')).toThrow(code('attempts_exhausted'))
  })
})

it('takes money for the same only in the same amount and currency', () => {
  expect(isSameMoney(rub(100), rub(100))).toBe(true)
  expect(isSameMoney(rub(100), rub(101))).toBe(false)
  expect(isSameMoney(rub(100), cny(100))).toBe(false)
})
