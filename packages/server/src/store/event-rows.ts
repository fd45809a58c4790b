import type { EventRecord } from '@teabrick/core/contract'
import { type Insertable, type Kysely, sql } from 'kysely'
import type { NewEvent } from '../domain/records.ts'
import { bucketOf } from './bucket.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { mustParseEventId, parseEventId, toEventId } from './event-id.ts'
import { type JsonRow, toMoment, toMs } from './rows.ts'
import { type DeliveryLease, type Store, StoreError } from './store.ts'
import type { DeliveryTable, EventTable, Tables } from './tables.ts'

export function fromEvent(event: NewEvent, merchantId: string): Insertable<EventTable> {
  const { sessionId, number } = mustParseEventId(event.id)
  return {
    bucket: bucketOf(sessionId),
    session_id: sessionId,
    number,
    merchant_id: merchantId,
    type: event.type,
    sequence: event.sequence,
    body: event.body,
    created_at: toMoment(event.createdAt),
  }
}

/** One delivery per endpoint, due at once, or leased to this process already. */
export function toDeliveries(
  event: NewEvent,
  merchantId: string,
  endpoints: readonly string[],
  lease?: DeliveryLease | undefined,
): Insertable<DeliveryTable>[] {
  const { bucket, session_id, number, created_at } = fromEvent(event, merchantId)
  return endpoints.map((endpoint) => {
    const taken = lease?.endpoints.includes(endpoint) ? lease : undefined
    return {
      bucket,
      session_id,
      event_number: number,
      endpoint,
      merchant_id: merchantId,
      not_before: created_at ?? null,
      attempts: taken ? 1 : 0,
      lease_until: taken ? toMoment(event.createdAt + taken.leaseMs) : null,
      lease_token: taken?.token ?? null,
    }
  })
}

interface ListedEvent {
  readonly event: JsonRow
  readonly deliveries: readonly JsonRow[] | null
}

export async function listEvents(
  db: Kysely<Tables>,
  { merchantId, cursor, limit }: Parameters<Store['listEvents']>[0],
): ReturnType<Store['listEvents']> {
  const { rows } = await sql<ListedEvent>`
    select to_json(e) as event, (
      select json_agg(d order by d.endpoint) from teabrick.delivery d
      where d.bucket = e.bucket and d.session_id = e.session_id and d.event_number = e.number
    ) as deliveries
    from (
      select * from teabrick.event
      where merchant_id = ${merchantId} ${cursor === null ? sql`` : before(cursor)}
      order by created_at desc, session_id desc, number desc limit ${limit + 1}
    ) e
    order by created_at desc, session_id desc, number desc`.execute(db)
  const items = rows.slice(0, limit).map(toEventRecord)
  const last = items.at(-1)
  if (!last || rows.length <= limit) return { items, nextCursor: null }
  return { items, nextCursor: encodeCursor({ createdAt: Date.parse(last.createdAt), id: last.id }) }
}

function before(cursor: string) {
  const { createdAt, id } = decodeCursor(cursor)
  const key = parseEventId(id)
  if (!key) throw new StoreError('cursor_invalid', 'the cursor is not one of a list of events')
  return sql`and (created_at, session_id, number) < (${toMoment(createdAt)}, ${key.sessionId}, ${key.number})`
}

function toEventRecord({ event, deliveries }: ListedEvent): EventRecord {
  return {
    id: toEventId({ sessionId: String(event['session_id']), number: Number(event['number']) }),
    type: String(event['type']),
    createdAt: toIso(event['created_at']) ?? '',
    sequence: Number(event['sequence']),
    deliveries: (deliveries ?? []).map((row) => ({
      endpoint: String(row['endpoint']),
      status: row['state'] === 'done' ? 'delivered' : String(row['state']),
      attempts: Number(row['attempts']),
      lastStatus: row['last_status'] === null ? null : Number(row['last_status']),
      nextAttemptAt: row['state'] === 'pending' ? toIso(row['lease_until'] ?? row['not_before']) : null,
    })),
  }
}

function toIso(moment: unknown): string | null {
  const ms = toMs(moment)
  return ms === null ? null : toMoment(ms)
}

/** @returns false if the merchant has no such event. */
export async function redeliver(db: Kysely<Tables>, merchantId: string, eventId: string): Promise<boolean> {
  const key = parseEventId(eventId)
  if (!key) return false
  const bucket = bucketOf(key.sessionId)
  const { rows } = await sql`
    with found as materialized (
      select bucket, session_id, number from teabrick.event
      where bucket = ${bucket} and session_id = ${key.sessionId} and number = ${key.number}
        and merchant_id = ${merchantId}
    ), due as (
      update teabrick.delivery d
      set state = 'pending', attempts = 0, not_before = date_trunc('milliseconds', now()),
        lease_until = null, lease_token = null, revive_at = null
      from found
      where d.bucket = ${bucket} and d.session_id = found.session_id and d.event_number = found.number
    )
    select 1 from found`.execute(db)
  return rows.length > 0
}
