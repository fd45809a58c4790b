import { expireHold, expireWaiting } from './expire.ts'
import { requiredText } from './fields.ts'
import { amountOf, failureOf, isWaiting, type TbankPayment } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import { orderKey, requirePayment, type TbankCall } from './store.ts'

/** POST /v2/GetState: https://developer.tbank.ru/eacq/api/get-state. The answer is about the request, so it is a success. */
export function getState(call: TbankCall): object {
  const payment = requirePayment(call, call.body['PaymentId'])
  expireWaiting(call, payment)
  expireHold(call, payment)
  lie(call, payment)
  return {
    OrderId: payment.orderId,
    Status: payment.status,
    PaymentId: payment.id,
    Amount: amountOf(payment),
    ...(isPaid(payment) ? { Params: paramsOf(payment) } : {}),
  }
}

/** POST /v2/CheckOrder: https://developer.tbank.ru/eacq/api/check-order */
export function checkOrder(call: TbankCall): object {
  const { body, store, terminal } = call
  const orderId = requiredText(body, 'OrderId', 36)
  const payments = store.payments.where('order', orderKey(terminal.terminalKey, orderId))
  if (payments.length === 0) throw new TbankRefusal('335', `OrderId ${orderId}`)
  return {
    OrderId: orderId,
    Payments: payments.map((payment) => {
      expireWaiting(call, payment)
      expireHold(call, payment)
      lie(call, payment)
      const { code, message } = failureOf(payment)
      return {
        PaymentId: payment.id,
        Amount: amountOf(payment),
        Status: payment.status,
        ...(isPaid(payment) ? { RRN: payment.rrn } : {}),
        Success: code === '0',
        ErrorCode: Number(code),
        Message: message,
        ...(isPaid(payment) && payment.source.name === 'qrsbp'
          ? { SbpPaymentId: `A${payment.rrn}0000030011340501`, SbpCustomerId: `c${payment.rrn}` }
          : {}),
      }
    }),
  }
}

/** POST /v2/GetQrState: how the last refund of an SBP payment goes. */
export function getQrState(call: TbankCall): object {
  const payment = requirePayment(call, call.body['PaymentId'])
  if (payment.source.name !== 'qrsbp') throw new TbankRefusal('8', 'Платеж не по СБП')
  return {
    Status: payment.status,
    OrderId: payment.orderId,
    ...(payment.refunded > 0 ? { Amount: payment.refunded } : {}),
    ...(payment.qrCancel === undefined
      ? {}
      : { QrCancelCode: payment.qrCancel.code, QrCancelMessage: payment.qrCancel.message }),
  }
}

/** The scenario `liar`. */
function lie(call: TbankCall, payment: TbankPayment): void {
  if (!isWaiting(payment) || !call.strike('liar')) return
  payment.status = 'CANCELED'
  payment.isLie = true
}

/** How the buyer paid. */
export function paramsOf({ source }: TbankPayment): object[] {
  return [
    { Key: 'Route', Value: 'ACQ' },
    { Key: 'Source', Value: source.name },
  ]
}

function isPaid({ approvals }: TbankPayment): boolean {
  return approvals > 0
}
