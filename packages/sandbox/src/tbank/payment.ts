import type { LedgerStatus } from '../ledger.ts'
import type { TbankCard } from './customers.ts'
import { messageOf, type TbankCode } from './refusal.ts'
import type { TbankSource } from './source.ts'

/** https://developer.tbank.ru/eacq/intro/developer/operation-statuses, those that last here. */
export type TbankStatus =
  | 'NEW'
  | 'FORM_SHOWED'
  | 'DEADLINE_EXPIRED'
  | 'CANCELED'
  | 'AUTHORIZED'
  | 'PARTIAL_REVERSED'
  | 'REVERSED'
  | 'CONFIRMED'
  | 'ASYNC_REFUNDING'
  | 'PARTIAL_REFUNDED'
  | 'REFUNDED'
  | 'AUTH_FAIL'
  | 'REJECTED'

/** A payment at T-Bank. Amounts are kopecks, instants epoch milliseconds of virtual time. */
export interface TbankPayment {
  readonly id: string
  readonly terminalKey: string
  readonly orderId: string
  readonly requested: number
  readonly description: string | undefined
  readonly isTwoStage: boolean
  readonly notificationUrl: string | undefined
  readonly successUrl: string | undefined
  readonly failUrl: string | undefined
  readonly createdAt: number
  readonly expiresAt: number
  /** The payment form, without a query. */
  readonly formUrl: string
  readonly customerKey: string | undefined
  /** The first of payments that go on by `Charge`. */
  readonly isRecurrent: boolean
  readonly rrn: string
  readonly requestKey: number
  status: TbankStatus
  /** What is held or taken and not given back: less than was asked for after a partial Confirm or Cancel. */
  left: number
  captured: number
  refunded: number
  /** How the buyer pays: last asked for while he has not, what he paid with when he has. */
  source: TbankSource
  /** The page of the SBP code or of a bank's app, once there is one. */
  pageUrl: string | undefined
  /** What it was paid by, for a known customer. */
  card: TbankCard | undefined
  holdUntil: number | undefined
  failedTries: number
  failure: TbankCode | undefined
  qrCancel: { readonly code: string; readonly message: string } | undefined
  approvals: number
  /** The scenario `liar`: it is said to be canceled, and the buyer can still pay. */
  isLie: boolean
}

/** One Cancel that gave money back after it was taken. */
export interface TbankRefund {
  readonly id: string
  readonly paymentId: string
  readonly reference: string
  readonly amount: number
  status: 'pending' | 'succeeded' | 'failed'
}

const WAITING: readonly TbankStatus[] = ['NEW', 'FORM_SHOWED', 'AUTH_FAIL']

/** Whether the buyer can still pay. AUTH_FAIL is a try that failed: the form stays open for another. */
export function isWaiting({ status }: TbankPayment): boolean {
  return WAITING.includes(status)
}

const LEDGER: Readonly<Record<TbankStatus, LedgerStatus>> = {
  NEW: 'pending',
  FORM_SHOWED: 'pending',
  AUTH_FAIL: 'pending',
  DEADLINE_EXPIRED: 'expired',
  CANCELED: 'canceled',
  AUTHORIZED: 'authorized',
  PARTIAL_REVERSED: 'authorized',
  REVERSED: 'canceled',
  CONFIRMED: 'succeeded',
  ASYNC_REFUNDING: 'succeeded',
  PARTIAL_REFUNDED: 'succeeded',
  REFUNDED: 'succeeded',
  REJECTED: 'failed',
}

export function ledgerStatus({ status }: TbankPayment): LedgerStatus {
  return LEDGER[status]
}

/**
 * The `Amount` of a payment as GetState and CheckOrder tell it: what is left of it, or all of it when nothing is. The
 * documents say "the sum of the operation" and leave open what becomes of it.
 */
export function amountOf({ left, captured, requested }: TbankPayment): number {
  return left > 0 ? left : captured > 0 ? captured : requested
}

/** `ErrorCode` and `Message` of a payment: why it was refused. */
export function failureOf({ failure, status }: TbankPayment): { code: string; message: string } {
  const isFailed = failure !== undefined && (status === 'REJECTED' || status === 'AUTH_FAIL')
  return isFailed ? { code: failure, message: messageOf(failure) } : { code: '0', message: 'OK' }
}
