import type { Pool } from 'pg'
import { bucketOf } from './bucket.ts'
import { mustParseEventId } from './event-id.ts'
import { notificationBucket } from './queues.ts'
import { type Statement, sendTransaction } from './send-statements.ts'
import type { HeldRows } from './store.ts'

/** Where a held row lies, and by what token. */
interface Place {
  readonly bucket: number
  /** Values of the queue's key columns. */
  readonly key: readonly (string | number)[]
  readonly token: string | null
}

/** The columns of each queue's primary key after the bucket, with their types. */
const KEYS = {
  operations: { table: 'operation', columns: ['session_id', 'id'], types: ['text', 'text'] },
  notifications: {
    table: 'notification',
    columns: ['merchant_id', 'account', 'event_key'],
    types: ['text', 'text', 'text'],
  },
  deliveries: {
    table: 'delivery',
    columns: ['session_id', 'event_number', 'endpoint'],
    types: ['text', 'int', 'text'],
  },
} as const

/**
 * Prolongs leases, each only while its token is in the row: a statement for each bucket, as each may be on another machine of a
 * cluster. Rows that are locked are passed over, so that this never waits for a change, nor a change for long for this.
 *
 * @returns For each whether it was.
 */
export async function renewLeases(pool: Pool, held: HeldRows, leaseMs: number): Promise<readonly boolean[]> {
  const places = placesOf(held)
  const buckets = [...new Set(places.map(({ bucket }) => bucket))].sort((a, b) => a - b)
  const { columns } = KEYS[held.queue]
  const text = TEXTS[held.queue]
  const statements = buckets.map((bucket): Statement => {
    const inside = [...places.entries()].filter(([, place]) => place.bucket === bucket)
    return {
      text,
      values: [
        bucket,
        leaseMs,
        inside.map(([index]) => index),
        inside.map(([, { token }]) => token),
        ...columns.map((_, column) => inside.map(([, { key }]) => key[column])),
      ],
    }
  })
  const results = await sendTransaction(pool, statements)
  const renewed = new Set(
    results.flatMap(({ rows }) => (rows as { place: number }[]).map(({ place }) => place)),
  )
  return places.map((_, place) => renewed.has(place))
}

function placesOf(held: HeldRows): readonly Place[] {
  switch (held.queue) {
    case 'operations':
      return held.rows.map(({ sessionId, id, leaseToken }) => ({
        bucket: bucketOf(sessionId),
        key: [sessionId, id],
        token: leaseToken,
      }))
    case 'notifications':
      return held.rows.map(({ merchantId, account, eventKey, leaseToken }) => ({
        bucket: notificationBucket({ account, eventKey }),
        key: [merchantId, account, eventKey],
        token: leaseToken,
      }))
    case 'deliveries':
      return held.rows.map(({ eventId, endpoint, leaseToken }) => {
        const { sessionId, number } = mustParseEventId(eventId)
        return { bucket: bucketOf(sessionId), key: [sessionId, number, endpoint], token: leaseToken }
      })
  }
}

const TEXTS = {
  operations: renewText(KEYS.operations),
  notifications: renewText(KEYS.notifications),
  deliveries: renewText(KEYS.deliveries),
}

function renewText({ table, columns, types }: (typeof KEYS)[keyof typeof KEYS]): string {
  const arrays = types.map((type, index) => `$${index + 5}::${type}[]`).join(', ')
  const same = (left: string, right: string): string =>
    columns.map((column) => `${left}.${column} = ${right}.${column}`).join(' and ')
  const keys = columns.map((column) => `q.${column}`).join(', ')
  return `
    with held as materialized (
      select f.place, ${keys}
      from unnest($3::int[], $4::text[], ${arrays}) as f (place, token, ${columns.join(', ')})
      join teabrick.${table} q on q.bucket = $1 and ${same('q', 'f')} and q.lease_token = f.token
      for update of q skip locked
    )
    update teabrick.${table} q
    set lease_until = date_trunc('milliseconds', now()) + $2::float8 * interval '1 millisecond'
    from held where q.bucket = $1 and ${same('q', 'held')}
    returning held.place`
}
