import type { Pool, PoolClient, QueryResult } from 'pg'
import type { SessionState } from '../domain/records.ts'
import { failpoint } from '../failpoint.ts'
import { bucketOf } from './bucket.ts'
import {
  isAnswered,
  isConflict,
  isConnectionLost,
  isUniqueViolation,
  toStoreError,
  unavailable,
} from './postgres-errors.ts'
import { finishNotificationStatement } from './queues.ts'
import { MAX_TRIES, pauseAfter } from './retry.ts'
import { type JsonRow, toIdempotency, toState } from './rows.ts'
import { PAYMENTS_OF_S_TEXT, REFUNDS_OF_S_TEXT } from './select-state.ts'
import { BEGIN, COMMIT, ROLLBACK, type Statement, send, sendTogether } from './send-statements.ts'
import type { ChangeDecision, ChangeInput, ChangeTarget } from './store.ts'
import { writeStatement } from './write-statement.ts'

/** A process that froze in the middle of a change gives the session back after this long. */
const IDLE_IN_TRANSACTION_MS = 15_000

type Decide<T> = (input: ChangeInput) => ChangeDecision<T>

/**
 * One change of one session in two round trips: begin with one reading under the lock, one write with the commit. What cannot
 * have happened is done again without a word: a conflict, a creation that came second, a connection lost before the write was
 * sent or in the middle of it, as far as the server could still say so.
 */
export async function changeSession<T>(pool: Pool, target: ChangeTarget, decide: Decide<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const attempt = await tryChange(pool, target, decide)
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

async function tryChange<T>(pool: Pool, target: ChangeTarget, decide: Decide<T>): Promise<Attempt<T>> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    return { outcome: 'failed', error }
  }
  let isBroken = false
  /** Leaves no transaction open behind; a connection that cannot do even that is thrown away. */
  const rollBack = async (): Promise<void> => {
    await send(client, ROLLBACK).catch(() => {
      isBroken = true
    })
  }
  try {
    let input: ChangeInput
    try {
      input = await readLocked(client, target)
    } catch (error) {
      await rollBack()
      return { outcome: 'failed', error }
    }
    let decision: ChangeDecision<T>
    let writes: readonly Statement[]
    try {
      decision = decide(input)
      writes = writesOf(target.sessionId, input.current, decision)
    } catch (error) {
      await rollBack()
      throw error
    }
    if (writes.length === 0) {
      await rollBack()
      return { outcome: 'done', result: decision.result }
    }
    failpoint('change.decided', decision)
    let results: readonly QueryResult[]
    try {
      const sent = sendTogether(client, [...writes, COMMIT])
      // Nothing lies between the writing and its commit that this process could die in: both have left in one packet.
      failpoint('change.sent', decision)
      results = await sent
    } catch (error) {
      await rollBack()
      // What the server refused it did not commit.
      if (isAnswered(error)) {
        const raced = input.current === null && isUniqueViolation(error)
        return { outcome: raced ? 'raced' : 'failed', error }
      }
      throw unavailable(error, ': the answer to the commit was lost, so the change may have been made')
    }
    failpoint('change.committed', decision)
    if (decision.finishes) decision.finishes.onEnd?.(results.at(-2)?.rowCount === 1)
    return { outcome: 'done', result: decision.result }
  } finally {
    client.release(isBroken)
  }
}

/** A notification has a bucket of its own, which in a cluster is another machine's: it gets a statement of its own. */
function writesOf<T>(
  sessionId: string,
  current: SessionState | null,
  decision: ChangeDecision<T>,
): readonly Statement[] {
  const write = writeStatement(sessionId, current, decision)
  const { finishes } = decision
  const finish = finishes && finishNotificationStatement(finishes.notification, finishes.outcome)
  return [...(write ? [write] : []), ...(finish ? [finish] : [])]
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
const READ_LOCKED = `
  with locked as materialized (
    select * from teabrick.session where bucket = $1 and id = $2 for update
  ), held as materialized (
    select o.* from locked join teabrick.operation o
      on o.bucket = locked.bucket and o.session_id = locked.id
      for update of o
  )
  select
    to_json(s) as session,
    (select revision from teabrick.session where bucket = $1 and id = $2) as seen_revision,
    ${PAYMENTS_OF_S_TEXT} as payments,
    ${REFUNDS_OF_S_TEXT} as refunds,
    (select json_agg(held order by held.position) from held) as operations,
    (select to_json(i) from teabrick.idempotency i where i.bucket = $1 and i.session_id = $2
      and i.scope = $3 and i.key = $4) as idempotency,
    set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', true),
    (extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8 as now
  from (select) one left join locked s on true`

/** Begins the transaction and reads in it. */
async function readLocked(
  client: PoolClient,
  { sessionId, idempotency }: ChangeTarget,
): Promise<ChangeInput> {
  const values = [bucketOf(sessionId), sessionId, idempotency?.scope ?? null, idempotency?.key ?? null]
  const statement: Statement = { text: READ_LOCKED, values }
  const [, first] = await sendTogether(client, [BEGIN, statement])
  let row = first?.rows[0] as LockedRow | undefined
  if (row?.session && row.session['revision'] !== row.seen_revision)
    row = (await send(client, statement)).rows[0]
  if (!row) throw new Error('a select without a table gave no row')
  const { session, payments, refunds, operations } = row
  return {
    current: session && toState({ session, payments, refunds, operations }),
    idempotency: row.idempotency && toIdempotency(row.idempotency),
    now: row.now,
  }
}
