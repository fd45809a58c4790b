import {
  type EventType,
  isLivePaymentStatus,
  PAYMENT_TRANSITIONS,
  type PaymentStatus,
  REFUND_TRANSITIONS,
  type RefundStatus,
  SESSION_TRANSITIONS,
  type SessionStatus,
} from '@teabrick/core/contract'
import { toEventBody } from './event-body.ts'
import { assertInvariants, InvariantViolation } from './invariants.ts'
import type {
  NewEvent,
  OperationRecord,
  PaymentRecord,
  RefundRecord,
  SessionRecord,
  SessionState,
} from './records.ts'

/**
 * One decision about a session in the making. The only place where a status changes: each move is checked against the
 * contract's transition tables, and {@link Draft.finish} checks the whole against the invariants.
 */
export class Draft {
  readonly now: number
  readonly #current: SessionState
  #session: SessionRecord
  // Replaced, never changed in place: who goes through a list sees it as it was when he began.
  #payments: readonly PaymentRecord[]
  #refunds: readonly RefundRecord[]
  #operations: readonly OperationRecord[]
  readonly #events: { type: EventType; paymentId?: string; refundId?: string }[] = []
  #visible = false

  constructor(current: SessionState, now: number) {
    this.now = now
    this.#current = current
    this.#session = current.session
    this.#payments = current.payments
    this.#refunds = current.refunds
    this.#operations = current.operations
  }

  get session(): SessionRecord {
    return this.#session
  }

  get payments(): readonly PaymentRecord[] {
    return this.#payments
  }

  get refunds(): readonly RefundRecord[] {
    return this.#refunds
  }

  get operations(): readonly OperationRecord[] {
    return this.#operations
  }

  payment(id: string): PaymentRecord | undefined {
    return find(this.#payments, id)
  }

  refund(id: string): RefundRecord | undefined {
    return find(this.#refunds, id)
  }

  operation(id: string): OperationRecord | undefined {
    return find(this.#operations, id)
  }

  /** Operations of a payment of one kind, oldest first. */
  operationsOf(paymentId: string, kind: OperationRecord['kind']): readonly OperationRecord[] {
    return this.operations.filter((operation) => operation.paymentId === paymentId && operation.kind === kind)
  }

  moveSession(
    status: SessionStatus,
    patch: Partial<Omit<SessionRecord, 'id' | 'status' | 'version'>> = {},
  ): void {
    const from = this.#session.status
    if (!SESSION_TRANSITIONS[from].includes(status)) {
      throw new InvariantViolation(`session ${this.#session.id} cannot go from ${from} to ${status}`)
    }
    this.#session = { ...this.#session, ...patch, status }
    this.#visible = true
  }

  /** Changes what is not a status. `visible`: whether a checkout view or webhook shows it. */
  patchSession(
    patch: Partial<Omit<SessionRecord, 'id' | 'status' | 'version'>>,
    { visible }: { visible: boolean },
  ): void {
    this.#session = { ...this.#session, ...patch }
    this.#visible ||= visible
  }

  movePayment(
    id: string,
    status: PaymentStatus,
    patch: Partial<Omit<PaymentRecord, 'id' | 'status' | 'version'>> = {},
  ): PaymentRecord {
    const payment = this.#mustHave(this.payment(id), id)
    if (!PAYMENT_TRANSITIONS[payment.status].includes(status)) {
      throw new InvariantViolation(`payment ${id} cannot go from ${payment.status} to ${status}`)
    }
    const ended = isLivePaymentStatus(status) ? null : (payment.endedAt ?? this.now)
    const next = {
      ...payment,
      ...patch,
      status,
      endedAt: ended,
      updatedAt: this.now,
      version: payment.version + 1,
      // What the buyer could still do goes away with the state in which he could.
      action: status === 'requires_action' ? (patch.action ?? payment.action) : null,
    }
    this.#payments = put(this.#payments, next)
    this.#visible = true
    return next
  }

  patchPayment(
    id: string,
    patch: Partial<Omit<PaymentRecord, 'id' | 'status' | 'version'>>,
    { visible }: { visible: boolean },
  ): PaymentRecord {
    const payment = this.#mustHave(this.payment(id), id)
    const next = { ...payment, ...patch, updatedAt: this.now }
    this.#payments = put(this.#payments, next)
    this.#visible ||= visible
    return next
  }

  addPayment(payment: PaymentRecord): void {
    this.#payments = put(this.#payments, payment)
    this.#visible = true
  }

  moveRefund(
    id: string,
    status: RefundStatus,
    patch: Partial<Omit<RefundRecord, 'id' | 'status'>> = {},
  ): RefundRecord {
    const refund = this.#mustHave(this.refund(id), id)
    if (!REFUND_TRANSITIONS[refund.status].includes(status)) {
      throw new InvariantViolation(`refund ${id} cannot go from ${refund.status} to ${status}`)
    }
    const next = { ...refund, ...patch, status, updatedAt: this.now }
    this.#refunds = put(this.#refunds, next)
    this.#visible = true
    return next
  }

  patchRefund(id: string, patch: Partial<Omit<RefundRecord, 'id' | 'status'>>): RefundRecord {
    const next = { ...this.#mustHave(this.refund(id), id), ...patch, updatedAt: this.now }
    this.#refunds = put(this.#refunds, next)
    return next
  }

  addRefund(refund: RefundRecord): void {
    this.#refunds = put(this.#refunds, refund)
    this.#visible = true
  }

  /**
   * Writes down what will be asked of a provider. The n-th of a kind for one payment gets its own id and key, so that the
   * provider never takes a new wish for a repetition.
   */
  addOperation(
    operation: Pick<OperationRecord, 'paymentId' | 'account' | 'kind' | 'request'> &
      Partial<Pick<OperationRecord, 'refundId' | 'notBefore'>>,
  ): OperationRecord {
    const base = operation.refundId ?? `${operation.paymentId}-${operation.kind}`
    const earlier = this.operations.filter(({ id }) => id === base || id.startsWith(`${base}-`)).length
    const id = earlier === 0 ? base : `${base}-${earlier + 1}`
    const record: OperationRecord = {
      id,
      sessionId: this.#session.id,
      paymentId: operation.paymentId,
      refundId: operation.refundId ?? null,
      account: operation.account,
      kind: operation.kind,
      state: 'pending',
      idempotencyKey: id,
      request: operation.request,
      attempts: 0,
      notBefore: operation.notBefore === undefined ? this.now : operation.notBefore,
      firstSentAt: null,
      leaseUntil: null,
      leaseToken: null,
      createdAt: this.now,
    }
    this.#operations = put(this.#operations, record)
    return record
  }

  patchOperation(
    id: string,
    patch: Partial<
      Pick<
        OperationRecord,
        'state' | 'notBefore' | 'firstSentAt' | 'attempts' | 'leaseUntil' | 'leaseToken' | 'request'
      >
    >,
  ): void {
    this.#operations = put(this.#operations, { ...this.#mustHave(this.operation(id), id), ...patch })
  }

  /** Tells the merchant. The body is written when the decision is complete, so it shows the state as of the commit. */
  emit(type: EventType, about: { paymentId?: string; refundId?: string } = {}): void {
    this.#events.push({ type, ...about })
  }

  /** @throws InvariantViolation if the decision would break what must always hold. */
  finish(): { readonly next: SessionState; readonly events: readonly NewEvent[] } {
    if (this.#visible || this.#events.length > 0) {
      this.#session = {
        ...this.#session,
        version: this.#session.version + 1,
        eventCount: this.#session.eventCount + this.#events.length,
      }
    }
    const next: SessionState = {
      session: this.#session,
      payments: this.payments,
      refunds: this.refunds,
      operations: this.operations,
    }
    assertInvariants(this.#current, next)
    const first = this.#current.session.eventCount + 1
    const events = this.#events.map(({ type, paymentId, refundId }, index): NewEvent => {
      const id = `evt_${this.#session.id.slice(3)}_${first + index}`
      return {
        id,
        type,
        sequence: this.#session.version,
        createdAt: this.now,
        body: toEventBody({ id, type, now: this.now, state: next, paymentId, refundId }),
      }
    })
    return { next, events }
  }

  #mustHave<T>(record: T | undefined, id: string): T {
    if (record === undefined) throw new InvariantViolation(`${id} is not part of session ${this.#session.id}`)
    return record
  }
}

function find<R extends { readonly id: string }>(records: readonly R[], id: string): R | undefined {
  return records.find((record) => record.id === id)
}

/** With the record in the place of the one with its id, or at the end. */
function put<R extends { readonly id: string }>(records: readonly R[], record: R): readonly R[] {
  const place = records.findIndex(({ id }) => id === record.id)
  return place < 0 ? [...records, record] : records.with(place, record)
}
