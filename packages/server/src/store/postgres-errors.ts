import { invariantViolated } from './invariants.ts'
import { StoreError } from './store.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNIQUE_VIOLATION = '23505'
const INTEGRITY = /^23/
/** Text the database cannot hold: U+0000, or a number out of range. */
const BAD_DATA = /^22/
const TRY_AGAIN = new Set(['40001', '40P01'])
/** Connection lost or refused, too many connections, out of memory or disk, shutting down, starting up. */
const UNAVAILABLE = /^(08|53|57P)/

/** Two transactions got into each other's way: the same one may be run again. */
export function isConflict(error: unknown): boolean {
  return TRY_AGAIN.has(sqlState(error) ?? '')
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

// pg and pg-pool report a lost or late connection as a plain Error with one of these messages.
function isDriverError(error: unknown): boolean {
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying|timeout expired|Client was closed|Cannot use a pool after)/.test(
    messageOf(error),
  )
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
