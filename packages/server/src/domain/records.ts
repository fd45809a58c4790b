import type {
  CaptureMode,
  Device,
  EventType,
  FailureCode,
  Money,
  Order,
  PaymentStatus,
  Receipt,
  RefundStatus,
  SessionStatus,
  Split,
} from '@teabrick/core/contract'
import type { ProviderAction } from '../provider.ts'

/**
 * What is stored about one session. Moments are milliseconds since 1970 by the database's clock; amounts without a currency
 * are minor units of the session's. Records are never changed in place: a change makes a new object, and the store writes the
 * objects that are new.
 */
export interface SessionState {
  readonly session: SessionRecord
  /** Oldest first. */
  readonly payments: readonly PaymentRecord[]
  /** Oldest first. */
  readonly refunds: readonly RefundRecord[]
  /** Oldest first. */
  readonly operations: readonly OperationRecord[]
}

/** One order to be paid: the aggregate, and the only lock. */
export interface SessionRecord {
  readonly id: string
  readonly merchantId: string
  readonly status: SessionStatus
  /** +1 in every transaction that changes what a checkout view or a webhook shows. */
  readonly version: number
  readonly amount: Money
  readonly order: Order
  readonly capture: CaptureMode
  /** Methods to offer, in this order; null for all that are eligible. */
  readonly methods: readonly string[] | null
  readonly buyer: {
    readonly reference?: string | undefined
    readonly phone?: string | undefined
    readonly email?: string | undefined
  } | null
  readonly receipt: Receipt | null
  readonly splits: readonly Split[] | null
  readonly returnUrl: string
  readonly locale: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: number
  /** The deadline: no new attempt after it. */
  readonly expiresAt: number
  readonly completedAt: number | null
  /** Set in `closing`: what the session becomes when its live payment is proved dead, or when `until` has come. */
  readonly closing: { readonly to: 'expired' | 'canceled'; readonly until: number } | null
  /** When the expiry job must look again; null when nothing is due any more. */
  readonly dueAt: number | null
  /** Events written so far: the number in the next event's id. */
  readonly eventCount: number
}

/** One attempt to move the money of a session. */
export interface PaymentRecord {
  readonly id: string
  readonly sessionId: string
  /** 1 for the first attempt. */
  readonly number: number
  readonly method: string
  /** The provider account that carries it. */
  readonly account: string
  readonly status: PaymentStatus
  /** What the order costs. */
  readonly amount: Money
  /** What the provider takes. */
  readonly charge: Money
  readonly quote: {
    readonly rate: string
    readonly marginBps: number
    readonly reference: string | null
  } | null
  readonly providerRef: string | null
  /** Minor units of `amount`. 0 ≤ refunded ≤ captured ≤ amount. */
  readonly captured: number
  /** Minor units of `amount` given back or reserved by a refund under way. */
  readonly refunded: number
  /** What the buyer must do. Kept only while it may be shown. */
  readonly action: ProviderAction | null
  readonly failureCode: FailureCode | null
  /** The provider can never turn this payment into a success any more. */
  readonly dead: boolean
  readonly device: Device | null
  readonly createdAt: number
  readonly updatedAt: number
  /** When it left the live states; the watch for late money counts from here. */
  readonly endedAt: number | null
  readonly version: number
}

export interface RefundRecord {
  readonly id: string
  readonly sessionId: string
  readonly paymentId: string
  readonly number: number
  /** Minor units of the session's currency. */
  readonly amount: number
  /** Minor units of the payment's charge currency. */
  readonly charge: number
  readonly status: RefundStatus
  readonly reason: string | null
  /** `merchant`: asked through the API. `late`: money that came too late. `provider`: made in the provider's cabinet. */
  readonly origin: 'merchant' | 'late' | 'provider'
  readonly providerRef: string | null
  readonly failureCode: FailureCode | null
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * What is asked of a provider. The row is committed before the provider is called; its answer is applied under the session's
 * lock by whoever holds the lease.
 *
 * `query` watches a payment: one row per payment, due again and again until the watch ends.
 */
export interface OperationRecord {
  readonly id: string
  readonly sessionId: string
  readonly paymentId: string
  /** For `refund`. */
  readonly refundId: string | null
  readonly account: string
  readonly kind: 'create' | 'query' | 'capture' | 'cancel' | 'refund'
  /** `unknown`: sent at least once and the outcome is not known. Never the same as failed. */
  readonly state: 'pending' | 'unknown' | 'done' | 'failed'
  /** The key the provider sees. The same at every repetition. */
  readonly idempotencyKey: string
  /** The adapter's request as data: sent again word for word. */
  readonly request: unknown
  readonly attempts: number
  /** When it is due; null when it is over. */
  readonly notBefore: number | null
  readonly firstSentAt: number | null
  readonly leaseUntil: number | null
  readonly leaseToken: string | null
  readonly createdAt: number
}

/** An event for the merchant's webhooks, written in the transaction that made it happen. */
export interface NewEvent {
  readonly id: string
  readonly type: EventType
  readonly sequence: number
  /** The webhook body, as it will be signed and sent. */
  readonly body: string
  readonly createdAt: number
}

/** A POST that was accepted once: the same key asks for the same thing. */
export interface IdempotencyRecord {
  readonly sessionId: string
  /** Who asks for what: `merchant POST /v1/payments/pay_…/refunds`, `checkout POST /v1/checkout/payments`. */
  readonly scope: string
  readonly key: string
  /** SHA-256 of the canonical parsed body, hex. */
  readonly fingerprint: string
  /** What it made: a payment or refund id; null where the session itself is the answer. */
  readonly target: string | null
  readonly createdAt: number
}
