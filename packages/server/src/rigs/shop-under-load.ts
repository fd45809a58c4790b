import { auditAtRest, faultsOf } from './audit.ts'
import type { Floor } from './floor.ts'
import { report, seconds } from './rig-report.ts'
import { AMOUNT, goShopping } from './shopping.ts'

const CROWD = 12

/** Buyers and a merchant who go on buying and giving back while something is done to the database. */
export interface Load {
  /** Whether anybody has given up. */
  readonly hasFailed: boolean
  /** Orders one thing at each instance. Resolves when all have answered. */
  orderEverywhere(): Promise<void>
  /** Ends it, and resolves when all that was begun is done. @throws what anybody gave up with. */
  stop(): Promise<void>
  /** Compares all books once they are at rest, and prints the figures. Resolves with what is wrong. */
  settle(rig: string, database: string, figures: LoadFigures): Promise<readonly string[]>
}

export interface LoadFigures {
  /** What was done how often. */
  readonly strikes: Readonly<Record<string, number>>
  /** Milliseconds without a database. */
  readonly outages: readonly number[]
  /** Milliseconds until all instances answered again, from the moment the database was back. */
  readonly again: readonly number[]
}

export function shopUnderLoad(floor: Floor): Load {
  const shopping = goShopping(floor)
  const failures: unknown[] = []
  let isOver = false
  let purchases = 0
  const crowd = Array.from({ length: CROWD }, async (_, number) => {
    while (!isOver) {
      const method = ['sbp', 'alipay', 't_pay'][number % 3] ?? ''
      const payment = await shopping.buy(await shopping.order(), method)
      purchases++
      if (number % 2 === 0) await shopping.refund(payment.id, Math.floor(AMOUNT / 3))
    }
  }).map((going) => going.catch((error: unknown) => failures.push(error)))
  return {
    get hasFailed() {
      return failures.length > 0
    },
    async orderEverywhere() {
      await Promise.all(floor.instances.map((to) => shopping.order({}, { to, patienceMs: 60_000 })))
    },
    async stop() {
      isOver = true
      await Promise.all(crowd)
      if (failures.length > 0) throw new AggregateError(failures, String(failures[0]))
    },
    async settle(rig, database, { strikes, outages, again }) {
      const found = await auditAtRest(floor, database)
      const { sessions, payments, refunds } = floor.acknowledged
      report(rig, {
        ...strikes,
        purchases,
        acknowledged: sessions.size + payments.size + refunds.size + floor.webhooks.size,
        lost: found.lost.length,
        torn: found.torn.length,
        'charged twice': found.chargedTwice.length,
        differences: found.differences.length,
        'database away max': seconds(outages).max,
        'service after it p50': seconds(again).p50,
        max: seconds(again).max,
        'honest 503': floor.refusals.honest,
        'other 5xx': floor.refusals.dishonest.length,
      })
      return [...faultsOf(found), ...floor.refusals.dishonest]
    },
  }
}
