import { buyerOf } from './buyer.ts'
import { expireWaiting } from './expire.ts'
import { requiredText } from './fields.ts'
import { amountOf } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import { SOURCES } from './source.ts'
import { requirePayment, type TbankCall } from './store.ts'

/**
 * POST /v2/Charge: takes a payment by a card that was kept, without the buyer: https://developer.tbank.ru/eacq/api/charge.
 * The real one has to be switched on for a terminal first.
 */
export function charge(call: TbankCall): object {
  const payment = requirePayment(call, call.body['PaymentId'])
  const rebillId = requiredText(call.body, 'RebillId', 40)
  expireWaiting(call, payment)
  if (payment.status !== 'NEW') throw new TbankRefusal('8', `Статус ${payment.status}`)
  const isKnown = [...call.store.cards].some(
    ([key, cards]) =>
      key.startsWith(`${call.terminal.terminalKey}\n`) &&
      cards.some((card) => card.rebillId === rebillId && card.status === 'A'),
  )
  if (!isKnown) throw new TbankRefusal('104', 'RebillId не найден')
  const buyer = buyerOf(call, payment, SOURCES.cards)
  if (call.strike('declined')) buyer.decline('general_decline')
  else buyer.approve()
  if (payment.failure !== undefined) throw new TbankRefusal(payment.failure)
  return {
    OrderId: payment.orderId,
    Status: payment.status,
    PaymentId: payment.id,
    Amount: amountOf(payment),
  }
}
