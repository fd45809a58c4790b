import type { JsonObject } from '../json.ts'
import type { LedgerStatus, Money } from '../ledger.ts'
import { toAntomAmount } from './fields.ts'
import type { AntomMethod } from './method.ts'
import { type AntomResult, PAYMENT_IN_PROCESS, refused, SUCCESS } from './result.ts'
import { toAntomTime } from './time.ts'

export type AntomPaymentStatus = 'PROCESSING' | 'SUCCESS' | 'FAIL' | 'CANCELLED'

export interface AntomCapture {
  readonly id: string
  readonly requestId: string
  readonly fingerprint: string
  readonly minorUnits: number
  readonly at: number
}

/** A payment at Antom. Instants are epoch milliseconds of virtual time. */
export interface AntomPayment {
  readonly id: string
  readonly requestId: string
  readonly clientId: string
  /** What the request said, to compare with a repeated one. */
  readonly fingerprint: string
  readonly method: AntomMethod
  readonly amount: Money
  readonly description: string
  readonly merchantName: string
  readonly redirectUrl: string
  readonly notifyUrl: string | undefined
  readonly terminalType: string
  readonly createdAt: number
  readonly expiresAt: number
  /** The buyer's page, without a query. */
  readonly pageUrl: string
  /** Money is held at approval and taken by `capture`. */
  readonly isManualCapture: boolean
  status: AntomPaymentStatus
  /** Why it failed. */
  failure: AntomResult | undefined
  paidAt: number | undefined
  captures: AntomCapture[]
  isLastCaptureDone: boolean
  canceled: { readonly id: string; readonly at: number; readonly returned: number } | undefined
  approvals: number
  /** The scenario `liar`: it is said to be canceled, and the buyer can still pay. */
  isLie: boolean
}

/** What was told to the customs about a payment. */
export interface AntomDeclaration {
  readonly requestId: string
  readonly clientId: string
  readonly paymentId: string
  readonly customsPaymentId: string
  readonly customsOrderId: string
  amount: Money
  /** The request as it came. */
  fields: JsonObject
  /** When it was sent last. */
  sentAt: number
  status: 'PROCESSING' | 'SUCCESS'
}

export interface AntomRefund {
  readonly id: string
  readonly requestId: string
  readonly clientId: string
  readonly fingerprint: string
  readonly paymentId: string
  readonly amount: Money
  readonly createdAt: number
  readonly notifyUrl: string | undefined
  status: 'SUCCESS' | 'PROCESSING' | 'FAIL'
  result: AntomResult
}

/** https://docs.antom.com/ac/cashierpay/capture: a hold that is not captured in time is released. */
export const HOLD_MS = 7 * 86_400_000

export const ORDER_IS_CLOSED = refused('ORDER_IS_CLOSED', 'The order is closed.')
export const ORDER_IS_CANCELED = refused('ORDER_IS_CANCELED', 'The order is canceled.')

export function captured({ captures }: AntomPayment): number {
  return captures.reduce((sum, { minorUnits }) => sum + minorUnits, 0)
}

/** Whether the buyer's money is held and waits for `capture`. */
export function isAuthorized(payment: AntomPayment): boolean {
  return payment.status === 'SUCCESS' && payment.isManualCapture && payment.captures.length === 0
}

export function ledgerStatus(payment: AntomPayment): LedgerStatus {
  if (payment.status === 'PROCESSING') return 'pending'
  if (payment.status === 'CANCELLED') return 'canceled'
  if (payment.status === 'FAIL') return payment.failure === ORDER_IS_CLOSED ? 'expired' : 'failed'
  return isAuthorized(payment) ? 'authorized' : 'succeeded'
}

/** What `pay` answers for this payment, now and when the request is repeated. */
export function payResult(payment: AntomPayment): AntomResult {
  if (payment.status === 'SUCCESS') return SUCCESS
  if (payment.status === 'CANCELLED') return ORDER_IS_CANCELED
  if (payment.status === 'FAIL') return payment.failure ?? ORDER_IS_CLOSED
  return PAYMENT_IN_PROCESS
}

/** What a paid order has beside: the end of its hold, and what customs may be told of it. */
export function later({ method, paidAt, amount }: AntomPayment): object {
  if (paidAt === undefined) return {}
  if (method.category === 'CARD') return { authExpiryTime: toAntomTime(paidAt + HOLD_MS) }
  return amount.currency === 'CNY' ? { customsDeclarationAmount: toAntomAmount(amount) } : {}
}
