import { type Kysely, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { HealthReport, HealthReports } from './store.ts'
import type { Tables } from './tables.ts'

/** What instances tell each other of how providers answer, in PostgreSQL. */
export function healthReportsIn(db: Kysely<Tables>): HealthReports {
  return {
    async healthReports(merchantId) {
      const { rows } = await sql<HealthReport>`
        select name, instance, (extract(epoch from since) * 1000)::float8 as since,
          (extract(epoch from until) * 1000)::float8 as until
        from teabrick.health_report
        where merchant_id = ${merchantId} and until > clock_timestamp()
        order by name, instance`.execute(db)
      return rows
    },
    async putHealthReport(merchantId, { name, instance, ttlMs }) {
      await sql`
        insert into teabrick.health_report as r (merchant_id, name, instance, since, until)
        values (${merchantId}, ${name}, ${instance}, clock_timestamp(),
          clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond')
        on conflict (merchant_id, name, instance) do update set until = excluded.until,
          since = case when r.until > clock_timestamp() then r.since else excluded.since end`.execute(db)
    },
    async dropHealthReport(merchantId, { name, instance }) {
      // Those that others have left behind go too.
      await sql`
        delete from teabrick.health_report where merchant_id = ${merchantId}
          and (name = ${name} and instance = ${instance} or until < clock_timestamp())`.execute(db)
    },
  }
}

/** The same in memory. */
export function healthReportsInMemory(clock: Pick<Clock, 'now'>): HealthReports {
  const byMerchant = new Map<string, readonly HealthReport[]>()
  const current = (merchantId: string): readonly HealthReport[] =>
    (byMerchant.get(merchantId) ?? []).filter(({ until }) => until > clock.now())
  const others = (merchantId: string, { name, instance }: Pick<HealthReport, 'name' | 'instance'>) =>
    current(merchantId).filter((each) => each.name !== name || each.instance !== instance)
  return {
    async healthReports(merchantId) {
      return current(merchantId)
    },
    async putHealthReport(merchantId, { name, instance, ttlMs }) {
      const now = clock.now()
      const before = current(merchantId).find((each) => each.name === name && each.instance === instance)
      const report = { name, instance, since: before?.since ?? now, until: now + ttlMs }
      const all = [...others(merchantId, report), report]
      byMerchant.set(
        merchantId,
        all.sort((a, b) => (`${a.name} ${a.instance}` < `${b.name} ${b.instance}` ? -1 : 1)),
      )
    },
    async dropHealthReport(merchantId, report) {
      byMerchant.set(merchantId, others(merchantId, report))
    },
  }
}
