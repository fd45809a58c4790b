import { canonicalJson, isJsonObject, valueAt } from '../json.ts'
import type { Money } from '../ledger.ts'
import { BASE62 } from '../random.ts'
import {
  oneOf,
  optionalBoolean,
  optionalText,
  optionalUrl,
  requiredAmount,
  requiredText,
  requiredUrl,
  toAntomAmount,
} from './fields.ts'
import { requireMethod } from './method.ts'
import { notifyPayment } from './notify.ts'
import { type AntomPayment, ORDER_IS_CLOSED, payResult } from './payment.ts'
import { AntomRefusal, type AntomResult } from './result.ts'
import { type AntomCall, findPayment, makeAntomId } from './store.ts'
import { fromAntomTime, toAntomTime } from './time.ts'

const DEFAULT_EXPIRY_MS = 14 * 60_000

/** What makes a payment, from `pay` or from a payment session. */
export interface NewPayment {
  readonly requestId: string
  readonly fingerprint: string
  readonly methodType: string
  readonly amount: Money
  readonly terminalType: string
  readonly expiresAt: number
  readonly isManualCapture: boolean
}

/** https://docs.antom.com/ac/ams/payment_cashier */
export function pay(call: AntomCall, decline: () => AntomResult | undefined): object {
  const { body, store, account } = call
  const requestId = requiredText(body, 'paymentRequestId', 64)
  const fingerprint = paymentFingerprint(body)
  const known = findPayment(store, account.clientId, { paymentRequestId: requestId })
  if (known) return repeat(known, fingerprint)

  oneOf(body, 'productCode', ['CASHIER_PAYMENT'])
  requiredAmount(body, 'order.orderAmount')
  const methodType = requiredText(body, 'paymentMethod.paymentMethodType', 64)
  const terminalType = oneOf(body, 'env.terminalType', ['WEB', 'WAP', 'APP', 'MINI_APP'])
  if (terminalType === 'WAP' || terminalType === 'APP') oneOf(body, 'env.osType', ['IOS', 'ANDROID'])
  requiredUrl(body, 'paymentRedirectUrl', 2048)
  optionalText(body, 'settlementStrategy.settlementCurrency', 3)
  const payment = createPayment(call, {
    requestId,
    fingerprint,
    methodType,
    amount: requiredAmount(body, 'paymentAmount'),
    terminalType,
    expiresAt: readExpiry(call),
    isManualCapture: readManualCapture(call, methodType),
  })
  const failure = decline()
  if (failure) {
    payment.status = 'FAIL'
    payment.failure = failure
  }
  return payAnswer(payment)
}

/** What two requests with one id must agree on: everything but the device, which a retry may describe anew. */
export function paymentFingerprint(body: unknown): string {
  if (!isJsonObject(body)) throw new AntomRefusal('PARAM_ILLEGAL', 'The body is not a JSON object.')
  const { env, ...said } = body
  return canonicalJson(said)
}

export function createPayment(call: AntomCall, made: NewPayment): AntomPayment {
  const { body, store, account, world, baseUrl } = call
  requiredText(body, 'order.referenceOrderId', 64)
  const description = requiredText(body, 'order.orderDescription', 256)
  // The vendor's own example of a session has none.
  if (valueAt(body, 'order.orderAmount') !== undefined) requiredAmount(body, 'order.orderAmount')
  const { methodType, ...rest } = made
  const payment: AntomPayment = {
    ...rest,
    id: makeAntomId(world, '18'),
    clientId: account.clientId,
    method: requireMethod(methodType, made.amount),
    description,
    merchantName: optionalText(body, 'order.merchant.merchantName', 256) ?? account.merchantName,
    redirectUrl: requiredUrl(body, 'paymentRedirectUrl', 2048),
    notifyUrl: optionalUrl(body, 'paymentNotifyUrl', 1024),
    createdAt: world.clock.now(),
    pageUrl: `${baseUrl}/wallet/281002040090${world.random.text(20, BASE62)}`,
    status: 'PROCESSING',
    failure: undefined,
    paidAt: undefined,
    captures: [],
    isLastCaptureDone: false,
    canceled: undefined,
    approvals: 0,
    isLie: false,
  }
  store.payments.add(payment)
  world.clock.schedule(payment.expiresAt, () => expirePayment(call, payment))
  return payment
}

/** Closes an order whose time is over. */
export function expirePayment(
  { world, account }: Pick<AntomCall, 'world' | 'account'>,
  payment: AntomPayment,
) {
  if (payment.status !== 'PROCESSING' || world.clock.now() < payment.expiresAt) return
  payment.status = 'FAIL'
  payment.failure = ORDER_IS_CLOSED
  notifyPayment(world, account, payment)
}

export function repeat(payment: AntomPayment, fingerprint: string): object {
  if (payment.fingerprint !== fingerprint) {
    throw new AntomRefusal('REPEAT_REQ_INCONSISTENT', 'The repeated request differs from the first one.')
  }
  return payAnswer(payment)
}

function payAnswer(payment: AntomPayment): object {
  return {
    result: payResult(payment),
    paymentRequestId: payment.requestId,
    paymentId: payment.id,
    paymentAmount: toAntomAmount(payment.amount),
    paymentCreateTime: toAntomTime(payment.createdAt),
    ...(payment.paidAt === undefined ? {} : { paymentTime: toAntomTime(payment.paidAt) }),
    ...(payment.status === 'PROCESSING' ? links(payment) : {}),
  }
}

/** The ways to the wallet: by terminal, as in the samples of https://docs.antom.com/ac/ams/payment_cashier */
function links({ pageUrl, method, terminalType, expiresAt }: AntomPayment): object {
  const normalUrl = `${pageUrl}?flow=redirect`
  const form = { method: 'GET', redirectUrl: normalUrl }
  const redirect = {
    normalUrl,
    redirectActionForm: form,
    paymentActionForm: JSON.stringify({ ...form, paymentActionFormType: 'RedirectActionForm' }),
  }
  if (method.category === 'CARD') return redirect
  const orderCodeForm = {
    codeDetails: [{ codeValue: pageUrl, displayType: 'TEXT' }],
    expireTime: toAntomTime(expiresAt),
  }
  if (terminalType === 'WEB') return { ...redirect, orderCodeForm }
  return {
    ...redirect,
    orderCodeForm,
    applinkUrl: `${pageUrl}?flow=app`,
    ...(terminalType === 'WAP' ? {} : { schemeUrl: `${pageUrl}?flow=app` }),
    ...(method.appIdentifier === undefined ? {} : { appIdentifier: method.appIdentifier }),
  }
}

function readExpiry({ body, world }: AntomCall): number {
  const now = world.clock.now()
  const text = optionalText(body, 'paymentExpiryTime', 64)
  if (text === undefined) return now + DEFAULT_EXPIRY_MS
  const expiresAt = fromAntomTime(text)
  if (expiresAt === undefined || expiresAt <= now) {
    throw new AntomRefusal(
      'PARAM_ILLEGAL',
      `Illegal parameter paymentExpiryTime: ${text} is not a time to come.`,
    )
  }
  return expiresAt
}

/** Wallets take the money at once; only cards can hold it. */
export function readManualCapture({ body }: AntomCall, methodType: string): boolean {
  const isAuthorization = optionalBoolean(body, 'paymentFactor.isAuthorization') ?? false
  const captureMode = optionalText(body, 'paymentFactor.captureMode', 16)
  if (captureMode !== undefined) oneOf(body, 'paymentFactor.captureMode', ['AUTOMATIC', 'MANUAL'])
  const isManual = isAuthorization && captureMode === 'MANUAL'
  if (isManual && methodType !== 'CARD') {
    throw new AntomRefusal(
      'PARAM_ILLEGAL',
      `${methodType} cannot hold money: captureMode MANUAL is for cards.`,
    )
  }
  return isManual
}
