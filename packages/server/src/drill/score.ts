import type { DrillBuyer } from './buyers.ts'
import type { DrillEvent, DrillLedger, DrillRound, DrillScore } from './drill-report.ts'

const FORMULA =
  'score = 100 × (paid − ½ × lost) / all, rounded down. Every order counts by its buyer’s weight, from the first event on. ' +
  'Paid: the order was paid, if need be by a second method. Lost: the shop offered something that failed, and nothing else did it. ' +
  'Not served, where nothing offered was of use to the buyer, counts in "all" only. ' +
  '0 if any buyer was charged twice, the providers’ books differ from the shop’s, or a paid order was not announced exactly once.'

/** How well the shop went on. Whole numbers only, so that every machine says the same. */
export function scoreDrill(
  rounds: readonly DrillRound[],
  events: readonly DrillEvent[],
  buyers: readonly DrillBuyer[],
  { chargedTwice, differences, fulfilmentFaults }: DrillLedger,
): DrillScore {
  const weights = new Map(buyers.map(({ id, weight }) => [id, weight]))
  const firstEvent = Math.min(...events.map(({ at }) => Date.parse(at)))
  const sums = { paid: 0, lost: 0, not_served: 0 }
  for (const round of rounds.filter(({ at }) => Date.parse(at) >= firstEvent))
    for (const { buyer, outcome } of round.purchases) sums[outcome] += weights.get(buyer) ?? 0
  const all = sums.paid + sums.lost + sums.not_served
  const percent = (weight: number): number => (all === 0 ? 0 : Math.round((1000 * weight) / all) / 10)
  const isSound = chargedTwice === 0 && differences === 0 && fulfilmentFaults === 0
  const value = Math.floor((100 * (2 * sums.paid - sums.lost)) / (2 * all))
  return {
    value: isSound && all > 0 ? Math.max(0, value) : 0,
    formula: FORMULA,
    paid: percent(sums.paid),
    lost: percent(sums.lost),
    notServed: percent(sums.not_served),
  }
}
