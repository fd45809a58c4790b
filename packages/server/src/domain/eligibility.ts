import type { Device, Money, UnavailableReason } from '@teabrick/core/contract'
import type { ProviderRail } from '../provider.ts'
import type { QuotedRate, QuoteSource } from '../quotes.ts'
import { convert } from './convert.ts'
import type { SessionRecord } from './records.ts'

/** A rail of this instance with the operator's switch and its health applied. */
export interface RailInUse {
  readonly id: string
  readonly account: string
  readonly rail: ProviderRail
  readonly suspended: boolean
  readonly health: 'up' | 'degraded' | 'down'
  /** From when on the rail is gone, milliseconds since 1970; null where nothing is announced. */
  readonly departsAt: number | null
}

/** A method that can be offered, through the first of its rails that can carry it. */
export interface EligibleMethod {
  readonly method: string
  readonly rail: RailInUse
  readonly charge: Money
  readonly quote: QuotedRate | null
}

export interface Eligibility {
  readonly methods: readonly EligibleMethod[]
  readonly unavailable: readonly { readonly id: string; readonly reason: UnavailableReason }[]
}

/**
 * Which methods may be offered for a session, in order, and a coded reason for each that may not. Pure. The order is the
 * session's own, else that of the rails, which is the operator's preference; what is degraded comes last.
 */
export function eligibility(
  session: Pick<SessionRecord, 'amount' | 'capture' | 'methods' | 'splits'>,
  context: {
    readonly rails: readonly RailInUse[]
    readonly quotes: readonly QuoteSource[]
    readonly device?: Device | undefined
    readonly now: number
  },
): Eligibility {
  const wanted = session.methods ?? [...new Set(context.rails.map(({ rail }) => rail.method))]
  const methods: EligibleMethod[] = []
  const unavailable: { id: string; reason: UnavailableReason }[] = []
  for (const method of wanted) {
    let reason: UnavailableReason = 'not_offered'
    let found: EligibleMethod | null = null
    for (const rail of context.rails.filter((candidate) => candidate.rail.method === method)) {
      const judged = judge(session, rail, context)
      if (typeof judged === 'string') reason = judged
      else if (found === null || rank(judged) < rank(found)) found = judged
    }
    if (found === null) unavailable.push({ id: method, reason })
    else methods.push(found)
  }
  return { methods: methods.sort((a, b) => rank(a) - rank(b)), unavailable }
}

const rank = ({ rail }: EligibleMethod): number => (rail.health === 'up' ? 0 : 1)

/** Whether one rail can carry a session: with what charge, or why not. */
export function judge(
  session: Pick<SessionRecord, 'amount' | 'capture' | 'splits'>,
  inUse: RailInUse,
  {
    quotes,
    now,
    device,
  }: { readonly quotes: readonly QuoteSource[]; readonly now: number; readonly device?: Device | undefined },
): EligibleMethod | UnavailableReason {
  const { rail } = inUse
  if (inUse.departsAt !== null && now >= inUse.departsAt) return 'departed'
  if (inUse.suspended) return 'suspended'
  if (device?.os !== undefined && rail.onlyOs !== undefined && !rail.onlyOs.includes(device.os))
    return 'device_not_supported'
  if (device?.inApp !== undefined && rail.notInApp === true) return 'in_app_not_supported'
  if (inUse.health === 'down') return 'down'
  if (session.capture === 'manual' && rail.capture !== 'both') return 'hold_not_supported'
  if (session.splits !== null && !rail.split) return 'split_not_supported'
  const priced = price(session.amount, rail, quotes, now)
  if (typeof priced === 'string') return priced
  const limits = rail.limits[priced.charge.currency]
  if (limits !== undefined && priced.charge.minorUnits < limits.min) return 'amount_too_small'
  if (limits !== undefined && priced.charge.minorUnits > limits.max) return 'amount_too_large'
  return { method: rail.method, rail: inUse, ...priced }
}

function price(
  amount: Money,
  rail: ProviderRail,
  quotes: readonly QuoteSource[],
  now: number,
): { readonly charge: Money; readonly quote: QuotedRate | null } | UnavailableReason {
  if (rail.currencies.includes(amount.currency)) return { charge: amount, quote: null }
  for (const currency of rail.currencies) {
    for (const source of quotes) {
      const quote = source.rate(amount, currency, now)
      if (quote === null) continue
      const charge = convert(amount, currency, quote.rate)
      return charge === null ? 'amount_too_small' : { charge, quote }
    }
  }
  return quotes.length === 0 ? 'currency_not_supported' : 'quote_unavailable'
}
