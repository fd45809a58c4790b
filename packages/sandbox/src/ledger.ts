/** An amount of money. `minorUnits` is a safe non-negative integer, `currency` an ISO 4217 code. */
export interface Money {
  readonly currency: string
  readonly minorUnits: number
}

/** One vocabulary over the doubles' own states, which stand beside it as `nativeStatus`. */
export type LedgerStatus = 'pending' | 'authorized' | 'succeeded' | 'failed' | 'canceled' | 'expired'

/** A payment as the provider sees it. */
export interface LedgerPayment {
  /** The provider's id. */
  readonly id: string
  /** The merchant's own id: Antom `paymentRequestId`, YooKassa `metadata.paymentId`, T-Bank `OrderId`. */
  readonly reference: string
  readonly account: string
  /** In the provider's words: `ALIPAY_CN`, `sbp`. */
  readonly method: string
  /** What the merchant asked for. */
  readonly amount: Money
  /** Minor units that were taken from the buyer. */
  readonly captured: number
  /** Minor units that went back to the buyer or are on their way, by refunds or by a cancel after success. */
  readonly refunded: number
  readonly status: LedgerStatus
  readonly nativeStatus: string
  /** ISO 8601. */
  readonly createdAt: string
  /** The buyer's page: POST `${payUrl}/approve`, `/decline` and `/abandon`. */
  readonly payUrl: string
  /** How many times the buyer was charged. Anything above 1 is a double charge. */
  readonly approvals: number
}

/** A refund as the provider sees it. */
export interface LedgerRefund {
  readonly id: string
  readonly paymentId: string
  /** The merchant's own id: Antom `refundRequestId`, YooKassa `metadata.refundId`, else the `Idempotence-Key`, T-Bank `ExternalRequestId`. */
  readonly reference: string
  readonly amount: Money
  readonly status: 'pending' | 'succeeded' | 'failed'
}

export interface Ledger {
  readonly payments: readonly LedgerPayment[]
  readonly refunds: readonly LedgerRefund[]
}
