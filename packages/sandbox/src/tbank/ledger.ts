import type { Ledger } from '../ledger.ts'
import { ledgerStatus } from './payment.ts'
import type { TbankStore } from './store.ts'

export function toLedger({ payments, refunds }: TbankStore): Ledger {
  const rubles = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
  return {
    payments: payments.all().map((payment) => ({
      id: payment.id,
      reference: payment.orderId,
      account: payment.terminalKey,
      method: payment.source.name,
      amount: rubles(payment.requested),
      captured: payment.captured,
      refunded: payment.captured - (ledgerStatus(payment) === 'succeeded' ? payment.left : payment.captured),
      status: ledgerStatus(payment),
      nativeStatus: payment.status,
      createdAt: new Date(payment.createdAt).toISOString(),
      payUrl: payment.pageUrl ?? payment.formUrl,
      approvals: payment.approvals,
    })),
    refunds: refunds.all().map(({ id, paymentId, reference, amount, status }) => ({
      id,
      paymentId,
      reference,
      amount: rubles(amount),
      status,
    })),
  }
}
