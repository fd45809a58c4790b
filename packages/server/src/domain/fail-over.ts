import type { Draft } from './draft.ts'
import type { OperationRecord, PaymentRecord } from './records.ts'
import {
  type AgreedMethod,
  beginAttempt,
  type CreateRequest,
  isSameMoney,
  MAX_ATTEMPTS,
} from './start-payment.ts'

/** Finds another rail for a method of a session, over none of the given accounts. */
export type OtherRail = (
  draft: Draft,
  payment: PaymentRecord,
  tried: ReadonlySet<string>,
) => AgreedMethod | null

/**
 * Carries an attempt over to the method's next rail, so that the buyer need not choose again. Only for an attempt that
 * provably never reached its provider: an outcome that is not known is never left for another rail.
 *
 * @param create The operation that was not done.
 */
export function failOver(
  draft: Draft,
  payment: PaymentRecord,
  create: OperationRecord,
  policy: { readonly otherRail: OtherRail; readonly notificationUrl: (account: string) => string },
): PaymentRecord | null {
  const { session, now } = draft
  if (session.status !== 'open' || now >= session.expiresAt || draft.payments.length >= MAX_ATTEMPTS)
    return null
  const tried = new Set(
    draft.payments.filter(({ method }) => method === payment.method).map(({ account }) => account),
  )
  const agreed = policy.otherRail(draft, payment, tried)
  // The buyer has agreed to this charge and no other.
  if (agreed === null || !isSameMoney(agreed.charge, payment.charge)) return null
  const { method, presentation, device, bankId, contact, returnUrl } = create.request as CreateRequest
  return beginAttempt(
    draft,
    { method, presentation, device, bankId, contact },
    { ...agreed, quote: payment.quote },
    { returnUrl, notificationUrl: policy.notificationUrl },
  )
}
