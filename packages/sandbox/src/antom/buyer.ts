import type { BuyerPayment } from '../buyer-page.ts'
import type { DeclineReason } from '../decline.ts'
import { close } from './close.ts'
import { notifyCapture, notifyPayment } from './notify.ts'
import { expirePayment } from './pay.ts'
import { type AntomPayment, captured, HOLD_MS, isAuthorized, ledgerStatus } from './payment.ts'
import { type AntomResult, refused } from './result.ts'
import type { AntomCall } from './store.ts'
import { makeAntomId } from './store.ts'

// https://docs.antom.com/ac/ams/payment_cashier#result_codes
const FAILURES: Readonly<Record<DeclineReason, AntomResult>> = {
  general_decline: refused('PROCESS_FAIL', 'A general business failure occurred.'),
  insufficient_funds: refused('USER_BALANCE_NOT_ENOUGH', 'The balance of the user is not enough.'),
  limit_exceeded: refused('USER_AMOUNT_EXCEED_LIMIT', 'The amount exceeds the limit of the user.'),
  fraud_suspected: refused('RISK_REJECT', 'The payment is rejected because of risk control.'),
  authentication_failed: refused(
    'USER_PAYMENT_VERIFICATION_FAILED',
    'The user did not pass the verification.',
  ),
  card_not_accepted: refused(
    'SELECTED_CARD_BRAND_NOT_AVAILABLE',
    'The selected card brand is not available.',
  ),
}

export function toAntomFailure(reason: DeclineReason): AntomResult {
  return FAILURES[reason]
}

/** The wallet's side of a payment. */
export function toBuyerPayment(
  { world, account }: Pick<AntomCall, 'world' | 'account'>,
  payment: AntomPayment,
): BuyerPayment {
  const occasion = {
    double: 'antom',
    operation: 'approve' as const,
    references: [payment.requestId, payment.id],
  }

  function fail(reason: DeclineReason) {
    payment.status = 'FAIL'
    payment.failure = toAntomFailure(reason)
    notifyPayment(world, account, payment)
  }

  expirePayment({ world, account }, payment)
  return {
    kind: payment.method.category === 'CARD' ? 'card' : 'wallet',
    methodName: payment.method.name,
    merchantName: payment.merchantName,
    description: payment.description,
    reference: payment.requestId,
    amount: payment.amount,
    status: ledgerStatus(payment),
    nativeStatus: payment.status,
    expiresAt: payment.expiresAt,
    returnUrl: payment.redirectUrl,

    approve() {
      if (payment.status === 'SUCCESS') return 'done'
      if (payment.status === 'PROCESSING') {
        const declined = world.scenarios.strike('declined', occasion)
        if (declined) {
          fail(declined.reason ?? 'general_decline')
          return 'done'
        }
      } else {
        // A success that was canceled has moved money once already.
        if (payment.approvals > 0) return 'closed'
        if (!payment.isLie && !world.scenarios.strike('late-success', occasion)) return 'closed'
      }
      payment.status = 'SUCCESS'
      payment.failure = undefined
      payment.canceled = undefined
      payment.paidAt = world.clock.now()
      payment.approvals += 1
      if (!payment.isManualCapture) take(payment)
      notifyPayment(world, account, payment)
      if (payment.isManualCapture) {
        world.clock.schedule(payment.paidAt + HOLD_MS, () => {
          if (isAuthorized(payment)) close(world, payment)
        })
      } else if (payment.method.category === 'CARD') {
        for (const capture of payment.captures) notifyCapture(world, account, payment, capture)
      }
      return 'done'
    },

    decline(reason) {
      if (payment.status !== 'PROCESSING')
        return payment.status === 'FAIL' && payment.failure === FAILURES[reason] ? 'done' : 'closed'
      fail(reason)
      return 'done'
    },
  }

  function take(paid: AntomPayment) {
    const id = makeAntomId(world, '30')
    const minorUnits = paid.amount.minorUnits - captured(paid)
    paid.captures = [{ id, requestId: id, fingerprint: '', minorUnits, at: world.clock.now() }]
  }
}
