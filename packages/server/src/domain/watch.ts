import { isLivePaymentStatus } from '@teabrick/core/contract'
import type { Draft } from './draft.ts'
import type { PaymentRecord } from './records.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** For how long money may still arrive for a payment that has ended. */
const AFTERWATCH_MS = 48 * HOUR

/**
 * When the provider is asked about a payment again, after `asked` questions since something last changed: 2, 4, 8 … 30 s
 * while a buyer may be paying, every 10 minutes while money is reserved, ever more rarely for 48 hours after an end, since
 * late success is normal. Null: never again by itself.
 */
export function nextQueryDelay(payment: PaymentRecord, asked: number, now: number): number | null {
  if (payment.status === 'authorized') return Math.min(10 * MINUTE, 2 ** Math.min(asked + 1, 20) * SECOND)
  if (isLivePaymentStatus(payment.status)) return Math.min(30 * SECOND, 2 ** Math.min(asked + 1, 20) * SECOND)
  if (
    payment.status === 'succeeded' ||
    payment.status === 'late_success' ||
    payment.status === 'late_refunded'
  )
    return null
  const since = now - (payment.endedAt ?? now)
  if (since >= AFTERWATCH_MS) return null
  // A withdrawn code can be paid any second; a refused card hardly ever.
  const floor = payment.status === 'superseded' ? 10 * SECOND : MINUTE
  return Math.min(Math.max(floor, since / 4), 6 * HOUR)
}

/** Puts the payment's standing question where it belongs after a change: soon if the state is new, else by the schedule. */
export function scheduleWatch(
  draft: Draft,
  payment: PaymentRecord,
  options: { readonly asked?: number | undefined } = {},
): void {
  const [watch] = draft.operationsOf(payment.id, 'query')
  if (watch === undefined) return
  const attempts = options.asked ?? 0
  const delay = payment.providerRef === null ? null : nextQueryDelay(payment, attempts, draft.now)
  const notBefore = delay === null ? null : draft.now + delay
  draft.patchOperation(watch.id, {
    attempts,
    notBefore,
    state: isWatched(payment, draft.now) ? 'pending' : 'done',
  })
}

function isWatched(payment: PaymentRecord, now: number): boolean {
  // Before the provider's reference is known the create itself is repeated; the watch waits for it.
  return payment.providerRef === null
    ? isLivePaymentStatus(payment.status)
    : nextQueryDelay(payment, 0, now) !== null
}

/** Asks the provider about a payment as soon as possible, whatever the schedule says. */
export function askNow(draft: Draft, payment: PaymentRecord): void {
  const [watch] = draft.operationsOf(payment.id, 'query')
  if (watch === undefined || payment.providerRef === null) return
  // Due already, unless it is being asked this moment: that question may have left before the news.
  if (watch.leaseToken === null && watch.notBefore !== null && watch.notBefore <= draft.now) return
  draft.patchOperation(watch.id, { notBefore: draft.now, state: 'pending' })
}
