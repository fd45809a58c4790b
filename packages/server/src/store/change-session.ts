import { LIVE_PAYMENT_STATUSES, type PaymentStatus, SUCCESS_PAYMENT_STATUSES } from '@teabrick/core/contract'
import {
  type ControlledTransaction,
  type Kysely,
  type OnConflictBuilder,
  type OnConflictUpdateBuilder,
  type QueryCreator,
  sql,
} from 'kysely'
import type { PaymentRecord, SessionState } from '../domain/records.ts'
import { failpoint } from '../failpoint.ts'
import { bucketOf } from './bucket.ts'
import { assertOwnRecords, changedRecords } from './changed-records.ts'
import { fromEvent, toDeliveries } from './event-rows.ts'
import {
  isConflict,
  isConnectionLost,
  isUniqueViolation,
  toStoreError,
  unavailable,
} from './postgres-errors.ts'
import { MAX_TRIES, pauseAfter } from './retry.ts'
import {
  fromIdempotency,
  fromOperation,
  fromPayment,
  fromRefund,
  fromSession,
  type JsonRow,
  toIdempotency,
  toState,
} from './rows.ts'
import { PAYMENTS_OF_S, REFUNDS_OF_S } from './select-state.ts'
import type { ChangeDecision, ChangeInput, ChangeTarget } from './store.ts'
import type { Tables } from './tables.ts'

/** A process that froze in the middle of a change gives the session back after this long. */
const IDLE_IN_TRANSACTION_MS = 15_000

type Decide<T> = (input: ChangeInput) => ChangeDecision<T>

/**
 * One change of one session: begin, one reading under the lock, one write, commit. What cannot have happened is done again
 * without a word: a conflict, a creation that came second, a connection lost before the commit was sent.
 */
export async function changeSession<T>(
  db: Kysely<Tables>,
  target: ChangeTarget,
  decide: Decide<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const attempt = await tryChange(db, target, decide)
    if (attempt.outcome === 'done') return attempt.result
    const lost = isConnectionLost(attempt.error)
    if (!(lost || attempt.outcome === 'raced' || isConflict(attempt.error)) || tries === MAX_TRIES)
      throw toStoreError(attempt.error)
    if (lost) await pauseAfter(tries)
  }
}

type Attempt<T> =
  | { readonly outcome: 'done'; readonly result: T }
  /** Nothing was written. `raced`: another transaction created the session first. */
  | { readonly outcome: 'raced' | 'failed'; readonly error: unknown }

async function tryChange<T>(
  db: Kysely<Tables>,
  target: ChangeTarget,
  decide: Decide<T>,
): Promise<Attempt<T>> {
  let transaction: ControlledTransaction<Tables>
  let input: ChangeInput
  try {
    transaction = await db.startTransaction().setIsolationLevel('read committed').execute()
  } catch (error) {
    return { outcome: 'failed', error }
  }
  try {
    input = await readLocked(transaction, target)
  } catch (error) {
    await rollBack(transaction)
    return { outcome: 'failed', error }
  }
  let decision: ChangeDecision<T>
  try {
    decision = decide(input)
  } catch (error) {
    await rollBack(transaction)
    throw error
  }
  try {
    if (!(await write(transaction, target.sessionId, input.current, decision))) {
      await rollBack(transaction)
      return { outcome: 'done', result: decision.result }
    }
  } catch (error) {
    await rollBack(transaction)
    return { outcome: input.current === null && isUniqueViolation(error) ? 'raced' : 'failed', error }
  }
  failpoint('change.written', decision)
  try {
    await transaction.commit().execute()
  } catch (error) {
    await rollBack(transaction)
    if (isConflict(error)) return { outcome: 'failed', error }
    throw unavailable(error, ': the answer to the commit was lost, so the change may have been made')
  }
  failpoint('change.committed', decision)
  return { outcome: 'done', result: decision.result }
}

/** A lost connection rolls back by itself; the driver throws the connection away then. */
async function rollBack(transaction: ControlledTransaction<Tables>): Promise<void> {
  await transaction
    .rollback()
    .execute()
    .catch(() => {})
}

interface LockedRow {
  readonly session: JsonRow | null
  readonly seen_revision: number | null
  readonly payments: readonly JsonRow[] | null
  readonly refunds: readonly JsonRow[] | null
  readonly operations: readonly JsonRow[] | null
  readonly idempotency: JsonRow | null
  readonly now: number
}

/**
 * Locks the session and reads everything of it in one statement. Where the lock had to be waited for, the other rows are as of
 * before the wait: the session's own row is then newer than the one the statement saw, and it is read once more.
 *
 * Operations are locked as well, after the session, as claims write them without its lock. The time is taken when the lock is
 * held, so that it never goes back within a session.
 */
async function readLocked(
  transaction: ControlledTransaction<Tables>,
  { sessionId, idempotency }: ChangeTarget,
): Promise<ChangeInput> {
  const bucket = bucketOf(sessionId)
  const statement = sql<LockedRow>`
    with locked as materialized (
      select * from teabrick.session where bucket = ${bucket} and id = ${sessionId} for update
    ), held as materialized (
      select o.* from locked join teabrick.operation o
        on o.bucket = locked.bucket and o.session_id = locked.id
        for update of o
    )
    select
      to_json(s) as session,
      (select revision from teabrick.session where bucket = ${bucket} and id = ${sessionId}) as seen_revision,
      ${PAYMENTS_OF_S} as payments,
      ${REFUNDS_OF_S} as refunds,
      (select json_agg(held order by held.position) from held) as operations,
      (select to_json(i) from teabrick.idempotency i where i.bucket = ${bucket} and i.session_id = ${sessionId}
        and i.scope = ${idempotency?.scope ?? null} and i.key = ${idempotency?.key ?? null}) as idempotency,
      set_config('idle_in_transaction_session_timeout', ${String(IDLE_IN_TRANSACTION_MS)}, true),
      (extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8 as now
    from (select) one left join locked s on true`
  let row = (await statement.execute(transaction)).rows[0]
  if (row?.session && row.session['revision'] !== row.seen_revision)
    row = (await statement.execute(transaction)).rows[0]
  if (!row) throw new Error('a select without a table gave no row')
  const { session, payments, refunds, operations } = row
  return {
    current: session && toState({ session, payments, refunds, operations }),
    idempotency: row.idempotency && toIdempotency(row.idempotency),
    now: row.now,
  }
}

/** Writes what changed in one statement. @returns false if nothing did. */
async function write<T>(
  transaction: ControlledTransaction<Tables>,
  sessionId: string,
  current: SessionState | null,
  decision: ChangeDecision<T>,
): Promise<boolean> {
  const { events = [], endpoints = [], remember } = decision
  const next = decision.next ?? current
  assertOwnRecords(sessionId, next, decision)
  if (!next) return false
  const { session, payments, refunds, operations, created } = changedRecords(sessionId, current, next)
  const changes = [session, ...payments, ...refunds, ...operations, ...events, remember]
  if (!changes.some(Boolean)) return false

  // Rows that leave the live states go first: unique indexes are checked row by row.
  const paymentRows = [...payments].sort((a, b) => rank(a) - rank(b)).map(fromPayment)
  const eventRows = events.map((event) => fromEvent(event, next.session.merchantId))
  let writer: QueryCreator<Tables> = transaction
  if (paymentRows.length > 0) {
    writer = writer.with('payments', (db) =>
      db.insertInto('teabrick.payment').values(paymentRows).onConflict(replaceBy(paymentRows)),
    )
  }
  if (refunds.length > 0) {
    const rows = refunds.map(fromRefund)
    writer = writer.with('refunds', (db) =>
      db.insertInto('teabrick.refund').values(rows).onConflict(replaceBy(rows)),
    )
  }
  if (operations.length > 0) {
    const rows = operations.map(({ record, position }) =>
      fromOperation(record, position, next.session.merchantId),
    )
    writer = writer.with('operations', (db) =>
      db.insertInto('teabrick.operation').values(rows).onConflict(replaceBy(rows)),
    )
  }
  if (eventRows.length > 0)
    writer = writer.with('events', (db) => db.insertInto('teabrick.event').values(eventRows))
  if (eventRows.length > 0 && endpoints.length > 0) {
    const rows = eventRows.flatMap((event) => toDeliveries(event, endpoints))
    writer = writer.with('deliveries', (db) => db.insertInto('teabrick.delivery').values(rows))
  }
  if (remember) {
    const row = fromIdempotency(remember)
    writer = writer.with('key', (db) => db.insertInto('teabrick.idempotency').values(row))
  }
  const row = fromSession(next.session)
  if (created) {
    await writer.insertInto('teabrick.session').values(row).execute()
  } else {
    await writer
      .updateTable('teabrick.session')
      .set({ ...(session && row), revision: sql`revision + 1` })
      .where('bucket', '=', row.bucket)
      .where('id', '=', row.id)
      .execute()
  }
  return true
}

type Replace = (conflict: OnConflictBuilder<Tables, never>) => OnConflictUpdateBuilder<Tables, never>

/** Rows that are there already get every column anew. Rows have the same members, so the first names them all. */
function replaceBy(rows: readonly object[]): Replace {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => !KEY_COLUMNS.includes(column))
  const values = Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)]))
  return (conflict) => conflict.columns(KEY_COLUMNS as never).doUpdateSet(values as never)
}

const KEY_COLUMNS: readonly string[] = ['bucket', 'session_id', 'id']

const RANKED = new Set<PaymentStatus>([...LIVE_PAYMENT_STATUSES, ...SUCCESS_PAYMENT_STATUSES])

function rank({ status }: PaymentRecord): number {
  return RANKED.has(status) ? 1 : 0
}
