import { randomUUID } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type { Pool } from 'pg'
import type { SessionState } from '../domain/records.ts'
import { bucketOf } from './bucket.ts'
import { changeSession } from './change-session.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { listEvents, redeliver } from './event-rows.ts'
import { gather } from './gather.ts'
import { healthReportsIn } from './health-reports.ts'
import { migrate } from './migrate.ts'
import { createPool, outliveLostConnections } from './pool.ts'
import { isConflict, isConnectionLost, toStoreError } from './postgres-errors.ts'
import { preparedPool } from './prepared-pool.ts'
import {
  addNotification,
  claimDeliveries,
  claimNotifications,
  claimOperations,
  type FinishedDelivery,
  finishDeliveries,
  finishNotification,
  nextDueAt,
  reviveDeliveries,
  takeNotification,
} from './queues.ts'
import { putRail, readRails } from './rail-rows.ts'
import { renewLeases } from './renew-leases.ts'
import { MAX_TRIES, pauseAfter } from './retry.ts'
import { type StateRow, toMoment, toState } from './rows.ts'
import { STATE_OF_S } from './select-state.ts'
import type { SessionQuery, Store } from './store.ts'
import type { Tables } from './tables.ts'

/** Deliveries that are ended by one statement. */
const MAX_FINISHED_AT_ONCE = 50

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. Needed unless a pool is given. */
  readonly connectionString?: string | undefined
  /** A pool of the caller's own; closing the store ends it. */
  readonly pool?: Pool | undefined
  /** Connections at most, where the pool is ours. Default 10. */
  readonly maxConnections?: number | undefined
}

/**
 * The store on PostgreSQL 15 or later. Brings the schema up to date first. Any number of stores, in any number of processes,
 * share one database and behave as one. Works behind poolers that give a connection per transaction.
 *
 * @throws StoreError `unavailable` if the database cannot be reached, `schema_newer` if it is ahead of this version.
 */
export async function createPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { connectionString, maxConnections } = options
  let { pool } = options
  if (pool) outliveLostConnections(pool)
  else if (connectionString !== undefined) pool = createPool({ connectionString, maxConnections })
  else throw new TypeError('createPostgresStore needs a connectionString or a pool')
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparedPool(pool) }) })
  try {
    await migrate(db)
  } catch (error) {
    await db.destroy()
    throw toStoreError(error)
  }
  const finish = gather(
    (finished: readonly FinishedDelivery[]) => writing(() => finishDeliveries(pool, finished)),
    MAX_FINISHED_AT_ONCE,
  )
  const reports = healthReportsIn(db)
  return {
    // Said twice is said once.
    healthReports: (merchantId) => reading(() => reports.healthReports(merchantId)),
    putHealthReport: (merchantId, report) => reading(() => reports.putHealthReport(merchantId, report)),
    dropHealthReport: (merchantId, report) => reading(() => reports.dropHealthReport(merchantId, report)),
    now: () =>
      reading(async () => {
        const { rows } = await sql<{ now: number }>`
          select (extract(epoch from date_trunc('milliseconds', now())) * 1000)::float8 as now`.execute(db)
        return rows[0]?.now ?? 0
      }),
    change: (target, decide) => changeSession(pool, target, decide),
    read: (sessionId) => reading(() => readState(db, sessionId)),
    listSessions: (query) => reading(() => listSessions(db, query)),
    versions: (sessionIds) => reading(() => readVersions(db, sessionIds)),
    dueSessions: (query) => reading(() => dueSessions(db, query)),
    claimOperations: (claim) => writing(() => claimOperations(db, claim)),
    claimNotifications: (claim) => writing(() => claimNotifications(db, claim)),
    claimDeliveries: (claim) => writing(() => claimDeliveries(db, claim)),
    renewLeases: (held, leaseMs) => reading(() => renewLeases(pool, held, leaseMs)),
    nextDueAt: (merchantId) => reading(() => nextDueAt(db, merchantId)),
    // The same notification twice is one: to store it again after a lost answer is harmless.
    addNotification: (notification) => reading(() => addNotification(db, notification)),
    takeNotification: (notification, options) => {
      const leaseToken = randomUUID()
      return reading(() => takeNotification(pool, notification, { ...options, leaseToken }))
    },
    finishNotification: (record, outcome) => writing(() => finishNotification(pool, record, outcome)),
    finishDelivery: (record, outcome) => finish({ record, outcome }),
    reviveDeliveries: (options) => writing(() => reviveDeliveries(db, options)),
    listEvents: (query) => reading(() => listEvents(db, query)),
    redeliver: (merchantId, eventId) => reading(() => redeliver(db, merchantId, eventId)),
    rails: (merchantId) => reading(() => readRails(db, merchantId)),
    putRail: (merchantId, rail, event, endpoints) =>
      writing(() => putRail(db, merchantId, rail, event, endpoints)),
    close: () => db.destroy(),
  }
}

/** A statement that may be run twice: again if the connection was lost, as after a restart of the database. */
async function reading<T>(run: () => Promise<T>): Promise<T> {
  return attempt(run, (error) => isConflict(error) || isConnectionLost(error))
}

/** A statement that may have happened when its answer is lost: run again only where it cannot have. */
async function writing<T>(run: () => Promise<T>): Promise<T> {
  return attempt(run, isConflict)
}

async function attempt<T>(run: () => Promise<T>, mayRepeat: (error: unknown) => boolean): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (!mayRepeat(error) || tries === MAX_TRIES) throw toStoreError(error)
      await pauseAfter(tries)
    }
  }
}

async function readState(db: Kysely<Tables>, sessionId: string): Promise<SessionState | null> {
  const { rows } = await sql<StateRow>`
    select ${STATE_OF_S} from teabrick.session s
    where s.bucket = ${bucketOf(sessionId)} and s.id = ${sessionId}`.execute(db)
  return rows[0] ? toState(rows[0]) : null
}

async function listSessions(
  db: Kysely<Tables>,
  { merchantId, reference, status, cursor, limit }: SessionQuery,
): ReturnType<Store['listSessions']> {
  const from = cursor === undefined ? null : decodeCursor(cursor)
  const { rows } = await sql<StateRow>`
    select ${STATE_OF_S} from (
      select * from teabrick.session
      where merchant_id = ${merchantId}
        ${reference === undefined ? sql`` : sql`and reference = ${reference}`}
        ${status === undefined ? sql`` : sql`and status = ${status}`}
        ${from === null ? sql`` : sql`and (created_at, id) < (${toMoment(from.createdAt)}, ${from.id})`}
      order by created_at desc, id desc limit ${limit + 1}
    ) s
    order by s.created_at desc, s.id desc`.execute(db)
  const items = rows.slice(0, limit).map(toState)
  const last = items.at(-1)?.session
  return { items, nextCursor: last && rows.length > limit ? encodeCursor(last) : null }
}

async function readVersions(
  db: Kysely<Tables>,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (sessionIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; version: number }>`
    select s.id, s.version
    from unnest(${sessionIds.map(bucketOf)}::smallint[], ${[...sessionIds]}::text[]) as asked (bucket, id)
    join teabrick.session s on s.bucket = asked.bucket and s.id = asked.id`.execute(db)
  return new Map(rows.map(({ id, version }) => [id, version]))
}

async function dueSessions(
  db: Kysely<Tables>,
  { merchantId, limit }: Parameters<Store['dueSessions']>[0],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from teabrick.session where merchant_id = ${merchantId} and due_at is not null and due_at <= now()
    order by due_at limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}
