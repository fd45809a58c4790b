import { isLivePaymentStatus } from '@teabrick/core/contract'
import type { ProviderFault, ProviderPayment, ProviderRefund } from '../provider.ts'
import type { Draft } from './draft.ts'
import { failOver } from './fail-over.ts'
import { closeIfDead, type Mismatch, observePayment, type Policy } from './observe-payment.ts'
import type { OperationRecord, PaymentRecord, RefundRecord } from './records.ts'
import { failRefund, observeRefund, succeedRefund } from './refund-payment.ts'
import { nextQueryDelay, scheduleWatch } from './watch.ts'

/** What came of asking a provider. */
export type Outcome =
  | { readonly kind: 'payment'; readonly payment: ProviderPayment }
  | { readonly kind: 'refund'; readonly refund: ProviderRefund }
  /** The provider does not know what was asked about. No proof that it never will. */
  | { readonly kind: 'not_found' }
  | { readonly kind: 'fault'; readonly fault: ProviderFault }
  /** Not asked now: something else has to be known first. */
  | { readonly kind: 'postponed'; readonly delayMs: number }
  /** Not asked: what it was for is over. */
  | { readonly kind: 'moot' }

/** Something a person should look at. Nothing was changed because of it. */
export interface Alert {
  readonly kind:
    | 'mismatch'
    | 'refund_mismatch'
    | 'refund_rejected'
    | 'cancel_rejected'
    | 'capture_rejected'
    | 'key_expired'
  readonly detail: Mismatch | string
}

const SECOND = 1000

/** How long until a request whose outcome is not known is repeated: 1, 2, 4 … 20 s, so that all is settled soon after an outage. */
const repeatDelay = (attempts: number): number =>
  Math.min(20, 2 ** Math.min(Math.max(0, attempts - 1), 10)) * SECOND

/**
 * Applies what came of an operation, under the session's lock, by the holder of the lease only.
 *
 * @param sentVersion The payment's version when the question was sent: an older answer than the state is asked for again.
 */
export function settleOperation(
  draft: Draft,
  claimed: OperationRecord,
  outcome: Outcome,
  options: { readonly policy: Policy; readonly sentVersion: number; readonly keyTtlMs: number },
): Alert | null {
  const operation = draft.operation(claimed.id)
  const payment = draft.payment(claimed.paymentId)
  // Another worker holds it by now: what it learns counts, ours would be told twice.
  if (operation === undefined || payment === undefined || operation.leaseToken !== claimed.leaseToken)
    return null
  draft.patchOperation(operation.id, { leaseToken: null, leaseUntil: null })
  // Ended while it was being asked: a payment that succeeded in the meantime, say, is not watched any more.
  if (operation.state === 'done' || operation.state === 'failed') return null
  if (outcome.kind === 'postponed') {
    draft.patchOperation(operation.id, {
      attempts: operation.attempts - 1,
      notBefore: draft.now + outcome.delayMs,
    })
    return null
  }
  if (outcome.kind === 'moot') {
    finish(draft, operation)
    return null
  }
  const alert = settle(draft, operation, claimed, payment, outcome, options)
  return alert ?? retireForgottenKey(draft, operation.id, options.keyTtlMs)
}

function settle(
  draft: Draft,
  operation: OperationRecord,
  claimed: OperationRecord,
  payment: PaymentRecord,
  outcome: Settled,
  options: { readonly policy: Policy; readonly sentVersion: number },
): Alert | null {
  switch (operation.kind) {
    case 'create':
      return settleCreate(draft, operation, payment, outcome, options)
    case 'query':
      return settleQuery(draft, operation, claimed, payment, outcome, options)
    case 'capture':
    case 'cancel':
      return settleChange(draft, operation, payment, outcome, options.policy)
    case 'refund':
      return settleRefund(draft, operation, outcome)
  }
}

type Settled = Exclude<Outcome, { kind: 'postponed' | 'moot' }>

/**
 * Whether the provider has forgotten the key by then, so that the same request would be a second wish. Only what adds up is
 * concerned: an end, a capture and a question are the same however often they are sent.
 */
export function isKeyForgotten(
  operation: OperationRecord,
  { refunds }: { readonly refunds: readonly RefundRecord[] },
  { at, keyTtlMs }: { readonly at: number; readonly keyTtlMs: number },
): boolean {
  const { kind, firstSentAt, refundId } = operation
  if (firstSentAt === null || at - firstSentAt <= keyTtlMs) return false
  // A refund that the provider has named is only asked about from then on.
  return kind === 'create' || (kind === 'refund' && !refunds.find(({ id }) => id === refundId)?.providerRef)
}

/**
 * Whether it may be sent again though its key is forgotten: the refund of late money is for all that was taken, and no provider
 * gives more back than it took. Its books are asked first, so that money that is back already is not asked for.
 */
export function mayOutliveKey(
  { refundId }: OperationRecord,
  { refunds }: { readonly refunds: readonly RefundRecord[] },
): boolean {
  return refunds.some(({ id, origin }) => id === refundId && origin === 'late')
}

// From then on only notifications, the watch and people can tell what became of it.
function retireForgottenKey(draft: Draft, id: string, keyTtlMs: number): Alert | null {
  const operation = draft.operation(id)
  if (operation === undefined || operation.notBefore === null || mayOutliveKey(operation, draft)) return null
  if (!isKeyForgotten(operation, draft, { at: operation.notBefore, keyTtlMs })) return null
  draft.patchOperation(id, { notBefore: null })
  return { kind: 'key_expired', detail: `${id} has had no readable answer within the life of its key` }
}

function settleCreate(
  draft: Draft,
  operation: OperationRecord,
  payment: PaymentRecord,
  outcome: Settled,
  { policy }: { readonly policy: Policy },
): Alert | null {
  if (outcome.kind === 'payment') {
    const mismatch = observePayment(draft, payment, outcome.payment, policy)
    if (mismatch !== null) {
      repeat(draft, operation)
      return { kind: 'mismatch', detail: mismatch }
    }
    finish(draft, operation)
    const after = draft.payment(payment.id)
    if (after !== undefined) scheduleWatch(draft, after)
    return null
  }
  // Claimed before and never settled: whoever had it may have sent it and died, which is as unknown as a lost answer.
  const isFirst = operation.attempts <= 1 && payment.providerRef === null
  if (outcome.kind === 'fault' && outcome.fault.kind !== 'unknown' && isFirst) {
    // Provably nothing there: the method's next rail takes over, or the buyer goes on with another method at once.
    failPayment(draft, operation, payment, outcome.fault)
    if (outcome.fault.kind === 'not_done' && payment.status === 'created')
      failOver(draft, payment, operation, policy)
    return null
  }
  if (outcome.kind === 'fault' && outcome.fault.kind === 'rejected' && payment.providerRef !== null) {
    // A notification has shown meanwhile that the provider has it: only the repetition is refused, and the watch goes on.
    finish(draft, operation)
    scheduleWatch(draft, payment)
    return null
  }
  if (outcome.kind === 'fault' && outcome.fault.kind === 'rejected') {
    // A repetition was refused. Whether the first one was taken cannot be told from that, unless no money can have moved
    // because the buyer never got anything to pay with: the payment is dropped, and found again should it ever be paid.
    failPayment(draft, operation, payment, outcome.fault)
    return null
  }
  // A buyer who waits must see that the answer is being looked for: the view says `processing` from here on.
  if (operation.state !== 'unknown') draft.patchPayment(payment.id, {}, { visible: true })
  repeat(draft, operation)
  return null
}

function failPayment(
  draft: Draft,
  operation: OperationRecord,
  payment: PaymentRecord,
  fault: ProviderFault,
): void {
  draft.patchOperation(operation.id, { state: 'failed', notBefore: null })
  const [watch] = draft.operationsOf(payment.id, 'query')
  if (watch !== undefined) draft.patchOperation(watch.id, { state: 'done', notBefore: null })
  if (!isLivePaymentStatus(payment.status)) return
  const status = payment.status === 'canceling' ? 'canceled' : 'failed'
  draft.movePayment(payment.id, status, {
    failureCode: status === 'failed' ? fault.failureCode : null,
    dead: true,
  })
  draft.emit(`payment.${status}`, { paymentId: payment.id })
  closeIfDead(draft)
}

function settleQuery(
  draft: Draft,
  operation: OperationRecord,
  claimed: OperationRecord,
  payment: PaymentRecord,
  outcome: Settled,
  { policy, sentVersion }: { readonly policy: Policy; readonly sentVersion: number },
): Alert | null {
  let alert: Alert | null = null
  if (outcome.kind === 'payment' && payment.version !== sentVersion) {
    // The state has moved while the question was under way: the answer may be older than the state.
    draft.patchOperation(operation.id, { notBefore: draft.now + SECOND / 4, attempts: 0 })
    return null
  }
  if (outcome.kind === 'payment') {
    const mismatch = observePayment(draft, payment, outcome.payment, policy)
    if (mismatch !== null) alert = { kind: 'mismatch', detail: mismatch }
  }
  const after = draft.payment(payment.id) ?? payment
  // A change has set the schedule anew.
  if (after.status !== payment.status) return alert
  const scheduled = nextQueryDelay(after, operation.attempts, draft.now)
  // A question that was not answered is asked again soon, however rarely it was due: late money must not wait for the next.
  const delay =
    scheduled === null || outcome.kind === 'payment'
      ? scheduled
      : Math.min(scheduled, repeatDelay(operation.attempts))
  const askedAnew =
    operation.notBefore !== null && claimed.notBefore !== null && operation.notBefore > claimed.notBefore
  draft.patchOperation(operation.id, {
    state: delay === null ? 'done' : 'pending',
    notBefore: delay === null ? null : draft.now + (askedAnew ? SECOND / 4 : delay),
  })
  return alert
}

function settleChange(
  draft: Draft,
  operation: OperationRecord,
  payment: PaymentRecord,
  outcome: Settled,
  policy: Policy,
): Alert | null {
  const kind = operation.kind === 'capture' ? 'capture_rejected' : 'cancel_rejected'
  switch (outcome.kind) {
    case 'payment': {
      const mismatch = observePayment(draft, payment, outcome.payment, policy, operation)
      if (mismatch !== null) {
        repeat(draft, operation)
        return { kind: 'mismatch', detail: mismatch }
      }
      const done =
        operation.kind === 'capture'
          ? outcome.payment.status === 'succeeded'
          : outcome.payment.dead || outcome.payment.status === 'succeeded'
      if (done) finish(draft, operation)
      else repeat(draft, operation)
      return null
    }
    case 'fault':
      if (outcome.fault.kind === 'rejected') {
        draft.patchOperation(operation.id, { state: 'failed', notBefore: null })
        scheduleWatch(draft, draft.payment(payment.id) ?? payment)
        return { kind, detail: outcome.fault.code }
      }
      repeat(draft, operation, outcome.fault.kind === 'not_done' ? 'pending' : 'unknown')
      return null
    case 'not_found':
    case 'refund':
      repeat(draft, operation)
      return null
  }
}

function settleRefund(draft: Draft, operation: OperationRecord, outcome: Settled): Alert | null {
  const refund = operation.refundId === null ? undefined : draft.refund(operation.refundId)
  if (refund === undefined || refund.status !== 'requested') {
    finish(draft, operation)
    return null
  }
  if (outcome.kind === 'refund') {
    if (!observeRefund(draft, refund, outcome.refund)) {
      repeat(draft, operation)
      return { kind: 'refund_mismatch', detail: outcome.refund.providerRef }
    }
    const after = draft.refund(refund.id)
    if (after?.status === 'requested') repeat(draft, operation, 'pending')
    else finish(draft, operation)
    return null
  }
  if (outcome.kind === 'payment') {
    // Only the books were asked, and they show it.
    succeedRefund(draft, refund)
    finish(draft, operation)
    return null
  }
  if (outcome.kind === 'fault' && outcome.fault.kind === 'rejected') {
    // Money that came too late must go back: a refusal (an empty balance, say) is tried again and shown to people.
    if (refund.origin === 'late') {
      draft.patchOperation(operation.id, { state: 'pending', notBefore: draft.now + 600 * SECOND })
    } else {
      draft.patchOperation(operation.id, { state: 'failed', notBefore: null })
      failRefund(draft, refund, outcome.fault.failureCode)
    }
    return { kind: 'refund_rejected', detail: outcome.fault.code }
  }
  repeat(
    draft,
    operation,
    outcome.kind === 'fault' && outcome.fault.kind === 'not_done' ? 'pending' : 'unknown',
  )
  return null
}

function finish(draft: Draft, operation: OperationRecord): void {
  draft.patchOperation(operation.id, { state: 'done', notBefore: null })
}

function repeat(draft: Draft, operation: OperationRecord, state: 'pending' | 'unknown' = 'unknown'): void {
  draft.patchOperation(operation.id, {
    // Once unknown, only an answer ends it.
    state: operation.state === 'unknown' ? 'unknown' : state,
    notBefore: draft.now + repeatDelay(operation.attempts),
  })
}
