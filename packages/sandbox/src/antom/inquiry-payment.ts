import { close } from './close.ts'
import { optionalText, toAntomAmount } from './fields.ts'
import { expirePayment } from './pay.ts'
import { type AntomPayment, later, payResult } from './payment.ts'
import { AntomRefusal, SUCCESS } from './result.ts'
import { type AntomCall, type AntomStore, requirePayment } from './store.ts'
import { toAntomTime } from './time.ts'

/** Its `result` tells about the question only; the order is in `paymentStatus`. */
export function inquiryPayment(call: AntomCall): object {
  const payment = requirePayment(call, readPaymentIds(call))
  expirePayment(call, payment)
  if (payment.status === 'PROCESSING' && call.strike('liar')) {
    payment.isLie = true
    close(call.world, payment)
  }
  const outcome = payResult(payment)
  return {
    result: SUCCESS,
    paymentStatus: payment.status,
    paymentResultCode: outcome.resultCode,
    paymentResultMessage: outcome.resultMessage,
    paymentRequestId: payment.requestId,
    paymentId: payment.id,
    paymentAmount: toAntomAmount(payment.amount),
    paymentCreateTime: toAntomTime(payment.createdAt),
    ...(payment.paidAt === undefined ? {} : { paymentTime: toAntomTime(payment.paidAt) }),
    paymentMethodType: payment.method.type,
    ...later(payment),
    ...transactions(call.store, payment),
  }
}

/** `paymentId` wins when both are given. */
export function readPaymentIds({ body }: Pick<AntomCall, 'body'>): {
  paymentId?: string | undefined
  paymentRequestId?: string | undefined
} {
  const paymentId = optionalText(body, 'paymentId', 64)
  const paymentRequestId = optionalText(body, 'paymentRequestId', 64)
  if (paymentId === undefined && paymentRequestId === undefined) {
    throw new AntomRefusal('PARAM_ILLEGAL', 'Illegal parameter: paymentId or paymentRequestId is required.')
  }
  return { paymentId, paymentRequestId }
}

/** Left out when there were none: the vendor's sample prints `null`, which the vendor's Python SDK cannot read. */
function transactions({ refunds }: AntomStore, payment: AntomPayment): object {
  const list: object[] = []
  const add = (type: string, id: string, requestId: string, minorUnits: number, status: string, at: number) =>
    list.push({
      transactionType: type,
      transactionId: id,
      transactionRequestId: requestId,
      transactionAmount: toAntomAmount({ ...payment.amount, minorUnits }),
      transactionStatus: status,
      transactionTime: toAntomTime(at),
      transactionResult: SUCCESS,
    })
  if (payment.method.category === 'CARD') {
    for (const { id, requestId, minorUnits, at } of payment.captures) {
      add('CAPTURE', id, requestId, minorUnits, 'SUCCESS', at)
    }
  }
  for (const { id, requestId, amount, status, createdAt } of refunds.where('payment', payment.id)) {
    add('REFUND', id, requestId, amount.minorUnits, status, createdAt)
  }
  if (payment.canceled) {
    const { id, at } = payment.canceled
    add('CANCEL', id, payment.requestId, payment.amount.minorUnits, 'SUCCESS', at)
  }
  return list.length === 0 ? {} : { transactions: list }
}
