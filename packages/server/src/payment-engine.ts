import type {
  CancelRequest,
  CaptureRequest,
  CheckoutView,
  Device,
  ParsedCreateSessionRequest,
  PayRequest,
  Rail,
  RailList,
  RailSuccess,
  RailUpdateRequest,
  RefundRequest,
} from '@teabrick/core/contract'
import type { Purchase } from './domain/explain.ts'
import type { PaymentRecord, RefundRecord, SessionState } from './domain/records.ts'
import type { NotificationRequest, ProviderNotification } from './provider.ts'
import type { SessionQuery } from './store/store.ts'

/** A POST's `Idempotency-Key` with what it was sent with. */
export interface RequestKey {
  /** The key as the client sent it. */
  readonly key: string
  /** SHA-256 of the canonical JSON of the parsed body, hex. */
  readonly fingerprint: string
}

/** What a checkout view is drawn for. */
export interface ViewContext {
  readonly device?: Device | undefined
  /** BCP 47, what the buyer reads; else the session's. */
  readonly locale?: string | undefined
  /** The method this buyer paid with last, as his browser remembers it. */
  readonly last?: string | undefined
}

/** A view with the tag that names it. */
export interface CheckoutReading {
  readonly state: SessionState
  readonly view: CheckoutView
  /** `<session version>.<what is offered>`: equal tags mean equal views but for the passing of time. */
  readonly tag: string
  /** The rails' common version that the view was drawn with. */
  readonly railsVersion: number
}

/**
 * All that can be done with sessions and payments, without HTTP. Everything a caller did wrong is an `ApiProblem`. Ids of
 * another merchant are unknown ids.
 */
export interface PaymentEngine {
  createSession(request: ParsedCreateSessionRequest, key: RequestKey): Promise<SessionState>
  getSession(sessionId: string): Promise<SessionState>
  listSessions(
    query: Omit<SessionQuery, 'merchantId'>,
  ): Promise<{ readonly items: readonly SessionState[]; readonly nextCursor: string | null }>
  cancelSession(sessionId: string, request: CancelRequest, key: RequestKey): Promise<SessionState>

  getPayment(paymentId: string): Promise<{ readonly state: SessionState; readonly payment: PaymentRecord }>
  capturePayment(
    paymentId: string,
    request: CaptureRequest,
    key: RequestKey,
  ): Promise<{ readonly state: SessionState; readonly payment: PaymentRecord }>
  cancelPayment(
    paymentId: string,
    request: CancelRequest,
    key: RequestKey,
  ): Promise<{ readonly state: SessionState; readonly payment: PaymentRecord }>
  refundPayment(
    paymentId: string,
    request: RefundRequest,
    key: RequestKey,
  ): Promise<{ readonly state: SessionState; readonly refund: RefundRecord }>
  getRefund(refundId: string): Promise<{ readonly state: SessionState; readonly refund: RefundRecord }>

  /** Commits the attempt, waits at most 800 ms for the provider's answer, gives the checkout as it is then. */
  startPayment(
    sessionId: string,
    request: PayRequest,
    key: RequestKey,
    context: ViewContext,
  ): Promise<CheckoutReading>
  /** The buyer wants another method. */
  cancelCheckout(sessionId: string, key: RequestKey, context: ViewContext): Promise<CheckoutReading>
  readCheckout(sessionId: string, context: ViewContext): Promise<CheckoutReading>
  /**
   * Resolves with a reading whose tag differs from `tag`, or with null when `timeoutMs` has passed, the signal aborts or the
   * engine stops.
   */
  waitForCheckout(
    sessionId: string,
    tag: string,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly context: ViewContext },
  ): Promise<CheckoutReading | null>
  /** Schedules a question to the provider about the session's watched payments: the buyer came back. */
  recheck(sessionId: string): Promise<SessionState>

  /** Verifies and stores a notification. @throws NotificationRefused; ApiProblem `not_found` for an unknown account. */
  receiveNotification(account: string, request: NotificationRequest): Promise<ProviderNotification['reply']>

  /** All rails; with a purchase, each says whether it would carry it. */
  listRails(purchase?: Purchase): Promise<RailList>
  /** Health and success of all rails, as this process has seen them. Asks nobody. */
  railFigures(): readonly {
    readonly rail: string
    readonly health: Rail['health']
    readonly success: RailSuccess
  }[]
  updateRail(railId: string, request: RailUpdateRequest, changedBy: string): Promise<Rail>

  /** Runs the operation, notification and expiry loops. */
  start(): Promise<void>
  /** Answers all waiters, finishes what is under way, takes nothing new. */
  stop(): Promise<void>
}
