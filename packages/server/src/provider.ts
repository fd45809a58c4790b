import type {
  Device,
  FailureCode,
  Money,
  NextAction,
  OperatingSystem,
  Presentation,
  Receipt,
  Split,
} from '@teabrick/core/contract'

/**
 * What a payment provider's adapter is made of. One file per provider in `providers/`, checked by the shared contract test
 * `describeProvider`. An adapter maps words and signs requests; it keeps no state, opens no socket of its own
 * ({@link ProviderContext.http} does) and decides nothing about our payment.
 */
export interface Provider {
  /** Whose API it speaks: `yookassa`. */
  readonly id: string
  /** The name of our credentials there. Part of URLs and of rail ids: `[a-z0-9_-]{1,32}`. */
  readonly account: string
  /** `test` credentials are refused with a production URL and the other way round, at boot. */
  readonly mode: 'test' | 'live'
  /** What this account can do, method by method. */
  readonly rails: readonly ProviderRail[]
  /** For how long the provider answers a repeated create with the same key by the same payment. */
  readonly createKeyTtlSeconds: number

  /** Sent again with the same key and the same request until an answer is readable. */
  createPayment(request: CreatePayment, context: ProviderContext): Promise<ProviderPayment>
  /** The provider's truth. `null`: it knows no such payment, which is no proof that it never will. */
  getPayment(ref: PaymentRef, context: ProviderContext): Promise<ProviderPayment | null>
  /** Takes reserved money, whole or in part; what is left of the reservation is released. */
  capturePayment(request: CapturePayment, context: ProviderContext): Promise<ProviderPayment>
  /** Ends a pending payment (where the rail says `cancelPending`) or releases reserved money. */
  cancelPayment(request: CancelPayment, context: ProviderContext): Promise<ProviderPayment>
  refundPayment(request: RefundPayment, context: ProviderContext): Promise<ProviderRefund>
  getRefund(ref: RefundRef, context: ProviderContext): Promise<ProviderRefund | null>
  /**
   * Verifies a notification on its raw bytes. A notification is a hint: what it says is asked again.
   *
   * @throws NotificationRefused when it is not from the provider or cannot be read.
   */
  parseNotification(request: NotificationRequest, context: ProviderContext): Promise<ProviderNotification>
}

/** A method through an account: what may be offered there. Facts with their source and date. */
export interface ProviderRail {
  /** Our method id: `sbp`. */
  readonly method: string
  /** The method's name for clients that have no own word for the id. */
  readonly name: string
  /** Currencies the provider charges. Another order currency needs a quote. */
  readonly currencies: readonly string[]
  readonly presentations: readonly Presentation[]
  /** `both`: money can be reserved first and taken later. */
  readonly capture: 'automatic' | 'both'
  readonly partialCapture: boolean
  readonly partialRefund: boolean
  /** Whether a payment that waits for the buyer can be ended on demand, with proof. */
  readonly cancelPending: boolean
  /**
   * A cancel takes a success with it: a payment that the buyer finished meanwhile is canceled too, and the money goes
   * back. While such a cancel is under way, a success that somebody reads is not one yet: the cancel's answer decides.
   */
  readonly cancelReturnsMoney?: boolean | undefined
  /** Smallest and largest charge in minor units, by currency. */
  readonly limits: Readonly<Record<string, { readonly min: number; readonly max: number }>>
  /** How long the buyer has, unless the session ends before. */
  readonly timeoutSeconds: number
  /** How long reserved money stays reserved. Absent where nothing can be reserved. */
  readonly holdSeconds?: number | undefined
  /** Contacts the provider cannot do without. */
  readonly requires: readonly ('phone' | 'email')[]
  readonly split: boolean
  /** The adapter can hold the money until the buyer confirms the delivery. Absent: it cannot, whatever the provider sells. */
  readonly escrow?: boolean | undefined
  /** Operating systems the method works on, where not on all. */
  readonly onlyOs?: readonly OperatingSystem[] | undefined
  /** The method cannot be paid from an app's built-in browser: from none (`true`), or not from those named (`wechat`). */
  readonly notInApp?: boolean | readonly string[] | undefined
  /** ISO 3166 countries whose people pay so, where it is known: puts the method first for their language, shuts nobody out. */
  readonly buyerCountries?: readonly string[] | undefined
  /**
   * What the provider keeps of a charge, in basis points and without VAT, by public tariffs. The merchant's own contract
   * (`routing.costBps`) comes first. Absent where nobody has established it.
   */
  readonly costBps?: number | undefined
  /** A loan or instalments: never the first method a buyer sees. */
  readonly credit?: boolean | undefined
  /** Where these facts come from, and when they were read there. */
  readonly source: string
  readonly asOf: string
}

/** What an adapter may use of the world. */
export interface ProviderContext {
  readonly http: ProviderHttp
  /** Milliseconds since 1970, for timestamps in signed requests. */
  readonly now: () => number
}

/**
 * HTTP to a provider. It turns what a transport can do into the three answers money needs: an answer that was read whole,
 * or a {@link ProviderFault} `not_done` or `unknown`. The status is the adapter's to judge.
 */
export interface ProviderHttp {
  send(request: ProviderHttpRequest): Promise<ProviderHttpResponse>
}

export interface ProviderHttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent byte for byte: it may be signed. */
  readonly body?: string | undefined
  /** Until the whole answer is read. Default 12 s. */
  readonly timeoutMs?: number | undefined
}

export interface ProviderHttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly rawBody: Uint8Array<ArrayBuffer>
}

/** What we know of a payment, for providers that only tell what is left of it. All in the charge's currency. */
export interface KnownPayment {
  /** What was asked of the buyer. */
  readonly charge: Money
  /** Taken so far. */
  readonly captured: Money
  /** Given back so far by refunds that are settled; the one at hand is not among them. */
  readonly refunded: Money
}

export interface CreatePayment {
  /** Our payment id: the reference the provider carries for us. */
  readonly paymentId: string
  readonly idempotencyKey: string
  readonly method: string
  /** What to take. */
  readonly charge: Money
  /** What the order costs; differs from `charge` when a quote joins them. */
  readonly amount: Money
  readonly description: string
  readonly orderReference: string
  readonly capture: 'automatic' | 'manual'
  readonly presentation?: Presentation | undefined
  readonly device?: Device | undefined
  readonly bankId?: string | undefined
  readonly contact?: { readonly phone?: string | undefined; readonly email?: string | undefined } | undefined
  readonly buyerReference?: string | undefined
  readonly receipt?: Receipt | undefined
  readonly splits?: readonly Split[] | undefined
  readonly locale?: string | undefined
  /** Where the provider sends the buyer back to. Ours, never the merchant's. */
  readonly returnUrl: string
  /** Where the provider sends notifications to, where it takes that per payment. */
  readonly notificationUrl: string
  /** ISO 8601: until when the buyer may pay. The provider's own limit may be shorter. */
  readonly expiresAt: string
  /**
   * Whether an earlier try may have reached the provider, for those that have no key and must ask before they try again.
   * Absent: nobody knows.
   */
  readonly repeated?: boolean | undefined
}

export interface PaymentRef {
  /** Our payment id; absent when only the provider's is known, as in an unsigned notification. */
  readonly paymentId?: string | undefined
  /** The provider's id; absent when the create's answer was lost. */
  readonly providerRef?: string | undefined
  readonly known?: KnownPayment | undefined
}

export interface CapturePayment {
  readonly paymentId: string
  readonly providerRef: string
  readonly idempotencyKey: string
  readonly charge: Money
  /** Of what is taken, where it is not what the payment was made with. */
  readonly receipt?: Receipt | undefined
  readonly splits?: readonly Split[] | undefined
  readonly known?: KnownPayment | undefined
}

export interface CancelPayment {
  readonly paymentId: string
  /** Absent when the create's answer was lost and the provider cancels by our reference. */
  readonly providerRef?: string | undefined
  readonly idempotencyKey: string
  /**
   * An earlier try of this cancel may have reached the provider. Then it is seen through: a success read now may
   * already be on its way back (`cancelReturnsMoney`).
   */
  readonly repeated?: boolean | undefined
}

export interface RefundPayment {
  readonly refundId: string
  readonly paymentId: string
  readonly providerRef: string
  readonly idempotencyKey: string
  readonly charge: Money
  readonly reason?: string | undefined
  /** Of what goes back. */
  readonly receipt?: Receipt | undefined
  /** Who of the sellers gives back how much. */
  readonly splits?: readonly Split[] | undefined
  /** As in {@link CreatePayment}. */
  readonly repeated?: boolean | undefined
  readonly known?: KnownPayment | undefined
}

export interface RefundRef {
  readonly refundId: string
  readonly paymentId: string
  /** The payment's id at the provider. */
  readonly paymentProviderRef: string
  readonly providerRef?: string | undefined
  readonly known?: KnownPayment | undefined
}

/** A provider's word about a payment. `unknown`: a state nobody has mapped; it changes nothing. */
export type ProviderPaymentStatus =
  | 'requires_action'
  | 'processing'
  | 'authorized'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'expired'
  | 'unknown'

/** A payment as the provider tells it. */
export interface ProviderPayment {
  readonly providerRef: string
  /** Our payment id as the provider gave it back; null where it does not. */
  readonly reference: string | null
  /** What was asked of the buyer. Compared with ours before anything changes. */
  readonly charge: Money
  readonly status: ProviderPaymentStatus
  /** For `failed`, `canceled` and `expired`: whether the provider can never turn it into a success any more. */
  readonly dead: boolean
  readonly failureCode: FailureCode | null
  readonly nextAction: ProviderAction | null
  /** Taken so far, where the provider says so. */
  readonly captured: Money | null
  /** Given back so far, where the provider says so. */
  readonly refunded: Money | null
}

/** {@link NextAction} with a moment in place of a duration. */
export type ProviderAction = Omit<NextAction, 'expiresInMs'> & { readonly expiresAt: string | null }

export interface ProviderRefund {
  readonly providerRef: string
  /** Our refund id as the provider gave it back; null where it does not. */
  readonly reference: string | null
  /** The provider's id of the payment it belongs to, where the provider says so: a refund made in its cabinet. */
  readonly paymentProviderRef?: string | undefined
  readonly charge: Money
  readonly status: 'requested' | 'succeeded' | 'failed' | 'unknown'
  readonly failureCode: FailureCode | null
}

export interface NotificationRequest {
  readonly rawBody: Uint8Array<ArrayBuffer>
  readonly headers: Headers
  /** Path and query as the provider called them, without the origin: some sign it. */
  readonly requestUri: string
  readonly remoteAddress: string | null
}

export interface ProviderNotification {
  /** The same for each delivery of the same news: at most 128 characters. */
  readonly eventKey: string
  /** What to ask the provider about. */
  readonly subject:
    | {
        readonly kind: 'payment'
        readonly paymentId?: string | undefined
        readonly providerRef?: string | undefined
      }
    | {
        readonly kind: 'refund'
        readonly refundId?: string | undefined
        readonly providerRef?: string | undefined
        readonly paymentProviderRef?: string | undefined
      }
    /** Verified, but nothing of ours: acknowledged and left. */
    | { readonly kind: 'none' }
  /** What the provider wants to hear once the notification is stored. */
  readonly reply: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

/**
 * A request to a provider that did not end in an answer about money.
 *
 * - `not_done`: nothing can have happened (connection refused, DNS, TLS, 429). The same request may be sent again.
 * - `rejected`: the provider refused for good. Nothing happened; repeating is pointless.
 * - `unknown`: it may have happened. Only asking, or the same request with the same key, can tell.
 */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault'
  readonly kind: 'not_done' | 'rejected' | 'unknown'
  /** The provider's own code or the transport's: `ECONNREFUSED`, `PARAM_ILLEGAL`. For logs and operators. */
  readonly code: string
  /** For `rejected`: what the buyer is told. */
  readonly failureCode: FailureCode
  readonly retryAfterMs: number | undefined

  constructor(
    kind: ProviderFault['kind'],
    code: string,
    message: string,
    options: {
      cause?: unknown
      failureCode?: FailureCode | undefined
      retryAfterMs?: number | undefined
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.code = code
    this.failureCode = options.failureCode ?? 'provider_unavailable'
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A notification that is not the provider's or cannot be read. The answer tells nothing more than the status. */
export class NotificationRefused extends Error {
  override readonly name = 'NotificationRefused'
  readonly status: 400 | 401 | 403

  constructor(status: 400 | 401 | 403, message: string) {
    super(message)
    this.status = status
  }
}
