import type { ProviderPayment, ProviderPaymentStatus } from '../provider.ts'
import { createSession } from './create-session.ts'
import { Draft } from './draft.ts'
import type { Policy } from './observe-payment.ts'
import type { PaymentRecord, SessionState } from './records.ts'
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

export function begin(state: SessionState, method: string, now = NOW): SessionState {
  return decide(
    state,
    (draft) =>
      startPayment(
        draft,
        { method },
        {
          agree: () => ({
            rail: {
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
              },
            },
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
