import { observePayment } from '../domain/observe-payment.ts'
import type { SessionState } from '../domain/records.ts'
import { observeRefund } from '../domain/refund-payment.ts'
import { askNow } from '../domain/watch.ts'
import { failpoint } from '../failpoint.ts'
import type { Lease } from '../jobs/leases.ts'
import { type Resolution, resolveNotification } from '../jobs/resolve-notification.ts'
import type { NotificationRecord, QueueOutcome } from '../store/store.ts'
import type { WorkContext } from './work-on-operation.ts'

/** A notification nobody can make sense of is put aside after this. */
const PATIENCE_MS = 24 * 3_600_000

/**
 * Asks the provider what a stored notification is about and applies the answer.
 *
 * @param known Our id of what it seems to be about, and the state of that session where it was read with it.
 */
export async function workOnNotification(
  notification: NotificationRecord,
  lease: Lease,
  context: WorkContext,
  known: { readonly id?: string | undefined; readonly state?: SessionState | null | undefined } = {},
): Promise<void> {
  const { store, changes, logger } = context
  const provider = context.providers.get(notification.account)
  const resolution: Resolution =
    provider === undefined
      ? { kind: 'later' }
      : await resolveNotification(notification, provider, context.provider, read, known.id)
  failpoint('notification.answered')
  const fields = { account: notification.account, eventKey: notification.eventKey, found: resolution.kind }
  switch (resolution.kind) {
    case 'foreign':
      logger.warn(fields, 'a notification is about nothing of ours')
      await lease.keep(() => store.finishNotification(notification, { state: 'exhausted' }))
      return
    case 'later':
      await lease.keep(() => store.finishNotification(notification, later()))
      return
    case 'payment':
      await lease.keep(() => applyPayment(resolution))
      return
    case 'refund':
      await lease.keep(() => applyRefund(resolution))
  }

  /** What was read with the notification is as good as what would be read now: the answer is compared with the state again. */
  async function read(sessionId: string): Promise<SessionState | null> {
    return known.state?.session.id === sessionId ? known.state : store.read(sessionId)
  }

  function later(): QueueOutcome {
    if (changes.storeNow() - notification.receivedAt > PATIENCE_MS) return { state: 'exhausted' }
    return { state: 'pending', delayMs: Math.min(600_000, 1000 * 2 ** Math.min(notification.attempts, 12)) }
  }

  async function applyPayment({
    sessionId,
    paymentId,
    observed,
    sentVersion,
  }: Extract<Resolution, { kind: 'payment' }>): Promise<void> {
    const { decided: mismatch } = await changes.change(
      sessionId,
      (draft) => {
        const payment = draft.payment(paymentId)
        if (payment === undefined) return null
        // An answer older than the state is asked for again.
        if (payment.version !== sentVersion) {
          askNow(draft, payment)
          return null
        }
        return observePayment(draft, payment, observed, context.policy)
      },
      undefined,
      (mismatch) => ({ notification, outcome: { state: mismatch === null ? 'done' : 'exhausted' } }),
    )
    if (mismatch === null) return
    logger.error(
      { ...fields, payment: paymentId, alert: 'mismatch', detail: mismatch },
      'a provider and we disagree',
    )
  }

  async function applyRefund({
    sessionId,
    refundId,
    observed,
  }: Extract<Resolution, { kind: 'refund' }>): Promise<void> {
    const { decided: matches } = await changes.change(
      sessionId,
      (draft) => {
        const refund = draft.refund(refundId)
        return refund === undefined || observeRefund(draft, refund, observed)
      },
      undefined,
      (matches) => ({ notification, outcome: { state: matches ? 'done' : 'exhausted' } }),
    )
    if (matches !== false) return
    logger.error({ ...fields, refund: refundId, alert: 'refund_mismatch' }, 'a provider and we disagree')
  }
}
