import { invariantViolated } from './invariants.ts'
import { StoreError } from './store.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = '23505'
const INTEGRITY = /^23/
/** Text the database cannot hold: U+0000, or a number out of range. */
const BAD_DATA = /^22/
/** A name prepared on another connection than it is used on, or prepared there already: a pooler stands between. */
const PREPARED_MIXED_UP = new Set(['26000', '42P05'])
const TRY_AGAIN = new Set(['40001', '40P01', ...PREPARED_MIXED_UP])
/** Connection lost or refused, too many connections, out of memory or disk, shutting down, starting up. */
const UNAVAILABLE = /^(08|53|57P)/
/** Wrong password, no such role or database, no right: nothing that repeating helps. */
const NOT_LET_IN = /^(28|3D|42501)/

/** Two transactions got into each other's way: the same one may be run again. */
export function isConflict(error: unknown): boolean {
  return TRY_AGAIN.has(sqlState(error) ?? '')
}

export function isPreparedMixedUp(error: unknown): boolean {
  return PREPARED_MIXED_UP.has(sqlState(error) ?? '')
}

/** The server said what was wrong, so it is known not to have gone on: what was sent behind it in a transaction never ran. */
export function isAnswered(error: unknown): boolean {
  return sqlState(error) !== undefined
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === UNIQUE_VIOLATION
}

/** The connection is gone, or there was none. What was not committed yet has not happened. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return UNAVAILABLE.test(state)
  return isNetworkError(error) || isDriverError(error)
}

/**
 * What a caller may see of a database's error: its code and the constraint. The driver's error itself is not passed on, as
 * its details hold whole rows with contacts, and its connection may hold a password.
 */
export function toStoreError(error: unknown): unknown {
  const state = sqlState(error)
  if (state !== undefined && (INTEGRITY.test(state) || BAD_DATA.test(state)))
    return invariantViolated(stringOf(error, 'constraint') ?? messageOf(error), `SQLSTATE ${state}`)
  if (isConnectionLost(error)) return unavailable(error)
  // The error itself carries the whole URL.
  if (stringOf(error, 'code') === 'ERR_INVALID_URL')
    return new StoreError(
      'unavailable',
      'the database URL cannot be read: postgres://user:password@host:port/database',
    )
  if (state !== undefined && NOT_LET_IN.test(state))
    return new StoreError(
      'unavailable',
      `the database does not let us in: ${messageOf(error)} (SQLSTATE ${state})`,
    )
  if (state !== undefined) return new Error(`the database refused: ${messageOf(error)} (SQLSTATE ${state})`)
  return error
}

/** @param consequence What is known about the change that was under way. */
export function unavailable(error: unknown, consequence = ''): StoreError {
  const reason = sqlState(error) ?? stringOf(error, 'code') ?? messageOf(error)
  return new StoreError('unavailable', `the database cannot be reached (${reason})${consequence}`)
}

function isNetworkError(error: unknown): boolean {
  return (
    /^(E[A-Z]+|EAI_[A-Z]+)$/.test(stringOf(error, 'code') ?? '') && stringOf(error, 'syscall') !== undefined
  )
}

// pg, pg-pool and Kysely report a lost, late or closed connection as a plain Error with one of these messages.
const DRIVER_MESSAGES = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'timeout exceeded when trying to connect',
  'Cannot use a pool after calling end',
  'driver has already been destroyed',
  'Postgres connection has been discarded',
  'The server does not support SSL connections',
]

function isDriverError(error: unknown): boolean {
  return DRIVER_MESSAGES.some((message) => messageOf(error).startsWith(message))
}

function sqlState(error: unknown): string | undefined {
  const code = stringOf(error, 'code')
  // pg's DatabaseError carries a severity; Node's errors have codes of five letters too (EPIPE).
  return code?.length === 5 && stringOf(error, 'severity') !== undefined ? code : undefined
}

function stringOf(error: unknown, member: string): string | undefined {
  const value = error instanceof Error ? (error as unknown as Record<string, unknown>)[member] : undefined
  return typeof value === 'string' ? value : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
