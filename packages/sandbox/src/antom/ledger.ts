import type { Ledger } from '../ledger.ts'
import { captured, ledgerStatus } from './payment.ts'
import { type AntomStore, refunded } from './store.ts'

export function toLedger(store: AntomStore): Ledger {
  return {
    payments: store.payments.all().map((payment) => ({
      id: payment.id,
      reference: payment.requestId,
      account: payment.clientId,
      method: payment.method.type,
      amount: payment.amount,
      captured: captured(payment),
      refunded: refunded(store, payment),
      status: ledgerStatus(payment),
      nativeStatus: payment.status,
      createdAt: new Date(payment.createdAt).toISOString(),
      payUrl: payment.pageUrl,
      approvals: payment.approvals,
    })),
    refunds: store.refunds.all().map(({ id, paymentId, requestId, amount, status }) => ({
      id,
      paymentId,
      reference: requestId,
      amount,
      status: status === 'SUCCESS' ? 'succeeded' : status === 'FAIL' ? 'failed' : 'pending',
    })),
  }
}
