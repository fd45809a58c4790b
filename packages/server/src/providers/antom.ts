import { createHash } from 'node:crypto'
import { type Device, type FailureCode, type Money, sessionIdOf } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import {
  type CancelPayment,
  type CreatePayment,
  NotificationRefused,
  type NotificationRequest,
  type PaymentRef,
  type Provider,
  type ProviderAction,
  type ProviderContext,
  ProviderFault,
  type ProviderHttpResponse,
  type ProviderNotification,
  type ProviderPayment,
  type ProviderPaymentStatus,
  type ProviderRail,
  type ProviderRefund,
  type RefundPayment,
  type RefundRef,
} from '../provider.ts'
import { readJson, retryAfterMs } from '../provider-http.ts'
import { createUrlGate, isLocalHttp } from '../provider-url.ts'
import { signAntom, verifyAntom } from '../signatures/antom.ts'
import { type RsaKey, toRsaPrivateKey, toRsaPublicKey } from '../signatures/rsa-key.ts'

/** What {@link antom} can offer. Each needs Antom's consent for the account. */
export type AntomMethod = 'alipay' | 'alipay_hk'

/** Credentials and settings of one Antom client id. */
export interface AntomOptions {
  /** Name of the account. Default `antom`. */
  readonly account?: string | undefined
  /** Ids that begin with `SANDBOX_` use Antom's sandbox, on the same gateway. */
  readonly clientId: string
  /** The merchant's RSA key: PKCS#8 or PKCS#1, PEM or bare base64. */
  readonly privateKey: RsaKey
  /** Antom's RSA key for this client id, from the dashboard. */
  readonly antomPublicKey: RsaKey
  /** `keyVersion` of requests, when the merchant has changed keys. Default 1. */
  readonly keyVersion?: number | undefined
  /** Default Singapore. Others: `https://open-na-global.alipay.com`, `https://open-de-global.alipay.com`. */
  readonly gatewayUrl?: string | undefined
  /** Default `['alipay']`. */
  readonly methods?: readonly AntomMethod[] | undefined
  /** Currency Antom pays the merchant in, where the contract has several. */
  readonly settlementCurrency?: string | undefined
  /** ISO 3166 country of the merchant, for accounts of the GAGW product. */
  readonly merchantRegion?: string | undefined
}

const ANY_RAIL = {
  presentations: ['qr', 'appLink', 'redirect'],
  // Wallets pay at once; captureMode MANUAL is for cards.
  capture: 'automatic',
  partialCapture: false,
  partialRefund: true,
  // https://docs.antom.com/ac/cashierpay/cancel
  cancelPending: true,
  cancelReturnsMoney: true,
  // An order is closed after 14 minutes unless the request says otherwise.
  timeoutSeconds: 14 * 60,
  requires: [],
  split: false,
  asOf: '2026-11-24',
} as const

const METHODS: Readonly<Record<AntomMethod, { readonly wireType: string; readonly rail: ProviderRail }>> = {
  alipay: {
    wireType: 'ALIPAY_CN',
    rail: {
      ...ANY_RAIL,
      method: 'alipay',
      name: 'Alipay',
      currencies: ['CNY'],
      limits: { CNY: { min: 10, max: 30_000_000 } },
      buyerCountries: ['CN'],
      source: 'https://docs.antom.com/ac/antomop/alipay_cn',
    },
  },
  alipay_hk: {
    wireType: 'ALIPAY_HK',
    rail: {
      ...ANY_RAIL,
      method: 'alipay_hk',
      name: 'AlipayHK',
      currencies: ['HKD'],
      limits: { HKD: { min: 1, max: 5_000_000 } },
      buyerCountries: ['HK'],
      source: 'https://docs.antom.com/ac/antomop/alipay_hk',
    },
  },
}

// https://docs.antom.com/ac/ams/paymentri_online: PROCESSING is an order that waits for its buyer, PENDING one that the
// buyer has paid and a third party has not confirmed.
const PAYMENT_STATUS: ReadonlyMap<string, ProviderPaymentStatus> = new Map([
  ['PROCESSING', 'requires_action'],
  ['PENDING', 'processing'],
  ['SUCCESS', 'succeeded'],
  ['FAIL', 'failed'],
  ['CANCELLED', 'canceled'],
])

// https://docs.antom.com/ac/ams/ir_online
const REFUND_STATUS: ReadonlyMap<string, ProviderRefund['status']> = new Map([
  ['SUCCESS', 'succeeded'],
  ['PROCESSING', 'requested'],
  ['PENDING', 'requested'],
  ['FAIL', 'failed'],
  ['CANCELLED', 'failed'],
])

// https://docs.antom.com/ac/ams/payment_cashier, result codes with status F. The rest is `declined`.
const FAILURE_CODE: ReadonlyMap<string, FailureCode> = new Map([
  ['USER_BALANCE_NOT_ENOUGH', 'insufficient_funds'],
  ['USER_AMOUNT_EXCEED_LIMIT', 'limit_exceeded'],
  ['PAYMENT_AMOUNT_EXCEED_LIMIT', 'limit_exceeded'],
  ['PAYMENT_COUNT_EXCEED_LIMIT', 'limit_exceeded'],
  ['RISK_REJECT', 'fraud_suspected'],
  ['FRAUD_REJECT', 'fraud_suspected'],
  ['USER_KYC_NOT_QUALIFIED', 'identification_required'],
  ['USER_PAYMENT_VERIFICATION_FAILED', 'authentication_failed'],
  ['VERIFY_TIMES_EXCEED_LIMIT', 'authentication_failed'],
  ['VERIFY_UNMATCHED', 'authentication_failed'],
  ['AUTHENTICATION_REQUIRED', 'authentication_failed'],
  ['PAYMENT_NOT_QUALIFIED', 'method_restricted'],
  ['PAYMENT_PROHIBITED', 'method_restricted'],
  ['REGULATION_RESTRICTION', 'method_restricted'],
  ['BUSINESS_NOT_SUPPORT', 'method_restricted'],
  ['UNAVAILABLE_PAYMENT_METHOD', 'method_restricted'],
  ['NO_PAY_OPTIONS', 'method_restricted'],
  ['CURRENCY_NOT_SUPPORT', 'method_restricted'],
  ['ORDER_IS_CLOSED', 'expired'],
  ['EXPIRED_CODE', 'expired'],
  ['ORDER_IS_CANCELED', 'canceled_by_buyer'],
  // Ours to repair, not the buyer's.
  ['ACCESS_DENIED', 'provider_unavailable'],
  ['INVALID_API', 'provider_unavailable'],
  ['INVALID_CLIENT', 'provider_unavailable'],
  ['INVALID_CONTRACT', 'provider_unavailable'],
  ['INVALID_MERCHANT_STATUS', 'provider_unavailable'],
  ['INVALID_SIGNATURE', 'provider_unavailable'],
  ['SIGNATURE_INVALID', 'provider_unavailable'],
  ['KEY_NOT_FOUND', 'provider_unavailable'],
  ['MEDIA_TYPE_NOT_ACCEPTABLE', 'provider_unavailable'],
  ['MERCHANT_KYB_NOT_QUALIFIED', 'provider_unavailable'],
  ['MERCHANT_NOT_REGISTERED', 'provider_unavailable'],
  ['METHOD_NOT_SUPPORTED', 'provider_unavailable'],
  ['NO_INTERFACE_DEF', 'provider_unavailable'],
  ['PARAM_ILLEGAL', 'provider_unavailable'],
  ['SETTLE_CONTRACT_NOT_MATCH', 'provider_unavailable'],
  ['SYSTEM_ERROR', 'provider_unavailable'],
])

// Pages of the wallets, as in the vendor's samples of the pay API.
const BUYER_HOSTS = ['alipay.com', 'alipay.hk', 'alipayhk.com', 'alipayplus.com']
const BUYER_SCHEMES = ['alipay', 'alipays', 'alipayhk']

const PAY = '/ams/api/v1/payments/pay'
const INQUIRY_PAYMENT = '/ams/api/v1/payments/inquiryPayment'
const CANCEL = '/ams/api/v1/payments/cancel'
const REFUND = '/ams/api/v1/payments/refund'
const INQUIRY_REFUND = '/ams/api/v1/payments/inquiryRefund'

const wireResult = z.object({
  result: z.object({ resultStatus: z.enum(['S', 'F', 'U']), resultCode: z.string() }),
})

const wireAmount = z.object({ currency: z.string().check(z.regex(/^[A-Z]{3}$/)), value: z.string() })

const wirePay = z.object({
  paymentId: z.nullish(z.string()),
  paymentRequestId: z.nullish(z.string()),
  paymentAmount: z.nullish(wireAmount),
  normalUrl: z.nullish(z.string()),
  schemeUrl: z.nullish(z.string()),
  applinkUrl: z.nullish(z.string()),
  orderCodeForm: z.nullish(
    z.object({
      expireTime: z.nullish(z.string()),
      codeDetails: z.nullish(
        z.array(z.object({ codeValue: z.string(), displayType: z.nullish(z.string()) })),
      ),
    }),
  ),
})

const wirePayment = z.object({
  paymentStatus: z.string(),
  paymentResultCode: z.nullish(z.string()),
  paymentId: z.string(),
  paymentRequestId: z.nullish(z.string()),
  paymentAmount: wireAmount,
  transactions: z.nullish(
    z.array(
      z.object({
        transactionType: z.nullish(z.string()),
        transactionStatus: z.nullish(z.string()),
        transactionAmount: z.nullish(wireAmount),
      }),
    ),
  ),
})

const wireRefund = z.object({
  refundId: z.string(),
  refundRequestId: z.nullish(z.string()),
  refundAmount: wireAmount,
})

const wireRefundInquiry = z.extend(wireRefund, {
  refundStatus: z.string(),
  paymentId: z.nullish(z.string()),
})

const wireNotification = z.object({
  notifyType: z.string(),
  result: z.nullish(z.object({ resultStatus: z.nullish(z.string()), resultCode: z.nullish(z.string()) })),
  paymentId: z.nullish(z.string()),
  paymentRequestId: z.nullish(z.string()),
  refundId: z.nullish(z.string()),
  refundRequestId: z.nullish(z.string()),
})

/** Notifications are repeated until they are answered so. */
const NOTIFICATION_REPLY: ProviderNotification['reply'] = {
  status: 200,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}',
}

/**
 * Antom (Ant International): Alipay and the Alipay+ wallets, paid in the wallet's own currency. Amounts travel as strings
 * of minor units; requests, answers and notifications are signed. `docs/providers/antom.md` has the mapping.
 *
 * @throws TypeError if a key is no RSA key, or a live client id is to call anything but Antom over https.
 */
export function antom({
  account = 'antom',
  clientId,
  privateKey,
  antomPublicKey,
  keyVersion = 1,
  gatewayUrl = 'https://open-sea-global.alipay.com',
  methods = ['alipay'],
  settlementCurrency,
  merchantRegion,
}: AntomOptions): Provider {
  const isSandbox = clientId.startsWith('SANDBOX_')
  const gateway = checkGateway(gatewayUrl, isSandbox)
  if (!/^[!-~]{1,64}$/.test(clientId)) throw new TypeError('antom: clientId must be 1 to 64 ASCII characters')
  const merchantKey = toRsaPrivateKey(privateKey)
  const antomKey = toRsaPublicKey(antomPublicKey)
  const passUrl = createUrlGate({ hosts: BUYER_HOSTS, schemes: BUYER_SCHEMES, apiUrl: gateway })

  async function call(operation: string, body: object, { http, now }: ProviderContext): Promise<Answer> {
    // The gateway's own path, where it has one, is not part of the API's and is not signed.
    const path = isSandbox ? operation.replace('/ams/api', '/ams/sandbox/api') : operation
    const time = String(now())
    const text = JSON.stringify(body)
    const signature = signAntom({ path, clientId, time, body: text }, merchantKey)
    const response = await http.send({
      method: 'POST',
      url: `${gateway}${path}`,
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'client-id': clientId,
        'request-time': time,
        signature: `algorithm=RSA256,keyVersion=${keyVersion},signature=${signature}`,
      },
      body: text,
    })
    const { status, headers, rawBody } = response
    if (status === 429) {
      throw new ProviderFault('not_done', 'http_429', 'Antom asks to slow down', {
        retryAfterMs: retryAfterMs(headers, now()),
      })
    }
    if (status !== 200) throw new ProviderFault('unknown', `http_${status}`, `Antom answered HTTP ${status}`)

    const { result } = readJson(response, wireResult)
    const header = headers.get('signature')
    // What Antom refuses before it knows who asks, it cannot sign. Nothing good is believed without a signature.
    if (header !== null || result.resultStatus !== 'F') {
      const responseTime = headers.get('response-time') ?? ''
      const message = { path, clientId, time: responseTime, body: rawBody }
      if (!verifyAntom(message, header, antomKey)) {
        throw new ProviderFault(
          'unknown',
          'signature_invalid',
          `the answer to ${path} is not signed by Antom`,
        )
      }
    }
    const { resultStatus, resultCode } = result
    if (resultCode === 'REQUEST_TRAFFIC_EXCEED_LIMIT') {
      throw new ProviderFault('not_done', resultCode, 'Antom asks to slow down')
    }
    // The id is known with another content: what was asked first exists, and may be paid.
    if (resultCode === 'UNKNOWN_EXCEPTION' || resultCode === 'REPEAT_REQ_INCONSISTENT') {
      throw new ProviderFault('unknown', resultCode, `Antom answered ${resultCode} to ${path}`)
    }
    return { resultStatus, resultCode, response }
  }

  async function getPayment(
    { paymentId, providerRef }: PaymentRef,
    context: ProviderContext,
  ): Promise<ProviderPayment | null> {
    const body = paymentId === undefined ? { paymentId: providerRef } : { paymentRequestId: paymentId }
    const answer = await call(INQUIRY_PAYMENT, body, context)
    if (answer.resultCode === 'ORDER_NOT_EXIST') return null
    requireSuccess(answer, INQUIRY_PAYMENT)
    return toPayment(readJson(answer.response, wirePayment))
  }

  return {
    id: 'antom',
    account,
    mode: isSandbox ? 'test' : 'live',
    rails: methods.map((method) => METHODS[method].rail),
    createKeyTtlSeconds: 86_400,

    async createPayment(request, context) {
      const { charge, paymentId, returnUrl, notificationUrl, device, expiresAt } = request
      const amount = toWireAmount(charge)
      const method = methods.find((id) => id === request.method)
      if (method === undefined) {
        throw new ProviderFault('rejected', 'method_unknown', `antom has no method ${request.method}`, {
          failureCode: 'method_restricted',
        })
      }
      const answer = await call(
        PAY,
        {
          productCode: 'CASHIER_PAYMENT',
          // Antom's idempotency key: the same id is the same payment.
          paymentRequestId: paymentId,
          order: {
            referenceOrderId: toOrderReference(request),
            orderDescription: toAscii(request.description, 256) ?? `Order ${toOrderReference(request)}`,
            orderAmount: amount,
            ...toBuyer(request),
          },
          paymentAmount: amount,
          paymentMethod: { paymentMethodType: METHODS[method].wireType },
          paymentRedirectUrl: returnUrl,
          paymentNotifyUrl: notificationUrl,
          paymentExpiryTime: toWireTime(expiresAt),
          env: toEnv(device),
          ...(settlementCurrency === undefined ? {} : { settlementStrategy: { settlementCurrency } }),
          ...(merchantRegion === undefined ? {} : { merchantRegion }),
        },
        context,
      )
      return toCreatedPayment(answer, request)
    },

    getPayment,

    capturePayment: () =>
      Promise.reject(
        new ProviderFault('rejected', 'capture_not_supported', 'Alipay takes the money at once'),
      ),

    /**
     * Ends an order for good. Antom gives the money of a paid one back, so one that is already paid is left alone and
     * told as paid; but once a cancel may have been heard, it is repeated until Antom has answered it.
     */
    async cancelPayment({ paymentId, providerRef, repeated }: CancelPayment, context) {
      const ref = { paymentId, providerRef }
      if (!repeated) {
        const before = await getPayment(ref, context)
        if (before && before.status !== 'requires_action' && before.status !== 'processing') return before
      }
      const body = providerRef === undefined ? { paymentRequestId: paymentId } : { paymentId: providerRef }
      const answer = await call(CANCEL, body, context)
      const after = await getPayment(ref, context)
      if (answer.resultStatus === 'S' && after) {
        return { ...after, status: 'canceled', dead: true, failureCode: null, captured: null }
      }
      // Closed, declined or out of the cancel window meanwhile: Antom's truth is the answer.
      if (answer.resultStatus === 'F' && after && after.status !== 'requires_action') return after
      throw toFault(answer, CANCEL)
    },

    async refundPayment({ refundId, providerRef, charge, reason }: RefundPayment, context) {
      const refundReason = toAscii(reason ?? '', 256)
      const answer = await call(
        REFUND,
        {
          refundRequestId: refundId,
          paymentId: providerRef,
          refundAmount: toWireAmount(charge),
          ...(refundReason === undefined ? {} : { refundReason }),
        },
        context,
      )
      if (answer.resultStatus === 'F') throw toFault(answer, REFUND)
      const wire = readJson(answer.response, wireRefund)
      return toRefund(wire, answer.resultStatus === 'S' ? 'succeeded' : 'requested')
    },

    async getRefund({ refundId }: RefundRef, context) {
      const answer = await call(INQUIRY_REFUND, { refundRequestId: refundId }, context)
      if (answer.resultCode === 'ORDER_NOT_EXIST' || answer.resultCode === 'REFUND_NOT_EXIST') return null
      requireSuccess(answer, INQUIRY_REFUND)
      const wire = readJson(answer.response, wireRefundInquiry)
      return toRefund(wire, REFUND_STATUS.get(wire.refundStatus) ?? 'unknown')
    },

    async parseNotification({ rawBody, headers, requestUri }: NotificationRequest) {
      const message = {
        path: requestUri,
        clientId,
        time: headers.get('request-time') ?? '',
        body: rawBody,
      }
      if (!verifyAntom(message, headers.get('signature'), antomKey)) {
        throw new NotificationRefused(
          401,
          'the notification is not signed by Antom for this client id and address',
        )
      }
      return toNotification(rawBody)
    },
  }

  function toCreatedPayment(answer: Answer, request: CreatePayment): ProviderPayment {
    const { resultStatus, resultCode, response } = answer
    const data = readJson(response, wirePay)
    // An order that Antom names was made, whatever became of it; without one there is none.
    if (!data.paymentId) throw toFault(answer, PAY)
    const charge = data.paymentAmount ? fromWireAmount(data.paymentAmount) : request.charge
    const payment = {
      providerRef: data.paymentId,
      reference: data.paymentRequestId ?? null,
      charge,
      dead: false,
      failureCode: null,
      nextAction: null,
      captured: null,
      refunded: null,
    }
    if (resultStatus === 'S') return { ...payment, status: 'succeeded', captured: charge }
    if (resultStatus === 'F') return { ...payment, ...toFailure(resultCode) }
    if (resultCode !== 'PAYMENT_IN_PROCESS') throw toFault(answer, PAY)
    const nextAction = toAction(data, request.expiresAt)
    return { ...payment, status: nextAction ? 'requires_action' : 'processing', nextAction }
  }

  function toAction(
    { normalUrl, schemeUrl, applinkUrl, orderCodeForm }: z.infer<typeof wirePay>,
    expiresAt: string,
  ): ProviderAction | null {
    const code = orderCodeForm?.codeDetails?.find(({ displayType }) => displayType === 'TEXT')?.codeValue
    if (!code && !normalUrl && !applinkUrl && !schemeUrl) return null
    const payload = passUrl(code)
    const url = passUrl(normalUrl)
    const universal = passUrl(applinkUrl)
    const scheme = passUrl(schemeUrl)
    if (!payload && !url && !universal && !scheme) {
      throw new ProviderFault('unknown', 'url_refused', 'Antom gave no link to a host of its own')
    }
    return {
      expiresAt: earlier(orderCodeForm?.expireTime, expiresAt),
      ...(payload ? { qr: { payload } } : {}),
      ...(universal || scheme
        ? { appLink: { ...(universal ? { universal } : {}), ...(scheme ? { scheme } : {}) } }
        : {}),
      ...(url ? { redirect: { url } } : {}),
    }
  }
}

/** What Antom says about a request, believed; the rest of the answer is read where its form is known. */
interface Answer {
  readonly resultStatus: 'S' | 'F' | 'U'
  readonly resultCode: string
  readonly response: ProviderHttpResponse
}

function checkGateway(gatewayUrl: string, isSandbox: boolean): string {
  const url = new URL(gatewayUrl)
  const isAntom = url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.alipay.com')
  const isAllowed = isSandbox ? url.protocol === 'https:' || isLocalHttp(url) : isAntom
  if (!isAllowed) {
    throw new TypeError(
      isSandbox
        ? `antom: gatewayUrl ${url.origin} must be https, or http on this machine`
        : `antom: a live clientId calls Antom only, not ${url.origin}; use https://open-sea-global.alipay.com or a SANDBOX_ client id`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function requireSuccess(answer: Answer, operation: string): void {
  if (answer.resultStatus !== 'S') throw toFault(answer, operation)
}

function toFault({ resultStatus, resultCode }: Answer, operation: string): ProviderFault {
  return new ProviderFault(
    resultStatus === 'F' ? 'rejected' : 'unknown',
    resultCode,
    `Antom answered ${resultStatus} ${resultCode} to ${operation}`,
    { failureCode: FAILURE_CODE.get(resultCode) ?? 'declined' },
  )
}

function toPayment(wire: z.infer<typeof wirePayment>): ProviderPayment {
  const charge = fromWireAmount(wire.paymentAmount)
  const status = PAYMENT_STATUS.get(wire.paymentStatus) ?? 'unknown'
  return {
    providerRef: wire.paymentId,
    reference: wire.paymentRequestId ?? null,
    charge,
    status,
    dead: status === 'canceled',
    failureCode: null,
    // Antom tells the links once, in the answer to `pay`.
    nextAction: null,
    captured: status === 'succeeded' ? charge : null,
    refunded: toRefunded(wire, charge),
    ...(status === 'failed' ? toFailure(wire.paymentResultCode ?? '') : {}),
  }
}

/** A failed order is closed: Antom makes no success of it any more. */
function toFailure(resultCode: string): Pick<ProviderPayment, 'status' | 'dead' | 'failureCode'> {
  if (resultCode === 'ORDER_IS_CANCELED') return { status: 'canceled', dead: true, failureCode: null }
  if (resultCode === 'ORDER_IS_CLOSED') return { status: 'expired', dead: true, failureCode: 'expired' }
  return { status: 'failed', dead: true, failureCode: FAILURE_CODE.get(resultCode) ?? 'declined' }
}

function toRefunded({ transactions }: z.infer<typeof wirePayment>, { currency }: Money): Money | null {
  if (!transactions) return null
  const parts = transactions.filter(
    ({ transactionType, transactionStatus, transactionAmount }) =>
      transactionType === 'REFUND' &&
      transactionStatus === 'SUCCESS' &&
      transactionAmount?.currency === currency,
  )
  const minorUnits = parts.reduce(
    (sum, { transactionAmount }) =>
      sum + (transactionAmount ? fromWireAmount(transactionAmount).minorUnits : 0),
    0,
  )
  return { currency, minorUnits }
}

function toRefund(
  wire: z.infer<typeof wireRefund> & { paymentId?: string | null | undefined },
  status: ProviderRefund['status'],
): ProviderRefund {
  return {
    providerRef: wire.refundId,
    reference: wire.refundRequestId ?? null,
    paymentProviderRef: wire.paymentId ?? undefined,
    charge: fromWireAmount(wire.refundAmount),
    status,
    failureCode: status === 'failed' ? 'declined' : null,
  }
}

function toNotification(rawBody: Uint8Array): ProviderNotification {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody))
  } catch {
    throw new NotificationRefused(400, 'the notification is not JSON')
  }
  const parsed = wireNotification.safeParse(json)
  if (!parsed.success) throw new NotificationRefused(400, 'the notification has an unexpected form')
  const { notifyType, result, paymentId, paymentRequestId, refundId, refundRequestId } = parsed.data
  const subject = toSubject(parsed.data)
  // Deliveries of one notification may differ in the time they carry; what they are about does not.
  const news = [
    notifyType,
    result?.resultStatus,
    result?.resultCode,
    paymentId,
    paymentRequestId,
    refundId,
    refundRequestId,
  ]
  const eventKey = createHash('sha256').update(JSON.stringify(news)).digest('base64url')
  return { eventKey, subject, reply: NOTIFICATION_REPLY }
}

function toSubject({
  notifyType,
  paymentId,
  paymentRequestId,
  refundId,
  refundRequestId,
}: z.infer<typeof wireNotification>): ProviderNotification['subject'] {
  if (notifyType === 'REFUND_RESULT') {
    if (!refundId && !refundRequestId) return { kind: 'none' }
    return {
      kind: 'refund',
      refundId: refundRequestId ?? undefined,
      providerRef: refundId ?? undefined,
      paymentProviderRef: paymentId ?? undefined,
    }
  }
  if (!['PAYMENT_RESULT', 'PAYMENT_PENDING', 'CAPTURE_RESULT'].includes(notifyType)) return { kind: 'none' }
  if (!paymentId && !paymentRequestId) return { kind: 'none' }
  return { kind: 'payment', paymentId: paymentRequestId ?? undefined, providerRef: paymentId ?? undefined }
}

function toWireAmount({ currency, minorUnits }: Money): { currency: string; value: string } {
  return { currency, value: String(minorUnits) }
}

function fromWireAmount({ currency, value }: z.infer<typeof wireAmount>): Money {
  const minorUnits = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(minorUnits)) {
    throw new ProviderFault(
      'unknown',
      'answer_unexpected',
      `${JSON.stringify(value)} is not an amount of minor units`,
    )
  }
  return { currency, minorUnits }
}

/** WAP must name an operating system that Antom knows; a phone with another one gets the web's links. */
function toEnv(device: Device | undefined): { terminalType: string; osType?: string } {
  if (device?.surface !== 'mobile') return { terminalType: 'WEB' }
  if (device.os === 'ios') return { terminalType: 'WAP', osType: 'IOS' }
  if (device.os === 'android') return { terminalType: 'WAP', osType: 'ANDROID' }
  return { terminalType: 'WEB' }
}

function toBuyer({ buyerReference }: CreatePayment): object {
  const referenceBuyerId = buyerReference === undefined ? undefined : toAscii(buyerReference, 64)
  return referenceBuyerId === buyerReference && referenceBuyerId !== undefined
    ? { buyer: { referenceBuyerId } }
    : {}
}

/** The same for all attempts of an order. */
function toOrderReference({ orderReference, paymentId }: CreatePayment): string {
  return toAscii(orderReference, 64) === orderReference
    ? orderReference
    : (sessionIdOf(paymentId) ?? paymentId)
}

/**
 * Antom asks for no Chinese characters in requests, and some wallets break on whatever is not ASCII. Undefined when
 * nothing worth reading is left.
 */
function toAscii(text: string, maxLength: number): string | undefined {
  const ascii = text
    .normalize('NFKD')
    .replace(/[^ -~]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, maxLength)
  return ascii.length > 0 && ascii.length * 2 >= text.length ? ascii : undefined
}

/** ISO 8601 with an offset and without milliseconds, as in the vendor's samples. */
function toWireTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19)}+00:00`
}

function earlier(a: string | null | undefined, b: string): string {
  const at = Math.min(...[a ?? b, b].map(Date.parse).filter((time) => !Number.isNaN(time)))
  return new Date(at).toISOString()
}
