import { expireHold } from './expire.ts'
import { checkReceipt, checkShops, optionalKopecks } from './fields.ts'
import { paramsOf } from './get-state.ts'
import { notifyPayment } from './notify.ts'
import { TbankRefusal } from './refusal.ts'
import { requirePayment, type TbankCall } from './store.ts'

/** POST /v2/Confirm: takes a hold or a part of it; the rest goes back: https://developer.tbank.ru/eacq/api/confirm */
export function confirm(call: TbankCall): object {
  const { body } = call
  const payment = requirePayment(call, body['PaymentId'])
  expireHold(call, payment)
  const amount = optionalKopecks(body, 'Amount') ?? payment.left
  if (payment.status !== 'AUTHORIZED' && payment.status !== 'PARTIAL_REVERSED') {
    throw new TbankRefusal('8', `Статус ${payment.status}`)
  }
  if (amount > payment.left) throw new TbankRefusal('330', 'Сумма больше удержанной')
  checkShops(body, amount)
  checkReceipt(body, amount)
  if (call.strike('declined')) throw new TbankRefusal('99', 'Банк, выпустивший карту, отклонил операцию')
  payment.status = 'CONFIRMED'
  payment.left = amount
  payment.captured = amount
  notifyPayment(call, payment)
  return {
    OrderId: payment.orderId,
    Status: payment.status,
    PaymentId: payment.id,
    Params: paramsOf(payment),
  }
}
