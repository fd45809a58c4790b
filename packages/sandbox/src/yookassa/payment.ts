import type { JsonObject } from '../json.ts'
import type { LedgerStatus, Money } from '../ledger.ts'
import type { Table } from '../table.ts'
import { toYookassaAmount } from './amount.ts'
import { type DealShare, toSettlementObjects } from './deal.ts'
import type { ConfirmationType, YookassaMethod } from './method.ts'
import { sbpLink } from './sbp-link.ts'
import { toShareObject, type YookassaShare } from './share.ts'

export type YookassaPaymentStatus = 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled'

export interface CancellationDetails {
  readonly party: 'yoo_money' | 'payment_network' | 'merchant'
  readonly reason: string
}

/** A payment at YooKassa. Instants are epoch milliseconds of virtual time. */
export interface YookassaPayment {
  readonly id: string
  readonly shopId: string
  readonly shopName: string
  readonly isTest: boolean
  readonly reference: string
  /** What was asked for. */
  readonly requested: Money
  readonly description: string | undefined
  readonly metadata: JsonObject
  readonly merchantCustomerId: string | undefined
  readonly method: YookassaMethod
  /** The buyer picks the method on YooKassa's page, so it is not known before he pays. */
  readonly isMethodOpen: boolean
  readonly phone: string | undefined
  readonly isCaptured: boolean
  readonly confirmation: {
    readonly type: ConfirmationType
    readonly returnUrl: string | undefined
    readonly locale: string | undefined
    readonly token: string
  }
  /** `receipt` as it was sent. */
  readonly receipt: JsonObject | undefined
  /** The buyer lets the shop keep what he pays with. */
  readonly isSaved: boolean
  readonly deal: DealShare | undefined
  readonly methodId: string
  readonly rrn: string
  readonly authCode: string
  readonly createdAt: number
  /** Until then the buyer may pay. */
  readonly expiresAt: number
  /** The buyer's page, without a query. */
  readonly pageUrl: string
  status: YookassaPaymentStatus
  /** What is held or taken: less than was asked for after a partial capture. */
  amount: Money
  /** Sellers' shares: others after a capture that names them. */
  transfers: readonly YookassaShare[]
  captureBefore: number | undefined
  capturedAt: number | undefined
  cancellation: CancellationDetails | undefined
  approvals: number
  /** The scenario `liar`: it is said to be canceled, and the buyer can still pay. */
  isLie: boolean
}

export interface YookassaRefund {
  readonly id: string
  readonly shopId: string
  readonly paymentId: string
  readonly reference: string
  readonly amount: Money
  readonly description: string | undefined
  readonly metadata: JsonObject
  readonly createdAt: number
  readonly operationId: string | undefined
  readonly sources: readonly YookassaShare[]
  readonly dealSettlements: DealShare['settlements']
  readonly dealId: string | undefined
  readonly hasReceipt: boolean
  readonly status: 'succeeded' | 'canceled'
}

/** Every refund of the double. */
export type Refunds = Table<YookassaRefund, 'id' | 'payment'>

const EXPIRED = ['expired_on_confirmation', 'expired_on_capture']
const BY_MERCHANT = ['canceled_by_merchant', 'permission_revoked', 'deal_expired']

export function ledgerStatus({ status, cancellation }: YookassaPayment): LedgerStatus {
  if (status === 'pending' || status === 'succeeded') return status
  if (status === 'waiting_for_capture') return 'authorized'
  const reason = cancellation?.reason ?? ''
  return EXPIRED.includes(reason) ? 'expired' : BY_MERCHANT.includes(reason) ? 'canceled' : 'failed'
}

/** Kopecks given back. A refused refund gives nothing back. */
export function refunded(refunds: Refunds, { id }: YookassaPayment): number {
  return refunds
    .where('payment', id)
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount.minorUnits, 0)
}

/** The `Payment` object: https://yookassa.ru/developers/api#payment_object */
export function toPaymentObject(payment: YookassaPayment, refunds: Refunds): object {
  const { status, amount, isMethodOpen } = payment
  const given = refunded(refunds, payment)
  const isPaid = status === 'succeeded' || status === 'waiting_for_capture'
  return {
    id: payment.id,
    status,
    amount: toYookassaAmount(amount),
    // The shop's fee is not played: 3.5 % for everything, rounded down to the kopeck.
    ...(status === 'succeeded'
      ? {
          income_amount: toYookassaAmount({
            ...amount,
            minorUnits: Math.floor((amount.minorUnits * 965) / 1000),
          }),
        }
      : {}),
    ...(payment.description === undefined ? {} : { description: payment.description }),
    recipient: { account_id: payment.shopId, gateway_id: '2154401' },
    ...(isMethodOpen && !isPaid
      ? {}
      : { payment_method: methodObject(payment, isPaid, payment.isSaved && isPaid ? 'active' : 'inactive') }),
    ...(payment.capturedAt === undefined ? {} : { captured_at: iso(payment.capturedAt) }),
    created_at: iso(payment.createdAt),
    ...(status === 'waiting_for_capture' && payment.captureBefore !== undefined
      ? { expires_at: iso(payment.captureBefore) }
      : {}),
    ...(status === 'pending' ? { confirmation: confirmationObject(payment) } : {}),
    test: payment.isTest,
    ...(status === 'succeeded'
      ? { refunded_amount: toYookassaAmount({ ...amount, minorUnits: given }) }
      : {}),
    paid: isPaid,
    refundable: status === 'succeeded' && given < amount.minorUnits,
    ...(payment.receipt ? { receipt_registration: status === 'succeeded' ? 'succeeded' : 'pending' } : {}),
    metadata: payment.metadata,
    ...(payment.cancellation === undefined ? {} : { cancellation_details: payment.cancellation }),
    ...(isPaid && payment.method.page === 'card'
      ? {
          authorization_details: {
            rrn: payment.rrn,
            auth_code: payment.authCode,
            three_d_secure: { applied: true },
          },
        }
      : {}),
    ...(payment.transfers.length === 0
      ? {}
      : { transfers: payment.transfers.map((share) => toShareObject(share, status)) }),
    ...(payment.deal === undefined
      ? {}
      : { deal: { id: payment.deal.id, settlements: toSettlementObjects(payment.deal.settlements) } }),
    ...(payment.merchantCustomerId === undefined ? {} : { merchant_customer_id: payment.merchantCustomerId }),
  }
}

/** The `Refund` object: https://yookassa.ru/developers/api#refund_object */
export function toRefundObject(refund: YookassaRefund): object {
  return {
    id: refund.id,
    payment_id: refund.paymentId,
    status: refund.status,
    created_at: iso(refund.createdAt),
    amount: toYookassaAmount(refund.amount),
    ...(refund.description === undefined ? {} : { description: refund.description }),
    ...(refund.status === 'canceled'
      ? { cancellation_details: { party: 'refund_network', reason: 'insufficient_funds' } }
      : {}),
    ...(refund.operationId === undefined
      ? {}
      : { refund_method: { type: 'sbp', sbp_operation_id: refund.operationId } }),
    ...(refund.hasReceipt ? { receipt_registration: 'succeeded' } : {}),
    ...(refund.sources.length === 0 ? {} : { sources: refund.sources.map((share) => toShareObject(share)) }),
    ...(refund.dealId === undefined
      ? {}
      : { deal: { id: refund.dealId, refund_settlements: toSettlementObjects(refund.dealSettlements) } }),
    ...(Object.keys(refund.metadata).length === 0 ? {} : { metadata: refund.metadata }),
  }
}

function confirmationObject({ confirmation, pageUrl, requested, method }: YookassaPayment): object {
  const { type, returnUrl, locale, token } = confirmation
  const common = {
    type,
    ...(returnUrl === undefined || type === 'embedded' ? {} : { return_url: returnUrl }),
    ...(locale === undefined ? {} : { locale }),
  }
  if (type === 'qr') {
    const data = method.type === 'sbp' ? sbpLink(pageUrl, requested.minorUnits) : pageUrl
    return { ...common, confirmation_data: data }
  }
  if (type === 'redirect') return { ...common, confirmation_url: `${pageUrl}?flow=redirect` }
  if (type === 'mobile_application') {
    const isSbp = method.type === 'sbp'
    const link = isSbp ? sbpLink(pageUrl, requested.minorUnits) : `${pageUrl}?flow=app`
    return { ...common, confirmation_url: link }
  }
  if (type === 'embedded') return { ...common, confirmation_token: token }
  return common
}

/** A `PaymentMethod`. @param status `active`: the shop may take money by it again. */
export function methodObject(
  { method, methodId, phone, rrn }: Pick<YookassaPayment, 'method' | 'methodId' | 'phone' | 'rrn'>,
  isPaid: boolean,
  status: 'pending' | 'active' | 'inactive',
): object {
  return {
    type: method.type,
    id: methodId,
    saved: status === 'active',
    status,
    ...(phone === undefined ? {} : { phone }),
    ...(isPaid ? paidWith(method.type, rrn) : {}),
  }
}

/** What becomes known of the payer when he has paid. Numbers of the test cards. */
function paidWith(type: string, rrn: string): object {
  if (type === 'bank_card') {
    return {
      title: 'Bank card *4477',
      card: {
        first6: '220000',
        last4: '4477',
        expiry_year: '2030',
        expiry_month: '12',
        card_type: 'Mir',
        issuer_country: 'RU',
      },
    }
  }
  if (type === 'sbp') {
    return {
      title: 'SBP',
      sbp_operation_id: `B${rrn}0000020000011100000`,
      payer_bank_details: { bank_id: '100000000111', bic: '044525225' },
    }
  }
  if (type === 'yoo_money') return { title: 'YooMoney wallet', account_number: '4100116000001' }
  return {}
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
