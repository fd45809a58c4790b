import type { BuyerPayment } from '../buyer-page.ts'
import type { DeclineReason } from '../decline.ts'
import { expireHold, expirePending } from './expire.ts'
import { notifyPayment } from './notify.ts'
import { type CancellationDetails, ledgerStatus, type YookassaPayment } from './payment.ts'
import type { YookassaCall } from './store.ts'
import { takeAtOnce } from './take-at-once.ts'

const REASONS: Readonly<Record<DeclineReason, string>> = {
  general_decline: 'general_decline',
  insufficient_funds: 'insufficient_funds',
  limit_exceeded: 'payment_method_limit_exceeded',
  fraud_suspected: 'fraud_suspected',
  authentication_failed: '3d_secure_failed',
  card_not_accepted: 'country_forbidden',
}

/** The bank's side of a payment. */
export function toBuyerPayment(
  owner: Pick<YookassaCall, 'world' | 'store' | 'shop'>,
  payment: YookassaPayment,
): BuyerPayment {
  const { world } = owner
  const occasion = {
    double: 'yookassa',
    operation: 'approve' as const,
    references: [payment.reference, payment.id],
  }

  function refuse(reason: DeclineReason) {
    const details: CancellationDetails = { party: 'payment_network', reason: REASONS[reason] }
    payment.status = 'canceled'
    payment.cancellation = details
    notifyPayment(owner, 'payment.canceled', payment)
  }

  expirePending(owner, payment)
  expireHold(owner, payment)
  return {
    kind: payment.method.page,
    methodName: payment.method.name,
    merchantName: payment.shopName,
    description: payment.description ?? '',
    reference: payment.reference,
    amount: payment.amount,
    status: ledgerStatus(payment),
    nativeStatus: payment.status,
    expiresAt: payment.expiresAt,
    returnUrl: payment.confirmation.returnUrl,

    approve() {
      if (payment.status === 'succeeded' || payment.status === 'waiting_for_capture') return 'done'
      if (payment.status === 'pending') {
        const declined = world.scenarios.strike('declined', occasion)
        if (declined) {
          refuse(declined.reason ?? 'general_decline')
          return 'done'
        }
      } else {
        // A hold that was released has charged the buyer once already.
        if (payment.approvals > 0) return 'closed'
        if (!payment.isLie && !world.scenarios.strike('late-success', occasion)) return 'closed'
      }
      takeAtOnce(owner, payment)
      return 'done'
    },

    decline(reason) {
      if (payment.status !== 'pending') {
        return payment.status === 'canceled' && payment.cancellation?.reason === REASONS[reason]
          ? 'done'
          : 'closed'
      }
      refuse(reason)
      return 'done'
    },
  }
}
