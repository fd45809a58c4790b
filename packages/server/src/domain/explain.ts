import type { Device, RailExplanation } from '@teabrick/core/contract'
import type { QuoteSource } from '../quotes.ts'
import { judge, type RailInUse } from './eligibility.ts'
import { OFFERED_TEXT, REASON_TEXTS } from './reason-texts.ts'
import type { SessionRecord } from './records.ts'

/** A purchase somebody wants explained: as much of a session and a device as decides what can carry it. */
export interface Purchase extends Pick<SessionRecord, 'amount' | 'capture'> {
  readonly splits: boolean
  readonly device?: Device | undefined
}

/** Whether a rail would carry the purchase, and why not: the very judgement that checkouts get. */
export function explain(
  { amount, capture, splits, device }: Purchase,
  rail: RailInUse,
  context: { readonly quotes: readonly QuoteSource[]; readonly now: number },
): RailExplanation {
  const judged = judge({ amount, capture, splits: splits ? [] : null }, rail, { ...context, device })
  return typeof judged === 'string'
    ? { offered: false, reason: judged, text: REASON_TEXTS[judged], charge: null }
    : { offered: true, reason: null, text: OFFERED_TEXT, charge: judged.charge }
}
