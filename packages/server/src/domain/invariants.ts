import {
  isLivePaymentStatus,
  PAYMENT_TRANSITIONS,
  SESSION_TRANSITIONS,
  SUCCESS_PAYMENT_STATUSES,
} from '@teabrick/core/contract'
import { chargeOf } from './charge.ts'
import type { PaymentRecord, SessionState } from './records.ts'

/** A decision that would break what must always hold. Nothing of it is stored. A bug, never a caller's mistake. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

/** What is broken. Put into words only when it is: this is asked for at every change. */
type What = string | (() => string)

const SUCCESS: ReadonlySet<string> = new Set(SUCCESS_PAYMENT_STATUSES)

/**
 * What must hold after every decision, in production too. The names I1–I10 are those of the payment lifecycle page in the
 * docs; the database holds I2, I4 and the single live payment a second time by CHECKs and partial unique indexes.
 */
export function assertInvariants(before: SessionState | null, after: SessionState): void {
  const { session, payments, refunds } = after
  const must = (holds: boolean, what: What): void => {
    if (!holds) throw new InvariantViolation(`${session.id}: ${typeof what === 'string' ? what : what()}`)
  }

  must(session.amount.minorUnits > 0, 'the amount is positive')
  must(payments.filter(({ status }) => isLivePaymentStatus(status)).length <= 1, 'one live payment at most')
  // I4, I7
  const successes = payments.filter(({ status }) => SUCCESS.has(status))
  must(successes.length <= 1, 'I4: one success at most')
  if (successes.length === 1) must(session.status === 'complete', 'I7: a success completes the session')
  must((session.completedAt !== null) === (session.status === 'complete'), 'completedAt goes with complete')
  must((session.closing !== null) === (session.status === 'closing'), 'closing goes with its plan')

  for (const payment of payments) {
    // I2
    must(
      0 <= payment.refunded &&
        payment.refunded <= payment.captured &&
        payment.captured <= payment.amount.minorUnits,
      () => `I2: ${payment.id} has 0 ≤ refunded ${payment.refunded} ≤ captured ${payment.captured} ≤ amount`,
    )
    must(
      payment.amount.minorUnits === session.amount.minorUnits,
      () => `${payment.id} costs what the session costs`,
    )
    must(
      payment.amount.currency === session.amount.currency,
      () => `${payment.id} is in the session's currency`,
    )
    must(payment.charge.minorUnits > 0, () => `${payment.id} charges something`)
    must(
      payment.charge.currency !== payment.amount.currency ||
        payment.charge.minorUnits === payment.amount.minorUnits,
      () => `${payment.id} charges another sum only in another currency`,
    )
    assertRefunds(payment, after, must)
  }
  for (const refund of refunds) {
    must(
      payments.some(({ id }) => id === refund.paymentId),
      () => `${refund.id} belongs to a payment of the session`,
    )
  }
  if (before !== null) assertSteps(before, after, must)
}

function assertRefunds(
  payment: PaymentRecord,
  { refunds }: SessionState,
  must: (holds: boolean, what: What) => void,
): void {
  const live = refunds.filter(({ paymentId, status }) => paymentId === payment.id && status !== 'failed')
  const amount = live.reduce((sum, refund) => sum + refund.amount, 0)
  const charge = live.reduce((sum, refund) => sum + refund.charge, 0)
  must(
    amount === payment.refunded,
    () => `I2: the refunds of ${payment.id} add up to ${payment.refunded}, not ${amount}`,
  )
  must(
    charge <= chargeOf(payment.captured, payment),
    () => `I2: the refunds of ${payment.id} give back no more than was taken`,
  )
  if (payment.refunded === payment.amount.minorUnits) {
    must(charge === payment.charge.minorUnits, () => `${payment.id}: everything refunded is the whole charge`)
  }
}

// I3: no way out of an end, versions grow by one, amounts never change.
function assertSteps(
  before: SessionState,
  after: SessionState,
  must: (holds: boolean, what: What) => void,
): void {
  const from = before.session
  const to = after.session
  must(from.id === to.id && from.merchantId === to.merchantId, 'the session stays itself')
  must(
    from.amount.minorUnits === to.amount.minorUnits && from.amount.currency === to.amount.currency,
    'the amount stays',
  )
  must(
    from.status === to.status || SESSION_TRANSITIONS[from.status].includes(to.status),
    () => `I3: ${from.status} → ${to.status}`,
  )
  must(to.version === from.version || to.version === from.version + 1, 'I3: the version grows by one')
  for (const old of before.payments) {
    const now = after.payments.find(({ id }) => id === old.id)
    if (now === undefined) {
      must(false, () => `${old.id} is never forgotten`)
      continue
    }
    must(
      old.charge.minorUnits === now.charge.minorUnits && old.charge.currency === now.charge.currency,
      'the charge stays',
    )
    must(old.account === now.account && old.method === now.method, () => `${old.id} stays on its rail`)
    must(
      old.providerRef === null || old.providerRef === now.providerRef,
      () => `${old.id} keeps its provider's reference`,
    )
    must(now.captured >= old.captured, () => `${old.id}: what was taken stays taken`)
    must(
      old.status === now.status || reachable(old.status, now.status),
      () => `I3: ${old.id} ${old.status} → ${now.status}`,
    )
  }
}

// Two moves in one decision are possible (canceling → canceled by the same answer), each checked when it was made.
function reachable(from: PaymentRecord['status'], to: PaymentRecord['status']): boolean {
  return PAYMENT_TRANSITIONS[from].some((step) => step === to || PAYMENT_TRANSITIONS[step].includes(to))
}
