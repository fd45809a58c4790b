import { createHash } from 'node:crypto'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import {
  type FailureCode,
  fromDecimalString,
  type Money,
  type Presentation,
  type Receipt,
  type Split,
  toDecimalString,
} from '@teabrick/core/contract'
import * as z from 'zod/mini'
import {
  type CreatePayment,
  NotificationRefused,
  type Provider,
  type ProviderAction,
  type ProviderContext,
  ProviderFault,
  type ProviderHttpResponse,
  type ProviderNotification,
  type ProviderPayment,
  type ProviderRail,
  type ProviderRefund,
} from '../provider.ts'
import { readJson, retryAfterMs } from '../provider-http.ts'
import { createUrlGate, isLocalHttp } from '../provider-url.ts'
import { readNotification } from '../read-notification.ts'
import { isSoundSbpLink } from '../signatures/sbp-link.ts'

/** What {@link yookassa} can offer. Each is switched on for a shop by YooKassa. */
export type YookassaMethod = 'sbp' | 'bank_card' | 'sber_pay' | 't_pay' | 'yoomoney' | 'mobile_balance'

/** Credentials and settings of one YooKassa shop. */
export interface YookassaOptions {
  /** Name of the account. Default `yookassa`. */
  readonly account?: string | undefined
  readonly shopId: string
  /** Keys of test shops begin with `test_`; they use the same API. */
  readonly secretKey: string
  /** Default `https://api.yookassa.ru/v3`. */
  readonly apiUrl?: string | undefined
  /** Default `['sbp', 'bank_card']`. */
  readonly methods?: readonly YookassaMethod[] | undefined
  /**
   * How the buyer confirms a method, where the default is not what is wanted: `{ sber_pay: 'mobile_application' }`. What
   * a method allows stands in the documentation. `embedded` is for pages that draw YooKassa's widget themselves: its
   * token comes as `bridge`. Our elements ask for `redirect` instead.
   */
  readonly confirmations?: Readonly<Partial<Record<YookassaMethod, YookassaConfirmation>>> | undefined
  /** The shop has YooKassa's split payments: sellers' shares become `transfers` (not with SBP). Default false. */
  readonly split?: boolean | undefined
  /**
   * Networks that notifications must come from, such as {@link YOOKASSA_NETWORKS}. Compared with the address the server
   * sees, so behind a proxy `trustProxy` must be right. Absent: any; what a notification says is asked again anyway.
   */
  readonly sourceNetworks?: readonly string[] | undefined
}

/**
 * Where notifications come from, IPv4 and IPv6, in CIDR notation. As of 2026-11-24: `domain/common/security_helper.py`
 * of yookassa-sdk-python 2.3.0, the same in yookassa-sdk-php 2.3.0.
 */
export const YOOKASSA_NETWORKS: readonly string[] = [
  '77.75.153.0/25',
  '77.75.154.128/25',
  '77.75.156.11',
  '77.75.156.35',
  '185.71.76.0/27',
  '185.71.77.0/27',
  '2a02:5180:0:1509::/64',
  '2a02:5180:0:1533::/64',
  '2a02:5180:0:2655::/64',
  '2a02:5180:0:2669::/64',
]

/** https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process#user-confirmation */
export type YookassaConfirmation = 'redirect' | 'qr' | 'mobile_application' | 'embedded' | 'external'

const PRESENTATIONS: Readonly<Record<YookassaConfirmation, readonly Presentation[]>> = {
  redirect: ['redirect'],
  qr: ['qr', 'appLink'],
  mobile_application: ['appLink'],
  embedded: ['bridge'],
  external: ['wait'],
}

const HOUR_SECONDS = 3600
const WEEK_SECONDS = 7 * 24 * HOUR_SECONDS

const ANY_RAIL = {
  currencies: ['RUB'],
  presentations: ['redirect'],
  capture: 'both',
  partialCapture: true,
  partialRefund: true,
  // Only a hold can be canceled: https://yookassa.ru/developers/api#cancel_payment
  cancelPending: false,
  timeoutSeconds: HOUR_SECONDS,
  holdSeconds: WEEK_SECONDS,
  requires: [],
  buyerCountries: ['RU'],
  asOf: '2026-11-24',
} as const

// Public tariffs: SBP 0.4 to 0.7 %, cards up to about 3 %, https://www.klerk.ru/blogs/moneta/674203/. Contracts differ.
const SBP_COST_BPS = 70
const CARD_COST_BPS = 300

const METHODS: Readonly<
  Record<
    YookassaMethod,
    {
      readonly wireType: string
      /** The first is the default. */
      readonly confirmations: readonly YookassaConfirmation[]
      readonly rail: Omit<ProviderRail, 'split'>
      readonly canSplit: boolean
    }
  >
> = {
  sbp: {
    wireType: 'sbp',
    confirmations: ['qr', 'mobile_application', 'redirect', 'embedded'],
    rail: {
      ...ANY_RAIL,
      method: 'sbp',
      name: 'СБП',
      presentations: ['qr', 'appLink', 'banks'],
      capture: 'automatic',
      partialCapture: false,
      holdSeconds: undefined,
      limits: { RUB: { min: 100, max: 70_000_000 } },
      costBps: SBP_COST_BPS,
      source:
        'https://yookassa.ru/developers/payment-acceptance/integration-scenarios/manual-integration/other/sbp',
    },
    canSplit: false,
  },
  bank_card: {
    wireType: 'bank_card',
    confirmations: ['redirect', 'embedded'],
    rail: {
      ...ANY_RAIL,
      method: 'bank_card',
      name: 'Банковская карта',
      limits: { RUB: { min: 100, max: 35_000_000 } },
      costBps: CARD_COST_BPS,
      source: 'https://yookassa.ru/developers/payment-methods/bank-card',
    },
    canSplit: true,
  },
  sber_pay: {
    wireType: 'sberbank',
    confirmations: ['redirect', 'mobile_application', 'external', 'qr', 'embedded'],
    rail: {
      ...ANY_RAIL,
      method: 'sber_pay',
      name: 'SberPay',
      // https://developer.tbank.ru/eacq/intro/developer/setup_js/setup_speedpay: not in a WebView.
      notInApp: true,
      limits: { RUB: { min: 100, max: 70_000_000 } },
      source: 'https://yookassa.ru/developers/payment-methods/other/sberpay',
    },
    canSplit: true,
  },
  t_pay: {
    wireType: 'tinkoff_bank',
    confirmations: ['redirect', 'mobile_application', 'qr', 'embedded'],
    rail: {
      ...ANY_RAIL,
      method: 't_pay',
      name: 'T-Pay',
      limits: { RUB: { min: 100, max: 70_000_000 } },
      source: 'https://yookassa.ru/developers/payment-methods/other/tinkoff-bank',
    },
    canSplit: true,
  },
  yoomoney: {
    wireType: 'yoo_money',
    confirmations: ['redirect', 'embedded'],
    rail: {
      ...ANY_RAIL,
      method: 'yoomoney',
      name: 'ЮMoney',
      // Depends on the wallet: 15,000 to 250,000 roubles.
      limits: { RUB: { min: 100, max: 25_000_000 } },
      source: 'https://yookassa.ru/developers/payment-methods/yoo-money',
    },
    canSplit: true,
  },
  mobile_balance: {
    wireType: 'mobile_balance',
    confirmations: ['external'],
    rail: {
      ...ANY_RAIL,
      method: 'mobile_balance',
      name: 'Баланс телефона',
      presentations: ['wait'],
      capture: 'automatic',
      partialCapture: false,
      holdSeconds: undefined,
      // One page of the documentation allows a part, another only the whole.
      partialRefund: false,
      requires: ['phone'],
      // Depends on the operator: 5,000 to 15,000 roubles.
      limits: { RUB: { min: 1000, max: 1_500_000 } },
      source: 'https://yookassa.ru/developers/payment-methods/other/mobile-balance',
    },
    canSplit: false,
  },
}

// https://yookassa.ru/developers/payment-acceptance/after-the-payment/declined-payments. The rest is `failed`.
const CANCELED_STATUS: ReadonlyMap<string, 'canceled' | 'expired'> = new Map([
  ['canceled_by_merchant', 'canceled'],
  ['permission_revoked', 'canceled'],
  ['deal_expired', 'canceled'],
  ['expired_on_confirmation', 'expired'],
  ['expired_on_capture', 'expired'],
])

// The same page. The rest is `declined`.
const FAILURE_CODE: ReadonlyMap<string, FailureCode> = new Map([
  ['3d_secure_failed', 'authentication_failed'],
  ['call_issuer', 'call_issuer'],
  ['card_expired', 'card_expired'],
  ['country_forbidden', 'method_restricted'],
  ['fraud_suspected', 'fraud_suspected'],
  ['identification_required', 'identification_required'],
  ['insufficient_funds', 'insufficient_funds'],
  ['internal_timeout', 'provider_unavailable'],
  ['invalid_card_number', 'invalid_card'],
  ['invalid_csc', 'invalid_card'],
  ['issuer_unavailable', 'issuer_unavailable'],
  ['payment_method_limit_exceeded', 'limit_exceeded'],
  ['payment_method_restricted', 'method_restricted'],
  ['unsupported_mobile_operator', 'method_restricted'],
  ['general_decline', 'declined'],
])

// Why a refund is refused: the same list, for refunds. The rest is `declined`.
// https://yookassa.ru/developers/payment-acceptance/after-the-payment/refunds
const REFUND_FAILURE_CODE: ReadonlyMap<string, FailureCode> = new Map([
  ['insufficient_funds', 'insufficient_funds'],
  ['yoo_money_account_closed', 'method_restricted'],
  ['rejected_by_payee', 'declined'],
  ['rejected_by_timeout', 'provider_unavailable'],
  ['payment_basket_id_not_found', 'declined'],
  ['payment_article_number_not_found', 'declined'],
  ['payment_tru_code_not_found', 'declined'],
  ['too_many_refunding_articles', 'declined'],
  ['some_articles_already_refunded', 'declined'],
  ['general_decline', 'declined'],
])

const REFUND_STATUS: ReadonlyMap<string, ProviderRefund['status']> = new Map([
  ['pending', 'requested'],
  ['succeeded', 'succeeded'],
  ['canceled', 'failed'],
])

// Payment pages, and what SBP codes say. 3-D Secure comes after them and is none of ours.
const BUYER_HOSTS = ['yoomoney.ru', 'yookassa.ru', 'qr.nspk.ru', 'sub.nspk.ru']

// By what we call the method on the wire: where its app links may lead besides.
// https://yookassa.ru/developers/payment-acceptance/integration-scenarios/manual-integration/sberpay
const APPS: ReadonlyMap<string, { readonly hosts: readonly string[]; readonly schemes: readonly string[] }> =
  new Map([
    ['sberbank', { hosts: [], schemes: ['sberpay'] }],
    ['tinkoff_bank', { hosts: ['tinkoff.ru', 'tbank.ru', 't-bank-app.ru'], schemes: ['tinkoffbank'] }],
  ])

const wireAmount = z.object({ value: z.string(), currency: z.string() })

const wirePayment = z.object({
  id: z.string(),
  status: z.string(),
  amount: wireAmount,
  created_at: z.string(),
  refunded_amount: z.optional(wireAmount),
  confirmation: z.optional(
    z.object({
      type: z.string(),
      confirmation_url: z.optional(z.string()),
      confirmation_data: z.optional(z.string()),
      confirmation_token: z.optional(z.string().check(z.regex(/^[!-~]{1,256}$/))),
    }),
  ),
  payment_method: z.optional(z.object({ type: z.string() })),
  cancellation_details: z.optional(z.object({ reason: z.string() })),
  metadata: z.optional(z.record(z.string(), z.unknown())),
})

const wireRefund = z.object({
  id: z.string(),
  payment_id: z.string(),
  status: z.string(),
  amount: wireAmount,
  payment_method: z.optional(z.object({ type: z.string() })),
  cancellation_details: z.optional(z.object({ reason: z.string() })),
  metadata: z.optional(z.record(z.string(), z.unknown())),
})

const wireRefundList = z.object({ items: z.array(wireRefund) })

const wireError = z.object({
  type: z.literal('error'),
  code: z.string(),
  description: z.optional(z.string()),
  parameter: z.optional(z.string()),
})

// Milliseconds: https://yookassa.ru/developers/using-api/response-handling/http-codes
const wireProcessing = z.object({ retry_after: z.optional(z.int().check(z.gte(0))) })

const wireNotification = z.object({
  type: z.literal('notification'),
  event: z.string().check(z.regex(/^[a-z_]{1,32}\.[a-z_]{1,32}$/)),
  object: z.object({ id: z.optional(z.unknown()), payment_id: z.optional(z.unknown()) }),
})

/** YooKassa answers 200 by an empty body, and anything else by another delivery within 24 hours. */
const NOTIFICATION_REPLY: ProviderNotification['reply'] = { status: 200, headers: {}, body: '' }

/**
 * YooKassa: SBP, cards and Russian wallets. Amounts travel as decimal strings of roubles. Notifications are not signed:
 * they only say what to ask about. `docs/providers/yookassa.md` has the mapping.
 *
 * @throws TypeError if an option cannot be used, or a live key is to be sent anywhere but to YooKassa over https.
 */
export function yookassa({
  account = 'yookassa',
  shopId,
  secretKey,
  apiUrl = 'https://api.yookassa.ru/v3',
  methods = ['sbp', 'bank_card'],
  confirmations = {},
  split = false,
  sourceNetworks,
}: YookassaOptions): Provider {
  const isTest = secretKey.startsWith('test_')
  const api = checkApi(apiUrl, isTest)
  if (!/^[0-9A-Za-z_-]{1,64}$/.test(shopId))
    throw new TypeError('yookassa: shopId must be 1 to 64 characters')
  if (!/^[!-~]{1,256}$/.test(secretKey)) throw new TypeError('yookassa: secretKey must be printable ASCII')
  const authorization = `Basic ${Buffer.from(`${shopId}:${secretKey}`).toString('base64')}`
  const passUrl = createUrlGate({ hosts: BUYER_HOSTS, apiUrl: api })
  const passAppLink = new Map(
    [...APPS].map(([wireType, { hosts, schemes }]) => [
      wireType,
      createUrlGate({ hosts: [...BUYER_HOSTS, ...hosts], schemes, apiUrl: api }),
    ]),
  )
  for (const [method, type] of Object.entries(confirmations)) {
    const allowed = METHODS[method as YookassaMethod]?.confirmations ?? []
    if (!allowed.includes(type)) {
      throw new TypeError(
        `yookassa: confirmations.${method} is ${type}; ${allowed.length === 0 ? 'there is no such method' : `it can be ${allowed.join(', ')}`}`,
      )
    }
  }
  const sources = sourceNetworks && toBlockList(sourceNetworks)

  async function send(
    request: { readonly path: string; readonly body?: object; readonly idempotencyKey?: string },
    { http, now }: ProviderContext,
  ): Promise<ProviderHttpResponse> {
    const { path, body, idempotencyKey } = request
    const isWrite = idempotencyKey !== undefined
    const response = await http.send({
      method: isWrite ? 'POST' : 'GET',
      url: `${api}${path}`,
      headers: {
        authorization,
        ...(isWrite
          ? { 'content-type': 'application/json', 'idempotence-key': toIdempotenceKey(idempotencyKey) }
          : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.status !== 200) throw toFault(response, now())
    return response
  }

  /** The answer to a GET; null when YooKassa knows no such object. */
  async function find(path: string, context: ProviderContext): Promise<ProviderHttpResponse | null> {
    try {
      return await send({ path }, context)
    } catch (error) {
      if (error instanceof ProviderFault && error.kind === 'rejected' && error.code === 'not_found')
        return null
      throw error
    }
  }

  return {
    id: 'yookassa',
    account,
    mode: isTest ? 'test' : 'live',
    rails: methods.map((method) => {
      const { rail, canSplit } = METHODS[method]
      const chosen = confirmations[method]
      return {
        ...rail,
        ...(chosen === undefined ? {} : toPresentations(method, chosen)),
        split: split && canSplit,
      }
    }),
    // https://yookassa.ru/developers/using-api/interaction-format#idempotence
    createKeyTtlSeconds: 86_400,

    async createPayment(request, context) {
      const method = methods.find((id) => id === request.method)
      if (method === undefined) {
        throw new ProviderFault('rejected', 'method_unknown', `yookassa has no method ${request.method}`, {
          failureCode: 'method_restricted',
        })
      }
      const body = toCreateBody(request, method, chooseConfirmation(request, method))
      const response = await send(
        { path: '/payments', body, idempotencyKey: request.idempotencyKey },
        context,
      )
      const wire = readJson(response, wirePayment)
      const payment = toPayment(wire)
      if (payment.status === 'requires_action' && payment.nextAction === null) {
        // The payment is there, and nobody can pay it: its link was never shown. An honest failure lets the buyer choose
        // again at once; should it be paid all the same, YooKassa's notification tells, and it is a late success.
        if (isGarbled(wire)) {
          throw new ProviderFault(
            'rejected',
            'crc_mismatch',
            'YooKassa gave an SBP link whose crc is wrong',
            {
              failureCode: 'provider_unavailable',
            },
          )
        }
        throw new ProviderFault('unknown', 'url_refused', 'YooKassa gave no link to a host of its own')
      }
      return payment
    },

    async getPayment({ providerRef }, context) {
      // YooKassa finds nothing by our id: a create whose answer was lost is found by its key, sent again.
      if (providerRef === undefined) return null
      const response = await find(`/payments/${encodeURIComponent(providerRef)}`, context)
      return response && toPayment(readJson(response, wirePayment))
    },

    async capturePayment({ providerRef, charge, receipt, splits, idempotencyKey }, context) {
      const path = `/payments/${encodeURIComponent(providerRef)}/capture`
      const body = {
        amount: toWireAmount(charge),
        ...(receipt === undefined ? {} : { receipt: toWireReceipt(receipt) }),
        ...(splits === undefined || splits.length === 0 ? {} : { transfers: splits.map(toTransfer) }),
      }
      const response = await send({ path, body, idempotencyKey }, context)
      return toPayment(readJson(response, wirePayment))
    },

    async cancelPayment({ providerRef, idempotencyKey }, context) {
      if (providerRef === undefined) {
        throw new ProviderFault('rejected', 'reference_unknown', 'YooKassa cancels by its own id only')
      }
      const path = `/payments/${encodeURIComponent(providerRef)}/cancel`
      return toPayment(readJson(await send({ path, idempotencyKey }, context), wirePayment))
    },

    async refundPayment(request, context) {
      const { refundId, paymentId, providerRef, charge, reason, receipt, splits, idempotencyKey } = request
      const body = {
        payment_id: providerRef,
        amount: toWireAmount(charge),
        ...(reason === undefined ? {} : { description: cut(reason, 250) }),
        metadata: { refundId, paymentId },
        ...(receipt === undefined ? {} : { receipt: toWireReceipt(receipt) }),
        ...(splits === undefined || splits.length === 0 ? {} : { sources: splits.map(toTransfer) }),
      }
      return toRefund(readJson(await send({ path: '/refunds', body, idempotencyKey }, context), wireRefund))
    },

    async getRefund({ refundId, providerRef, paymentProviderRef }, context) {
      if (providerRef !== undefined) {
        const response = await find(`/refunds/${encodeURIComponent(providerRef)}`, context)
        return response && toRefund(readJson(response, wireRefund))
      }
      const query = new URLSearchParams({ payment_id: paymentProviderRef, limit: '100' })
      const { items } = readJson(await send({ path: `/refunds?${query}` }, context), wireRefundList)
      const wire = items.find(({ metadata }) => metadata?.['refundId'] === refundId)
      return wire === undefined ? null : toRefund(wire)
    },

    async parseNotification({ rawBody, remoteAddress }) {
      if (sources && !isWithin(sources, remoteAddress)) {
        throw new NotificationRefused(403, 'the notification does not come from a network of YooKassa')
      }
      return toNotification(rawBody)
    },
  }

  function toPayment(wire: z.infer<typeof wirePayment>): ProviderPayment {
    const amount = fromWireAmount(wire.amount)
    const reference = wire.metadata?.['paymentId']
    const payment = {
      providerRef: wire.id,
      reference: typeof reference === 'string' ? reference : null,
      charge: amount,
      dead: false,
      failureCode: null,
      nextAction: null,
      captured: null,
      refunded: wire.refunded_amount ? fromWireAmount(wire.refunded_amount) : null,
    }
    switch (wire.status) {
      case 'pending': {
        // Without a confirmation the buyer has done his part.
        if (!wire.confirmation) return { ...payment, status: 'processing' }
        return { ...payment, status: 'requires_action', nextAction: toAction(wire) }
      }
      case 'waiting_for_capture':
        return { ...payment, status: 'authorized' }
      case 'succeeded':
        // A partial capture makes `amount` the part that was taken.
        return { ...payment, status: 'succeeded', charge: toAsked(wire, amount), captured: amount }
      case 'canceled': {
        const reason = wire.cancellation_details?.reason ?? ''
        const status = CANCELED_STATUS.get(reason) ?? 'failed'
        const failureCode = status === 'failed' ? (FAILURE_CODE.get(reason) ?? 'declined') : null
        return { ...payment, status, dead: true, failureCode: status === 'expired' ? 'expired' : failureCode }
      }
      default:
        return { ...payment, status: 'unknown' }
    }
  }

  /** Null when no part of it may be shown to a buyer. */
  function toAction(wire: z.infer<typeof wirePayment>): ProviderAction | null {
    const { confirmation, created_at, payment_method } = wire
    const expiresAt = toExpiry(created_at)
    const pass = passAppLink.get(payment_method?.type ?? '') ?? passUrl
    switch (confirmation?.type) {
      case 'external':
        return { expiresAt, wait: { hint: 'message' } }
      case 'embedded': {
        const token = confirmation.confirmation_token
        if (token === undefined) return null
        const params = { confirmation_token: token }
        return { expiresAt, bridge: { method: 'YooMoneyCheckoutWidget', params } }
      }
      case 'qr': {
        const link = pass(confirmation.confirmation_data)
        if (link === undefined || isGarbled(wire)) return null
        return { expiresAt, qr: { payload: link }, ...toLinks(link, wire) }
      }
      case 'mobile_application': {
        const link = pass(confirmation.confirmation_url)
        if (link === undefined || isGarbled(wire)) return null
        return { expiresAt, ...toLinks(link, wire) }
      }
      default: {
        const url = passUrl(confirmation?.confirmation_url)
        return url ? { expiresAt, redirect: { url } } : null
      }
    }
  }

  /** An SBP link whose `crc` does not match has been damaged on its way, and might pay somebody else. */
  function isGarbled({ confirmation, payment_method }: z.infer<typeof wirePayment>): boolean {
    const link = passUrl(confirmation?.confirmation_data ?? confirmation?.confirmation_url)
    return link !== undefined && isSbp(link, payment_method?.type) && !isSoundSbpLink(link)
  }

  /** How this buyer confirms: as he asked, where the method allows it and all that it takes is there; else as is usual. */
  function chooseConfirmation(request: CreatePayment, method: YookassaMethod): YookassaConfirmation {
    const { presentation, contact } = request
    const { confirmations: allowed } = METHODS[method]
    const usual = confirmations[method] ?? (allowed[0] as YookassaConfirmation)
    if (presentation === undefined || toPresentations(method, usual).presentations.includes(presentation))
      return usual
    const asked = allowed.find((type) => PRESENTATIONS[type].includes(presentation))
    if (asked === undefined || asked === 'embedded') return usual
    return asked === 'external' && !toDigits(contact?.phone) ? usual : asked
  }
}

/** An SBP code tells more than others: its link opens every bank's app. */
function toPresentations(
  method: YookassaMethod,
  confirmation: YookassaConfirmation,
): Pick<ProviderRail, 'presentations'> {
  if (method !== 'sbp') return { presentations: PRESENTATIONS[confirmation] }
  if (confirmation === 'qr') return { presentations: ['qr', 'appLink', 'banks'] }
  if (confirmation === 'mobile_application') return { presentations: ['appLink', 'banks'] }
  return { presentations: PRESENTATIONS[confirmation] }
}

/** The links that lead to where a code leads. */
function toLinks(
  link: string,
  { payment_method }: z.infer<typeof wirePayment>,
): Pick<ProviderAction, 'appLink' | 'banks'> {
  const appLink = /^https?:/i.test(link) ? { universal: link } : { scheme: link }
  return { appLink, ...(isSbp(link, payment_method?.type) ? { banks: { link } } : {}) }
}

// Of what YooKassa gives by `redirect` for SBP is its own page.
function isSbp(link: string, wireType: string | undefined): boolean {
  return wireType === 'sbp' || /^https:\/\/(qr|sub)\.nspk\.ru\//.test(link)
}

function checkApi(apiUrl: string, isTest: boolean): string {
  const url = new URL(apiUrl)
  const isYookassa = url.protocol === 'https:' && url.port === '' && url.hostname === 'api.yookassa.ru'
  const isAllowed = isYookassa || (isTest && (url.protocol === 'https:' || isLocalHttp(url)))
  if (!isAllowed) {
    throw new TypeError(
      isTest
        ? `yookassa: apiUrl ${url.origin} must be https, or http on this machine`
        : `yookassa: a live key is sent to https://api.yookassa.ru only, not to ${url.origin}; use a test_ key there`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** @throws ProviderFault always: what an answer other than 200 means for money. */
function toFault(response: ProviderHttpResponse, now: number): ProviderFault {
  const { status, headers } = response
  if (status === 429) {
    return new ProviderFault('not_done', 'too_many_requests', 'YooKassa asks to slow down', {
      retryAfterMs: retryAfterMs(headers, now),
    })
  }
  // Official SDKs read 202 as "still at work": the same request with the same key tells more later.
  if (status === 202) {
    const { retry_after } = readJson(response, wireProcessing)
    return new ProviderFault('unknown', 'processing', 'YooKassa is still at work', {
      retryAfterMs: retry_after,
    })
  }
  if (status < 400 || status >= 500) {
    return new ProviderFault('unknown', `http_${status}`, `YooKassa answered HTTP ${status}`)
  }
  const { code, description, parameter } = readJson(response, wireError)
  // The key was used with another body: what was asked first exists, and may be paid.
  if (parameter === 'Idempotence-Key' && /duplicat/i.test(description ?? '')) {
    return new ProviderFault(
      'unknown',
      'idempotence_key_duplicated',
      'YooKassa knows this key with another request',
    )
  }
  const place = parameter === undefined ? '' : ` at ${parameter}`
  return new ProviderFault('rejected', code, `YooKassa refused the request: ${code}${place} (HTTP ${status})`)
}

function toCreateBody(
  request: CreatePayment,
  method: YookassaMethod,
  confirmation: YookassaConfirmation,
): object {
  const { charge, capture, description, receipt, splits, paymentId } = request
  const phone = toDigits(request.contact?.phone)
  // Who is asked by a message has a phone; of the others YooKassa needs none.
  const takesPhone = confirmation === 'external' && phone !== undefined
  const amount = toWireAmount(charge)
  return {
    amount,
    capture: capture === 'automatic',
    confirmation: toConfirmation(confirmation, request),
    payment_method_data: { type: METHODS[method].wireType, ...(takesPhone ? { phone } : {}) },
    description: cut(description, 128),
    // `charge` is given back with the payment, and tells what was asked when only a part was captured.
    metadata: { paymentId, charge: amount.value },
    ...(receipt === undefined ? {} : { receipt: toWireReceipt(receipt) }),
    ...(splits === undefined || splits.length === 0 ? {} : { transfers: splits.map(toTransfer) }),
  }
}

function toConfirmation(type: YookassaConfirmation, { returnUrl, locale }: CreatePayment): object {
  if (type === 'external') return { type }
  if (type === 'qr') return { type, return_url: returnUrl }
  const language = locale && { locale: /^ru\b/i.test(locale) ? 'ru_RU' : 'en_US' }
  return { type, ...(type === 'embedded' ? {} : { return_url: returnUrl }), ...language }
}

/** https://yookassa.ru/developers/payment-acceptance/receipts/54fz/yoomoney/parameters-values */
function toWireReceipt({ customer, taxSystemCode, items }: Receipt): object {
  const phone = toDigits(customer.phone)
  return {
    customer: { ...(customer.email ? { email: customer.email } : {}), ...(phone ? { phone } : {}) },
    ...(taxSystemCode === undefined ? {} : { tax_system_code: taxSystemCode }),
    items: items.map(
      ({ description, quantity, unitPrice, vatCode, paymentMode, paymentSubject, measure }) => ({
        description,
        quantity,
        amount: toWireAmount(unitPrice),
        vat_code: vatCode,
        ...(paymentMode === undefined ? {} : { payment_mode: paymentMode }),
        ...(paymentSubject === undefined ? {} : { payment_subject: paymentSubject }),
        ...(measure === undefined ? {} : { measure }),
      }),
    ),
  }
}

function toTransfer({ seller, amount, fee }: Split): object {
  return {
    account_id: seller,
    amount: toWireAmount(amount),
    ...(fee === undefined ? {} : { platform_fee_amount: toWireAmount(fee) }),
  }
}

function toRefund(wire: z.infer<typeof wireRefund>): ProviderRefund {
  const status = REFUND_STATUS.get(wire.status) ?? 'unknown'
  const reference = wire.metadata?.['refundId']
  return {
    providerRef: wire.id,
    reference: typeof reference === 'string' ? reference : null,
    paymentProviderRef: wire.payment_id,
    charge: fromWireAmount(wire.amount),
    status,
    failureCode:
      status === 'failed'
        ? (REFUND_FAILURE_CODE.get(wire.cancellation_details?.reason ?? '') ?? 'declined')
        : null,
  }
}

function toNotification(rawBody: Uint8Array): ProviderNotification {
  const parsed = wireNotification.safeParse(readNotification(rawBody))
  if (!parsed.success) throw new NotificationRefused(400, 'the notification has an unexpected form')
  const { event, object } = parsed.data
  const isPayment = event.startsWith('payment.')
  if (!isPayment && !event.startsWith('refund.')) {
    const eventKey = createHash('sha256').update(rawBody).digest('base64url')
    return { eventKey, subject: { kind: 'none' }, reply: NOTIFICATION_REPLY }
  }
  // Anybody can send this: of the object only ids are read, and only to ask about them.
  const providerRef = toId(object.id)
  if (providerRef === undefined) throw new NotificationRefused(400, 'the notification names no object')
  return {
    eventKey: `${event}:${providerRef}`,
    subject: isPayment
      ? { kind: 'payment', providerRef }
      : { kind: 'refund', providerRef, paymentProviderRef: toId(object.payment_id) },
    reply: NOTIFICATION_REPLY,
  }
}

function toId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9A-Za-z-]{1,50}$/.test(value) ? value : undefined
}

function toWireAmount(money: Money): { value: string; currency: string } {
  return { value: toDecimalString(money), currency: money.currency }
}

function fromWireAmount({ value, currency }: z.infer<typeof wireAmount>): Money {
  try {
    return fromDecimalString(value, currency)
  } catch (cause) {
    throw new ProviderFault('unknown', 'answer_unexpected', 'YooKassa named an amount that cannot be read', {
      cause,
    })
  }
}

/** What was asked, where the payment carries it and it is not less than what was taken. */
function toAsked({ metadata }: z.infer<typeof wirePayment>, taken: Money): Money {
  const value = metadata?.['charge']
  if (typeof value !== 'string' || !/^\d{1,13}(\.\d{1,2})?$/.test(value)) return taken
  const asked = fromDecimalString(value, taken.currency)
  return asked.minorUnits >= taken.minorUnits ? asked : taken
}

/** All methods offered here may be paid for an hour after they were made. */
function toExpiry(createdAt: string): string | null {
  const at = Date.parse(createdAt)
  return Number.isNaN(at) ? null : new Date(at + HOUR_SECONDS * 1000).toISOString()
}

/** 1 to 64 characters, of which YooKassa's pattern surely allows these. The same key gives the same. */
function toIdempotenceKey(key: string): string {
  return /^[0-9A-Za-z_-]{1,64}$/.test(key) ? key : createHash('sha256').update(key).digest('base64url')
}

function toDigits(phone: string | undefined): string | undefined {
  return phone?.replace(/\D/g, '') || undefined
}

/** Never in the middle of a character that takes two units. */
function cut(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = toFamily(address)
    if (family === undefined) throw new TypeError(`yookassa: ${JSON.stringify(network)} is not a network`)
    list.addSubnet(address, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family)
  }
  return list
}

function isWithin(list: BlockList, remoteAddress: string | null): boolean {
  // A dual-stack socket sees IPv4 peers as ::ffff:192.0.2.1.
  const address = remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '') ?? ''
  const family = toFamily(address)
  return family !== undefined && list.check(address, family)
}

function toFamily(address: string): 'ipv4' | 'ipv6' | undefined {
  return isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined
}
