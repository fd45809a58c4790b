import { canonicalJson } from '../json.ts'
import { optionalBoolean, requiredAmount, requiredText, toAntomAmount } from './fields.ts'
import { notifyCapture } from './notify.ts'
import { type AntomCapture, type AntomPayment, captured } from './payment.ts'
import { AntomRefusal, type AntomResult, SUCCESS } from './result.ts'
import { type AntomCall, makeAntomId, requirePayment } from './store.ts'
import { toAntomTime } from './time.ts'

/** Takes held money, in one or several parts. Idempotent by `captureRequestId`. */
export function capture(call: AntomCall, decline: () => AntomResult | undefined): object {
  const { body, world, account } = call
  const requestId = requiredText(body, 'captureRequestId', 64)
  const payment = requirePayment(call, { paymentId: requiredText(body, 'paymentId', 64) })
  const amount = requiredAmount(body, 'captureAmount')
  const isLast = optionalBoolean(body, 'isLastCapture') ?? false
  const fingerprint = canonicalJson(body)
  const known = payment.captures.find((one) => one.requestId === requestId)
  if (known && known.fingerprint !== fingerprint) {
    throw new AntomRefusal('REPEAT_REQ_INCONSISTENT', 'The repeated request differs from the first one.')
  }
  if (known) return answer(payment, known)

  if (payment.status !== 'SUCCESS' || !payment.isManualCapture || payment.isLastCaptureDone) {
    throw new AntomRefusal('ORDER_STATUS_INVALID', 'The order has nothing to capture.')
  }
  if (amount.currency !== payment.amount.currency) {
    throw new AntomRefusal('CURRENCY_NOT_SUPPORT', `The order is in ${payment.amount.currency}.`)
  }
  if (captured(payment) + amount.minorUnits > payment.amount.minorUnits) {
    throw new AntomRefusal('PARAM_ILLEGAL', 'Illegal parameter captureAmount: it exceeds what is held.')
  }
  const refusal = decline()
  if (refusal) return { result: refusal }
  const made = {
    id: makeAntomId(world, '30'),
    requestId,
    fingerprint,
    minorUnits: amount.minorUnits,
    at: world.clock.now(),
  }
  payment.captures = [...payment.captures, made]
  payment.isLastCaptureDone = isLast || captured(payment) === payment.amount.minorUnits
  notifyCapture(world, account, payment, made)
  return answer(payment, made)
}

function answer(payment: AntomPayment, { id, requestId, minorUnits, at }: AntomCapture): object {
  return {
    result: SUCCESS,
    captureRequestId: requestId,
    captureId: id,
    paymentId: payment.id,
    captureAmount: toAntomAmount({ ...payment.amount, minorUnits }),
    captureTime: toAntomTime(at),
  }
}
