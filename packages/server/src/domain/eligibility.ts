import type { Device, Money, UnavailableReason } from '@teabrick/core/contract'
import type { ProviderRail } from '../provider.ts'
import type { QuotedRate, QuoteSource } from '../quotes.ts'
import { convert } from './convert.ts'
import { orderMethods, orderRails } from './rail-order.ts'
import type { SessionRecord } from './records.ts'

/** A rail of this instance with the operator's switch, its health and its figures applied. */
export interface RailInUse {
  readonly id: string
  readonly account: string
  readonly rail: ProviderRail
  readonly suspended: boolean
  readonly health: 'up' | 'degraded' | 'down'
  /** From when on the rail is gone, milliseconds since 1970; null where nothing is announced. */
  readonly departsAt: number | null
  /** What it costs the merchant, basis points of a charge; null where nobody knows. */
  readonly costBps?: number | null | undefined
  /** Share of own attempts that were paid, 0 to 1; null until there are enough of them. */
  readonly successRate?: number | null | undefined
}

/** A method that can be offered, through the first of its rails that can carry it. */
export interface EligibleMethod {
  readonly method: string
  readonly rail: RailInUse
  readonly charge: Money
  readonly quote: QuotedRate | null
}

export interface UnavailableMethod {
  readonly id: string
  /** The name of a rail that has it; undefined where none has. */
  readonly name?: string | undefined
  readonly reason: UnavailableReason
}

export interface Eligibility {
  /** In the order in which the buyer sees them. */
  readonly methods: readonly EligibleMethod[]
  readonly unavailable: readonly UnavailableMethod[]
}

/** As much of a purchase as decides what can carry it. */
export interface Wanted extends Pick<SessionRecord, 'amount' | 'capture' | 'splits'> {
  /** The money is to be held until the buyer confirms the delivery. */
  readonly escrow?: boolean | undefined
}

/** What is known of the world when a purchase is judged. */
export interface OfferContext {
  readonly rails: readonly RailInUse[]
  readonly quotes: readonly QuoteSource[]
  readonly device?: Device | undefined
  /** BCP 47, the buyer's language. */
  readonly locale?: string | null | undefined
  /** The method this buyer paid with last, as he or his browser says. */
  readonly last?: string | undefined
  /** The merchant's order of methods, for sessions that name none. */
  readonly methodOrder?: readonly string[] | undefined
  readonly now: number
}

/**
 * Which methods may be offered for a session, in order, and a coded reason for each that may not. Pure. The order is the
 * session's own, else the merchant's, else what suits the buyer and costs the least; what is degraded comes last.
 */
export function eligibility(
  session: Wanted & Pick<SessionRecord, 'methods'>,
  context: OfferContext,
): Eligibility {
  const byMethod = new Map<string, RailInUse[]>()
  for (const rail of context.rails) {
    const same = byMethod.get(rail.rail.method)
    if (same === undefined) byMethod.set(rail.rail.method, [rail])
    else same.push(rail)
  }
  const wanted = session.methods ?? byMethod.keys()
  const methods: EligibleMethod[] = []
  const unavailable: UnavailableMethod[] = []
  for (const method of wanted) {
    const rails = byMethod.get(method) ?? []
    const judged = rails.map((rail) => judge(session, rail, context))
    const able = judged.filter((each) => each.offer !== null).map(({ offer }) => offer as EligibleMethod)
    const [first] = orderRails(able)
    if (first !== undefined) methods.push(first)
    else unavailable.push({ id: method, name: rails[0]?.rail.name, reason: nearest(judged) })
  }
  const override = session.methods ?? context.methodOrder
  return { methods: orderMethods(methods, { ...context, override }), unavailable }
}

/** How a rail was judged: what it offers, or everything that is in the way, what weighs most first. */
export type Judgement =
  | { readonly offer: EligibleMethod; readonly reasons: readonly [] }
  | { readonly offer: null; readonly reasons: readonly [UnavailableReason, ...UnavailableReason[]] }

// What does not fit the purchase comes before what may pass: `down` then says that nothing else is in the way.
const WEIGHT: Readonly<Record<UnavailableReason, number>> = {
  not_offered: 0,
  departed: 1,
  currency_not_supported: 2,
  amount_too_small: 3,
  amount_too_large: 4,
  hold_not_supported: 5,
  escrow_not_supported: 6,
  split_not_supported: 7,
  device_not_supported: 8,
  in_app_not_supported: 9,
  quote_unavailable: 10,
  suspended: 11,
  down: 12,
}

/** Of several rails of a method, the reason of the one that is nearest to being offered. */
function nearest(judged: readonly Judgement[]): UnavailableReason {
  const firsts = judged.flatMap(({ reasons }) => reasons.slice(0, 1))
  return firsts.sort((a, b) => WEIGHT[b] - WEIGHT[a])[0] ?? 'not_offered'
}

/** Whether one rail can carry a purchase: with what charge, or everything that is in the way. */
export function judge(
  wanted: Wanted,
  inUse: RailInUse,
  { quotes, now, device }: Pick<OfferContext, 'quotes' | 'now' | 'device'>,
): Judgement {
  const { rail } = inUse
  const reasons: UnavailableReason[] = []
  if (inUse.departsAt !== null && now >= inUse.departsAt) reasons.push('departed')
  if (inUse.suspended) reasons.push('suspended')
  if (inUse.health === 'down') reasons.push('down')
  if (device?.os !== undefined && rail.onlyOs !== undefined && !rail.onlyOs.includes(device.os))
    reasons.push('device_not_supported')
  if (device?.inApp !== undefined && isBarredIn(device.inApp, rail)) reasons.push('in_app_not_supported')
  if (wanted.capture === 'manual' && rail.capture !== 'both') reasons.push('hold_not_supported')
  if (wanted.escrow === true && rail.escrow !== true) reasons.push('escrow_not_supported')
  if (wanted.splits !== null && !rail.split) reasons.push('split_not_supported')
  const priced = price(wanted.amount, rail, quotes, now)
  if (typeof priced === 'string') reasons.push(priced)
  else {
    const limits = rail.limits[priced.charge.currency]
    if (limits !== undefined && priced.charge.minorUnits < limits.min) reasons.push('amount_too_small')
    if (limits !== undefined && priced.charge.minorUnits > limits.max) reasons.push('amount_too_large')
  }
  const [first, ...others] = reasons.sort((a, b) => WEIGHT[a] - WEIGHT[b])
  if (first === undefined && typeof priced !== 'string')
    return { offer: { method: rail.method, rail: inUse, ...priced }, reasons: [] }
  return { offer: null, reasons: [first ?? 'not_offered', ...others] }
}

function isBarredIn(app: string, { notInApp }: ProviderRail): boolean {
  return typeof notInApp === 'boolean' ? notInApp : (notInApp?.includes(app) ?? false)
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
