import type { DrillLedger, DrillRound } from './drill-report.ts'
import type { OpenCheckout, Stage } from './stage.ts'

/** Long enough for every code to expire and every late answer to arrive. */
const SETTLE_HOURS = 3

/** Compares the providers' books with the shop's, order by order, once everything has come to rest. */
export async function auditBooks(
  stage: Stage,
  orders: readonly OpenCheckout[],
  rounds: readonly DrillRound[],
): Promise<DrillLedger> {
  for (let hour = 0; hour < SETTLE_HOURS; hour++) await stage.leapTo(stage.now() + 3_600_000)
  const charged = new Map<string, number>()
  for (const { ledger } of stage.books())
    for (const { reference, captured, refunded } of ledger.payments)
      if (captured > refunded) charged.set(reference, (charged.get(reference) ?? 0) + captured - refunded)

  let chargedTwice = 0
  let differences = 0
  let fulfilmentFaults = 0
  for (const { sessionId, reference } of orders) {
    const payments = await stage.payments(sessionId)
    const taken = payments.filter(({ id }) => charged.has(id))
    const isPaid = payments.some(({ status }) => status === 'succeeded')
    if (taken.length > 1) chargedTwice++
    const differs = payments.some(
      ({ id, status, charge }) => (charged.get(id) ?? 0) !== (status === 'succeeded' ? charge.minorUnits : 0),
    )
    if (differs) differences++
    const times = stage.fulfilled.filter((each) => each === reference).length
    if (times !== (isPaid ? 1 : 0)) fulfilmentFaults++
  }
  const purchases = rounds.flatMap(({ purchases }) => purchases)
  return {
    orders: orders.length,
    paid: purchases.filter(({ outcome }) => outcome === 'paid').length,
    kept: purchases.filter(({ kept }) => kept).length,
    lost: purchases.filter(({ outcome }) => outcome === 'lost').length,
    chargedTwice,
    differences,
    fulfilmentFaults,
  }
}
