import { createHash } from 'node:crypto'
import { isSupportedCurrency, type Money, sessionIdOf } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import {
  type CancelPayment,
  type CapturePayment,
  type CreatePayment,
  NotificationRefused,
  type NotificationRequest,
  type PaymentRef,
  type Provider,
  type ProviderAction,
  type ProviderContext,
  ProviderFault,
  type ProviderNotification,
  type ProviderPayment,
  type ProviderPaymentStatus,
  type ProviderRail,
  type ProviderRefund,
  type RefundPayment,
  type RefundRef,
} from '../provider.ts'
import { readJson } from '../provider-http.ts'
import { createUrlGate } from '../provider-url.ts'
import { readNotification } from '../read-notification.ts'
import {
  type AntomAnswer,
  type AntomCredentials,
  createAntomClient,
  requireSuccess,
  toAntomFault,
} from './antom/client.ts'
import { toAntomEnv } from './antom/env.ts'
import { FAILURE_CODE } from './antom/failure-code.ts'
import { fromWireAmount, toWireAmount, wireAmount } from './antom/wire-amount.ts'

/** What {@link antom} can offer. Each needs Antom's consent for the account. */
export type AntomMethod = 'alipay' | 'alipay_hk' | 'bank_card'

/** Credentials and settings of one Antom client id. */
export interface AntomOptions extends AntomCredentials {
  /** Name of the account. Default `antom`. */
  readonly account?: string | undefined
  /** Default `['alipay']`. */
  readonly methods?: readonly AntomMethod[] | undefined
  /** What cards are charged in, for `bank_card`. Default `['USD']`. */
  readonly cardCurrencies?: readonly string[] | undefined
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

const WALLETS: Readonly<
  Record<Exclude<AntomMethod, 'bank_card'>, { readonly wireType: string; readonly rail: ProviderRail }>
> = {
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

/**
 * Cards, on Antom's own page. What one may take at most is in the contract, not in the documentation.
 *
 * https://docs.antom.com/ac/cashierpay/HOSTEDCKP
 */
function cardRail(currencies: readonly string[]): ProviderRail {
  for (const currency of currencies) {
    if (!isSupportedCurrency(currency))
      throw new TypeError(`antom: cardCurrencies has ${currency}, which nobody has checked`)
  }
  return {
    method: 'bank_card',
    name: 'Bank card',
    currencies,
    presentations: ['redirect'],
    capture: 'both',
    partialCapture: true,
    partialRefund: true,
    // Antom does not say that a session can be ended, only an order that was begun in it.
    cancelPending: false,
    limits: Object.fromEntries(currencies.map((currency) => [currency, { min: 1, max: 99_999_999 }])),
    timeoutSeconds: 3600,
    holdSeconds: 7 * 86_400,
    requires: [],
    split: false,
    source: 'https://docs.antom.com/ac/cashierpay/capture',
    asOf: '2026-11-24',
  }
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

// Pages of the wallets, as in the vendor's samples of the pay API, and Antom's own for cards.
const BUYER_HOSTS = ['alipay.com', 'alipay.hk', 'alipayhk.com', 'alipayplus.com', 'antom.com']
const BUYER_SCHEMES = ['alipay', 'alipays', 'alipayhk']

const PAY = '/ams/api/v1/payments/pay'
const CREATE_SESSION = '/ams/api/v1/payments/createPaymentSession'
const CAPTURE = '/ams/api/v1/payments/capture'
const INQUIRY_PAYMENT = '/ams/api/v1/payments/inquiryPayment'
const CANCEL = '/ams/api/v1/payments/cancel'
const REFUND = '/ams/api/v1/payments/refund'
const INQUIRY_REFUND = '/ams/api/v1/payments/inquiryRefund'

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

const wireSession = z.object({
  normalUrl: z.nullish(z.string()),
  paymentSessionExpiryTime: z.nullish(z.string()),
})

const wirePayment = z.object({
  paymentMethodType: z.nullish(z.string()),
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
  paymentMethodType: z.nullish(z.string()),
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
  methods = ['alipay'],
  cardCurrencies = ['USD'],
  settlementCurrency,
  merchantRegion,
  ...credentials
}: AntomOptions): Provider {
  const { call, gateway, isSandbox, verify } = createAntomClient(credentials)
  const passUrl = createUrlGate({ hosts: BUYER_HOSTS, schemes: BUYER_SCHEMES, apiUrl: gateway })

  async function inquire(
    { paymentId, providerRef }: PaymentRef,
    context: ProviderContext,
  ): Promise<WirePayment | null> {
    const body = paymentId === undefined ? { paymentId: providerRef } : { paymentRequestId: paymentId }
    const answer = await call(INQUIRY_PAYMENT, body, context)
    if (answer.resultCode === 'ORDER_NOT_EXIST') return null
    requireSuccess(answer, INQUIRY_PAYMENT)
    return readJson(answer.response, wirePayment)
  }

  async function getPayment(ref: PaymentRef, context: ProviderContext): Promise<ProviderPayment | null> {
    const wire = await inquire(ref, context)
    return wire && toPayment(wire)
  }

  /** Antom's id of a payment: the reference itself, but for cards, whose session has none before the buyer comes. */
  async function findAntomId(
    { paymentId, providerRef }: { readonly paymentId: string; readonly providerRef: string },
    context: ProviderContext,
  ): Promise<string> {
    if (providerRef !== paymentId) return providerRef
    const wire = await inquire({ paymentId }, context)
    if (!wire) throw new ProviderFault('unknown', 'ORDER_NOT_EXIST', `Antom does not find ${paymentId}`)
    return wire.paymentId
  }

  return {
    id: 'antom',
    account,
    mode: isSandbox ? 'test' : 'live',
    rails: methods.map((method) =>
      method === 'bank_card' ? cardRail(cardCurrencies) : WALLETS[method].rail,
    ),
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
      const order = {
        // Antom's idempotency key: the same id is the same payment.
        paymentRequestId: paymentId,
        productCode: 'CASHIER_PAYMENT',
        order: {
          referenceOrderId: toOrderReference(request),
          orderDescription: toAscii(request.description, 256) ?? `Order ${toOrderReference(request)}`,
          orderAmount: amount,
          ...toBuyer(request),
        },
        paymentAmount: amount,
        paymentRedirectUrl: returnUrl,
        paymentNotifyUrl: notificationUrl,
        paymentExpiryTime: toWireTime(expiresAt),
        env: toAntomEnv(device),
        ...(settlementCurrency === undefined ? {} : { settlementStrategy: { settlementCurrency } }),
        ...(merchantRegion === undefined ? {} : { merchantRegion }),
      }
      if (method === 'bank_card') {
        const session = {
          ...order,
          productScene: 'CHECKOUT_PAYMENT',
          paymentMethod: { paymentMethodType: 'CARD' },
          paymentSessionExpiryTime: toWireTime(expiresAt),
          paymentFactor: {
            isAuthorization: 'true',
            captureMode: request.capture === 'manual' ? 'MANUAL' : 'AUTOMATIC',
          },
        }
        return toSession(await call(CREATE_SESSION, session, context), request)
      }
      const paymentMethod = { paymentMethodType: WALLETS[method].wireType }
      return toCreatedPayment(await call(PAY, { ...order, paymentMethod }, context), request)
    },

    getPayment,

    /** One capture ends a hold; what it leaves is released. A wallet's money is never held. */
    async capturePayment({ paymentId, providerRef, idempotencyKey, charge }: CapturePayment, context) {
      if (providerRef !== paymentId) {
        throw new ProviderFault('rejected', 'capture_not_supported', 'Alipay takes the money at once')
      }
      const body = {
        captureRequestId: toRequestId(idempotencyKey),
        paymentId: await findAntomId({ paymentId, providerRef }, context),
        captureAmount: toWireAmount(charge),
        isLastCapture: 'true',
      }
      const answer = await call(CAPTURE, body, context)
      const after = await getPayment({ paymentId }, context)
      // Taken by Antom itself, or by an earlier try.
      if (after?.status === 'succeeded') return after
      if (answer.resultStatus === 'S' && after) return { ...after, status: 'succeeded', captured: charge }
      throw toAntomFault(answer, CAPTURE)
    },

    /**
     * Ends an order for good. Antom gives the money of a paid one back, so one that is already paid is left alone and
     * told as paid; but once a cancel may have been heard, it is repeated until Antom has answered it. Of cards only a
     * hold is released.
     */
    async cancelPayment({ paymentId, providerRef, repeated }: CancelPayment, context) {
      const ref = { paymentId, providerRef }
      const isCard = providerRef === paymentId
      if (!repeated || isCard) {
        const before = await getPayment(ref, context)
        const isEnded = before && !['requires_action', 'processing', 'authorized'].includes(before.status)
        if (isEnded && (!isCard || before.dead)) return before
        if (isCard && before?.status !== 'authorized') {
          throw new ProviderFault(
            'rejected',
            'cancel_not_supported',
            'Antom releases holds of cards and ends nothing else',
          )
        }
      }
      const body =
        providerRef === undefined || isCard ? { paymentRequestId: paymentId } : { paymentId: providerRef }
      const answer = await call(CANCEL, body, context)
      const after = await getPayment(ref, context)
      if (answer.resultStatus === 'S' && after) {
        return { ...after, status: 'canceled', dead: true, failureCode: null, captured: null }
      }
      // Closed, declined or out of the cancel window meanwhile: Antom's truth is the answer.
      if (answer.resultStatus === 'F' && after && after.status !== 'requires_action') return after
      throw toAntomFault(answer, CANCEL)
    },

    async refundPayment({ refundId, paymentId, providerRef, charge, reason }: RefundPayment, context) {
      const refundReason = toAscii(reason ?? '', 256)
      const answer = await call(
        REFUND,
        {
          refundRequestId: refundId,
          paymentId: await findAntomId({ paymentId, providerRef }, context),
          refundAmount: toWireAmount(charge),
          ...(refundReason === undefined ? {} : { refundReason }),
        },
        context,
      )
      if (answer.resultStatus === 'F') throw toAntomFault(answer, REFUND)
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
      if (!verify({ path: requestUri, body: rawBody }, headers, 'request-time')) {
        throw new NotificationRefused(
          401,
          'the notification is not signed by Antom for this client id and address',
        )
      }
      return toNotification(rawBody)
    },
  }

  /** The page where the buyer gives his card. Antom has no payment before, so that our id stands for it. */
  function toSession(answer: AntomAnswer, { paymentId, charge, expiresAt }: CreatePayment): ProviderPayment {
    requireSuccess(answer, CREATE_SESSION)
    const { normalUrl, paymentSessionExpiryTime } = readJson(answer.response, wireSession)
    const url = passUrl(normalUrl)
    if (!url) throw new ProviderFault('unknown', 'url_refused', 'Antom gave no link to a host of its own')
    return {
      providerRef: paymentId,
      reference: paymentId,
      charge,
      status: 'requires_action',
      dead: false,
      failureCode: null,
      nextAction: { expiresAt: earlier(paymentSessionExpiryTime, expiresAt), redirect: { url } },
      captured: null,
      refunded: null,
    }
  }

  function toCreatedPayment(answer: AntomAnswer, request: CreatePayment): ProviderPayment {
    const { resultStatus, resultCode, response } = answer
    const data = readJson(response, wirePay)
    // An order that Antom names was made, whatever became of it; without one there is none.
    if (!data.paymentId) throw toAntomFault(answer, PAY)
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
    if (resultCode !== 'PAYMENT_IN_PROCESS') throw toAntomFault(answer, PAY)
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

type WirePayment = z.infer<typeof wirePayment>

function toPayment(wire: WirePayment): ProviderPayment {
  const charge = fromWireAmount(wire.paymentAmount)
  const isCard = wire.paymentMethodType === 'CARD'
  const taken = isCard ? sumOf('CAPTURE', wire, charge) : charge
  const told = PAYMENT_STATUS.get(wire.paymentStatus) ?? 'unknown'
  // A card that was authorized is a success to Antom; the money is taken by a capture, Antom's own or ours.
  const status = told === 'succeeded' && taken.minorUnits === 0 ? 'authorized' : told
  return {
    providerRef: isCard ? (wire.paymentRequestId ?? wire.paymentId) : wire.paymentId,
    reference: wire.paymentRequestId ?? null,
    charge,
    status,
    dead: status === 'canceled',
    failureCode: null,
    // Antom tells the links once, in the answer to `pay`.
    nextAction: null,
    captured: status === 'succeeded' ? taken : null,
    refunded: wire.transactions ? sumOf('REFUND', wire, charge) : null,
    ...(status === 'failed' ? toFailure(wire.paymentResultCode ?? '') : {}),
  }
}

/** A failed order is closed: Antom makes no success of it any more. */
function toFailure(resultCode: string): Pick<ProviderPayment, 'status' | 'dead' | 'failureCode'> {
  if (resultCode === 'ORDER_IS_CANCELED') return { status: 'canceled', dead: true, failureCode: null }
  if (resultCode === 'ORDER_IS_CLOSED') return { status: 'expired', dead: true, failureCode: 'expired' }
  return { status: 'failed', dead: true, failureCode: FAILURE_CODE.get(resultCode) ?? 'declined' }
}

/** What transactions of one kind that succeeded add up to. */
function sumOf(type: 'CAPTURE' | 'REFUND', { transactions }: WirePayment, { currency }: Money): Money {
  const parts = (transactions ?? []).filter(
    ({ transactionType, transactionStatus, transactionAmount }) =>
      transactionType === type && transactionStatus === 'SUCCESS' && transactionAmount?.currency === currency,
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
  const parsed = wireNotification.safeParse(readNotification(rawBody))
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
  paymentMethodType,
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
  // A card is known to us by our own id.
  if (paymentMethodType === 'CARD' && paymentRequestId)
    return { kind: 'payment', paymentId: paymentRequestId }
  return { kind: 'payment', paymentId: paymentRequestId ?? undefined, providerRef: paymentId ?? undefined }
}

function toBuyer({ buyerReference }: CreatePayment): object {
  const referenceBuyerId = buyerReference === undefined ? undefined : toAscii(buyerReference, 64)
  return referenceBuyerId === buyerReference && referenceBuyerId !== undefined
    ? { buyer: { referenceBuyerId } }
    : {}
}

/** Antom takes ids of at most 64 characters. */
function toRequestId(key: string): string {
  return key.length <= 64 ? key : createHash('sha256').update(key).digest('base64url')
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
