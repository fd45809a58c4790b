import type { AntomAccount } from '../accounts.ts'
import type { World } from '../double.ts'
import { parseJson, valueAt } from '../json.ts'
import { toAntomAmount } from './fields.ts'
import { type AntomCapture, type AntomPayment, type AntomRefund, later, payResult } from './payment.ts'
import { SUCCESS } from './result.ts'
import { signAntom } from './signature.ts'
import { toAntomTime } from './time.ts'

const MINUTE_MS = 60_000

/** Pauses before each of the eight attempts: https://docs.antom.com/ac/ams/paymentrn_online */
export const ANTOM_PAUSES_MS = [0, 2, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * MINUTE_MS)

export function notifyPayment(world: World, account: AntomAccount, payment: AntomPayment): void {
  send(world, account, payment.notifyUrl, [payment.requestId, payment.id], {
    notifyType: 'PAYMENT_RESULT',
    result: payResult(payment),
    paymentRequestId: payment.requestId,
    paymentId: payment.id,
    paymentAmount: toAntomAmount(payment.amount),
    paymentCreateTime: toAntomTime(payment.createdAt),
    ...(payment.paidAt === undefined ? {} : { paymentTime: toAntomTime(payment.paidAt) }),
    paymentMethodType: payment.method.type,
    ...later(payment),
  })
}

export function notifyCapture(
  world: World,
  account: AntomAccount,
  payment: AntomPayment,
  capture: AntomCapture,
): void {
  send(world, account, payment.notifyUrl, [payment.requestId, payment.id, capture.requestId], {
    notifyType: 'CAPTURE_RESULT',
    result: SUCCESS,
    captureRequestId: capture.requestId,
    paymentId: payment.id,
    captureId: capture.id,
    captureAmount: toAntomAmount({ ...payment.amount, minorUnits: capture.minorUnits }),
    captureTime: toAntomTime(capture.at),
  })
}

export function notifyRefund(world: World, account: AntomAccount, refund: AntomRefund): void {
  send(world, account, refund.notifyUrl, [refund.requestId, refund.id, refund.paymentId], {
    notifyType: 'REFUND_RESULT',
    result: refund.result,
    refundStatus: refund.status,
    refundRequestId: refund.requestId,
    refundId: refund.id,
    refundAmount: toAntomAmount(refund.amount),
    refundTime: toAntomTime(world.clock.now()),
  })
}

function send(
  { deliveries, notificationDelayMs }: World,
  { clientId, antomPrivateKey, notificationUrl }: AntomAccount,
  requestedUrl: string | undefined,
  references: readonly [string, ...string[]],
  message: { readonly notifyType: string; readonly [field: string]: unknown },
) {
  const url = requestedUrl ?? notificationUrl
  if (url === undefined) return
  const body = JSON.stringify(message)
  const { pathname, search } = new URL(url)
  deliveries.send({
    double: 'antom',
    account: clientId,
    event: message.notifyType,
    references,
    url,
    body,
    headers: (nowMs) => {
      const time = toAntomTime(nowMs)
      const signature = signAntom({ path: pathname + search, clientId, time, body }, antomPrivateKey)
      return {
        'content-type': 'application/json; charset=UTF-8',
        'client-id': clientId,
        'request-time': time,
        signature: `algorithm=RSA256, keyVersion=1, signature=${signature}`,
      }
    },
    pausesMs: ANTOM_PAUSES_MS.map((pauseMs, index) =>
      index === 0 ? pauseMs + notificationDelayMs : pauseMs,
    ),
    isAcknowledged,
  })
}

/** The merchant must answer `{"result":{"resultCode":"SUCCESS","resultStatus":"S",…}}`. */
function isAcknowledged(status: number, body: string): boolean {
  const answer = parseJson(body)
  return (
    status === 200 &&
    valueAt(answer, 'result.resultCode') === 'SUCCESS' &&
    valueAt(answer, 'result.resultStatus') === 'S'
  )
}
