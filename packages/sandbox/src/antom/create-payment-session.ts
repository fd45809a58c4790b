import { oneOf, optionalText, requiredAmount, requiredText, requiredUrl } from './fields.ts'
import { createPayment, paymentFingerprint, readManualCapture } from './pay.ts'
import type { AntomPayment } from './payment.ts'
import { AntomRefusal, SUCCESS } from './result.ts'
import { type AntomCall, findPayment } from './store.ts'
import { fromAntomTime, toAntomTime } from './time.ts'

const SESSION_MS = 3_600_000

/** The session that Antom's own client SDK opens. Here its page is the wallet page of the same payment. */
export function createPaymentSession(call: AntomCall): object {
  const { body, store, account, world } = call
  const requestId = requiredText(body, 'paymentRequestId', 64)
  const fingerprint = paymentFingerprint(body)
  const known = findPayment(store, account.clientId, { paymentRequestId: requestId })
  if (known && known.fingerprint !== fingerprint) {
    throw new AntomRefusal('REPEAT_REQ_INCONSISTENT', 'The repeated request differs from the first one.')
  }
  if (known) return answer(known)

  oneOf(body, 'productCode', ['CASHIER_PAYMENT'])
  // Left out by the vendor's own example.
  if (optionalText(body, 'productScene', 32))
    oneOf(body, 'productScene', ['CHECKOUT_PAYMENT', 'ELEMENT_PAYMENT'])
  requiredUrl(body, 'paymentRedirectUrl', 2048)
  const amount = requiredAmount(body, 'paymentAmount')
  const expiry = optionalText(body, 'paymentSessionExpiryTime', 64)
  const methodType =
    optionalText(body, 'paymentMethod.paymentMethodType', 64) ?? defaultMethod(amount.currency)
  return answer(
    createPayment(call, {
      requestId,
      fingerprint,
      methodType,
      amount,
      terminalType: optionalText(body, 'env.terminalType', 16) ?? 'WEB',
      expiresAt: (expiry === undefined ? undefined : fromAntomTime(expiry)) ?? world.clock.now() + SESSION_MS,
      isManualCapture: readManualCapture(call, methodType),
    }),
  )
}

function defaultMethod(currency: string): string {
  return currency === 'CNY' ? 'ALIPAY_CN' : 'CARD'
}

function answer({ id, pageUrl, expiresAt }: AntomPayment): object {
  return {
    result: SUCCESS,
    paymentSessionId: id,
    paymentSessionData: Buffer.from(JSON.stringify({ paymentSessionId: id, url: pageUrl })).toString(
      'base64',
    ),
    paymentSessionExpiryTime: toAntomTime(expiresAt),
    normalUrl: `${pageUrl}?flow=redirect`,
  }
}
