import {
  LIVE_PAYMENT_STATUSES,
  PAYMENT_STATUSES,
  REFUND_STATUSES,
  SESSION_STATUSES,
  SUCCESS_PAYMENT_STATUSES,
} from '@teabrick/core/contract'
import type {
  OperationRecord,
  PaymentRecord,
  RefundRecord,
  SessionRecord,
  SessionState,
} from '../domain/records.ts'
import { StoreError } from './store.ts'

export const OPERATION_KINDS = ['create', 'query', 'capture', 'cancel', 'refund'] as const
export const OPERATION_STATES = ['pending', 'unknown', 'done', 'failed'] as const
export const REFUND_ORIGINS = ['merchant', 'late', 'provider'] as const

/**
 * What the database holds by CHECKs and unique indexes, for the store in memory. The names are the constraints' there.
 *
 * @param before What was stored until now, and is known to hold: records that stayed the same are not looked at again.
 * @throws StoreError `invariant_violated`
 */
export function assertInvariants(after: SessionState, before: SessionState | null = null): void {
  const payments = written(after.payments, before?.payments)
  const refunds = written(after.refunds, before?.refunds)
  const operations = written(after.operations, before?.operations)
  checkSession(after.session)
  for (const payment of payments) checkPayment(payment)
  for (const refund of refunds) checkRefund(refund)
  for (const operation of operations) checkOperation(operation)

  const isLive = ({ status }: PaymentRecord) => isIn(LIVE_PAYMENT_STATUSES, status)
  const isSuccess = ({ status }: PaymentRecord) => isIn(SUCCESS_PAYMENT_STATUSES, status)
  onlyOne('payment_one_live', payments, after.payments, (a, b) => isLive(a) && isLive(b))
  onlyOne('payment_one_success', payments, after.payments, (a, b) => isSuccess(a) && isSuccess(b))
  onlyOne('payment_pkey', payments, after.payments, (a, b) => a.id === b.id)
  onlyOne(
    'payment_provider_ref',
    payments,
    after.payments,
    (a, b) => a.providerRef !== null && a.providerRef === b.providerRef && a.account === b.account,
  )
  onlyOne('refund_pkey', refunds, after.refunds, (a, b) => a.id === b.id)
  onlyOne('operation_pkey', operations, after.operations, (a, b) => a.id === b.id)
  onlyOne(
    'operation_one_query',
    operations,
    after.operations,
    (a, b) => a.kind === 'query' && b.kind === 'query' && a.paymentId === b.paymentId,
  )
  onlyOne(
    'operation_idempotency_key',
    operations,
    after.operations,
    (a, b) => a.kind !== 'query' && a.kind === b.kind && a.idempotencyKey === b.idempotencyKey,
  )
}

/** The records that are not the very ones that were there. */
function written<R>(after: readonly R[], before: readonly R[] = []): readonly R[] {
  return after === before ? [] : after.filter((record, place) => record !== before[place])
}

function checkSession({ id, status, amount, version, closing, completedAt }: SessionRecord): void {
  hold('session_status', id, isIn(SESSION_STATUSES, status))
  hold('session_amount', id, isAmount(amount.minorUnits) && amount.minorUnits > 0)
  hold('session_version', id, version >= 0)
  hold('session_closing', id, status !== 'closing' || closing !== null)
  hold('session_completed', id, status !== 'complete' || completedAt !== null)
}

function checkPayment({ id, number, status, amount, charge, captured, refunded }: PaymentRecord): void {
  hold('payment_status', id, isIn(PAYMENT_STATUSES, status))
  hold('payment_number', id, number > 0)
  hold('payment_amount', id, isAmount(amount.minorUnits) && amount.minorUnits > 0)
  hold('payment_charge', id, isAmount(charge.minorUnits) && charge.minorUnits > 0)
  hold(
    'payment_money',
    id,
    isAmount(refunded) && isAmount(captured) && refunded <= captured && captured <= amount.minorUnits,
  )
}

function checkRefund({ id, number, status, origin, amount, charge }: RefundRecord): void {
  hold('refund_status', id, isIn(REFUND_STATUSES, status))
  hold('refund_origin', id, isIn(REFUND_ORIGINS, origin))
  hold('refund_number', id, number > 0)
  hold('refund_amount', id, isAmount(amount) && amount > 0)
  // A part so small that its share of the charge rounds to nothing is still a refund.
  hold('refund_charge', id, isAmount(charge))
}

function checkOperation({
  id,
  kind,
  state,
  attempts,
  notBefore,
  leaseUntil,
  leaseToken,
}: OperationRecord): void {
  hold('operation_kind', id, isIn(OPERATION_KINDS, kind))
  hold('operation_state', id, isIn(OPERATION_STATES, state))
  hold('operation_attempts', id, attempts >= 0)
  hold('operation_over', id, !(state === 'done' || state === 'failed') || notBefore === null)
  hold('operation_lease', id, (leaseUntil === null) === (leaseToken === null))
}

function hold(constraint: string, id: string, holds: boolean): void {
  if (!holds) throw invariantViolated(constraint, id)
}

/** None of the records written has the same place in an index as another of its kind. */
function onlyOne<R extends { readonly id: string }>(
  constraint: string,
  changed: readonly R[],
  all: readonly R[],
  clash: (a: R, b: R) => boolean,
): void {
  for (const record of changed)
    if (all.some((other) => other !== record && clash(record, other)))
      throw invariantViolated(constraint, record.id)
}

/** The error for a change that breaks a constraint, the same from every store. */
export function invariantViolated(constraint: string, where: string): StoreError {
  return new StoreError(
    'invariant_violated',
    `the change breaks ${constraint} (${where}); nothing was written`,
  )
}

function isIn(list: readonly string[], value: string): boolean {
  return list.includes(value)
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
