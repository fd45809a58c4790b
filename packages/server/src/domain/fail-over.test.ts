import { expect, it } from 'vitest'
import { ProviderFault } from '../provider.ts'
import { askForAnotherMethod } from './another-method.ts'
import {
  AMOUNT,
  begin,
  claim,
  cny,
  decide,
  NOW,
  openSession,
  operationOf,
  paymentOf,
  policy,
  railInUse,
  says,
  settling,
  statusesOf,
} from './domain-fixtures.ts'
import { cancelSession } from './end-session.ts'
import type { OtherRail } from './fail-over.ts'
import type { SessionState } from './records.ts'
import { startPayment } from './start-payment.ts'

const fault = (kind: 'not_done' | 'unknown' | 'rejected') =>
  ({ kind: 'fault', fault: new ProviderFault(kind, 'ECONNREFUSED', 'for a test') }) as const
const other: OtherRail = (_draft, { method }) => ({
  rail: railInUse(method, {}, { id: `spare:${method}`, account: 'spare' }),
  charge: AMOUNT,
  quote: null,
})
/** What becomes of the session when its last create could not be sent. */
function notSent(
  state: SessionState,
  otherRail = other,
  now = NOW,
  kind: 'not_done' | 'unknown' | 'rejected' = 'not_done',
) {
  const claimed = claim(state, 'create', { number: state.payments.length, now })
  return decide(
    claimed.state,
    settling(claimed.claimed, fault(kind), { rules: { ...policy, otherRail } }),
    now,
  )
}
const accounts = ({ payments }: SessionState) => payments.map(({ account, status }) => `${account} ${status}`)

it('carries an attempt that was never sent over to the next rail, word for word', () => {
  const state = decide(openSession(), (draft) =>
    startPayment(
      draft,
      {
        method: 'sbp',
        presentation: 'qr',
        device: { surface: 'mobile' },
        bankId: '100',
        contact: { phone: '+79000000000' },
      },
      {
        agree: () => ({ rail: railInUse('sbp'), charge: AMOUNT, quote: null }),
        returnUrl: 'https://pay.example/r/st',
        notificationUrl: (account) => `https://pay.example/n/${account}`,
      },
    ),
  )
  const after = notSent(state)
  expect(accounts(after)).toEqual(['acme failed', 'spare created'])
  expect(operationOf(after, 'create', 2).request).toEqual({
    ...(operationOf(state, 'create').request as object),
    paymentId: paymentOf(after, 2).id,
    notificationUrl: 'https://pay.example/n',
  })
  expect(paymentOf(after, 2).device).toEqual({ surface: 'mobile' })
})

it('keeps the terms that the buyer has agreed to, and goes on only for the same charge', () => {
  const quote = { rate: '12.50', marginBps: 120, reference: null }
  const begun = begin(openSession(), 'alipay')
  const state = { ...begun, payments: [{ ...paymentOf(begun), charge: cny(9876), quote }] }
  const charging =
    (minorUnits: number): OtherRail =>
    (...asked) => {
      const found = other(...asked)
      return found && { ...found, charge: cny(minorUnits), quote: { ...quote, rate: '12.40' } }
    }
  expect(paymentOf(notSent(state, charging(9876)), 2)).toMatchObject({ charge: cny(9876), quote })
  expect(accounts(notSent(state, charging(9877)))).toEqual(['acme failed'])
  expect(accounts(notSent(state, charging(9875)))).toEqual(['acme failed'])
})

it('leaves only what was provably not sent', () => {
  expect(accounts(notSent(begin(openSession(), 'sbp'), other, NOW, 'unknown'))).toEqual(['acme created'])
  expect(accounts(notSent(begin(openSession(), 'sbp'), other, NOW, 'rejected'))).toEqual(['acme failed'])
})

it('asks for no rail that this method has been tried over, whatever other methods were', () => {
  const tried: string[][] = []
  const ask: OtherRail = (draft, payment, accountsTried) => {
    tried.push([...accountsTried])
    return tried.length === 1 ? other(draft, payment, accountsTried) : null
  }
  let state = says(begin(openSession(), 'bank_card'), 1, 'failed')
  state = { ...state, payments: [{ ...paymentOf(state), account: 'cards' }] }
  state = notSent(begin(state, 'sbp'), ask)
  expect(accounts(notSent(state, ask))).toEqual(['cards failed', 'acme failed', 'spare failed'])
  expect(tried).toEqual([['acme'], ['acme', 'spare']])
})

it('goes nowhere from the deadline on', () => {
  const { expiresAt } = openSession().session
  const state = begin(openSession(), 'sbp')
  expect(accounts(notSent(state, other, expiresAt - 1))).toEqual(['acme failed', 'spare created'])
  expect(accounts(notSent(state, other, expiresAt))).toEqual(['acme failed'])
})

it('goes nowhere for an order that was given up, or a buyer who wants another method', () => {
  const { claimed, state } = claim(begin(openSession(), 'sbp'), 'create')
  const rules = { ...policy, otherRail: other }
  const givenUp = decide(state, (draft) => cancelSession(draft, rules))
  expect(statusesOf(decide(givenUp, settling(claimed, fault('not_done'), { rules })))).toEqual([
    'canceled',
    'failed',
  ])
  const alipay = claim(begin(openSession(), 'alipay'), 'create')
  const left = decide(alipay.state, (draft) => askForAnotherMethod(draft, rules))
  expect(statusesOf(decide(left, settling(alipay.claimed, fault('not_done'), { rules })))).toEqual([
    'open',
    'canceled',
  ])
})

it('makes no eleventh attempt', () => {
  let state = openSession()
  for (let number = 1; number < 10; number++) state = says(begin(state, 'sbp'), number, 'failed')
  expect(notSent(begin(state, 'sbp')).payments).toHaveLength(10)
})
