import {
  isLivePaymentStatus,
  type Money,
  PAYMENT_TRANSITIONS,
  type PaymentStatus,
  REFUND_TRANSITIONS,
  SESSION_TRANSITIONS,
  SUCCESS_PAYMENT_STATUSES,
  type WebhookEvent,
} from '@teabrick/core/contract'
import type { OperationRecord, PaymentRecord, SessionState } from '../domain/records.ts'
import type { ChargeAtProvider } from './provider-side.ts'
import type { Commit } from './watched-store.ts'
import { inWords, type What } from './what.ts'

const SUCCESS: ReadonlySet<string> = new Set(SUCCESS_PAYMENT_STATUSES)
/** For how long a closing session waits for proof that nobody can pay it any more. */
const GRACE_MS = 900_000
const ENDS: ReadonlySet<string> = new Set(['failed', 'canceled', 'expired'])

/** What the merchant must hear of when a payment comes into a state. */
const EVENT_OF: Partial<Record<PaymentStatus, string>> = {
  authorized: 'payment.authorized',
  succeeded: 'payment.succeeded',
  failed: 'payment.failed',
  canceled: 'payment.canceled',
  expired: 'payment.expired',
  superseded: 'payment.superseded',
  late_success: 'payment.late',
  late_refunded: 'payment.late_refunded',
}

export interface CommitWatch {
  readonly onCommit: (commit: Commit) => void
}

/**
 * The half of the oracle that looks at every transaction. Written from the invariants in docs/money.md, not from the code it
 * watches: it holds even where the code's own assertions are taken out.
 */
export function watchCommits(world: {
  readonly chargesOf: (paymentId: string) => readonly ChargeAtProvider[]
  /** Whether this is what the buyer of the session was told it would cost, and still may. */
  readonly isQuoted: (sessionId: string, payment: PaymentRecord, now: number) => boolean
  /** Since when an operator has switched a rail off; null while it is on. */
  readonly suspendedSince: (railId: string, now: number) => number | null
  /** How long a cut may go unnoticed: a second, or as long as a process that has read the switches may stand still. */
  readonly noticeMs: () => number
  readonly violated: (what: string) => void
  readonly trace: (line: string) => void
}): CommitWatch {
  const keys = new Set<string>()

  function onCommit({ before, after, events, remember, now }: Commit): void {
    const { session } = after
    const must = (holds: boolean, what: What) => {
      if (!holds) world.violated(`${session.id}: ${inWords(what)}`)
    }
    if (remember !== undefined) {
      const key = JSON.stringify([remember.sessionId, remember.scope, remember.key])
      must(!keys.has(key), () => `I8: the key ${remember.key} made two things`)
      keys.add(key)
    }
    if (before === after) return
    checkAmounts(after, must)
    checkNumbers({ before, after, events }, must)
    const heard = events.map(({ body }) => JSON.parse(body) as WebhookEvent)
    const told = (type: string, paymentId?: string, refundId?: string) =>
      heard.some(
        (event) =>
          event.type === type &&
          (paymentId === undefined || event.data?.payment?.id === paymentId) &&
          (refundId === undefined || event.data?.refund?.id === refundId),
      )
    checkSession(before, after, now, told, must)
    for (const payment of after.payments) {
      const old = before?.payments.find(({ id }) => id === payment.id)
      if (old === undefined) checkNew(payment, { before, after, now }, must)
      else if (old.status !== payment.status && before !== null)
        checkMove(old, payment, { before, after, now, told }, must)
      if (old !== undefined) checkKept(old, payment, must)
    }
    for (const refund of after.refunds) {
      const old = before?.refunds.find(({ id }) => id === refund.id)
      if (old?.status === refund.status || (old === undefined && refund.status === 'requested')) continue
      must(
        old === undefined || REFUND_TRANSITIONS[old.status].includes(refund.status),
        () => `I3: ${refund.id} ${old?.status} → ${refund.status}`,
      )
      must(
        told(`refund.${refund.status}`, undefined, refund.id),
        () => `I6: nobody hears that ${refund.id} ${refund.status}`,
      )
      world.trace(`${refund.id.slice(-4)} refund of ${refund.amount}: ${refund.status}`)
    }
    for (const operation of before?.operations ?? []) checkOperation(operation, after, must)
    for (const payment of after.payments) checkCaptures(payment, after, must)
  }

  function checkSession(
    before: SessionState | null,
    after: SessionState,
    now: number,
    told: (type: string) => boolean,
    must: (holds: boolean, what: What) => void,
  ): void {
    const from = before?.session.status ?? 'open'
    const to = after.session.status
    const successes = after.payments.filter(({ status }) => SUCCESS.has(status))
    must(successes.length <= 1, 'I4: two successes')
    must(successes.length === 0 || to === 'complete', 'I7: a success in a session that is not complete')
    const live = after.payments.filter(({ status }) => isLivePaymentStatus(status))
    must(live.length <= 1, 'two live payments')
    must(
      (to !== 'expired' && to !== 'canceled') || live.length === 0,
      () => `${to} with a payment that is ${live[0]?.status}`,
    )
    if (from === to) return
    const { expiresAt, closing } = after.session
    must(to !== 'expired' || now >= expiresAt, 'expired before its deadline')
    if (to === 'closing' && closing !== null) {
      const begins = closing.to === 'expired' ? expiresAt : now
      must(closing.to !== 'expired' || now >= expiresAt, 'closing before its deadline')
      must(closing.until === begins + GRACE_MS, 'closing for longer or shorter than was promised')
    }
    must(SESSION_TRANSITIONS[from].includes(to), () => `I3: session ${from} → ${to}`)
    if (to === 'complete') must(successes.length === 1, 'I7: complete without a success')
    if (to !== 'closing')
      must(
        told(to === 'complete' ? 'session.completed' : `session.${to}`),
        () => `I6: ${to}, and nobody hears`,
      )
    world.trace(`${after.session.id.slice(-4)} session: ${from} → ${to}`)
  }

  function checkNew(
    payment: PaymentRecord,
    { before, after, now }: Pick<Commit, 'before' | 'after' | 'now'>,
    must: (holds: boolean, what: What) => void,
  ): void {
    world.trace(`${payment.id.slice(-6)} payment by ${payment.account}:${payment.method}`)
    must(before?.session.status === 'open', () => `${payment.id} begins in a session that is not open`)
    must(before === null || now < before.session.expiresAt, () => `${payment.id} begins after the deadline`)
    // Carried over from a rail that was never reached: at the price that was agreed for that one.
    const carriedOver = after.payments.some(
      ({ id, status, charge }) =>
        status === 'failed' &&
        before?.payments.some((old) => old.id === id && old.status === 'created') === true &&
        charge.minorUnits === payment.charge.minorUnits &&
        charge.currency === payment.charge.currency,
    )
    must(
      carriedOver || world.isQuoted(payment.sessionId, payment, now),
      () =>
        `${payment.id} charges ${payment.charge.minorUnits} ${payment.charge.currency}, which nobody was quoted`,
    )
    const since = world.suspendedSince(`${payment.account}:${payment.method}`, now)
    must(
      since === null || now - since <= world.noticeMs(),
      () => `${payment.id} begins on a rail that was cut ${Math.round((now - (since ?? now)) / 1000)} s ago`,
    )
  }

  function checkMove(
    old: PaymentRecord,
    payment: PaymentRecord,
    {
      before,
      after,
      now,
      told,
    }: {
      readonly before: SessionState
      readonly after: SessionState
      readonly now: number
      readonly told: (type: string, paymentId: string) => boolean
    },
    must: (holds: boolean, what: What) => void,
  ): void {
    const { id } = payment
    const [from, to] = [old.status, payment.status]
    world.trace(`${id.slice(-6)} payment: ${from} → ${to}`)
    must(
      PAYMENT_TRANSITIONS[from].some((step) => step === to || PAYMENT_TRANSITIONS[step].includes(to)),
      () => `I3: ${id} ${from} → ${to}`,
    )
    must(payment.version > old.version, () => `I3: ${id} moves without a new version`)
    const type = EVENT_OF[to]
    must(type === undefined || told(type, id), () => `I6: nobody hears that ${id} is ${to}`)
    if (to === 'superseded') {
      const known = from === 'requires_action' && !isUnknown(before, id)
      const won = after.payments.some((other) => other.id !== id && SUCCESS.has(other.status))
      must(known || won, () => `${id} is superseded from ${from} with an outcome that nobody knows`)
    }
    if (to === 'late_success') {
      const open = before.session.status === 'open' || before.session.status === 'closing'
      const paid = before.payments.some((other) => other.id !== id && SUCCESS.has(other.status))
      must(!open || paid, () => `${id} is late in an order that waits for money`)
    }
    const graceIsOver =
      before.session.status === 'closing' &&
      before.session.closing !== null &&
      now >= before.session.closing.until
    if (ENDS.has(to) && !graceIsOver) {
      // Somebody may pay between the provider's answer and this transaction only where the provider said that nobody can.
      for (const charge of world.chargesOf(id)) {
        must(
          charge.canSurprise ||
            charge.kind === 'dead' ||
            (charge.refunded === charge.captured && charge.kind === 'paid'),
          () => `${id} is ${to} without proof: at the provider it is ${charge.kind}`,
        )
      }
    }
  }

  return { onCommit }
}

function isUnknown({ operations }: SessionState, paymentId: string): boolean {
  return operations.some(
    (operation) =>
      operation.paymentId === paymentId &&
      operation.state === 'unknown' &&
      (operation.kind === 'create' || operation.kind === 'cancel' || operation.kind === 'capture'),
  )
}

function checkAmounts(
  { session, payments, refunds }: SessionState,
  must: (holds: boolean, what: What) => void,
): void {
  for (const { id, amount, captured, refunded } of payments) {
    must(
      0 <= refunded && refunded <= captured && captured <= amount.minorUnits,
      () => `I2: ${id} has 0 ≤ ${refunded} ≤ ${captured} ≤ ${amount.minorUnits}`,
    )
    must(amount.minorUnits === session.amount.minorUnits, () => `${id} costs another sum than its order`)
    const back = refunds.filter(({ paymentId, status }) => paymentId === id && status !== 'failed')
    const sum = back.reduce((total, refund) => total + refund.amount, 0)
    must(sum === refunded, () => `I2: the refunds of ${id} are ${sum}, not ${refunded}`)
    must(
      back.every((refund) => refund.amount > 0),
      () => `I2: a refund of nothing of ${id}`,
    )
    must(
      back.filter(({ origin }) => origin === 'late').length <= 1,
      () => `I2: the late money of ${id} goes back twice`,
    )
  }
}

function checkNumbers(
  { before, after, events }: Pick<Commit, 'before' | 'after' | 'events'>,
  must: (holds: boolean, what: What) => void,
): void {
  const from = before?.session.version ?? 0
  const to = after.session.version
  must(to === from || to === from + 1, () => `I3: the version goes from ${from} to ${to}`)
  const moved =
    before !== null &&
    (before.session.status !== after.session.status ||
      after.payments.some(
        ({ id, status }) => before.payments.find((old) => old.id === id)?.status !== status,
      ))
  must(!moved || to === from + 1, 'I3: a change without a new version')
  must(events.length === 0 || to === from + 1, 'I6: events without a new version')
  let number = before?.session.eventCount ?? 0
  for (const { id, sequence } of events) {
    number++
    must(id === `evt_${after.session.id.slice(3)}_${number}`, () => `I6: ${id} is not event ${number}`)
    must(sequence === to, () => `I6: ${id} has the sequence ${sequence}, not ${to}`)
  }
  must(after.session.eventCount === number, 'I6: events are missing in the outbox')
}

function checkKept(
  old: PaymentRecord,
  payment: PaymentRecord,
  must: (holds: boolean, what: What) => void,
): void {
  must(
    old.charge.minorUnits === payment.charge.minorUnits && old.charge.currency === payment.charge.currency,
    () => `${payment.id} charges another sum than before`,
  )
  must(
    old.providerRef === null || old.providerRef === payment.providerRef,
    () => `${payment.id} is another payment at the provider than before`,
  )
  must(payment.captured >= old.captured, () => `${payment.id} has taken less than before`)
}

/** One capture per payment, of no more than is reserved; what was asked for is what was taken. */
function checkCaptures(
  payment: PaymentRecord,
  { operations }: SessionState,
  must: (holds: boolean, what: What) => void,
): void {
  const captures = operations.filter(
    ({ paymentId, kind, state }) => paymentId === payment.id && kind === 'capture' && state !== 'failed',
  )
  must(captures.length <= 1, () => `${payment.id} is captured ${captures.length} times`)
  const [capture] = captures
  if (capture === undefined) return
  const { amount, charge } = capture.request as { readonly amount: number; readonly charge: Money }
  must(
    0 < charge.minorUnits && charge.minorUnits <= payment.charge.minorUnits,
    () => `${payment.id} captures ${charge.minorUnits} of ${payment.charge.minorUnits}`,
  )
  must(
    payment.status !== 'succeeded' || capture.state !== 'done' || payment.captured === amount,
    () => `${payment.id} has captured ${payment.captured}, and ${amount} were asked for`,
  )
}

function checkOperation(
  old: OperationRecord,
  after: SessionState,
  must: (holds: boolean, what: What) => void,
): void {
  const now = after.operations.find(({ id }) => id === old.id)
  must(now !== undefined, () => `${old.id} is forgotten`)
  if (now === undefined || old.kind === 'query') return
  const isOver = old.state === 'done' || old.state === 'failed'
  must(!isOver || now.state === old.state, () => `${old.id} was ${old.state} and is ${now.state} again`)
  must(old.idempotencyKey === now.idempotencyKey, () => `${old.id} has another key than before`)
  // A refund that is refused has been answered, whatever became of the tries before.
  if (old.state === 'unknown' && old.kind !== 'refund')
    must(now.state !== 'pending', () => `${old.id} was unknown and is as if it had never been sent`)
}
