import type { EventType } from '@teabrick/core/contract'
import type { ProviderPayment, ProviderPaymentStatus, ProviderRail } from '../provider.ts'
import { createSession } from './create-session.ts'
import { Draft } from './draft.ts'
import type { RailInUse } from './eligibility.ts'
import { observePayment, type Policy } from './observe-payment.ts'
import type { OperationRecord, PaymentRecord, SessionState } from './records.ts'
import { observeRefund, refundPayment } from './refund-payment.ts'
import { type Alert, type Outcome, settleOperation } from './settle-operation.ts'
import { startPayment } from './start-payment.ts'

// For this folder's tests: a session of 1,234.56 roubles and what a provider may say about its payments.

export const NOW = Date.parse('2026-11-22T09:00:00Z')
export const AMOUNT = { currency: 'RUB', minorUnits: 123_456 }

export const policy: Policy = {
  latePayments: 'refund',
  graceMs: 900_000,
  canCancelPending: ({ method }) => method === 'alipay',
  cancelReturnsMoney: ({ method }) => method === 'alipay',
  otherRail: () => null,
  notificationUrl: () => 'https://pay.example/n',
}

export function openSession(capture: 'automatic' | 'manual' = 'automatic'): SessionState {
  return createSession(
    {
      amount: AMOUNT,
      order: { reference: 'A-1001', description: 'Пуэр' },
      capture,
      returnUrl: 'https://shop.example/',
      expiresInSeconds: 3600,
      metadata: {},
    },
    { id: 'cs_0123456789abcdefghijkl', merchantId: 'tea', now: NOW },
  )
}

/** One decision, and the state it leads to. */
export function decide(state: SessionState, decision: (draft: Draft) => unknown, now = NOW): SessionState {
  const draft = new Draft(state, now)
  decision(draft)
  return draft.finish().next
}

/** A rail of the account `acme`, up and without limits. */
export function railInUse(
  method: string,
  change: Partial<ProviderRail> = {},
  use: Partial<RailInUse> = {},
): RailInUse {
  return {
    id: `acme:${method}`,
    account: 'acme',
    suspended: false,
    health: 'up',
    departsAt: null,
    rail: {
      method,
      name: method,
      currencies: ['RUB'],
      presentations: ['qr'],
      capture: 'both',
      partialCapture: true,
      partialRefund: true,
      cancelPending: method === 'alipay',
      limits: {},
      timeoutSeconds: 3600,
      requires: [],
      split: false,
      source: 'https://acme.example',
      asOf: '2026-11-22',
      ...change,
    },
    ...use,
  }
}

export function begin(state: SessionState, method: string, now = NOW): SessionState {
  return decide(
    state,
    (draft) =>
      startPayment(
        draft,
        { method },
        {
          agree: () => ({
            rail: railInUse(method),
            charge: AMOUNT,
            quote: null,
          }),
          returnUrl: 'https://pay.example/r/st',
          notificationUrl: () => 'https://pay.example/n',
        },
      ),
    now,
  )
}

/** A provider's word about a payment. */
export function word(
  payment: PaymentRecord,
  status: ProviderPaymentStatus,
  more: Partial<ProviderPayment> = {},
): ProviderPayment {
  return {
    providerRef: `acme-${payment.number}`,
    reference: payment.id,
    charge: payment.charge,
    status,
    dead: status === 'failed' || status === 'canceled' || status === 'expired',
    failureCode: status === 'failed' ? 'insufficient_funds' : null,
    nextAction:
      status === 'requires_action' ? { expiresAt: null, qr: { payload: 'https://acme.example/qr' } } : null,
    captured: status === 'succeeded' ? payment.charge : null,
    refunded: null,
    ...more,
  }
}

export const rub = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
export const cny = (minorUnits: number) => ({ currency: 'CNY', minorUnits })

/** 1 for the first attempt. */
export function paymentOf({ payments }: SessionState, number = 1): PaymentRecord {
  const payment = payments[number - 1]
  if (payment === undefined) throw new Error(`there is no payment ${number}`)
  return payment
}

/** The statuses of the session and of its payments. */
export function statusesOf({ session, payments }: SessionState): readonly string[] {
  return [session.status, ...payments.map(({ status }) => status)]
}

/** The same purchase, for which the buyer pays 100.01 yuan. */
export function inYuan(state: SessionState): SessionState {
  return { ...state, payments: state.payments.map((payment) => ({ ...payment, charge: cny(10_001) })) }
}

/** What one decision tells the merchant, in order. */
export function toldBy(
  state: SessionState,
  decision: (draft: Draft) => unknown,
  now = NOW,
): readonly EventType[] {
  const draft = new Draft(state, now)
  decision(draft)
  return draft.finish().events.map(({ type }) => type)
}

/** A decision that takes in what a provider says about a payment. */
export function saying(
  number: number,
  status: ProviderPaymentStatus,
  more: Partial<ProviderPayment> = {},
  rules: Policy = policy,
) {
  return (draft: Draft) => {
    const payment = draft.payments[number - 1]
    if (payment === undefined) throw new Error(`there is no payment ${number}`)
    return observePayment(draft, payment, word(payment, status, more), rules)
  }
}

/** The state after a provider has said something about the payment of this number. */
export function says(
  state: SessionState,
  number: number,
  status: ProviderPaymentStatus,
  more: Partial<ProviderPayment> = {},
  now = NOW,
): SessionState {
  return decide(state, saying(number, status, more), now)
}

/** The state after the merchant has asked for a refund of the first payment: of so much, or of what is left. */
export function refund(state: SessionState, minorUnits?: number, number = 1): SessionState {
  const request = minorUnits === undefined ? {} : { amount: rub(minorUnits) }
  return decide(state, (draft) => refundPayment(draft, paymentOf(state, number), request, null))
}

/** The state after the provider has said what became of the refund of this number. */
export function refunded(
  state: SessionState,
  number: number,
  status: 'requested' | 'succeeded' | 'failed',
  more = {},
): SessionState {
  return decide(state, (draft) => {
    const asked = draft.refunds[number - 1]
    if (asked === undefined) throw new Error(`there is no refund ${number}`)
    const currency = draft.payment(asked.paymentId)?.charge.currency ?? ''
    observeRefund(draft, asked, {
      providerRef: `acme-r${number}`,
      reference: asked.id,
      charge: { currency, minorUnits: asked.charge },
      status,
      failureCode: null,
      ...more,
    })
  })
}

/** The last operation of a kind, of the payment of this number. */
export function operationOf(state: SessionState, kind: OperationRecord['kind'], number = 1): OperationRecord {
  const { id } = paymentOf(state, number)
  const operation = state.operations.findLast((each) => each.kind === kind && each.paymentId === id)
  if (operation === undefined) throw new Error(`there is no ${kind} of payment ${number}`)
  return operation
}

/** As the store does when a worker takes an operation. */
export function claim(
  state: SessionState,
  kind: OperationRecord['kind'],
  { number = 1, now = NOW }: { readonly number?: number; readonly now?: number } = {},
): { readonly claimed: OperationRecord; readonly state: SessionState } {
  const operation = operationOf(state, kind, number)
  const claimed = {
    ...operation,
    attempts: operation.attempts + 1,
    firstSentAt: operation.firstSentAt ?? now,
    leaseToken: `lease ${operation.attempts + 1}`,
    leaseUntil: now + 45_000,
  }
  const operations = state.operations.map((each) => (each === operation ? claimed : each))
  return { claimed, state: { ...state, operations } }
}

/** A decision that applies what came of a claimed operation. */
export function settling(
  claimed: OperationRecord,
  outcome: Outcome,
  { sentVersion, rules = policy }: { readonly sentVersion?: number; readonly rules?: Policy } = {},
) {
  return (draft: Draft): Alert | null =>
    settleOperation(draft, claimed, outcome, {
      policy: rules,
      sentVersion: sentVersion ?? draft.payment(claimed.paymentId)?.version ?? 0,
      keyTtlMs: 86_400_000,
    })
}
