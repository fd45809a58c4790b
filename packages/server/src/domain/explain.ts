import type { Device, RailExplanation } from '@teabrick/core/contract'
import { eligibility, type Judgement, judge, type OfferContext, type RailInUse } from './eligibility.ts'
import { orderRails } from './rail-order.ts'
import { OFFERED_TEXT, REASON_TEXTS } from './reason-texts.ts'
import type { SessionRecord } from './records.ts'

/** A purchase somebody wants explained: as much of a session and a buyer as decides what can carry it, and in what order. */
export interface Purchase extends Pick<SessionRecord, 'amount' | 'capture'> {
  readonly splits: boolean
  readonly escrow?: boolean | undefined
  readonly device?: Device | undefined
  readonly locale?: string | undefined
  /** The method the buyer paid with last. */
  readonly last?: string | undefined
}

/**
 * For every rail whether it would carry the purchase, with everything that is in the way, and its place in the order: the
 * very judgement and order that checkouts get. By rail id.
 */
export function explain(
  { amount, capture, splits, escrow, device, locale, last }: Purchase,
  context: Pick<OfferContext, 'rails' | 'quotes' | 'methodOrder' | 'now'>,
): ReadonlyMap<string, RailExplanation> {
  const wanted = { amount, capture, splits: splits ? [] : null, escrow, methods: null }
  const buyer = { ...context, device, locale, last }
  const judged = new Map(context.rails.map((rail) => [rail.id, judge(wanted, rail, buyer)]))
  const places = new Map(
    eligibility(wanted, buyer)
      .methods.flatMap(({ method }) => railsOf(method, context.rails, judged))
      .map((id, index) => [id, index + 1]),
  )
  return new Map([...judged].map(([id, judgement]) => [id, toExplanation(judgement, places.get(id) ?? null)]))
}

/** Ids of the rails that can carry a method, in the order in which they are tried. */
function railsOf(
  method: string,
  rails: readonly RailInUse[],
  judged: ReadonlyMap<string, Judgement>,
): readonly string[] {
  const able = rails.filter(({ id, rail }) => rail.method === method && judged.get(id)?.offer != null)
  return orderRails(able.map((rail) => ({ rail }))).map(({ rail }) => rail.id)
}

function toExplanation({ offer, reasons }: Judgement, position: number | null): RailExplanation {
  if (offer !== null)
    return { offered: true, reason: null, text: OFFERED_TEXT, reasons: [], charge: offer.charge, position }
  return {
    offered: false,
    reason: reasons[0],
    text: REASON_TEXTS[reasons[0]],
    reasons: reasons.map((code) => ({ code, text: REASON_TEXTS[code] })),
    charge: null,
    position,
  }
}
