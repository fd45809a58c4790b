import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { OperationRecord } from '../domain/records.ts'
import { bucketOf } from './bucket.ts'
import { mustParseEventId, toEventId } from './event-id.ts'
import { type JsonRow, toJson, toMs, toNotification, toOperation } from './rows.ts'
import type {
  ClaimDeliveriesOptions,
  ClaimOptions,
  DeliveryRecord,
  NewNotification,
  NotificationRecord,
  QueueOutcome,
} from './store.ts'
import type { Tables } from './tables.ts'

/** This transaction's time, as exact as moments are kept. */
const NOW = sql`date_trunc('milliseconds', now())`
/** When a row of a queue is due; the partial indexes are made for exactly this. */
const DUE = sql`not_before is not null and greatest(not_before, lease_until)`

/** What differs between the queues. */
interface Queue {
  readonly table: RawBuilder<unknown>
  /** The primary key after the bucket. */
  readonly key: readonly string[]
  /** Set by a claim besides the lease. */
  readonly also: RawBuilder<unknown>
  readonly returning: RawBuilder<unknown>
}

const OPERATIONS: Queue = {
  table: sql`teabrick.operation`,
  key: ['session_id', 'id'],
  // From now on the provider may have heard of it, whatever becomes of this process.
  also: sql`attempts = attempts + 1, first_sent_at = coalesce(first_sent_at, ${NOW})`,
  returning: sql`to_json(q) as row`,
}

const NOTIFICATIONS: Queue = {
  table: sql`teabrick.notification`,
  key: ['merchant_id', 'account', 'event_key'],
  also: sql`attempts = attempts + 1`,
  returning: sql`to_json(q) as row`,
}

const DELIVERIES: Queue = {
  table: sql`teabrick.delivery`,
  key: ['session_id', 'event_number', 'endpoint'],
  also: sql`attempts = attempts + 1`,
  returning: sql`to_json(q) as row, (
    select json_build_object('body', e.body, 'created_at', e.created_at) from teabrick.event e
    where e.bucket = q.bucket and e.session_id = q.session_id and e.number = q.event_number) as event`,
}

interface Claimed {
  readonly row: JsonRow
  readonly event?: JsonRow | undefined
}

/**
 * Due work is found by a plain reading over all buckets, then taken inside one bucket after the other, as a cluster locks rows
 * in one place at a time only. Rows that another worker holds are passed over.
 */
async function claim(
  db: Kysely<Tables>,
  queue: Queue,
  options: ClaimOptions,
  which: RawBuilder<unknown> = sql``,
): Promise<readonly Claimed[]> {
  const claimed: Claimed[] = []
  // More candidates than asked for: the first ones may be taken from under us.
  const { rows: buckets } = await sql<{ bucket: number }>`
    select bucket from (
      select bucket from ${queue.table} where merchant_id = ${options.merchantId} and ${DUE} <= now() ${which}
      order by greatest(not_before, lease_until) limit ${options.limit * 4}
    ) due
    group by bucket order by random()`.execute(db)
  for (const { bucket } of buckets) {
    const limit = options.limit - claimed.length
    if (limit <= 0) break
    claimed.push(...(await claimInBucket(db, queue, bucket, { ...options, limit }, which)))
  }
  return claimed
}

async function claimInBucket(
  db: Kysely<Tables>,
  { table, key, also, returning }: Queue,
  bucket: number,
  { merchantId, limit, leaseMs }: ClaimOptions,
  which: RawBuilder<unknown>,
): Promise<readonly Claimed[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  const same = sql.join(
    key.map((column) => sql`${sql.ref(`q.${column}`)} = ${sql.ref(`due.${column}`)}`),
    sql` and `,
  )
  const { rows } = await sql<Claimed>`
    with due as materialized (
      select ${columns} from ${table} where bucket = ${bucket} and merchant_id = ${merchantId} and ${DUE} <= now() ${which}
      order by greatest(not_before, lease_until) limit ${limit} for update skip locked
    )
    update ${table} q
    set lease_until = ${NOW} + ${leaseMs}::float8 * interval '1 millisecond',
      lease_token = gen_random_uuid()::text, ${also}
    from due
    where q.bucket = ${bucket} and ${same}
    returning ${returning}`.execute(db)
  return rows
}

export async function claimOperations(
  db: Kysely<Tables>,
  options: ClaimOptions,
): Promise<readonly OperationRecord[]> {
  return (await claim(db, OPERATIONS, options)).map(({ row }) => toOperation(row))
}

export async function claimNotifications(
  db: Kysely<Tables>,
  options: ClaimOptions,
): Promise<readonly NotificationRecord[]> {
  return (await claim(db, NOTIFICATIONS, options)).map(({ row }) => ({
    ...toNotification(row),
    receivedAt: toMs(row['received_at']) ?? 0,
    attempts: Number(row['attempts']) - 1,
    leaseToken: String(row['lease_token']),
  }))
}

export async function claimDeliveries(
  db: Kysely<Tables>,
  { endpoint, ...options }: ClaimDeliveriesOptions,
): Promise<readonly DeliveryRecord[]> {
  const which =
    typeof endpoint === 'string'
      ? sql`and endpoint = ${endpoint}`
      : sql`and endpoint <> all (${[...endpoint.noneOf]}::text[])`
  return (await claim(db, DELIVERIES, options, which)).map(({ row, event }) => ({
    eventId: toEventId({ sessionId: String(row['session_id']), number: Number(row['event_number']) }),
    sessionId: String(row['session_id']),
    endpoint: String(row['endpoint']),
    body: String(event?.['body']),
    attempts: Number(row['attempts']) - 1,
    createdAt: toMs(event?.['created_at']) ?? 0,
    leaseToken: String(row['lease_token']),
  }))
}

export async function addNotification(
  db: Kysely<Tables>,
  { merchantId, account, eventKey, subject, rawBody }: NewNotification,
): Promise<'stored' | 'duplicate'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('teabrick.notification')
    .values({
      bucket: notificationBucket({ account, eventKey }),
      merchant_id: merchantId,
      account,
      event_key: eventKey,
      subject: toJson(subject),
      raw_body: Buffer.from(rawBody),
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'merchant_id', 'account', 'event_key']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'stored' : 'duplicate'
}

export async function finishNotification(
  db: Kysely<Tables>,
  { merchantId, account, eventKey, leaseToken }: NotificationRecord,
  outcome: QueueOutcome,
): Promise<boolean> {
  const bucket = notificationBucket({ account, eventKey })
  const { numAffectedRows } = await sql`
    update teabrick.notification set ${outcomeColumns(outcome)}
    where bucket = ${bucket} and merchant_id = ${merchantId} and account = ${account} and event_key = ${eventKey}
      and lease_token = ${leaseToken}`.execute(db)
  return numAffectedRows === 1n
}

export async function finishDelivery(
  db: Kysely<Tables>,
  { eventId, endpoint, leaseToken }: DeliveryRecord,
  outcome: QueueOutcome & { readonly status: number | null },
): Promise<boolean> {
  const { sessionId, number } = mustParseEventId(eventId)
  const { numAffectedRows } = await sql`
    update teabrick.delivery set ${outcomeColumns(outcome)}, last_status = ${outcome.status}
    where bucket = ${bucketOf(sessionId)} and session_id = ${sessionId} and event_number = ${number}
      and endpoint = ${endpoint} and lease_token = ${leaseToken}`.execute(db)
  return numAffectedRows === 1n
}

/** When the next row of any queue, or the next session, is due: four looks at the first entry of an index. */
export async function nextDueAt(db: Kysely<Tables>, merchantId: string | undefined): Promise<number | null> {
  const ofMerchant = merchantId === undefined ? sql`` : sql`and merchant_id = ${merchantId}`
  const first = (table: RawBuilder<unknown>) => sql`
    (select min(greatest(not_before, lease_until)) from ${table} where not_before is not null ${ofMerchant})`
  const { rows } = await sql<{ due: number | null }>`
    select (extract(epoch from least(
      (select min(due_at) from teabrick.session where due_at is not null ${ofMerchant}),
      ${first(OPERATIONS.table)}, ${first(NOTIFICATIONS.table)}, ${first(DELIVERIES.table)}
    )) * 1000)::float8 as due`.execute(db)
  return rows[0]?.due ?? null
}

function outcomeColumns(outcome: QueueOutcome): RawBuilder<unknown> {
  const notBefore =
    outcome.state === 'pending'
      ? sql`${NOW} + ${outcome.delayMs}::float8 * interval '1 millisecond'`
      : sql`null`
  return sql`state = ${outcome.state}, not_before = ${notBefore}, lease_until = null, lease_token = null`
}

/** Notifications are of no session yet, so they are spread by their own key. */
function notificationBucket({ account, eventKey }: Pick<NewNotification, 'account' | 'eventKey'>): number {
  return bucketOf(`${account}/${eventKey}`)
}
