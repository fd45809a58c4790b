import { uuid } from '../random.ts'
import { expireHold, expireWaiting } from './expire.ts'
import { checkReceipt, checkShops, optionalKopecks, optionalText } from './fields.ts'
import { notifyPayment } from './notify.ts'
import { isWaiting, type TbankPayment, type TbankRefund } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import { requirePayment, type TbankCall } from './store.ts'

/** How long the Faster Payments System takes to give money back, here. */
const SBP_REFUND_MS = 3_000

/**
 * POST /v2/Cancel: https://developer.tbank.ru/eacq/api/cancel. Ends a payment that waits, lets go of a hold, or gives back
 * what was taken. A known `ExternalRequestId` does nothing a second time; for SBP it is not looked at.
 */
export function cancel(call: TbankCall): object {
  const { body, store, terminal } = call
  const payment = requirePayment(call, body['PaymentId'])
  expireWaiting(call, payment)
  expireHold(call, payment)
  const asked = optionalKopecks(body, 'Amount')
  const requestId = optionalText(body, 'ExternalRequestId', 256)
  const before = isWaiting(payment) ? payment.requested : payment.left
  const answer = () => ({
    OrderId: payment.orderId,
    Status: payment.status,
    PaymentId: payment.id,
    OriginalAmount: before,
    NewAmount: payment.status === 'CANCELED' ? 0 : payment.left,
    ...(requestId === undefined ? {} : { ExternalRequestId: requestId }),
  })
  const key = `${terminal.terminalKey}\n${requestId}`
  const isGuarded = requestId !== undefined && payment.source.name !== 'qrsbp'
  if (isGuarded && store.cancellations.has(key)) return answer()

  if (call.strike('cannot-cancel')) throw new TbankRefusal('4', `Статус ${payment.status}`)
  if (isWaiting(payment)) {
    if (call.strike('liar')) payment.isLie = true
    payment.status = 'CANCELED'
    payment.left = 0
  } else {
    const amount = asked ?? payment.left
    if (amount > payment.left) throw new TbankRefusal('330', 'Сумма больше остатка платежа')
    checkShops({ Shops: body['Shops'] }, amount)
    checkReceipt(body, amount)
    if (payment.status === 'AUTHORIZED' || payment.status === 'PARTIAL_REVERSED')
      reverse(call, payment, amount)
    else if (payment.status === 'CONFIRMED' || payment.status === 'PARTIAL_REFUNDED') {
      giveBack(call, payment, amount, requestId)
    } else
      throw new TbankRefusal(payment.status === 'ASYNC_REFUNDING' ? '4' : '8', `Статус ${payment.status}`)
  }
  if (isGuarded) store.cancellations.add(key)
  return answer()
}

function reverse(call: TbankCall, payment: TbankPayment, amount: number): void {
  if (call.strike('declined')) throw new TbankRefusal('99', 'Банк, выпустивший карту, отклонил операцию')
  payment.left -= amount
  payment.status = payment.left === 0 ? 'REVERSED' : 'PARTIAL_REVERSED'
  notifyPayment(call, payment)
}

function giveBack(
  call: TbankCall,
  payment: TbankPayment,
  amount: number,
  requestId: string | undefined,
): void {
  const { world, store } = call
  const isDeclined = call.strike('declined') !== undefined
  const isBySbp = payment.source.name === 'qrsbp'
  if (isDeclined && !isBySbp) throw new TbankRefusal('99', 'Банк, выпустивший карту, отклонил операцию')
  const id = uuid(world.random)
  const refund: TbankRefund = {
    id,
    paymentId: payment.id,
    reference: requestId ?? id,
    amount,
    status: 'pending',
  }
  store.refunds.add(refund)
  const was = payment.status
  payment.left -= amount
  payment.qrCancel = undefined
  if (!isBySbp) {
    finish()
    return
  }
  payment.status = 'ASYNC_REFUNDING'
  world.clock.schedule(world.clock.now() + SBP_REFUND_MS, () => {
    if (!isDeclined) {
      finish()
      return
    }
    refund.status = 'failed'
    payment.left += amount
    payment.status = was
    payment.qrCancel = { code: 'I05043', message: 'У покупателя нет расчетного счета в этом банке' }
  })

  function finish(): void {
    refund.status = 'succeeded'
    payment.refunded += amount
    payment.status = payment.left === 0 ? 'REFUNDED' : 'PARTIAL_REFUNDED'
    notifyPayment(call, payment, payment.status, amount)
  }
}
