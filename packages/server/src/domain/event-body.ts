import type { EventType, WebhookEvent } from '@teabrick/core/contract'
import type { SessionState } from './records.ts'
import { toPayment, toRefund, toSession } from './views.ts'

/** Standard Webhooks asks for bodies under 20 kB; the rest is head room for multi-byte text. */
const MAX_BODY_BYTES = 19_000

/** The body of a webhook: the session, payment and refund as of the commit, without contacts and tokens. */
export function toEventBody(event: {
  readonly id: string
  readonly type: EventType
  readonly now: number
  readonly state: SessionState
  readonly paymentId?: string | undefined
  readonly refundId?: string | undefined
}): string {
  const { state, paymentId, refundId } = event
  const payment = state.payments.find(({ id }) => id === paymentId)
  const refund = state.refunds.find(({ id }) => id === refundId)
  const session = toSession(state)
  const body: WebhookEvent = {
    id: event.id,
    type: event.type,
    timestamp: new Date(event.now).toISOString(),
    sequence: state.session.version,
    data: {
      session,
      ...(payment ? { payment: toPayment(state, payment) } : {}),
      ...(refund ? { refund: toRefund(state, refund) } : {}),
    },
  }
  const text = JSON.stringify(body)
  if (new TextEncoder().encode(text).length <= MAX_BODY_BYTES) return text
  // A long order: the lines are the merchant's own data and can be read from the API, as can old attempts.
  const short = {
    ...session,
    order: { ...session.order, lines: [] },
    payments: session.payments.slice(-1),
    truncated: true,
  }
  return JSON.stringify({ ...body, data: { ...body.data, session: short } })
}
