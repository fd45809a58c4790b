import { type Kysely, sql } from 'kysely'
import type { NewEvent } from '../domain/records.ts'
import { fromEvent, toDeliveries } from './event-rows.ts'
import { type JsonRow, toMoment, toMs } from './rows.ts'
import type { RailSwitch } from './store.ts'
import type { Tables } from './tables.ts'

export async function readRails(
  db: Kysely<Tables>,
  merchantId: string,
): Promise<{ readonly version: number; readonly items: readonly RailSwitch[] }> {
  const { rows } = await sql<{ version: number; items: readonly JsonRow[] | null }>`
    select s.version, (
      select json_agg(r order by r.id) from teabrick.rail r where r.merchant_id = s.merchant_id
    ) as items
    from teabrick.rail_set s where s.merchant_id = ${merchantId}`.execute(db)
  const [found] = rows
  return found
    ? { version: found.version, items: (found.items ?? []).map(toRail) }
    : { version: 0, items: [] }
}

/** Writes a switch, raises the version, which is also the number of the event, and tells the endpoints. */
export async function putRail(
  db: Kysely<Tables>,
  merchantId: string,
  rail: Omit<RailSwitch, 'changedAt'>,
  event: (now: number, number: number) => NewEvent,
  endpoints: readonly string[],
): Promise<RailSwitch> {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (transaction) => {
      const { rows } = await sql<{ version: number; now: number }>`
        insert into teabrick.rail_set as s (merchant_id, version) values (${merchantId}, 1)
        on conflict (merchant_id) do update set version = s.version + 1
        returning version,
          (extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8 as now`.execute(
        transaction,
      )
      const { version, now } = rows[0] ?? { version: 1, now: 0 }
      const row = {
        state: rail.state,
        reason: rail.reason,
        until: toMoment(rail.until),
        changed_at: toMoment(now),
        changed_by: rail.changedBy,
      }
      await transaction
        .insertInto('teabrick.rail')
        .values({ merchant_id: merchantId, id: rail.id, ...row })
        .onConflict((conflict) => conflict.columns(['merchant_id', 'id']).doUpdateSet(row))
        .execute()
      const told = event(now, version)
      await transaction.insertInto('teabrick.event').values(fromEvent(told, merchantId)).execute()
      const deliveries = toDeliveries(told, merchantId, endpoints)
      if (deliveries.length > 0)
        await transaction.insertInto('teabrick.delivery').values(deliveries).execute()
      return { ...rail, changedAt: now }
    })
}

function toRail(row: JsonRow): RailSwitch {
  return {
    id: row['id'],
    state: row['state'],
    reason: row['reason'],
    until: toMs(row['until']),
    changedAt: toMs(row['changed_at']),
    changedBy: row['changed_by'],
  } as RailSwitch
}
