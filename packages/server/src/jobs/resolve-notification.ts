import { sessionIdOf } from '@teabrick/core/contract'
import type { SessionState } from '../domain/records.ts'
import {
  type Provider,
  type ProviderContext,
  ProviderFault,
  type ProviderPayment,
  type ProviderRefund,
} from '../provider.ts'
import type { NotificationRecord } from '../store/store.ts'

/** What a notification turned out to be about, after the provider was asked. */
export type Resolution =
  | {
      readonly kind: 'payment'
      readonly sessionId: string
      readonly paymentId: string
      readonly observed: ProviderPayment
      readonly sentVersion: number | null
    }
  | {
      readonly kind: 'refund'
      readonly sessionId: string
      readonly refundId: string
      readonly observed: ProviderRefund
    }
  /** Nothing of ours, or nothing that can be asked about. */
  | { readonly kind: 'foreign' }
  /** The provider could not be asked, or does not know it yet. */
  | { readonly kind: 'later' }

/** A notification is a hint: asks the provider for the truth and finds the payment by our own reference in it. */
export async function resolveNotification(
  { subject }: Pick<NotificationRecord, 'subject'>,
  provider: Provider,
  context: ProviderContext,
  read: (sessionId: string) => Promise<SessionState | null>,
): Promise<Resolution> {
  try {
    switch (subject.kind) {
      case 'none':
        return { kind: 'foreign' }
      case 'payment':
        return await resolvePayment(subject, provider, context, read)
      case 'refund':
        return await resolveRefund(subject, provider, context, read)
    }
  } catch (error) {
    if (error instanceof ProviderFault)
      return error.kind === 'rejected' ? { kind: 'foreign' } : { kind: 'later' }
    throw error
  }
}

async function resolvePayment(
  {
    paymentId,
    providerRef,
  }: { readonly paymentId?: string | undefined; readonly providerRef?: string | undefined },
  provider: Provider,
  context: ProviderContext,
  read: (sessionId: string) => Promise<SessionState | null>,
): Promise<Resolution> {
  const find = async (id: string | undefined) => {
    const sessionId = id === undefined ? undefined : sessionIdOf(id)
    const state = sessionId === undefined ? null : await read(sessionId)
    return state?.payments.find((payment) => payment.id === id && payment.account === provider.account)
  }
  const expected = await find(paymentId)
  if (expected === undefined && providerRef === undefined) return { kind: 'foreign' }
  const observed = await provider.getPayment(
    { paymentId: expected?.id, providerRef: providerRef ?? expected?.providerRef ?? undefined },
    context,
  )
  if (observed === null) return { kind: 'later' }
  // Providers that give our reference back decide by it; for the others the payment must already carry theirs.
  const payment =
    observed.reference === null
      ? expected?.providerRef === observed.providerRef
        ? expected
        : undefined
      : observed.reference === expected?.id
        ? expected
        : await find(observed.reference)
  if (payment === undefined) return { kind: 'foreign' }
  return {
    kind: 'payment',
    sessionId: payment.sessionId,
    paymentId: payment.id,
    observed,
    sentVersion: payment === expected ? expected.version : null,
  }
}

async function resolveRefund(
  subject: {
    readonly refundId?: string | undefined
    readonly providerRef?: string | undefined
    readonly paymentProviderRef?: string | undefined
  },
  provider: Provider,
  context: ProviderContext,
  read: (sessionId: string) => Promise<SessionState | null>,
): Promise<Resolution> {
  const { refundId, providerRef, paymentProviderRef } = subject
  const sessionId = refundId === undefined ? undefined : sessionIdOf(refundId)
  const state = sessionId === undefined ? null : await read(sessionId)
  const refund = state?.refunds.find(({ id }) => id === refundId)
  const payment = state?.payments.find(
    ({ id, account }) => id === refund?.paymentId && account === provider.account,
  )
  if (refund === undefined || payment?.providerRef == null) {
    // A refund we did not ask for, or one whose name the provider does not give back: the payment shows how much went back.
    if (paymentProviderRef === undefined) return { kind: 'foreign' }
    return await resolvePayment({ providerRef: paymentProviderRef }, provider, context, read)
  }
  const observed = await provider.getRefund(
    {
      refundId: refund.id,
      paymentId: payment.id,
      paymentProviderRef: payment.providerRef,
      providerRef: providerRef ?? refund.providerRef ?? undefined,
    },
    context,
  )
  if (observed === null) return { kind: 'later' }
  return { kind: 'refund', sessionId: refund.sessionId, refundId: refund.id, observed }
}
