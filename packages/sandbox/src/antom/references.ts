import { valueAt } from '../json.ts'
import { type AntomStore, findPayment, requestKey } from './store.ts'

/** The merchant's and the provider's names of the payment or refund that a request is about. */
export function findReferences(store: AntomStore, clientId: string, body: unknown): string[] {
  const text = (field: string) => {
    const value = valueAt(body, field)
    return typeof value === 'string' ? value : undefined
  }
  const refundId = text('refundId')
  const refundRequestId = text('refundRequestId')
  const refund =
    refundId === undefined
      ? store.refunds.find('request', requestKey(clientId, refundRequestId ?? ''))
      : store.refunds.find('id', refundId)
  const paymentId = text('paymentId') ?? refund?.paymentId
  const paymentRequestId = text('paymentRequestId')
  const payment = findPayment(store, clientId, { paymentId, paymentRequestId })
  const named = [paymentRequestId, paymentId, refundId, refundRequestId, text('captureRequestId')]
  return [...named, refund?.id, refund?.requestId, payment?.id, payment?.requestId].filter(
    (name) => name !== undefined,
  )
}

/** The payment method a request is about, by its own word or by its payment's. */
export function findMethod(store: AntomStore, clientId: string, body: unknown): string | undefined {
  const asked = valueAt(body, 'paymentMethod.paymentMethodType')
  if (typeof asked === 'string') return asked
  for (const name of findReferences(store, clientId, body)) {
    const payment = store.payments.find('id', name)
    if (payment?.clientId === clientId) return payment.method.type
  }
  return undefined
}
