import { LIVE_PAYMENT_STATUSES, type PaymentStatus, SUCCESS_PAYMENT_STATUSES } from '@teabrick/core/contract'
import type { PaymentRecord, SessionState } from '../domain/records.ts'
import { assertOwnRecords, changedRecords } from './changed-records.ts'
import { fromEvent, toDeliveries } from './event-rows.ts'
import { fromIdempotency, fromOperation, fromPayment, fromRefund, fromSession } from './rows.ts'
import type { Statement } from './send-statements.ts'
import type { ChangeDecision } from './store.ts'

/** Rows of one kind. All have the same members: those are the columns. */
interface Rows {
  readonly table: string
  readonly rows: readonly object[]
  /** Rows that are there already get every column anew. */
  readonly replaces?: boolean | undefined
}

/**
 * Everything that a decision changed, as one statement; null if it changed nothing.
 *
 * @throws StoreError `invariant_violated` for records that are not the session's, or missing.
 */
export function writeStatement<T>(
  sessionId: string,
  current: SessionState | null,
  decision: ChangeDecision<T>,
): Statement | null {
  const { events = [], endpoints = [], deliveryLease, remember } = decision
  const next = decision.next ?? current
  assertOwnRecords(sessionId, next, decision)
  if (!next) return null
  const { session, payments, refunds, operations, created } = changedRecords(sessionId, current, next)
  const changes = [session, ...payments, ...refunds, ...operations, ...events, remember]
  if (!changes.some(Boolean)) return null

  const { merchantId } = next.session
  const added: readonly Rows[] = [
    {
      table: 'payment',
      // Rows that leave the live states go first: unique indexes are checked row by row.
      rows: [...payments].sort((a, b) => rank(a) - rank(b)).map(fromPayment),
      replaces: true,
    },
    { table: 'refund', rows: refunds.map(fromRefund), replaces: true },
    {
      table: 'operation',
      rows: operations.map(({ record, position }) => fromOperation(record, position, merchantId)),
      replaces: true,
    },
    { table: 'event', rows: events.map((event) => fromEvent(event, merchantId)) },
    {
      table: 'delivery',
      rows: events.flatMap((event) => toDeliveries(event, merchantId, endpoints, deliveryLease)),
    },
    { table: 'idempotency', rows: remember ? [fromIdempotency(remember)] : [] },
  ]
  const parts = added.filter(({ rows }) => rows.length > 0)
  const values = parts.flatMap(({ rows }) => rows.flatMap((row): unknown[] => Object.values(row)))
  const row = fromSession(next.session)
  if (created) {
    return {
      text: textOf('created', parts, (first) => insertText({ table: 'session', rows: [row] }, first)),
      values: [...values, ...Object.values(row)],
    }
  }
  const { bucket, id, ...columns } = row
  const set = session ? Object.keys(columns) : []
  return {
    text: textOf(session ? 'changed' : 'touched', parts, (first) => updateText(set, first)),
    values: [...values, bucket, id, ...(session ? Object.values(columns) : [])],
  }
}

/** Texts by what they write: putting one together takes longer than most of what else is done for a change. */
const texts = new Map<string, string>()
/** A change of very many records makes a text of its own, not worth keeping. */
const MAX_TEXTS = 500

function textOf(kind: string, parts: readonly Rows[], last: (firstParameter: number) => string): string {
  const shape = [kind, ...parts.map(({ table, rows }) => `${table} ${rows.length}`)].join()
  const known = texts.get(shape)
  if (known !== undefined) return known
  let parameter = 1
  const written = parts.map((part) => {
    const text = `"${part.table}" as (${insertText(part, parameter)})`
    parameter += part.rows.length * Object.keys(part.rows[0] ?? {}).length
    return text
  })
  const text = `${written.length > 0 ? `with ${written.join(', ')} ` : ''}${last(parameter)}`
  if (texts.size < MAX_TEXTS) texts.set(shape, text)
  return text
}

const KEY_COLUMNS: readonly string[] = ['bucket', 'session_id', 'id']

function insertText({ table, rows, replaces }: Rows, firstParameter: number): string {
  let parameter = firstParameter
  const columns = Object.keys(rows[0] ?? {})
  const tuples = rows.map(() => `(${columns.map(() => `$${parameter++}`).join(', ')})`)
  const insert = `insert into teabrick.${table} (${columns.map(quote).join(', ')}) values ${tuples.join(', ')}`
  if (!replaces) return insert
  const replaced = columns
    .filter((column) => !KEY_COLUMNS.includes(column))
    .map((column) => `${quote(column)} = excluded.${quote(column)}`)
  return `${insert} on conflict (${KEY_COLUMNS.join(', ')}) do update set ${replaced.join(', ')}`
}

/** Parameters: bucket, id, then the columns. Every change raises the revision, whatever it writes. */
function updateText(columns: readonly string[], firstParameter: number): string {
  const set = columns.map((column, index) => `${quote(column)} = $${firstParameter + 2 + index}`)
  return `update teabrick.session set ${[...set, 'revision = revision + 1'].join(', ')} where bucket = $${firstParameter} and id = $${firstParameter + 1}`
}

/** `order` is a word of SQL. */
const quote = (column: string): string => `"${column}"`

const RANKED = new Set<PaymentStatus>([...LIVE_PAYMENT_STATUSES, ...SUCCESS_PAYMENT_STATUSES])

function rank({ status }: PaymentRecord): number {
  return RANKED.has(status) ? 1 : 0
}
