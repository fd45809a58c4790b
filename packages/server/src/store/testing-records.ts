import { randomBytes } from 'node:crypto'
import type {
  IdempotencyRecord,
  NewEvent,
  OperationRecord,
  PaymentRecord,
  RefundRecord,
  SessionRecord,
  SessionState,
} from '../domain/records.ts'

// Records for tests of stores: complete, and as plain as the types allow.

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export function newSessionId(): string {
  return `cs_${[...randomBytes(22)].map((byte) => BASE62[byte % 62]).join('')}`
}

export function sessionRecord(now: number, overrides: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: newSessionId(),
    merchantId: 'tea',
    status: 'open',
    version: 1,
    amount: { currency: 'RUB', minorUnits: 123_456 },
    order: { reference: 'A-1001', description: 'Пуэр «Медвежий», 茶 🍵', lines: [] },
    capture: 'automatic',
    methods: null,
    buyer: null,
    receipt: null,
    splits: null,
    returnUrl: 'https://shop.example/thanks',
    locale: null,
    metadata: {},
    createdAt: now,
    expiresAt: now + 3_600_000,
    completedAt: null,
    closing: null,
    dueAt: now + 3_600_000,
    eventCount: 0,
    ...overrides,
  }
}

export function stateOf(session: SessionRecord, rest: Partial<SessionState> = {}): SessionState {
  return { payments: [], refunds: [], operations: [], ...rest, session }
}

export function paymentRecord(
  { id: sessionId, amount, createdAt }: SessionRecord,
  overrides: Partial<PaymentRecord> = {},
): PaymentRecord {
  const number = overrides.number ?? 1
  return {
    id: `pay_${sessionId.slice(3)}_${number}`,
    sessionId,
    number,
    method: 'sbp',
    account: 'yookassa',
    status: 'created',
    amount,
    charge: amount,
    quote: null,
    providerRef: null,
    captured: 0,
    refunded: 0,
    action: null,
    failureCode: null,
    dead: false,
    device: null,
    createdAt,
    updatedAt: createdAt,
    endedAt: null,
    version: 1,
    ...overrides,
  }
}

export function refundRecord(payment: PaymentRecord, overrides: Partial<RefundRecord> = {}): RefundRecord {
  const number = overrides.number ?? 1
  return {
    id: `re_${payment.sessionId.slice(3)}_${number}`,
    sessionId: payment.sessionId,
    paymentId: payment.id,
    number,
    amount: 100,
    charge: 100,
    status: 'requested',
    reason: null,
    origin: 'merchant',
    providerRef: null,
    failureCode: null,
    createdAt: payment.createdAt,
    updatedAt: payment.createdAt,
    ...overrides,
  }
}

export function operationRecord(
  payment: PaymentRecord,
  overrides: Partial<OperationRecord> = {},
): OperationRecord {
  const kind = overrides.kind ?? 'create'
  return {
    id: `${payment.id}-${kind}`,
    sessionId: payment.sessionId,
    paymentId: payment.id,
    refundId: null,
    account: payment.account,
    kind,
    state: 'pending',
    idempotencyKey: `${payment.id}-${kind}`,
    request: { b: 1, a: [2] },
    attempts: 0,
    notBefore: payment.createdAt,
    firstSentAt: null,
    leaseUntil: null,
    leaseToken: null,
    createdAt: payment.createdAt,
    ...overrides,
  }
}

export function eventOf({ id, version, createdAt }: SessionRecord, number = 1): NewEvent {
  return {
    id: `evt_${id.slice(3)}_${number}`,
    type: 'session.completed',
    sequence: version,
    body: JSON.stringify({ type: 'session.completed', number }),
    createdAt,
  }
}

export function idempotencyRecord(
  { id, createdAt }: SessionRecord,
  overrides: Partial<IdempotencyRecord> = {},
): IdempotencyRecord {
  return {
    sessionId: id,
    scope: 'merchant POST /v1/sessions',
    key: 'a-key-of-at-least-22-characters',
    fingerprint: 'f'.repeat(64),
    target: null,
    createdAt,
    ...overrides,
  }
}
