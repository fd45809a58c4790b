import { valueAt } from '../json.ts'
import type { YookassaStore } from './store.ts'

/** The merchant's and the provider's names of the payment or refund that a request is about. */
export function findReferences(
  { payments, refunds }: YookassaStore,
  headers: Headers,
  path: string,
  body: unknown,
): string[] {
  const named = [
    valueAt(body, 'metadata.paymentId'),
    valueAt(body, 'metadata.refundId'),
    valueAt(body, 'payment_id'),
    headers.get('idempotence-key'),
    path.split('/')[3],
  ].filter((name) => typeof name === 'string')
  const first = <T>(find: (id: string) => T | undefined) => named.map(find).find((row) => row !== undefined)
  const refund = first((id) => refunds.find('id', id))
  const payment = first((id) => payments.find('id', id)) ?? payments.find('id', refund?.paymentId ?? '')
  return [...named, refund?.reference, payment?.id, payment?.reference].filter((name) => name !== undefined)
}

/** The payment method a request is about, by its own word or by its payment's. */
export function findMethodType(
  store: YookassaStore,
  headers: Headers,
  path: string,
  body: unknown,
): string | undefined {
  const asked = valueAt(body, 'payment_method_data.type')
  if (typeof asked === 'string') return asked
  for (const name of findReferences(store, headers, path, body)) {
    const payment = store.payments.find('id', name)
    if (payment) return payment.method.type
  }
  return undefined
}
