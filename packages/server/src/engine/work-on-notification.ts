import { observePayment } from '../domain/observe-payment.ts'
import { observeRefund } from '../domain/refund-payment.ts'
import { askNow } from '../domain/watch.ts'
import { failpoint } from '../failpoint.ts'
import { type Resolution, resolveNotification } from '../jobs/resolve-notification.ts'
import type { NotificationRecord, QueueOutcome } from '../store/store.ts'
import type { WorkContext } from './work-on-operation.ts'

/** A notification nobody can make sense of is put aside after this. */
const PATIENCE_MS = 24 * 3_600_000

/** Asks the provider what a stored notification is about and applies the answer. */
export async function workOnNotification(
  notification: NotificationRecord,
  context: WorkContext,
): Promise<void> {
  const { store, changes, logger } = context
  const provider = context.providers.get(notification.account)
  const resolution: Resolution =
    provider === undefined
      ? { kind: 'later' }
      : await resolveNotification(notification, provider, context.provider, (sessionId) =>
          store.read(sessionId),
        )
  const fields = { account: notification.account, eventKey: notification.eventKey, found: resolution.kind }
  const outcome = await apply()
  failpoint('notification.applied')
  await store.finishNotification(notification, outcome)

  async function apply(): Promise<QueueOutcome> {
    switch (resolution.kind) {
      case 'foreign':
        logger.warn(fields, 'a notification is about nothing of ours')
        return { state: 'exhausted' }
      case 'later':
        if (changes.storeNow() - notification.receivedAt > PATIENCE_MS) return { state: 'exhausted' }
        return {
          state: 'pending',
          delayMs: Math.min(600_000, 1000 * 2 ** Math.min(notification.attempts, 12)),
        }
      case 'payment':
        return await applyPayment(resolution)
      case 'refund':
        return await applyRefund(resolution)
    }
  }

  async function applyPayment({
    sessionId,
    paymentId,
    observed,
    sentVersion,
  }: Extract<Resolution, { kind: 'payment' }>): Promise<QueueOutcome> {
    const { decided: mismatch } = await changes.change(sessionId, (draft) => {
      const payment = draft.payment(paymentId)
      if (payment === undefined) return null
      // An answer older than the state is asked for again.
      if (payment.version !== sentVersion) {
        askNow(draft, payment)
        return null
      }
      return observePayment(draft, payment, observed, context.policy)
    })
    if (mismatch === null) return { state: 'done' }
    logger.error(
      { ...fields, payment: paymentId, alert: 'mismatch', detail: mismatch },
      'a provider and we disagree',
    )
    return { state: 'exhausted' }
  }

  async function applyRefund({
    sessionId,
    refundId,
    observed,
  }: Extract<Resolution, { kind: 'refund' }>): Promise<QueueOutcome> {
    const { decided: matches } = await changes.change(sessionId, (draft) => {
      const refund = draft.refund(refundId)
      return refund === undefined || observeRefund(draft, refund, observed)
    })
    if (matches !== false) return { state: 'done' }
    logger.error({ ...fields, refund: refundId, alert: 'refund_mismatch' }, 'a provider and we disagree')
    return { state: 'exhausted' }
  }
}
