import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Pool } from 'pg'
import type { OperationRecord } from '../domain/records.ts'
import { bucketOf } from './bucket.ts'
import { mustParseEventId, toEventId } from './event-id.ts'
import { type JsonRow, type StateRow, toJson, toMs, toNotification, toOperation, toState } from './rows.ts'
import { STATE_OF_S_TEXT } from './select-state.ts'
import { type Statement, sendAlone, sendTransaction } from './send-statements.ts'
import type {
  ClaimDeliveriesOptions,
  ClaimOptions,
  DeliveryOutcome,
  DeliveryRecord,
  NewNotification,
  NotificationRecord,
  QueueOutcome,
  Store,
  TakenNotification,
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

/**
 * Stores a notification, leased, and reads the session it says to be about, in one statement. That session is as of before: it
 * is what the provider is asked about, and the answer is compared with the state under the lock.
 *
 * @param leaseToken A new one. With the same one it may be asked again when the answer was lost.
 * @returns null if it was there already.
 */
export async function takeNotification(
  pool: Pool,
  notification: NewNotification,
  {
    leaseMs,
    leaseToken,
    sessionId,
  }: { readonly leaseMs: number; readonly leaseToken: string; readonly sessionId: string | undefined },
): Promise<TakenNotification | null> {
  const { merchantId, account, eventKey, subject, rawBody } = notification
  const { rows } = await sendAlone(pool, {
    text: TAKE_NOTIFICATION,
    values: [
      notificationBucket(notification),
      merchantId,
      account,
      eventKey,
      toJson(subject),
      Buffer.from(rawBody),
      leaseToken,
      leaseMs,
      sessionId === undefined ? null : bucketOf(sessionId),
      sessionId ?? null,
    ],
  })
  const [row] = rows as ({ received_at: number } & StateRow)[]
  if (row === undefined) return null
  return {
    notification: { ...notification, receivedAt: row.received_at, attempts: 0, leaseToken },
    state: row.session && toState(row),
  }
}

const TAKE_NOTIFICATION = `
  with added as (
    insert into teabrick.notification as notification
      (bucket, merchant_id, account, event_key, subject, raw_body, attempts, lease_token, lease_until)
    values ($1, $2, $3, $4, $5, $6, 1, $7, date_trunc('milliseconds', now()) + $8::float8 * interval '1 millisecond')
    on conflict (bucket, merchant_id, account, event_key)
      do update set lease_token = excluded.lease_token where notification.lease_token = excluded.lease_token
    returning received_at
  )
  select (extract(epoch from added.received_at) * 1000)::float8 as received_at, ${STATE_OF_S_TEXT}
  from added left join teabrick.session s on s.bucket = $9 and s.id = $10`

export async function finishNotification(
  pool: Pool,
  record: NotificationRecord,
  outcome: QueueOutcome,
): Promise<boolean> {
  return (await sendAlone(pool, finishNotificationStatement(record, outcome))).rowCount === 1
}

/** Changes nothing where the lease is another's. */
export function finishNotificationStatement(
  { merchantId, account, eventKey, leaseToken }: NotificationRecord,
  outcome: QueueOutcome,
): Statement {
  return {
    text: `
      update teabrick.notification
      set state = $1, not_before = date_trunc('milliseconds', now()) + $2::float8 * interval '1 millisecond',
        lease_until = null, lease_token = null
      where bucket = $3 and merchant_id = $4 and account = $5 and event_key = $6 and lease_token = $7`,
    values: [
      outcome.state,
      delayOf(outcome),
      notificationBucket({ account, eventKey }),
      merchantId,
      account,
      eventKey,
      leaseToken,
    ],
  }
}

/** How one attempt to deliver ended. */
export interface FinishedDelivery {
  readonly record: DeliveryRecord
  readonly outcome: DeliveryOutcome
}

/**
 * Ends attempts, each only while its lease is ours, in one transaction: a statement for each bucket, as each may be on another
 * machine of a cluster.
 *
 * @returns For each whether it was.
 */
export async function finishDeliveries(
  pool: Pool,
  finished: readonly FinishedDelivery[],
): Promise<readonly boolean[]> {
  const keys = finished.map(({ record, outcome }, place) => {
    const { sessionId, number } = mustParseEventId(record.eventId)
    return { ...record, outcome, place, sessionId, number, bucket: bucketOf(sessionId) }
  })
  // In the same order everywhere, so that two of these cannot wait for each other.
  const buckets = [...new Set(keys.map(({ bucket }) => bucket))].sort((a, b) => a - b)
  const statements = buckets.map((bucket): Statement => {
    const inside = keys.filter((key) => key.bucket === bucket)
    return {
      text: FINISH_DELIVERIES,
      values: [
        bucket,
        inside.map(({ place }) => place),
        inside.map(({ sessionId }) => sessionId),
        inside.map(({ number }) => number),
        inside.map(({ endpoint }) => endpoint),
        inside.map(({ leaseToken }) => leaseToken),
        inside.map(({ outcome }) => outcome.state),
        inside.map(({ outcome }) => delayOf(outcome)),
        inside.map(({ outcome }) => outcome.status),
        inside.map(({ outcome }) => revivesInMs(outcome)),
      ],
    }
  })
  const results = await sendTransaction(pool, statements)
  const places = new Set(
    results.flatMap(({ rows }) => (rows as { place: number }[]).map(({ place }) => place)),
  )
  return finished.map((_, place) => places.has(place))
}

const FINISH_DELIVERIES = `
  update teabrick.delivery d
  set state = f.state, not_before = date_trunc('milliseconds', now()) + f.delay_ms * interval '1 millisecond',
    last_status = f.status, lease_until = null, lease_token = null,
    revive_at = date_trunc('milliseconds', now()) + f.revive_ms * interval '1 millisecond'
  from unnest($2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::int[], $10::float8[])
    as f (place, session_id, number, endpoint, token, state, delay_ms, status, revive_ms)
  where d.bucket = $1 and d.session_id = f.session_id and d.event_number = f.number
    and d.endpoint = f.endpoint and d.lease_token = f.token
  returning f.place`

/** Looked for over all buckets, then changed inside one after the other, as {@link claim} does. */
export async function reviveDeliveries(
  db: Kysely<Tables>,
  { merchantId, endpoint, limit }: Parameters<Store['reviveDeliveries']>[0],
): Promise<number> {
  const { rows } = await sql<{ bucket: number; session_id: string; event_number: number }>`
    select d.bucket, d.session_id, d.event_number
    from teabrick.delivery d
    join teabrick.event e on e.bucket = d.bucket and e.session_id = d.session_id and e.number = d.event_number
    where d.merchant_id = ${merchantId} and d.endpoint = ${endpoint} and d.revive_at <= now()
    order by e.created_at, d.session_id, d.event_number limit ${limit}`.execute(db)
  const places = rows.map((row, place) => ({ ...row, place }))
  let revived = 0
  for (const bucket of new Set(rows.map((row) => row.bucket))) {
    const inBucket = places.filter((row) => row.bucket === bucket)
    const { numAffectedRows } = await sql`
      update teabrick.delivery d
      set state = 'pending', not_before = ${NOW} + found.place * interval '1 millisecond', revive_at = null
      from unnest(
        ${inBucket.map(({ session_id }) => session_id)}::text[], ${inBucket.map(({ event_number }) => event_number)}::int[],
        ${inBucket.map(({ place }) => place)}::int[]
      ) as found (session_id, event_number, place)
      where d.bucket = ${bucket} and d.session_id = found.session_id and d.event_number = found.event_number
        and d.endpoint = ${endpoint} and d.revive_at <= now()`.execute(db)
    revived += Number(numAffectedRows ?? 0n)
  }
  return revived
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

/** Null: it is not due again. */
function delayOf(outcome: QueueOutcome | DeliveryOutcome): number | null {
  return outcome.state === 'pending' ? outcome.delayMs : null
}

/** Null: it is over, or not given up. */
function revivesInMs(outcome: DeliveryOutcome): number | null {
  return outcome.state === 'exhausted' ? (outcome.reviveInMs ?? null) : null
}

/** Notifications are of no session yet, so they are spread by their own key. */
export function notificationBucket({
  account,
  eventKey,
}: Pick<NewNotification, 'account' | 'eventKey'>): number {
  return bucketOf(`${account}/${eventKey}`)
}
