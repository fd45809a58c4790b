import { buyerOf } from './buyer.ts'
import { optionalFlag } from './fields.ts'
import { isWaiting } from './payment.ts'
import { TbankRefusal } from './refusal.ts'
import { requirePayment, type TbankCall } from './store.ts'

/** POST /v2/SbpPayTest: plays the end of an SBP payment on a terminal for tests: https://developer.tbank.ru/eacq/api/sbp-pay-test */
export function sbpPayTest(call: TbankCall): object {
  const { body, terminal } = call
  const payment = requirePayment(call, body['PaymentId'])
  const isExpired = optionalFlag(body, 'IsDeadlineExpired')
  const isRejected = optionalFlag(body, 'IsRejected')
  if (isExpired && isRejected) throw new TbankRefusal('1', 'IsDeadlineExpired и IsRejected вместе')
  if (!terminal.terminalKey.endsWith('DEMO')) throw new TbankRefusal('205', 'Нужен терминал DEMO')
  if (!isWaiting(payment) || payment.source.name !== 'qrsbp')
    throw new TbankRefusal('8', `Статус ${payment.status}`)
  if (isExpired) payment.status = 'DEADLINE_EXPIRED'
  else if (isRejected) {
    payment.failedTries = 2
    buyerOf(call, payment, payment.source).decline('general_decline')
  } else buyerOf(call, payment, payment.source).approve()
  return {}
}
