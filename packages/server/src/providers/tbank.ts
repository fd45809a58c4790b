import type { FailureCode, Money, Receipt, Split } from '@teabrick/core/contract'
import * as z from 'zod/mini'
import {
  type CancelPayment,
  type CapturePayment,
  type CreatePayment,
  type KnownPayment,
  NotificationRefused,
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
import { isSoundSbpLink } from '../signatures/sbp-link.ts'
import { tbankToken, verifyTbankToken } from '../signatures/tbank.ts'

/** What {@link tbank} can offer. Each is switched on for a terminal by T-Bank. */
export type TbankMethod = 'sbp' | 'bank_card' | 't_pay' | 'sber_pay' | 'mir_pay'

/** Credentials and settings of one T-Bank terminal. */
export interface TbankOptions {
  /** Name of the account. Default `tbank`. */
  readonly account?: string | undefined
  /** Keys of terminals for tests end with `DEMO`; they use the same API. */
  readonly terminalKey: string
  readonly password: string
  /** Default `https://securepay.tinkoff.ru/v2`. */
  readonly apiUrl?: string | undefined
  /** Default `['sbp', 'bank_card', 't_pay']`. */
  readonly methods?: readonly TbankMethod[] | undefined
  /** The terminal is a marketplace's: sellers' shares become `Shops`. Default false. */
  readonly split?: boolean | undefined
  /** Tag 1055 for receipts that name no tax system: 1 OSN, 2 USN income, 3 USN income minus expenses, 5 ESN, 6 patent. */
  readonly taxSystemCode?: number | undefined
  /** FFD version of receipts. Default `1.05`. */
  readonly ffdVersion?: '1.05' | '1.2' | undefined
}

const DAY_SECONDS = 86_400
const WEEK_SECONDS = 7 * DAY_SECONDS
// https://developer.tbank.ru/eacq/api/init, RedirectDueDate
const LONGEST_SECONDS = 90 * DAY_SECONDS
const SHORTEST_MS = 65_000

const ANY_RAIL = {
  currencies: ['RUB'],
  capture: 'both',
  partialCapture: true,
  partialRefund: true,
  // https://developer.tbank.ru/eacq/api/cancel: what the buyer has paid meanwhile is given back.
  cancelPending: true,
  cancelReturnsMoney: true,
  timeoutSeconds: LONGEST_SECONDS,
  holdSeconds: WEEK_SECONDS,
  requires: [],
  buyerCountries: ['RU'],
  asOf: '2026-11-24',
} as const

// Public tariffs: SBP 0.4 to 0.7 %, cards up to about 3 %, https://www.klerk.ru/blogs/moneta/674203/. Contracts differ.
const SBP_COST_BPS = 70
const CARD_COST_BPS = 300

const METHODS: Readonly<Record<TbankMethod, Omit<ProviderRail, 'split'>>> = {
  sbp: {
    ...ANY_RAIL,
    method: 'sbp',
    name: 'СБП',
    presentations: ['qr', 'appLink', 'banks'],
    capture: 'automatic',
    partialCapture: false,
    holdSeconds: undefined,
    // T-Bank names a smallest amount only; the largest is what SBP carries at other acquirers without asking.
    limits: { RUB: { min: 1000, max: 70_000_000 } },
    costBps: SBP_COST_BPS,
    source: 'https://developer.tbank.ru/eacq/scenarios/payments/PCI_DSS/sbp/',
  },
  bank_card: {
    ...ANY_RAIL,
    method: 'bank_card',
    name: 'Банковская карта',
    presentations: ['redirect'],
    limits: { RUB: { min: 100, max: 100_000_000 } },
    costBps: CARD_COST_BPS,
    source: 'https://developer.tbank.ru/eacq/api/init',
  },
  t_pay: {
    ...ANY_RAIL,
    method: 't_pay',
    name: 'T-Pay',
    presentations: ['qr', 'appLink'],
    limits: { RUB: { min: 100, max: 70_000_000 } },
    source: 'https://developer.tbank.ru/eacq/api/tinkoff-pay-link',
  },
  sber_pay: {
    ...ANY_RAIL,
    method: 'sber_pay',
    name: 'SberPay',
    presentations: ['qr', 'appLink'],
    holdSeconds: 30 * DAY_SECONDS,
    // https://developer.tbank.ru/eacq/intro/developer/setup_js/setup_speedpay: not in a WebView.
    notInApp: true,
    // As at YooKassa: T-Bank prints none.
    limits: { RUB: { min: 100, max: 70_000_000 } },
    source: 'https://developer.tbank.ru/eacq/api/sber-pay-link',
  },
  mir_pay: {
    ...ANY_RAIL,
    method: 'mir_pay',
    name: 'Mir Pay',
    presentations: ['appLink'],
    // T-Bank prints the smallest only; the largest is YooKassa's for the same app.
    limits: { RUB: { min: 100, max: 35_000_000 } },
    // Neither iOS nor a desktop has it.
    onlyOs: ['android'],
    source: 'https://developer.tbank.ru/eacq/scenarios/payments/PCI_DSS/mirpay/',
  },
}

/** The apps' own schemes, for the links of one method only: as its page and its published samples print them. */
const APP_SCHEMES: Readonly<Partial<Record<TbankMethod, readonly string[]>>> = {
  t_pay: ['tinkoffbank'],
  sber_pay: ['sberpay', 'tinkoffbank'],
  mir_pay: ['mirpay'],
}

// https://developer.tbank.ru/eacq/intro/developer/operation-statuses, and those met beside it.
const PAYMENT_STATUS: ReadonlyMap<string, ProviderPaymentStatus> = new Map([
  ['NEW', 'requires_action'],
  ['FORM_SHOWED', 'requires_action'],
  ['FORMSHOWED', 'requires_action'],
  ['PREAUTHORIZING', 'processing'],
  ['AUTHORIZING', 'processing'],
  ['3DS_CHECKING', 'processing'],
  ['3DS_CHECKED', 'processing'],
  ['PAY_CHECKING', 'processing'],
  ['CHECKING', 'processing'],
  ['CHECKED', 'processing'],
  ['PROCESSING', 'processing'],
  ['AUTHORIZED', 'authorized'],
  ['CONFIRMING', 'authorized'],
  ['CONFIRM_CHECKING', 'authorized'],
  ['REVERSING', 'authorized'],
  ['PARTIAL_REVERSED', 'authorized'],
  ['CONFIRMED', 'succeeded'],
  ['COMPLETING', 'succeeded'],
  ['COMPLETED', 'succeeded'],
  ['REFUNDING', 'succeeded'],
  ['ASYNC_REFUNDING', 'succeeded'],
  ['PARTIAL_REFUNDED', 'succeeded'],
  ['REFUNDED', 'succeeded'],
  ['REVERSED', 'canceled'],
  ['CANCELED', 'canceled'],
  ['DEADLINE_EXPIRED', 'expired'],
  ['ATTEMPTS_EXPIRED', 'expired'],
  ['REJECTED', 'failed'],
  ['AUTH_FAIL', 'failed'],
])

/** A try that failed: the form lets the buyer try again, so that nothing is proved by it. */
const NOT_DEAD = 'AUTH_FAIL'

const GIVING_BACK: ReadonlySet<string> = new Set(['REFUNDING', 'ASYNC_REFUNDING'])

// The table of the OpenAPI document 1.80 (September 2025), also https://developer.tbank.ru/eacq/intro/errors/error-codes: what
// the buyer can do about a code. From 1001 on it is 1000 and the issuer's ISO 8583 code. The rest is `declined`.
const FAILURE_CODES: Readonly<Partial<Record<FailureCode, readonly number[]>>> = {
  insufficient_funds: [103, 116, 1051, 1502, 3002, 5060],
  authentication_failed: [54, 101, 106, 108, 507, 511, 512, 1038, 1055, 1077, 1086, 2014],
  call_issuer: [1001, 1002, 1006, 1017],
  card_expired: [252, 1033, 1054],
  invalid_card: [218, 219, 221, 508, 642, 1014, 1015, 1080, 1082],
  fraud_suspected: [1004, 1007, 1034, 1043, 1059, 1063, 1093, 1094, 3003, 5036, 5063],
  limit_exceeded: [
    119, 403, 404, 405, 406, 603, 632, 633, 634, 1013, 1019, 1061, 1065, 1075, 1202, 1203, 1204, 2200, 3016,
    3029, 3030, 3032, 3033, 3041, 3042, 5061, 5062,
  ],
  method_restricted: [
    13, 76, 77, 78, 79, 381, 382, 410, 601, 1057, 1058, 1062, 1078, 1099, 1205, 1316, 3001, 3019, 3101, 5064,
    5065, 5066, 5067,
  ],
  issuer_unavailable: [1091],
  // Ours or T-Bank's to repair, not the buyer's.
  provider_unavailable: [
    1, 2, 3, 5, 8, 9, 10, 11, 12, 21, 96, 97, 98, 120, 123, 125, 201, 202, 203, 204, 205, 251, 253, 308, 309,
    329, 331, 334, 401, 402, 501, 515, 648, 702, 903, 999, 1003, 1018, 1030, 1096, 2015, 3017, 3040, 3102,
    7999, 9001, 9999,
  ],
}

const FAILURE_CODE: ReadonlyMap<string, FailureCode> = new Map(
  Object.entries(FAILURE_CODES).flatMap(([failureCode, codes]) =>
    codes.map((code) => [String(code), failureCode as FailureCode] as const),
  ),
)

/** Not about the object asked for: the terminal, its password, or T-Bank itself. */
const ABOUT_US: ReadonlySet<string> = new Set(['202', '203', '204', '205', '331', '501', '648'])
/** Something broke on the way: what was asked may have been done. */
const INTERNAL: ReadonlySet<string> = new Set(['3', '21', '401', '3040', '7999', '9999'])
/** To Init: there is such an order already. 20 by the documents, 623 where it was paid, 8 by people who met it. */
const ORDER_EXISTS: ReadonlySet<string> = new Set(['20', '623', '8'])

// The payment form, T-Pay's links, and what SBP codes say.
const BUYER_HOSTS = ['tinkoff.ru', 'tbank.ru', 't-bank-app.ru', 'qr.nspk.ru', 'sub.nspk.ru']

const API_HOSTS: ReadonlySet<string> = new Set(['securepay.tinkoff.ru', 'rest-api-test.tinkoff.ru'])

/**
 * Where notifications come from, IPv4 in CIDR notation, for a firewall: the OpenAPI document 1.80 (September 2025), neighbours
 * joined. Its test environment is 91.194.226.181. Not checked here: notifications are signed.
 */
export const TBANK_NETWORKS: readonly string[] = [
  '91.194.226.0/23',
  '91.218.132.0/22',
  '212.49.24.0/24',
  '212.233.80.0/22',
]

// Ids are strings in some answers and numbers in others.
const wireId = z.union([z.string().check(z.regex(/^\S{1,40}$/)), z.int()])
const wireKopecks = z.int().check(z.gte(0))

const wireAnswer = z.object({
  Success: z.union([z.boolean(), z.enum(['true', 'false'])]),
  ErrorCode: z.union([z.string().check(z.regex(/^\d{1,6}$/)), z.int()]),
})

const wirePayment = z.object({
  OrderId: wireId,
  PaymentId: wireId,
  Status: z.string(),
  Amount: wireKopecks,
})

const wireInit = z.extend(wirePayment, { PaymentURL: z.optional(z.string()) })

const wireState = z.extend(wirePayment, {
  Params: z.nullish(z.array(z.object({ Key: z.optional(z.string()), Value: z.optional(z.string()) }))),
})

const wireOrder = z.object({
  OrderId: wireId,
  Payments: z.nullish(
    z.array(
      z.object({
        PaymentId: wireId,
        Amount: wireKopecks,
        Status: z.string(),
        ErrorCode: z.nullish(z.union([z.string(), z.int()])),
      }),
    ),
  ),
})

const wireChange = z.object({ OrderId: wireId, PaymentId: wireId, Status: z.string() })
const wireQr = z.object({ Data: z.string() })
const wireLink = z.object({ Params: z.object({ RedirectUrl: z.string() }) })
const wireDeepLink = z.object({ Deeplink: z.string() })
const wireQrState = z.object({ QrCancelCode: z.nullish(z.string()) })

const wireNotification = z.object({
  TerminalKey: z.string(),
  Token: z.string(),
  OrderId: z.optional(wireId),
  PaymentId: z.optional(z.union([z.string(), z.number()])),
  Status: z.optional(z.string()),
  NotificationType: z.optional(z.string()),
})

/** Anything else, and T-Bank sends it again every hour for a day and every day for a month. */
const NOTIFICATION_REPLY: ProviderNotification['reply'] = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'OK',
}

/** A payment as GetState or CheckOrder tells it. */
interface WireState {
  readonly orderId: string
  readonly paymentId: string
  readonly status: string
  readonly kopecks: number
  /** `qrsbp`: paid by SBP. Undefined where nobody says. */
  readonly source?: string | undefined
  readonly errorCode?: string | undefined
}

/**
 * T-Bank's internet acquiring: SBP, cards, T-Pay, SberPay and Mir Pay, in roubles. Amounts travel as integers of kopecks, requests and
 * notifications carry a Token. There are no idempotency keys: our payment id is the OrderId, which T-Bank knows once, and
 * is asked about before anything is tried again. `docs/providers/tbank.md` has the mapping.
 *
 * @throws TypeError if an option cannot be used, or a live terminal's password is to be used anywhere but at T-Bank.
 */
export function tbank({
  account = 'tbank',
  terminalKey,
  password,
  apiUrl = 'https://securepay.tinkoff.ru/v2',
  methods = ['sbp', 'bank_card', 't_pay'],
  split = false,
  taxSystemCode,
  ffdVersion = '1.05',
}: TbankOptions): Provider {
  const isTest = terminalKey.endsWith('DEMO')
  const api = checkApi(apiUrl, isTest)
  if (!/^[0-9A-Za-z_-]{1,64}$/.test(terminalKey)) {
    throw new TypeError('tbank: terminalKey must be 1 to 64 letters and digits')
  }
  if (!/^[!-~]{1,256}$/.test(password)) throw new TypeError('tbank: password must be printable ASCII')

  /** The answer to a method, refused or not. */
  async function post(method: string, params: Readonly<Record<string, unknown>>, context: ProviderContext) {
    const body = { TerminalKey: terminalKey, ...params }
    return read(
      method,
      await context.http.send({
        method: 'POST',
        url: `${api}/${method}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, Token: tbankToken(body, password) }),
      }),
      context,
    )
  }

  async function get(path: string, context: ProviderContext): Promise<Answer> {
    const response = await context.http.send({ method: 'GET', url: `${api}/${path}`, headers: {} })
    return read(path.replace(/\d{4,}/, '…'), response, context)
  }

  /** null: T-Bank does not know it. */
  async function getState(paymentId: string, context: ProviderContext): Promise<WireState | null> {
    const answer = await post('GetState', { PaymentId: paymentId }, context)
    // A refused payment may come with the code of its refusal.
    const parsed = answer.isSuccess ? undefined : wireState.safeParse(answer.json())
    if (parsed?.success === false) return nothing(answer)
    const { OrderId, PaymentId, Status, Amount, Params } =
      parsed?.data ?? readJson(answer.response, wireState)
    return {
      orderId: String(OrderId),
      paymentId: String(PaymentId),
      status: Status,
      kopecks: Amount,
      source: Params?.find(({ Key }) => Key === 'Source')?.Value,
      errorCode: answer.code,
    }
  }

  /** What became of an order: the payment that took money, else the one that still can, else the last one. */
  async function checkOrder(orderId: string, context: ProviderContext): Promise<WireState | null> {
    const answer = await post('CheckOrder', { OrderId: orderId }, context)
    if (!answer.isSuccess) return nothing(answer)
    const { OrderId, Payments } = readJson(answer.response, wireOrder)
    const states = (Payments ?? []).map(({ PaymentId, Amount, Status, ErrorCode }) => ({
      orderId: String(OrderId),
      paymentId: String(PaymentId),
      status: Status,
      kopecks: Amount,
      errorCode: ErrorCode == null ? undefined : String(ErrorCode),
    }))
    return states.sort((a, b) => rank(a) - rank(b)).at(-1) ?? null
  }

  async function find({ paymentId, providerRef }: PaymentRef, context: ProviderContext) {
    if (providerRef !== undefined) return getState(providerRef, context)
    return paymentId === undefined ? null : checkOrder(paymentId, context)
  }

  /** Why a payment failed is told with its order only. */
  async function explain(state: WireState, context: ProviderContext): Promise<WireState> {
    if (PAYMENT_STATUS.get(state.status) !== 'failed' || (state.errorCode ?? '0') !== '0') return state
    try {
      const told = await checkOrder(state.orderId, context)
      return told?.paymentId === state.paymentId ? { ...state, errorCode: told.errorCode } : state
    } catch (error) {
      if (error instanceof ProviderFault) return state
      throw error
    }
  }

  async function toAction(
    state: WireState,
    method: TbankMethod,
    { expiresAt, paymentUrl }: { readonly expiresAt: string; readonly paymentUrl: string | undefined },
    context: ProviderContext,
  ): Promise<ProviderAction | null> {
    if (method === 'bank_card') {
      if (paymentUrl === undefined) return null
      return { expiresAt, redirect: { url: mustPass(paymentUrl) } }
    }
    if (method === 'sbp') {
      const request = { PaymentId: state.paymentId, DataType: 'PAYLOAD' }
      const answer = requireSuccess(await post('GetQr', request, context))
      const link = mustPass(readJson(answer.response, wireQr).Data)
      // Damaged on its way, it might pay somebody else. Nobody has seen it, so the payment can be ended.
      if (!isSoundSbpLink(link)) {
        throw new ProviderFault('rejected', 'crc_mismatch', 'T-Bank gave an SBP link whose crc is wrong', {
          failureCode: 'provider_unavailable',
        })
      }
      return { expiresAt, qr: { payload: link }, appLink: { universal: link }, banks: { link } }
    }
    const link = mustPass(await askAppLink(state.paymentId, method, context), APP_SCHEMES[method])
    // A scheme means nothing to the camera of a phone.
    if (!/^https?:/i.test(link)) return { expiresAt, appLink: { scheme: link } }
    const qr = METHODS[method].presentations.includes('qr') ? { qr: { payload: link } } : {}
    return { expiresAt, ...qr, appLink: { universal: link } }
  }

  async function askAppLink(
    paymentId: string,
    method: 't_pay' | 'sber_pay' | 'mir_pay',
    context: ProviderContext,
  ): Promise<string> {
    if (method === 'mir_pay') {
      const answer = requireSuccess(await post('MirPay/GetDeepLink', { PaymentId: paymentId }, context))
      return readJson(answer.response, wireDeepLink).Deeplink
    }
    const id = encodeURIComponent(paymentId)
    const path =
      method === 't_pay'
        ? `TinkoffPay/transactions/${id}/versions/2.0/link`
        : `SberPay/transactions/${id}/link`
    return readJson(requireSuccess(await get(path, context)).response, wireLink).Params.RedirectUrl
  }

  /**
   * What the buyer can do with a payment that waits for him; a payment that nobody can pay is ended.
   * @throws ProviderFault `rejected` when it was ended, else `unknown`: the order is there, even where a request after it was
   *   refused or never left.
   */
  async function offer(
    state: WireState,
    method: TbankMethod,
    links: { readonly expiresAt: string; readonly paymentUrl: string | undefined },
    context: ProviderContext,
  ): Promise<ProviderPayment> {
    try {
      const nextAction = await toAction(state, method, links, context)
      if (nextAction !== null) return { ...toPayment(state), nextAction }
    } catch (error) {
      if (!(error instanceof ProviderFault) || error.kind !== 'rejected') throw withOrder(error)
      const ended = await cancelNow(state, context).catch(throwWithOrder)
      // Paid meanwhile, by a way that an earlier try had shown: that is what counts.
      if (!ended.dead) return ended
      throw error
    }
    // The link to the form stands in Init's answer only. It was lost, so nobody has it.
    return cancelNow(state, context).catch(throwWithOrder)
  }

  /** Cancels, sees a refund through that came of it, and tells how the payment stands. */
  async function cancelNow(before: WireState, context: ProviderContext): Promise<ProviderPayment> {
    const request = { PaymentId: before.paymentId, ExternalRequestId: `cancel_${before.orderId}` }
    const answer = await post('Cancel', request, context)
    const status = answer.isSuccess ? readJson(answer.response, wireChange).Status : undefined
    const isOver = status === 'CANCELED' || status === 'REVERSED' || status === 'REFUNDED'
    if (isOver) return toCanceled(before)
    if (!answer.isSuccess && ABOUT_US.has(answer.code)) throw toFault(answer)
    const after = await getState(before.paymentId, context)
    if (after === null)
      throw new ProviderFault('unknown', 'not_found', 'T-Bank does not know the payment any more')
    if (after.status === 'REFUNDED' && answer.isSuccess) return toCanceled(before)
    if (GIVING_BACK.has(after.status)) return { ...toPayment(before), status: 'processing', captured: null }
    if (!answer.isSuccess && PAYMENT_STATUS.get(after.status) === 'requires_action') throw toFault(answer)
    return toPayment(await explain(after, context))
  }

  return {
    id: 'tbank',
    account,
    mode: isTest ? 'test' : 'live',
    // SBP does not work for marketplaces: https://developer.tbank.ru/eacq/scenarios/payments/PCI_DSS/sbp
    rails: methods.map((method) => ({ ...METHODS[method], split: split && method !== 'sbp' })),
    // An OrderId is taken for good, and every repetition begins with the question what became of it: there is no moment
    // from which on a repetition would be a new wish. This is how long the longest payment may take.
    createKeyTtlSeconds: LONGEST_SECONDS,

    async createPayment(request, context) {
      const method = methods.find((id) => id === request.method)
      if (method === undefined) {
        throw new ProviderFault('rejected', 'method_unknown', `tbank has no method ${request.method}`, {
          failureCode: 'method_restricted',
        })
      }
      const expiresAt = toDueDate(request.expiresAt, context.now())
      const known = request.repeated === false ? null : await checkOrder(request.paymentId, context)
      if (known) return resume(known)
      const answer = await post('Init', toInit(request, method, expiresAt), context)
      if (!answer.isSuccess && ORDER_EXISTS.has(answer.code)) {
        const found = await checkOrder(request.paymentId, context)
        if (found) return resume(found)
        throw new ProviderFault('unknown', 'order_exists', 'T-Bank has such an order and does not show it')
      }
      const { OrderId, PaymentId, Status, Amount, PaymentURL } = readJson(
        requireSuccess(answer).response,
        wireInit,
      )
      const state = {
        orderId: String(OrderId),
        paymentId: String(PaymentId),
        status: Status,
        kopecks: Amount,
      }
      if (PAYMENT_STATUS.get(Status) !== 'requires_action') return toPayment(state)
      if (method === 'bank_card' && PaymentURL === undefined) {
        throw new ProviderFault('unknown', 'answer_unexpected', 'T-Bank gave no link to its form')
      }
      return offer(state, method, { expiresAt, paymentUrl: PaymentURL }, context)

      async function resume(state: WireState): Promise<ProviderPayment> {
        if (PAYMENT_STATUS.get(state.status) !== 'requires_action') return toPayment(state)
        return offer(state, method as TbankMethod, { expiresAt, paymentUrl: undefined }, context)
      }
    },

    async getPayment(ref, context) {
      const state = await find(ref, context)
      return state && toPayment(await explain(state, context), ref.known)
    },

    async capturePayment({ providerRef, charge, receipt, splits, known }: CapturePayment, context) {
      const before = await getState(providerRef, context)
      if (before === null)
        throw new ProviderFault('rejected', 'not_found', 'T-Bank does not know the payment')
      let after = before
      if (PAYMENT_STATUS.get(before.status) === 'authorized') {
        const request = { PaymentId: providerRef, Amount: charge.minorUnits, ...toParts({ receipt, splits }) }
        const answer = await post('Confirm', request, context)
        if (answer.isSuccess) {
          const { Status } = readJson(answer.response, wireChange)
          after = { ...before, status: Status, kopecks: charge.minorUnits }
        } else {
          // Confirmed meanwhile by a request whose answer was lost: T-Bank's truth is the answer.
          after = (await getState(providerRef, context)) ?? before
          if (PAYMENT_STATUS.get(after.status) === 'authorized') throw toFault(answer)
        }
      }
      const payment = toPayment(after)
      if (payment.status !== 'succeeded' || after.kopecks !== charge.minorUnits) return payment
      // T-Bank shows the part that was taken as the payment's sum from now on.
      const asked = after === before ? (known?.charge ?? payment.charge) : toMoney(before.kopecks)
      return { ...payment, charge: asked }
    },

    /**
     * Ends a payment that waits, or lets go of a hold. T-Bank gives the money of a paid one back, so one that is already
     * paid is left alone and told as paid; but once a cancel may have been heard, it is repeated until it is done.
     */
    async cancelPayment({ paymentId, providerRef, repeated }: CancelPayment, context) {
      const before = await find({ paymentId, providerRef }, context)
      if (before === null)
        throw new ProviderFault('rejected', 'not_found', 'T-Bank does not know the payment')
      const payment = toPayment(before)
      if (payment.dead) return toPayment(await explain(before, context))
      if (payment.status !== 'succeeded') return cancelNow(before, context)
      if (!repeated) return payment
      if (before.status === 'REFUNDED') return toCanceled(before)
      if (GIVING_BACK.has(before.status)) return { ...payment, status: 'processing', captured: null }
      return cancelNow(before, context)
    },

    /**
     * A repeated `ExternalRequestId` gives nothing back twice. SBP knows none: there a repetition first compares what has
     * gone back with what should have.
     */
    async refundPayment(refund: RefundPayment, context) {
      const { refundId, providerRef, charge } = refund
      const before = await getState(providerRef, context)
      if (before === null)
        throw new ProviderFault('rejected', 'not_found', 'T-Bank does not know the payment')
      if (isBySbp(before) && isDone(before, refund)) return toRefund(refund, before, 'succeeded')
      const request = {
        PaymentId: providerRef,
        Amount: charge.minorUnits,
        ExternalRequestId: refundId,
        ...toParts(refund),
      }
      const answer = await post('Cancel', request, context)
      if (!answer.isSuccess) {
        const after = ABOUT_US.has(answer.code) ? null : await getState(providerRef, context)
        if (after && isAllBack(after, refund)) return toRefund(refund, after, 'succeeded')
        throw after && GIVING_BACK.has(after.status) ? underWay('not_done') : toFault(answer)
      }
      const { Status } = readJson(answer.response, wireChange)
      // Often done by the time one asks.
      const status = GIVING_BACK.has(Status) ? (await getState(providerRef, context))?.status : Status
      if (status === 'REFUNDED' || status === 'PARTIAL_REFUNDED') return toRefund(refund, before, 'succeeded')
      return toRefund(refund, before, GIVING_BACK.has(status ?? '') ? 'requested' : 'unknown')
    },

    /** T-Bank knows no refunds, only how much of a payment is left: without a sum there is nothing to find. */
    async getRefund({ refundId, paymentId, paymentProviderRef, providerRef, known }: RefundRef, context) {
      const state = await getState(paymentProviderRef, context)
      const minorUnits = readRefundRef(providerRef, refundId)
      if (state === null || minorUnits === undefined) return null
      const refund = { refundId, paymentId, charge: toMoney(minorUnits) }
      if (GIVING_BACK.has(state.status)) return toRefund(refund, state, 'requested')
      const given = toGiven(state, known)
      const isGiven =
        given === undefined
          ? state.status === 'REFUNDED'
          : given >= (known?.refunded.minorUnits ?? 0) + minorUnits
      if (isGiven) return toRefund(refund, state, 'succeeded')
      const qr = isBySbp(state) ? await post('GetQrState', { PaymentId: paymentProviderRef }, context) : null
      const isRefused = qr?.isSuccess === true && readJson(qr.response, wireQrState).QrCancelCode != null
      if (isRefused) return { ...toRefund(refund, state, 'failed'), failureCode: 'declined' }
      // Nothing was refused, and something has gone back: it can only be this.
      const isLikely = given === undefined && state.status === 'PARTIAL_REFUNDED'
      return toRefund(refund, state, isLikely ? 'succeeded' : 'unknown')
    },

    async parseNotification({ rawBody }) {
      if (!verifyTbankToken(rawBody, password)) {
        throw new NotificationRefused(401, 'the notification has no Token of this terminal')
      }
      return toNotification(rawBody, terminalKey)
    },
  }

  function mustPass(url: string, schemes: readonly string[] = []): string {
    const passed = createUrlGate({ hosts: BUYER_HOSTS, apiUrl: api, schemes })(url)
    if (passed === undefined) {
      throw new ProviderFault('unknown', 'url_refused', 'T-Bank gave no link to a host of its own')
    }
    return passed
  }

  function toInit(request: CreatePayment, method: TbankMethod, expiresAt: string): Record<string, unknown> {
    const { charge, paymentId, description, capture, receipt, splits, locale, returnUrl, device } = request
    if (charge.currency !== 'RUB') {
      throw new ProviderFault('rejected', 'currency_unknown', `T-Bank charges RUB, not ${charge.currency}`, {
        failureCode: 'method_restricted',
      })
    }
    const text = cut(description, 140)
    return {
      Amount: charge.minorUnits,
      OrderId: paymentId,
      ...(text === '' ? {} : { Description: text }),
      PayType: capture === 'manual' ? 'T' : 'O',
      ...(locale === undefined ? {} : { Language: /^ru\b/i.test(locale) ? 'ru' : 'en' }),
      NotificationURL: request.notificationUrl,
      SuccessURL: returnUrl,
      FailURL: returnUrl,
      RedirectDueDate: expiresAt.replace(/\.\d+Z$/, '+00:00'),
      ...toDeviceData(method, device),
      ...toParts({ receipt, splits }),
    }
  }

  /** `Receipt` and `Shops` of Init, Confirm and Cancel. */
  function toParts({ receipt, splits }: Pick<CreatePayment, 'receipt' | 'splits'>): object {
    return {
      ...(receipt === undefined ? {} : { Receipt: toWireReceipt(receipt, taxSystemCode, ffdVersion) }),
      ...(splits === undefined || splits.length === 0 ? {} : { Shops: splits.map(toShop) }),
    }
  }
}

/** `DATA` of the methods that are paid in an app. */
function toDeviceData(method: TbankMethod, device: CreatePayment['device']): object {
  const flag = method === 't_pay' ? 'TinkoffPayWeb' : method === 'sber_pay' ? 'SberPayWeb' : undefined
  if (flag === undefined) return {}
  return {
    DATA: {
      [flag]: 'true',
      Device: device?.surface === 'mobile' ? 'Mobile' : 'Desktop',
      ...(device?.os === 'ios' ? { DeviceOs: 'iOS' } : {}),
      ...(device?.os === 'android' ? { DeviceOs: 'Android' } : {}),
    },
  }
}

/** What T-Bank says about a request. */
interface Answer {
  readonly method: string
  readonly isSuccess: boolean
  readonly code: string
  readonly response: ProviderHttpResponse
  /** The whole, unread. */
  readonly json: () => unknown
}

/** HTTP is 200 for refusals too; anything else tells nothing about money. */
function read(method: string, response: ProviderHttpResponse, { now }: ProviderContext): Answer {
  const { status, headers } = response
  if (status === 429) {
    throw new ProviderFault('not_done', 'http_429', 'T-Bank asks to slow down', {
      retryAfterMs: retryAfterMs(headers, now()),
    })
  }
  if (status !== 200) throw new ProviderFault('unknown', `http_${status}`, `T-Bank answered HTTP ${status}`)
  const { Success, ErrorCode } = readJson(response, wireAnswer)
  const code = String(ErrorCode)
  if (INTERNAL.has(code)) {
    throw new ProviderFault('unknown', code, `T-Bank answered ${code} (internal error) to ${method}`)
  }
  return {
    method,
    isSuccess: String(Success) === 'true' && code === '0',
    code,
    response,
    json: () => JSON.parse(new TextDecoder().decode(response.rawBody)),
  }
}

function requireSuccess(answer: Answer): Answer {
  if (!answer.isSuccess) throw toFault(answer)
  return answer
}

function toFault({ method, code }: Answer): ProviderFault {
  return new ProviderFault('rejected', code, `T-Bank refused ${method}: ${code}`, {
    failureCode: FAILURE_CODE.get(code) ?? 'declined',
  })
}

/** A question that was refused: T-Bank does not know what it is about, unless it does not know us. */
function nothing(answer: Answer): null {
  if (ABOUT_US.has(answer.code)) throw toFault(answer)
  return null
}

function checkApi(apiUrl: string, isTest: boolean): string {
  const url = new URL(apiUrl)
  const isTbank = url.protocol === 'https:' && url.port === '' && API_HOSTS.has(url.hostname)
  const isAllowed = isTbank || (isTest && (url.protocol === 'https:' || isLocalHttp(url)))
  if (!isAllowed) {
    throw new TypeError(
      isTest
        ? `tbank: apiUrl ${url.origin} must be https, or http on this machine`
        : `tbank: a live terminal calls T-Bank only, not ${url.origin}; use a DEMO terminal there`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** Money first, then what can still become money. */
function rank({ status }: WireState): number {
  const order: readonly (ProviderPaymentStatus | undefined)[] = [
    'canceled',
    'expired',
    'failed',
    'requires_action',
    undefined,
    'processing',
    'authorized',
    'succeeded',
  ]
  return order.indexOf(PAYMENT_STATUS.get(status))
}

function toPayment(state: WireState, known?: KnownPayment | undefined): ProviderPayment {
  const status = PAYMENT_STATUS.get(state.status) ?? 'unknown'
  const amount = toMoney(state.kopecks)
  const isEnd = status === 'failed' || status === 'canceled' || status === 'expired'
  const payment = {
    providerRef: state.paymentId,
    reference: state.orderId,
    charge: amount,
    status,
    dead: isEnd && state.status !== NOT_DEAD,
    failureCode: null,
    // Links are told when the payment is made, and can be asked for then only.
    nextAction: null,
    captured: null,
    refunded: null,
  }
  if (status === 'failed') {
    return { ...payment, failureCode: FAILURE_CODE.get(state.errorCode ?? '') ?? 'declined' }
  }
  if (status === 'expired') return { ...payment, failureCode: 'expired' }
  if (state.status === 'PARTIAL_REVERSED') return { ...payment, charge: known?.charge ?? amount }
  if (status !== 'succeeded') return payment
  if (state.status !== 'PARTIAL_REFUNDED' && state.status !== 'REFUNDED') {
    // Less than was asked after a partial Confirm.
    return GIVING_BACK.has(state.status) ? withKnown(payment, known) : { ...payment, captured: amount }
  }
  const given = toGiven(state, known)
  return {
    ...withKnown(payment, known),
    refunded: given === undefined ? (state.status === 'REFUNDED' ? amount : null) : toMoney(given),
  }
}

/** After something has gone back, T-Bank tells what is left; what was asked and taken is our knowledge. */
function withKnown(payment: ProviderPayment, known: KnownPayment | undefined): ProviderPayment {
  if (known === undefined) return payment
  return { ...payment, charge: known.charge, captured: takenOf(known) }
}

/** Where nothing is known to be taken yet, the whole was. */
function takenOf({ charge, captured }: KnownPayment): Money {
  return captured.minorUnits > 0 ? captured : charge
}

/**
 * Kopecks that have gone back; undefined where nobody can tell. `Amount` is what is left, and all of it again when nothing
 * is. No page that was read says so plainly: a sum above what was taken is therefore not made sense of.
 */
function toGiven({ status, kopecks }: WireState, known: KnownPayment | undefined): number | undefined {
  if (known === undefined) return undefined
  const taken = takenOf(known).minorUnits
  if (status === 'REFUNDED') return taken
  if (status === 'PARTIAL_REFUNDED') return kopecks < taken ? taken - kopecks : undefined
  return status === 'CONFIRMED' ? 0 : undefined
}

/**
 * Whether a refund of an SBP payment has been made by an earlier try. Refunds of one sum are all alike, so sums decide.
 *
 * @throws ProviderFault when it has to be asked again, or by people.
 */
function isDone(state: WireState, { charge, repeated, known }: RefundPayment): boolean {
  if (GIVING_BACK.has(state.status)) throw underWay(repeated === false ? 'not_done' : 'unknown')
  if (repeated === false || state.status === 'CONFIRMED') return false
  const given = toGiven(state, known)
  if (given !== undefined && known !== undefined) {
    const unexplained = given - known.refunded.minorUnits
    if (unexplained >= charge.minorUnits) return true
    if (unexplained <= 0) return false
  }
  throw new ProviderFault(
    'unknown',
    'refund_unclear',
    'what has gone back does not tell whether this refund has',
  )
}

/**
 * Whether all that this refund was to give back has gone back without it: a cancel that met a payment just paid gives the whole
 * back. Told only of the last refund, which leaves nothing: no other of ours can have been it.
 */
function isAllBack({ status }: WireState, { charge, known }: RefundPayment): boolean {
  if (status !== 'REFUNDED' || known === undefined) return false
  return known.refunded.minorUnits + charge.minorUnits === takenOf(known).minorUnits
}

/** What a fault means once the order is made: that nothing was done holds for its own request only. */
function withOrder(error: unknown): unknown {
  if (!(error instanceof ProviderFault) || error.kind === 'unknown') return error
  const { code, message, retryAfterMs } = error
  return new ProviderFault('unknown', code, message, { cause: error, retryAfterMs })
}

function throwWithOrder(error: unknown): never {
  throw withOrder(error)
}

function underWay(kind: 'not_done' | 'unknown'): ProviderFault {
  return new ProviderFault(kind, 'refund_under_way', 'a refund of the payment is under way', {
    retryAfterMs: 5000,
  })
}

/** A payment of which T-Bank does not say how it was paid may have been. */
function isBySbp({ source }: WireState): boolean {
  return source === undefined || source.toLowerCase() === 'qrsbp'
}

function toCanceled(before: WireState): ProviderPayment {
  return {
    ...toPayment(before),
    status: 'canceled',
    dead: true,
    failureCode: null,
    captured: null,
    refunded: null,
  }
}

function toRefund(
  { refundId, charge }: Pick<RefundPayment, 'refundId' | 'charge'>,
  { paymentId }: WireState,
  status: ProviderRefund['status'],
): ProviderRefund {
  return {
    // T-Bank names no refunds. The sum stands in the name because nobody else remembers it.
    providerRef: `${refundId}.${charge.minorUnits}`,
    reference: refundId,
    paymentProviderRef: paymentId,
    charge,
    status,
    failureCode: null,
  }
}

function readRefundRef(providerRef: string | undefined, refundId: string): number | undefined {
  const kopecks = providerRef?.startsWith(`${refundId}.`) ? providerRef.slice(refundId.length + 1) : ''
  return /^\d{1,15}$/.test(kopecks) ? Number(kopecks) : undefined
}

function toNotification(rawBody: Uint8Array, terminalKey: string): ProviderNotification {
  const parsed = wireNotification.safeParse(JSON.parse(new TextDecoder().decode(rawBody)))
  if (!parsed.success) throw new NotificationRefused(400, 'the notification has an unexpected form')
  const { TerminalKey, Token, OrderId, PaymentId, Status, NotificationType } = parsed.data
  if (TerminalKey !== terminalKey)
    throw new NotificationRefused(401, 'the notification is for another terminal')
  const news = { eventKey: Token, reply: NOTIFICATION_REPLY }
  // A receipt was registered, an account or a card was linked.
  const isPayment = OrderId !== undefined && Status !== 'RECEIPT' && NotificationType === undefined
  if (!isPayment) return { ...news, subject: { kind: 'none' } }
  return {
    ...news,
    subject: { kind: 'payment', paymentId: String(OrderId), providerRef: toPaymentId(PaymentId) },
  }
}

function toPaymentId(value: string | number | undefined): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return value !== undefined && /^[0-9A-Za-z-]{1,40}$/.test(value) ? value : undefined
}

// Tags 1055 and 1199 in the words of T-Bank: https://developer.tbank.ru/eacq/api/init, Receipt.
const TAXATION = ['osn', 'usn_income', 'usn_income_outcome', 'envd', 'esn', 'patent']
const TAX = 'none vat0 vat10 vat20 vat110 vat120 vat5 vat7 vat105 vat107 vat22 vat122'.split(' ')

function toWireReceipt(
  { customer, taxSystemCode, items }: Receipt,
  fallback: number | undefined,
  ffdVersion: string,
): object {
  const taxation = TAXATION[(taxSystemCode ?? fallback ?? 0) - 1]
  if (taxation === undefined) {
    throw new ProviderFault(
      'rejected',
      'tax_system_missing',
      'T-Bank wants the tax system in every receipt',
      {
        failureCode: 'provider_unavailable',
      },
    )
  }
  const phone = customer.phone?.replace(/\D/g, '')
  return {
    FfdVersion: ffdVersion,
    Taxation: taxation,
    ...(customer.email ? { Email: customer.email } : {}),
    ...(phone ? { Phone: `+${phone}` } : {}),
    Items: items.map(
      ({ description, quantity, unitPrice, vatCode, paymentMode, paymentSubject, measure }) => ({
        Name: description,
        Price: unitPrice.minorUnits,
        Quantity: Number(quantity),
        Amount: multiply(unitPrice.minorUnits, quantity),
        Tax: TAX[vatCode - 1],
        ...(paymentMode === undefined ? {} : { PaymentMethod: paymentMode }),
        ...(paymentSubject === undefined ? {} : { PaymentObject: paymentSubject }),
        ...(measure === undefined || ffdVersion === '1.05' ? {} : { MeasurementUnit: measure }),
      }),
    ),
  }
}

/** Kopecks times a quantity of up to three decimal places, halves up. */
function multiply(kopecks: number, quantity: string): number {
  const [whole = '0', part = ''] = quantity.split('.')
  const thousandths = BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'))
  return Number((BigInt(kopecks) * thousandths + 500n) / 1000n)
}

function toShop({ seller, amount, fee }: Split): object {
  return {
    ShopCode: seller,
    Amount: amount.minorUnits,
    ...(fee === undefined ? {} : { Fee: String(fee.minorUnits) }),
  }
}

function toMoney(kopecks: number): Money {
  return { currency: 'RUB', minorUnits: kopecks }
}

/** T-Bank takes from a minute to 90 days ahead. */
function toDueDate(expiresAt: string, now: number): string {
  const dueAt = Math.min(Math.max(Date.parse(expiresAt), now + SHORTEST_MS), now + LONGEST_SECONDS * 1000)
  return new Date(Math.floor(dueAt / 1000) * 1000).toISOString()
}

/** Never in the middle of a character that takes two units. */
function cut(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')
}
