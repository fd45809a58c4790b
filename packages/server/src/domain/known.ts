import type { KnownPayment } from '../provider.ts'
import { chargeOf } from './charge.ts'
import type { PaymentRecord, RefundRecord } from './records.ts'

/** What we know of a payment, in the charge's currency, given these of its session's refunds. */
export function knownOf(payment: PaymentRecord, refunds: readonly RefundRecord[]): KnownPayment {
  const { currency } = payment.charge
  const refunded = refunds
    .filter(({ paymentId, status }) => paymentId === payment.id && status === 'succeeded')
    .reduce((sum, { charge }) => sum + charge, 0)
  return {
    charge: payment.charge,
    captured: { currency, minorUnits: payment.captured > 0 ? chargeOf(payment.captured, payment) : 0 },
    refunded: { currency, minorUnits: refunded },
  }
}
