import { canonicalJson } from '../json.ts'
import {
  optionalBoolean,
  optionalText,
  optionalUrl,
  requiredAmount,
  requiredText,
  toAntomAmount,
} from './fields.ts'
import { notifyRefund } from './notify.ts'
import { type AntomPayment, type AntomRefund, captured } from './payment.ts'
import { AntomRefusal, type AntomResult, PAYMENT_IN_PROCESS, SUCCESS } from './result.ts'
import { type AntomCall, makeAntomId, refunded, requestKey, requirePayment } from './store.ts'
import { toAntomTime } from './time.ts'

const WINDOW_MS = 365 * 86_400_000
const ASYNC_MS = 3_000

/** Idempotent by `refundRequestId`. With `isAsyncRefund` it answers U and tells the rest by notification. */
export function refund(call: AntomCall, decline: () => AntomResult | undefined): object {
  const { body, world, store, account } = call
  const requestId = requiredText(body, 'refundRequestId', 64)
  const payment = requirePayment(call, { paymentId: requiredText(body, 'paymentId', 64) })
  const amount = requiredAmount(body, 'refundAmount')
  optionalText(body, 'refundReason', 256)
  const refundNotifyUrl = optionalUrl(body, 'refundNotifyUrl', 1024)
  const isAsync = optionalBoolean(body, 'isAsyncRefund') ?? false
  const fingerprint = canonicalJson(body)
  const known = store.refunds.find('request', requestKey(account.clientId, requestId))
  if (known && known.fingerprint !== fingerprint) {
    throw new AntomRefusal('REPEAT_REQ_INCONSISTENT', 'The repeated request differs from the first one.')
  }
  if (known) return answer(known)

  requireRefundable(call, payment, amount)
  const refusal = decline()
  const made: AntomRefund = {
    id: makeAntomId(world, '20'),
    requestId,
    clientId: account.clientId,
    fingerprint,
    paymentId: payment.id,
    amount,
    createdAt: world.clock.now(),
    notifyUrl: refundNotifyUrl ?? payment.notifyUrl,
    status: isAsync ? 'PROCESSING' : refusal ? 'FAIL' : 'SUCCESS',
    result: isAsync ? PAYMENT_IN_PROCESS : (refusal ?? SUCCESS),
  }
  store.refunds.add(made)
  // Who names an address hears of every end; an asynchronous one is told in any case.
  if (!isAsync && refundNotifyUrl !== undefined) notifyRefund(world, account, made)
  if (isAsync) world.clock.schedule(made.createdAt + ASYNC_MS, () => finish(call, made, refusal))
  return answer(made)
}

function requireRefundable(
  { store, world }: AntomCall,
  payment: AntomPayment,
  amount: { readonly currency: string; readonly minorUnits: number },
) {
  const taken = captured(payment)
  if (payment.status === 'CANCELLED') throw new AntomRefusal('ORDER_IS_CANCELED', 'The order is canceled.')
  if (payment.status === 'FAIL') throw new AntomRefusal('ORDER_IS_CLOSED', 'The order is closed.')
  if (payment.status !== 'SUCCESS' || taken === 0) {
    throw new AntomRefusal('ORDER_STATUS_INVALID', 'The order is not paid.')
  }
  if (amount.currency !== payment.amount.currency) {
    throw new AntomRefusal('CURRENCY_NOT_SUPPORT', `The order was paid in ${payment.amount.currency}.`)
  }
  if (world.clock.now() > (payment.paidAt ?? 0) + WINDOW_MS) {
    throw new AntomRefusal('REFUND_WINDOW_EXCEED', 'The order is too old to be refunded.')
  }
  if (refunded(store, payment) + amount.minorUnits > taken) {
    throw new AntomRefusal('REFUND_AMOUNT_EXCEED', 'The refunds would exceed what was paid.')
  }
}

function finish({ world, account }: AntomCall, made: AntomRefund, refusal: AntomResult | undefined) {
  made.status = refusal ? 'FAIL' : 'SUCCESS'
  made.result = refusal ?? SUCCESS
  notifyRefund(world, account, made)
}

function answer({ id, requestId, paymentId, amount, createdAt, result }: AntomRefund): object {
  return {
    result,
    refundRequestId: requestId,
    refundId: id,
    paymentId,
    refundAmount: toAntomAmount(amount),
    ...(result === SUCCESS ? { refundTime: toAntomTime(createdAt) } : {}),
  }
}
