import type { Ledger } from '../ledger.ts'
import { ledgerStatus, refunded } from './payment.ts'
import type { YookassaStore } from './store.ts'

export function toLedger({ payments, refunds }: YookassaStore): Ledger {
  return {
    payments: payments.all().map((payment) => ({
      id: payment.id,
      reference: payment.reference,
      account: payment.shopId,
      method: payment.method.type,
      amount: payment.requested,
      captured: payment.status === 'succeeded' ? payment.amount.minorUnits : 0,
      refunded: refunded(refunds, payment),
      status: ledgerStatus(payment),
      nativeStatus: payment.status,
      createdAt: new Date(payment.createdAt).toISOString(),
      payUrl: payment.pageUrl,
      approvals: payment.approvals,
    })),
    refunds: refunds.all().map(({ id, paymentId, reference, amount, status }) => ({
      id,
      paymentId,
      reference,
      amount,
      status: status === 'succeeded' ? 'succeeded' : 'failed',
    })),
  }
}
