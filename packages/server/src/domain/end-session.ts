import { isLivePaymentStatus } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { Draft } from './draft.ts'
import { endPending } from './end-pending.ts'
import type { Policy } from './observe-payment.ts'

/**
 * The deadline has come, or the time in which a live payment could still be proved dead is over. Nothing happens before its
 * time, so it can be called again and again.
 */
export function expireSession(draft: Draft, policy: Policy): void {
  const { session, now } = draft
  if (session.status === 'open' && now >= session.expiresAt) {
    endSession(draft, 'expired', session.expiresAt + policy.graceMs, policy)
  } else if (session.status === 'closing' && session.closing !== null && now >= session.closing.until) {
    const { to } = session.closing
    for (const payment of draft.payments) {
      // Not proved dead: it goes on being watched, and what is paid now comes too late.
      if (isLivePaymentStatus(payment.status)) {
        draft.movePayment(payment.id, to)
        draft.emit(`payment.${to}`, { paymentId: payment.id })
      }
    }
    draft.moveSession(to, { closing: null, dueAt: null })
    draft.emit(`session.${to}`)
  }
}

/**
 * The merchant gives the order up. A live payment is ended first; what is paid meanwhile still wins.
 *
 * @throws ApiProblem `invalid_state` when the order is paid.
 */
export function cancelSession(draft: Draft, policy: Policy): void {
  const { session } = draft
  switch (session.status) {
    case 'complete':
      throw new ApiProblem(
        'invalid_state',
        `session ${session.id} is complete; cancel or refund its payment instead`,
      )
    case 'open':
      endSession(draft, 'canceled', draft.now + policy.graceMs, policy)
      return
    case 'closing':
      if (session.closing?.to === 'expired') {
        draft.patchSession({ closing: { ...session.closing, to: 'canceled' } }, { visible: true })
      }
      return
    case 'canceled':
    case 'expired':
      return
  }
}

function endSession(draft: Draft, to: 'expired' | 'canceled', until: number, policy: Policy): void {
  const live = draft.payments.find(({ status }) => isLivePaymentStatus(status))
  if (live !== undefined && !endPending(draft, live, policy)) {
    draft.moveSession('closing', { closing: { to, until }, dueAt: until })
    return
  }
  draft.moveSession(to, { dueAt: null })
  draft.emit(`session.${to}`)
}
