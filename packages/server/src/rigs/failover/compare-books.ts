import type { Payment, Session } from '@teabrick/core/contract'
import type { SandboxState } from '@teabrick/sandbox'

type LedgerPayment = SandboxState['doubles'][number]['ledger']['payments'][number]

/** What does not agree, one line each. */
export interface BookDifferences {
  /** Can never become right by itself: somebody was charged twice, or a sum is wrong. */
  readonly wrong: readonly string[]
  /** The provider is further than we are: right while something is under way, and wrong once everything has come to rest. */
  readonly unheard: readonly string[]
}

/**
 * Compares a payment API's books with the ledgers of the doubles, payment by payment, to the last kopeck: what `GET
 * /v1/sessions` tells, page by page, against what `GET /_control` tells.
 */
export function compareBooks(
  sessions: readonly Pick<Session, 'id' | 'payments'>[],
  doubles: readonly Pick<SandboxState['doubles'][number], 'ledger'>[],
): BookDifferences {
  const wrong: string[] = []
  const unheard: string[] = []
  const payments = new Map(
    sessions.flatMap(({ id, payments }) =>
      payments.map((payment) => [payment.id, { payment, sessionId: id }] as const),
    ),
  )
  const ledger = doubles.flatMap(({ ledger }) => ledger.payments)
  const kept = new Map<string, string[]>()
  const seen = new Map<string, LedgerPayment>()

  for (const entry of ledger) {
    const own = payments.get(entry.reference)
    const { reference, captured, refunded, approvals } = entry
    if (approvals > 1) wrong.push(`${reference} was charged ${approvals} times`)
    if (refunded > captured) wrong.push(`${reference}: ${refunded} went back of ${captured}`)
    if (own === undefined) {
      if (captured > 0) wrong.push(`${reference} took ${captured}, and we know of no such payment`)
      continue
    }
    const other = seen.get(reference)
    if (other !== undefined && other.captured > 0 && captured > 0)
      wrong.push(`${reference} took money as ${other.id} and as ${entry.id}`)
    if (other === undefined || captured > 0) seen.set(reference, entry)
    if (captured > refunded)
      kept.set(own.sessionId, [...(kept.get(own.sessionId) ?? []), `${reference} (${own.payment.status})`])
  }
  for (const [sessionId, references] of kept)
    if (references.length > 1) unheard.push(`${sessionId} is paid by ${references.join(' and by ')}`)

  for (const { payment } of payments.values()) {
    const found = comparePayment(payment, seen.get(payment.id))
    wrong.push(...found.wrong.map((line) => `${payment.id} is ${payment.status}: ${line}`))
    unheard.push(...found.unheard.map((line) => `${payment.id} is ${payment.status}: ${line}`))
  }
  return { wrong, unheard }
}

const TAKEN: ReadonlySet<string> = new Set(['succeeded', 'late_success', 'late_refunded'])

function comparePayment(payment: Payment, entry: LedgerPayment | undefined): BookDifferences {
  const { charge, amount, status, refunds } = payment
  const took = TAKEN.has(status)
    ? Number((BigInt(payment.captured.minorUnits) * BigInt(charge.minorUnits)) / BigInt(amount.minorUnits))
    : 0
  if (entry === undefined)
    return { wrong: took > 0 ? [`we took ${took}, and no double knows of it`] : [], unheard: [] }

  const wrong: string[] = []
  const unheard: string[] = []
  if (entry.amount.currency !== charge.currency || entry.amount.minorUnits !== charge.minorUnits)
    wrong.push(`we ask ${format(charge)}, the double ${format(entry.amount)}`)
  const sum = (of: string) =>
    refunds
      .filter((refund) => refund.status === of)
      .reduce((all, refund) => all + refund.charge.minorUnits, 0)
  const returned = sum('succeeded')
  const returning = sum('requested')
  if (took > 0) {
    if (entry.captured !== took) wrong.push(`we took ${took}, the double ${entry.captured}`)
    if (entry.refunded < returned) wrong.push(`we gave ${returned} back, the double ${entry.refunded}`)
    else if (entry.refunded !== returned)
      unheard.push(`the double gave ${entry.refunded} back, we ${returned} with ${returning} on the way`)
    else if (returning > 0) unheard.push(`${returning} are on their way back`)
  } else if (entry.captured > entry.refunded)
    unheard.push(`the double keeps ${entry.captured - entry.refunded}`)
  return { wrong, unheard }
}

const format = ({ minorUnits, currency }: { minorUnits: number; currency: string }): string =>
  `${minorUnits} ${currency}`
