import { isLivePaymentStatus, type WebhookEvent } from '@teabrick/core/contract'
import type { NewEvent, OperationRecord, PaymentRecord, SessionState } from '../domain/records.ts'
import { type ChargeAtProvider, isHolding } from './provider-side.ts'
import { inWords, type What } from './what.ts'

/** The half of the oracle that looks when the faults have stopped and everything has come to rest. */
export function checkRest(
  state: SessionState,
  world: {
    /** Charges of this session at all providers. */
    readonly charges: readonly ChargeAtProvider[]
    /** What the merchant did. */
    readonly effects: ReadonlyMap<string, WebhookEvent>
    /** The session's events, as they were written. */
    readonly events: readonly NewEvent[]
    /** The merchant keeps late money where nothing else was paid. */
    readonly keepsLate: boolean
    readonly violated: (what: string) => void
  },
): void {
  const { session, payments, refunds } = state
  const must = (holds: boolean, what: What) => {
    if (!holds) {
      const all = payments.map(({ status, id }) => `${id.slice(-2)} ${status}`).join(', ')
      world.violated(`${session.id} (${session.status}; ${all}): ${inWords(what)}`)
    }
  }
  must(session.status !== 'open' && session.status !== 'closing', 'L1: the session has ended')
  const references = world.charges.map(({ reference }) => reference)
  must(new Set(references).size === references.length, 'M1: one charge per payment at the provider')
  for (const payment of payments) {
    must(
      !isLivePaymentStatus(payment.status) || payment.status === 'authorized',
      () => `L1: ${payment.id} has ended`,
    )
    const keeps =
      payment.status === 'late_success' &&
      world.keepsLate &&
      !payments.some(({ status }) => status === 'succeeded' || status === 'authorized')
    // No readable answer within the life of its key, and an alert that says so: people look after it.
    const isLeftToPeople = state.operations.some(
      (operation) => operation.paymentId === payment.id && isRetired(operation),
    )
    if (isLeftToPeople) continue
    const charge = world.charges.find(({ reference }) => reference === payment.id)
    must(payment.status !== 'late_success' || keeps, () => `L1: the late money of ${payment.id} went back`)
    const kept = charge === undefined ? 0 : charge.captured - charge.refunded
    const ours = refunds
      .filter(({ paymentId, status }) => paymentId === payment.id && status !== 'failed')
      .reduce((sum, refund) => sum + refund.charge, 0)
    // I5: our books are the provider's.
    // Money that went back with the end of its payment at the provider was never ours.
    const neverOurs = payment.captured === 0 && kept === 0
    must(
      (charge?.refunded ?? 0) === ours || neverOurs,
      () => `I5: ${payment.id} gave back ${ours}, the provider ${charge?.refunded ?? 0}`,
    )
    if (payment.status === 'succeeded' || keeps) {
      must(charge?.kind === 'paid', () => `I5: ${payment.id} is ${charge?.kind ?? 'unknown'} at the provider`)
      // Of another currency only whole minor units can be kept: what is left may be less than one.
      const expected = partOf(payment.captured, payment) - ours
      must(
        kept === expected,
        () => `I5: of ${payment.id} ${expected} are kept here and ${kept} at the provider`,
      )
    } else {
      must(kept === 0, () => `I5: ${payment.id} is ${payment.status}, and the provider keeps ${kept}`)
      const held = charge !== undefined && isHolding(charge)
      must(
        !held || payment.status === 'authorized',
        () => `I5: ${payment.id} is ${payment.status} and still held`,
      )
    }
  }
  for (const refund of refunds) {
    const operation = state.operations.find(({ refundId }) => refundId === refund.id)
    const isLeftToPeople = operation !== undefined && isRetired(operation)
    must(refund.status !== 'requested' || isLeftToPeople, () => `L1: ${refund.id} has ended`)
  }

  // I6: every event has exactly one effect, and all of them together tell the truth.
  for (const { id, type } of world.events)
    must(world.effects.has(id), () => `I6: the merchant never hears of ${type} (${id})`)
  const heard = [...world.effects.values()].filter((event) => event.data.session?.id === session.id)
  must(
    heard.length === world.events.length,
    () => `I6: ${heard.length} effects of ${world.events.length} events`,
  )
  const fulfilled = heard.filter(({ type }) => type === 'session.completed').length
  must(fulfilled === (session.status === 'complete' ? 1 : 0), () => `I7: fulfilled ${fulfilled} times`)
  const last = heard.reduce<WebhookEvent | null>(
    (newest, event) => (newest === null || event.sequence > newest.sequence ? event : newest),
    null,
  )
  if (last !== null)
    must(
      last.data.session?.status === session.status,
      () => `I6: by the newest event the session is ${last.data.session?.status}`,
    )
}

function isRetired({ kind, state, notBefore }: OperationRecord): boolean {
  return kind === 'refund' && state !== 'done' && state !== 'failed' && notBefore === null
}

/** ⌊part · charge / amount⌋ */
function partOf(part: number, { amount, charge }: Pick<PaymentRecord, 'amount' | 'charge'>): number {
  return Number((BigInt(part) * BigInt(charge.minorUnits)) / BigInt(amount.minorUnits))
}
