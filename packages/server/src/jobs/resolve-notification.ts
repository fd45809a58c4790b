import { sessionIdOf } from '@teabrick/core/contract'
import { knownOf } from '../domain/known.ts'
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
      readonly sentVersion: number
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

/**
 * A notification is a hint: asks the provider for the truth and finds the payment by our own reference in it.
 *
 * @param hinted Our id of what it seems to be about, where it does not say so itself. A wrong one costs one question more.
 */
export async function resolveNotification(
  { subject }: Pick<NotificationRecord, 'subject'>,
  provider: Provider,
  context: ProviderContext,
  read: (sessionId: string) => Promise<SessionState | null>,
  hinted?: string | undefined,
): Promise<Resolution> {
  try {
    switch (subject.kind) {
      case 'none':
        return { kind: 'foreign' }
      case 'payment':
        return await resolvePayment(
          { ...subject, paymentId: subject.paymentId ?? hinted },
          provider,
          context,
          read,
        )
      case 'refund':
        return await resolveRefund(subject, provider, context, read, hinted)
    }
  } catch (error) {
    // A refusal may be ours to mend, a rotated key say: the notification is kept until it is.
    if (error instanceof ProviderFault) return { kind: 'later' }
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
    const payment = state?.payments.find((one) => one.id === id && one.account === provider.account)
    return payment && { payment, known: knownOf(payment, state?.refunds ?? []) }
  }
  let expected = await find(paymentId)
  if (expected === undefined && providerRef === undefined) return { kind: 'foreign' }
  // Once, or twice when the first answer tells whose payment it is.
  for (let questions = 0; questions < 2; questions++) {
    const asked = expected?.payment
    const observed = await provider.getPayment(
      {
        paymentId: asked?.id,
        providerRef: providerRef ?? asked?.providerRef ?? undefined,
        known: expected?.known,
      },
      context,
    )
    if (observed === null) return { kind: 'later' }
    // Providers that give our reference back decide by it; for the others the payment must already carry theirs.
    if (observed.reference === null && asked?.providerRef !== observed.providerRef) return { kind: 'foreign' }
    if (observed.reference === null || observed.reference === asked?.id) {
      if (asked === undefined) return { kind: 'foreign' }
      return {
        kind: 'payment',
        sessionId: asked.sessionId,
        paymentId: asked.id,
        observed,
        sentVersion: asked.version,
      }
    }
    // Only now is it known whose payment it is. The answer may be older than its state by the time it is applied, which
    // can be told only of a question asked after the state was read: so it is asked once more.
    expected = await find(observed.reference)
    if (expected === undefined) return { kind: 'foreign' }
  }
  return { kind: 'foreign' }
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
  hinted: string | undefined,
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
    return await resolvePayment(
      { paymentId: hinted, providerRef: paymentProviderRef },
      provider,
      context,
      read,
    )
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
