import type { Insertable } from 'kysely'
import type {
  IdempotencyRecord,
  OperationRecord,
  PaymentRecord,
  RefundRecord,
  SessionRecord,
  SessionState,
} from '../domain/records.ts'
import { bucketOf } from './bucket.ts'
import type { NewNotification } from './store.ts'
import type { IdempotencyTable, OperationTable, PaymentTable, RefundTable, SessionTable } from './tables.ts'

/** A table's row as `to_json` gives it: moments as ISO 8601 text, JSON columns as they were written. */
export type JsonRow = Readonly<Record<string, unknown>>

/** What a query gives for one session: its row, and its other rows as arrays in their order. */
export interface StateRow {
  readonly session: JsonRow
  readonly payments: readonly JsonRow[] | null
  readonly refunds: readonly JsonRow[] | null
  readonly operations: readonly JsonRow[] | null
}

export function toState({ session, payments, refunds, operations }: StateRow): SessionState {
  return {
    session: toSession(session),
    payments: (payments ?? []).map(toPayment),
    refunds: (refunds ?? []).map(toRefund),
    operations: (operations ?? []).map(toOperation),
  }
}

function toSession(row: JsonRow): SessionRecord {
  const closingUntil = toMs(row['closing_until'])
  return {
    id: row['id'],
    merchantId: row['merchant_id'],
    status: row['status'],
    version: row['version'],
    amount: { currency: row['currency'], minorUnits: row['amount'] },
    order: row['order'],
    capture: row['capture'],
    methods: row['methods'],
    buyer: row['buyer'],
    receipt: row['receipt'],
    splits: row['splits'],
    returnUrl: row['return_url'],
    locale: row['locale'],
    metadata: row['metadata'],
    createdAt: toMs(row['created_at']),
    expiresAt: toMs(row['expires_at']),
    completedAt: toMs(row['completed_at']),
    closing: closingUntil === null ? null : { to: row['closing_to'], until: closingUntil },
    dueAt: toMs(row['due_at']),
    eventCount: row['event_count'],
  } as SessionRecord
}

export function fromSession(session: SessionRecord): Insertable<SessionTable> {
  return {
    bucket: bucketOf(session.id),
    id: session.id,
    merchant_id: session.merchantId,
    status: session.status,
    version: session.version,
    amount: session.amount.minorUnits,
    currency: session.amount.currency,
    reference: session.order.reference,
    order: toJson(session.order),
    capture: session.capture,
    methods: toJson(session.methods),
    buyer: toJson(session.buyer),
    receipt: toJson(session.receipt),
    splits: toJson(session.splits),
    return_url: session.returnUrl,
    locale: session.locale,
    metadata: toJson(session.metadata),
    created_at: toMoment(session.createdAt),
    expires_at: toMoment(session.expiresAt),
    completed_at: toMoment(session.completedAt),
    closing_to: session.closing?.to ?? null,
    closing_until: toMoment(session.closing?.until ?? null),
    due_at: toMoment(session.dueAt),
    event_count: session.eventCount,
  }
}

function toPayment(row: JsonRow): PaymentRecord {
  return {
    id: row['id'],
    sessionId: row['session_id'],
    number: row['number'],
    method: row['method'],
    account: row['account'],
    status: row['status'],
    amount: { currency: row['currency'], minorUnits: row['amount'] },
    charge: { currency: row['charge_currency'], minorUnits: row['charge'] },
    quote: row['quote'],
    providerRef: row['provider_ref'],
    captured: row['captured'],
    refunded: row['refunded'],
    action: row['action'],
    failureCode: row['failure_code'],
    dead: row['dead'],
    device: row['device'],
    createdAt: toMs(row['created_at']),
    updatedAt: toMs(row['updated_at']),
    endedAt: toMs(row['ended_at']),
    version: row['version'],
  } as PaymentRecord
}

export function fromPayment(payment: PaymentRecord): Insertable<PaymentTable> {
  return {
    bucket: bucketOf(payment.sessionId),
    session_id: payment.sessionId,
    id: payment.id,
    number: payment.number,
    method: payment.method,
    account: payment.account,
    status: payment.status,
    amount: payment.amount.minorUnits,
    currency: payment.amount.currency,
    charge: payment.charge.minorUnits,
    charge_currency: payment.charge.currency,
    quote: toJson(payment.quote),
    provider_ref: payment.providerRef,
    captured: payment.captured,
    refunded: payment.refunded,
    action: toJson(payment.action),
    failure_code: payment.failureCode,
    dead: payment.dead,
    device: toJson(payment.device),
    created_at: toMoment(payment.createdAt),
    updated_at: toMoment(payment.updatedAt),
    ended_at: toMoment(payment.endedAt),
    version: payment.version,
  }
}

function toRefund(row: JsonRow): RefundRecord {
  return {
    id: row['id'],
    sessionId: row['session_id'],
    paymentId: row['payment_id'],
    number: row['number'],
    amount: row['amount'],
    charge: row['charge'],
    status: row['status'],
    reason: row['reason'],
    origin: row['origin'],
    providerRef: row['provider_ref'],
    failureCode: row['failure_code'],
    createdAt: toMs(row['created_at']),
    updatedAt: toMs(row['updated_at']),
  } as RefundRecord
}

export function fromRefund(refund: RefundRecord): Insertable<RefundTable> {
  return {
    bucket: bucketOf(refund.sessionId),
    session_id: refund.sessionId,
    id: refund.id,
    payment_id: refund.paymentId,
    number: refund.number,
    amount: refund.amount,
    charge: refund.charge,
    status: refund.status,
    reason: refund.reason,
    origin: refund.origin,
    provider_ref: refund.providerRef,
    failure_code: refund.failureCode,
    created_at: toMoment(refund.createdAt),
    updated_at: toMoment(refund.updatedAt),
  }
}

export function toOperation(row: JsonRow): OperationRecord {
  return {
    id: row['id'],
    sessionId: row['session_id'],
    paymentId: row['payment_id'],
    refundId: row['refund_id'],
    account: row['account'],
    kind: row['kind'],
    state: row['state'],
    idempotencyKey: row['idempotency_key'],
    request: row['request'],
    attempts: row['attempts'],
    notBefore: toMs(row['not_before']),
    firstSentAt: toMs(row['first_sent_at']),
    leaseUntil: toMs(row['lease_until']),
    leaseToken: row['lease_token'],
    createdAt: toMs(row['created_at']),
  } as OperationRecord
}

export function fromOperation(
  operation: OperationRecord,
  position: number,
  merchantId: string,
): Insertable<OperationTable> {
  return {
    bucket: bucketOf(operation.sessionId),
    session_id: operation.sessionId,
    id: operation.id,
    merchant_id: merchantId,
    position,
    payment_id: operation.paymentId,
    refund_id: operation.refundId,
    account: operation.account,
    kind: operation.kind,
    state: operation.state,
    idempotency_key: operation.idempotencyKey,
    request: toJson(operation.request),
    attempts: operation.attempts,
    not_before: toMoment(operation.notBefore),
    first_sent_at: toMoment(operation.firstSentAt),
    lease_until: toMoment(operation.leaseUntil),
    lease_token: operation.leaseToken,
    created_at: toMoment(operation.createdAt),
  }
}

export function toIdempotency(row: JsonRow): IdempotencyRecord {
  return {
    sessionId: row['session_id'],
    scope: row['scope'],
    key: row['key'],
    fingerprint: row['fingerprint'],
    target: row['target'],
    createdAt: toMs(row['created_at']),
  } as IdempotencyRecord
}

export function fromIdempotency(record: IdempotencyRecord): Insertable<IdempotencyTable> {
  return {
    bucket: bucketOf(record.sessionId),
    session_id: record.sessionId,
    scope: record.scope,
    key: record.key,
    fingerprint: record.fingerprint,
    target: record.target,
    created_at: toMoment(record.createdAt),
  }
}

export function toNotification(row: JsonRow): NewNotification {
  return {
    merchantId: row['merchant_id'],
    account: row['account'],
    eventKey: row['event_key'],
    subject: row['subject'],
    // to_json writes bytea as hexadecimal after `\x`.
    rawBody: new Uint8Array(Buffer.from(String(row['raw_body']).slice(2), 'hex')),
  } as NewNotification
}

/** Text for a json column; `undefined` and `null` are SQL's null. */
export function toJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value)
}

/** Milliseconds since 1970 as text for a timestamptz column. */
export function toMoment(ms: number): string
export function toMoment(ms: number | null): string | null
export function toMoment(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** A timestamptz in a JSON row as milliseconds since 1970. */
export function toMs(moment: unknown): number | null {
  return typeof moment === 'string' ? Date.parse(moment) : null
}
