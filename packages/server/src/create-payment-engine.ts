import {
  PAYMENT_ID,
  type Rail,
  type RailUpdateRequest,
  REFUND_ID,
  SESSION_ID,
  sessionIdOf,
} from '@teabrick/core/contract'
import { ApiProblem } from './api-problem.ts'
import type { Clock } from './clock.ts'
import type { Logger } from './config.ts'
import { askForAnotherMethod } from './domain/another-method.ts'
import { cancelPayment } from './domain/cancel-payment.ts'
import { capturePayment } from './domain/capture-payment.ts'
import { checkoutView } from './domain/checkout-view.ts'
import { createSession } from './domain/create-session.ts'
import { Draft } from './domain/draft.ts'
import { type EligibleMethod, eligibility, type RailInUse } from './domain/eligibility.ts'
import { cancelSession, expireSession } from './domain/end-session.ts'
import { observePayment, type Policy } from './domain/observe-payment.ts'
import type { NewEvent, OperationRecord, PaymentRecord, SessionState } from './domain/records.ts'
import { observeRefund, refundPayment } from './domain/refund-payment.ts'
import { type Alert, type Outcome, settleOperation } from './domain/settle-operation.ts'
import { type AgreedMethod, isSameMoney, startPayment } from './domain/start-payment.ts'
import { askNow } from './domain/watch.ts'
import { railsIdFor, sessionIdFor } from './ids.ts'
import { createLoop, type Loop } from './jobs/loop.ts'
import { performOperation } from './jobs/perform-operation.ts'
import { resolveNotification } from './jobs/resolve-notification.ts'
import { createWorkQueue } from './jobs/work-queue.ts'
import type { CheckoutReading, PaymentEngine, RequestKey, ViewContext } from './payment-engine.ts'
import type { Provider, ProviderContext, ProviderHttp, ProviderRail } from './provider.ts'
import { createQuoteTokens } from './quote-token.ts'
import type { QuoteSource } from './quotes.ts'
import type { NotificationRecord, RailSwitch, Store } from './store/store.ts'
import { createWaiters } from './waiters.ts'

/** How long a request that asked for money waits for the provider before it answers with the state as it is. */
const ANSWER_WAIT_MS = 800
/** Longer than any provider call may take, so that a lease ends only with its holder. */
const LEASE_MS = 30_000
/** A notification nobody can make sense of is put aside after this. */
const NOTIFICATION_PATIENCE_MS = 24 * 3_600_000
/** Switches of rails are read again after this; the check when a payment starts never uses a remembered one. */
const RAILS_CACHE_MS = 400

export interface PaymentEngineOptions {
  readonly store: Store
  readonly providers: readonly Provider[]
  readonly http: ProviderHttp
  readonly merchant: { readonly id: string; readonly name: string; readonly secretKeys: readonly string[] }
  /** Webhook URLs that get every event. */
  readonly endpoints: readonly string[]
  readonly quotes: readonly QuoteSource[]
  readonly latePayments: 'refund' | 'accept'
  readonly graceSeconds: number
  readonly links: {
    /** Where a provider sends the buyer back to: our return hop. */
    readonly returnUrl: (session: { readonly id: string; readonly expiresAt: number }) => string
    readonly notificationUrl: (account: string) => string
    /** The hosted checkout page. */
    readonly checkoutUrl: (session: { readonly id: string; readonly expiresAt: number }) => string
  }
  readonly clock: Clock
  readonly logger: Logger
  /** Events were written: deliveries are due. */
  readonly onEvents?: (() => void) | undefined
}

interface Request<T> extends RequestKey {
  /** Who asks for what: a key means the same wish only within it. */
  readonly scope: string
  /** What the decision made, to be found again by the same key. */
  readonly target?: ((decided: T) => string) | undefined
}

interface Changed<T> {
  readonly state: SessionState
  /** What the key made, now or when it was used first. */
  readonly target: string | null
  /** Null when the key was used before: nothing was decided anew. */
  readonly decided: T | null
}

/** The payment engine over a store and providers' adapters. */
export function createPaymentEngine(options: PaymentEngineOptions): PaymentEngine {
  const { store, providers, merchant, clock, logger, links } = options
  const byAccount = new Map(providers.map((provider) => [provider.account, provider]))
  const context: ProviderContext = { http: options.http, now: () => clock.now() }
  const quoteTokens = createQuoteTokens(merchant.secretKeys)
  // The database's clock, as far ahead of ours as its last answer said.
  let storeAheadMs = 0
  const storeNow = (): number => clock.now() + storeAheadMs

  const railOf = (payment: Pick<PaymentRecord, 'account' | 'method'>): ProviderRail | null =>
    byAccount.get(payment.account)?.rails.find(({ method }) => method === payment.method) ?? null
  const policy: Policy = {
    latePayments: options.latePayments,
    graceMs: options.graceSeconds * 1000,
    canCancelPending: (payment) => railOf(payment)?.cancelPending ?? false,
  }

  const waiters = createWaiters({
    store,
    clock,
    railsVersion: async () => (await switches()).version,
    onError: (error) => logger.warn({ error: String(error) }, 'waiters could not ask the database'),
  })

  // ---- reading -------------------------------------------------------------------------------------------------------

  let cachedSwitches: {
    readonly at: number
    readonly value: { version: number; items: readonly RailSwitch[] }
  } | null = null

  async function switches({
    fresh = false,
  } = {}): Promise<{ version: number; items: readonly RailSwitch[] }> {
    if (!fresh && cachedSwitches !== null && clock.now() - cachedSwitches.at < RAILS_CACHE_MS)
      return cachedSwitches.value
    const value = await store.rails(merchant.id)
    cachedSwitches = { at: clock.now(), value }
    return value
  }

  function railsInUse(items: readonly RailSwitch[]): RailInUse[] {
    const now = storeNow()
    const thrown = new Map(items.map((item) => [item.id, item]))
    return providers.flatMap((provider) =>
      provider.rails.map((rail) => {
        const id = `${provider.account}:${rail.method}`
        return { id, account: provider.account, rail, suspended: isSuspended(thrown.get(id), now) }
      }),
    )
  }

  async function mustRead(sessionId: string | undefined, what: string): Promise<SessionState> {
    const state = sessionId === undefined ? null : await store.read(sessionId)
    if (state === null || state.session.merchantId !== merchant.id) throw notFound(what)
    return state
  }

  function paymentIn(
    state: SessionState,
    paymentId: string,
  ): { state: SessionState; payment: PaymentRecord } {
    const payment = state.payments.find(({ id }) => id === paymentId)
    if (payment === undefined) throw notFound('payment')
    return { state, payment }
  }

  async function toReading(state: SessionState, { device }: ViewContext): Promise<CheckoutReading> {
    const { version, items } = await switches()
    const now = storeNow()
    const found = eligibility(state.session, {
      rails: railsInUse(items),
      quotes: options.quotes,
      device,
      now,
    })
    const view = checkoutView(state, {
      now,
      merchantName: merchant.name,
      eligibility: found,
      url: links.checkoutUrl(state.session),
      quoteId: (method) => signQuote(state, method, now),
    })
    return { state, view, tag: `${state.session.version}.${version}` }
  }

  function signQuote(
    { session }: SessionState,
    { rail, charge, quote }: EligibleMethod,
    now: number,
  ): string | null {
    if (quote === null) return null
    return quoteTokens.sign({
      sessionId: session.id,
      railId: rail.id,
      amount: session.amount,
      charge,
      quote: { rate: quote.rate, marginBps: quote.marginBps, reference: quote.reference },
      validUntil: now + quote.validForSeconds * 1000,
    })
  }

  // ---- changing ------------------------------------------------------------------------------------------------------

  /**
   * One decision about a session, stored; then everybody who may care is told. A key that was used before gives the state as
   * it is, without deciding anything.
   */
  async function change<T>(
    sessionId: string | undefined,
    decide: (draft: Draft) => T,
    request?: Request<T>,
  ): Promise<Changed<T>> {
    if (sessionId === undefined) throw notFound('session')
    const outcome = await store.change<Changed<T> & { readonly events: number; readonly due: boolean }>(
      { sessionId, idempotency: request },
      ({ current, idempotency, now }) => {
        storeAheadMs = now - clock.now()
        if (current === null || current.session.merchantId !== merchant.id) throw notFound('session')
        if (idempotency !== null && request !== undefined) {
          if (idempotency.fingerprint !== request.fingerprint) throw keyReused(request.key)
          return {
            result: { state: current, target: idempotency.target, decided: null, events: 0, due: false },
          }
        }
        const draft = new Draft(current, now)
        const decided = decide(draft)
        const { next, events } = draft.finish()
        const target = request?.target?.(decided) ?? null
        const due = next.operations.some(
          (operation) =>
            operation.notBefore !== null &&
            operation.notBefore <= now &&
            !current.operations.includes(operation),
        )
        return {
          result: { state: next, target, decided, events: events.length, due },
          next,
          events,
          endpoints: options.endpoints,
          remember: request && {
            sessionId,
            scope: request.scope,
            key: request.key,
            fingerprint: request.fingerprint,
            target,
            createdAt: now,
          },
        }
      },
    )
    if (outcome.events > 0) options.onEvents?.()
    if (outcome.due) operations.kick()
    waiters.wake(sessionId)
    return outcome
  }

  /** Waits until the session has changed from `version`, at most {@link ANSWER_WAIT_MS}, and reads it. */
  async function afterAnswer(state: SessionState): Promise<SessionState> {
    const deadline = clock.now() + ANSWER_WAIT_MS
    let latest = state
    while (true) {
      const waiter = waiters.register(state.session.id)
      try {
        latest = (await store.read(state.session.id)) ?? latest
        // What was written down has been answered, one way or the other.
        if (!latest.operations.some(isUnanswered)) return latest
        waiter.seen = { version: latest.session.version, railsVersion: (await switches()).version }
        const left = deadline - clock.now()
        if (left <= 0 || !(await waiter.changed(left))) return (await store.read(state.session.id)) ?? latest
      } finally {
        waiter.release()
      }
    }
  }

  /** Conflicts a checkout can go on from carry the view as it is. */
  async function withView<T>(
    sessionId: string,
    viewContext: ViewContext,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 409) throw error
      const { view } = await readCheckout(sessionId, viewContext)
      throw new ApiProblem(error.code, error.message, {
        path: error.path,
        retryAfterSeconds: error.retryAfterSeconds,
        view,
      })
    }
  }

  async function readCheckout(sessionId: string, viewContext: ViewContext): Promise<CheckoutReading> {
    return await toReading(await mustRead(sessionId, 'session'), viewContext)
  }

  /** The rail and charge for a method, on the terms the buyer saw. */
  function agree(
    draft: Draft,
    request: { readonly method: string; readonly quoteId?: string | undefined },
    items: readonly RailSwitch[],
  ): AgreedMethod {
    const { methods, unavailable } = eligibility(draft.session, {
      rails: railsInUse(items),
      quotes: options.quotes,
      now: draft.now,
    })
    const found = methods.find(({ method }) => method === request.method)
    if (found === undefined) {
      const reason = unavailable.find(({ id }) => id === request.method)?.reason ?? 'not_offered'
      throw new ApiProblem(
        'method_unavailable',
        `method ${JSON.stringify(request.method)} cannot be used for this session (${reason}); choose one of: ${methods.map(({ method }) => method).join(', ') || 'none at the moment'}`,
        { path: 'method' },
      )
    }
    if (request.quoteId === undefined) {
      return {
        rail: found.rail,
        charge: found.charge,
        quote:
          found.quote === null
            ? null
            : { rate: found.quote.rate, marginBps: found.quote.marginBps, reference: found.quote.reference },
      }
    }
    const terms = quoteTokens.read(request.quoteId)
    const holds =
      terms !== null &&
      found.quote !== null &&
      terms.sessionId === draft.session.id &&
      terms.railId === found.rail.id &&
      isSameMoney(terms.amount, draft.session.amount) &&
      terms.validUntil >= draft.now
    if (!holds) {
      throw new ApiProblem(
        'quote_changed',
        'the quote is over or not for this payment; show the buyer the one in view.methods and ask again',
        {
          path: 'quoteId',
        },
      )
    }
    return { rail: found.rail, charge: terms.charge, quote: terms.quote }
  }

  // ---- work ----------------------------------------------------------------------------------------------------------

  function report(alert: Alert | null, fields: Readonly<Record<string, unknown>>): void {
    if (alert !== null)
      logger.error({ ...fields, alert: alert.kind, detail: alert.detail }, 'a provider and we disagree')
  }

  async function workOnOperation(operation: OperationRecord): Promise<void> {
    const provider = byAccount.get(operation.account)
    const state = await store.read(operation.sessionId)
    if (state === null) return
    const sentVersion = state.payments.find(({ id }) => id === operation.paymentId)?.version ?? 0
    const outcome: Outcome =
      provider === undefined
        ? { kind: 'postponed', delayMs: 60_000 }
        : await performOperation(operation, state, provider, context)
    if (provider === undefined) {
      logger.error(
        { operation: operation.id, account: operation.account },
        'a payment waits for an account that is not configured',
      )
    }
    if (outcome.kind === 'fault') {
      logger.warn(
        {
          operation: operation.id,
          kind: outcome.fault.kind,
          code: outcome.fault.code,
          error: outcome.fault.message,
        },
        'a provider call gave no answer',
      )
    }
    const keyTtlMs = Math.max(60, (provider?.createKeyTtlSeconds ?? 86_400) - 3600) * 1000
    await change(operation.sessionId, (draft) => {
      report(settleOperation(draft, operation, outcome, { policy, sentVersion, keyTtlMs }), {
        operation: operation.id,
      })
    })
  }

  async function workOnNotification(notification: NotificationRecord): Promise<void> {
    const provider = byAccount.get(notification.account)
    const age = storeNow() - notification.receivedAt
    const again = Math.min(600_000, 1000 * 2 ** Math.min(notification.attempts, 12))
    const later = { state: 'pending', delayMs: again } as const
    if (provider === undefined) {
      await store.finishNotification(
        notification,
        age > NOTIFICATION_PATIENCE_MS ? { state: 'exhausted' } : later,
      )
      return
    }
    const resolution = await resolveNotification(notification, provider, context, (sessionId) =>
      store.read(sessionId),
    )
    const fields = { account: notification.account, eventKey: notification.eventKey }
    switch (resolution.kind) {
      case 'foreign':
        logger.warn(fields, 'a notification is about nothing of ours')
        await store.finishNotification(notification, { state: 'exhausted' })
        return
      case 'later':
        await store.finishNotification(
          notification,
          age > NOTIFICATION_PATIENCE_MS ? { state: 'exhausted' } : later,
        )
        return
      case 'payment': {
        const { state, decided } = await change(resolution.sessionId, (draft) => {
          const payment = draft.payment(resolution.paymentId)
          if (payment === undefined) return {}
          // An answer older than the state is asked for again.
          if (resolution.sentVersion !== null && payment.version !== resolution.sentVersion) {
            askNow(draft, payment)
            return {}
          }
          const mismatch = observePayment(draft, payment, resolution.observed, policy)
          if (mismatch !== null)
            report({ kind: 'mismatch', detail: mismatch }, { ...fields, payment: payment.id })
          return { target: mismatch }
        })
        const quarantined = decided?.target != null || state.session.merchantId !== merchant.id
        await store.finishNotification(notification, { state: quarantined ? 'exhausted' : 'done' })
        return
      }
      case 'refund':
        await change(resolution.sessionId, (draft) => {
          const refund = draft.refund(resolution.refundId)
          if (refund !== undefined && !observeRefund(draft, refund, resolution.observed)) {
            report({ kind: 'refund_mismatch', detail: resolution.observed.providerRef }, fields)
          }
        })
        await store.finishNotification(notification, { state: 'done' })
    }
  }

  const operations = createWorkQueue({
    name: 'operations',
    claim: (limit) => store.claimOperations({ limit, leaseMs: LEASE_MS }),
    work: workOnOperation,
    concurrency: 32,
    clock,
    logger,
  })
  const notifications = createWorkQueue({
    name: 'notifications',
    claim: (limit) => store.claimNotifications({ limit, leaseMs: LEASE_MS }),
    work: workOnNotification,
    concurrency: 16,
    clock,
    logger,
  })
  const deadlines = createLoop({
    name: 'deadlines',
    pollMs: 1000,
    clock,
    logger,
    async round() {
      const limit = 50
      const due = await store.dueSessions(limit)
      for (const sessionId of due) {
        const state = await store.read(sessionId)
        // Sessions of other merchants in the same database are their own instances' business.
        if (state?.session.merchantId !== merchant.id) continue
        await change(sessionId, (draft) => expireSession(draft, policy))
      }
      return due.length === limit
    },
  })
  const loops: readonly Loop[] = [operations, notifications, deadlines]

  // ---- the engine ----------------------------------------------------------------------------------------------------

  return {
    async createSession(request, { key, fingerprint }) {
      const offered = new Set(providers.flatMap(({ rails }) => rails.map(({ method }) => method)))
      request.methods?.forEach((method, index) => {
        if (offered.has(method)) return
        throw new ApiProblem(
          'invalid_request',
          `${JSON.stringify(method)} is not a method of any configured provider; use some of: ${[...offered].join(', ')}`,
          {
            path: `methods[${index}]`,
          },
        )
      })
      const sessionId = sessionIdFor(merchant.id, key)
      const scope = 'merchant POST /v1/sessions'
      return await store.change(
        { sessionId, idempotency: { scope, key } },
        ({ current, idempotency, now }) => {
          storeAheadMs = now - clock.now()
          if (current !== null) {
            if (idempotency?.fingerprint !== fingerprint) throw keyReused(key)
            return { result: current }
          }
          const next = createSession(request, { id: sessionId, merchantId: merchant.id, now })
          return {
            result: next,
            next,
            remember: { sessionId, scope, key, fingerprint, target: null, createdAt: now },
          }
        },
      )
    },

    getSession: (sessionId) => mustRead(SESSION_ID.test(sessionId) ? sessionId : undefined, 'session'),

    listSessions: (query) => store.listSessions({ ...query, merchantId: merchant.id }),

    async cancelSession(sessionId, _request, key) {
      const { state } = await change(
        SESSION_ID.test(sessionId) ? sessionId : undefined,
        (draft) => cancelSession(draft, policy),
        { ...key, scope: `merchant POST /v1/sessions/${sessionId}/cancel` },
      )
      return await afterAnswer(state)
    },

    async getPayment(paymentId) {
      return paymentIn(
        await mustRead(PAYMENT_ID.test(paymentId) ? sessionIdOf(paymentId) : undefined, 'payment'),
        paymentId,
      )
    },

    async capturePayment(paymentId, request, key) {
      const { state } = await changePayment(paymentId, 'capture', key, (draft, payment) =>
        capturePayment(draft, payment, request, railOf(payment)),
      )
      return paymentIn(await afterAnswer(state), paymentId)
    },

    async cancelPayment(paymentId, _request, key) {
      const { state } = await changePayment(paymentId, 'cancel', key, (draft, payment) =>
        cancelPayment(draft, payment, policy),
      )
      return paymentIn(await afterAnswer(state), paymentId)
    },

    async refundPayment(paymentId, request, key) {
      const { state, target } = await changePayment(
        paymentId,
        'refunds',
        key,
        (draft, payment) => refundPayment(draft, payment, request, railOf(payment)),
        ({ id }) => id,
      )
      return refundIn(await afterAnswer(state), target ?? '')
    },

    async getRefund(refundId) {
      return refundIn(
        await mustRead(REFUND_ID.test(refundId) ? sessionIdOf(refundId) : undefined, 'refund'),
        refundId,
      )
    },

    async startPayment(sessionId, request, key, viewContext) {
      const { items } = await switches({ fresh: true })
      return await withView(sessionId, viewContext, async () => {
        const { state } = await change(
          sessionId,
          (draft) =>
            startPayment(draft, request, {
              agree: () => agree(draft, request, items),
              returnUrl: links.returnUrl(draft.session),
              notificationUrl: links.notificationUrl,
            }),
          { ...key, scope: 'checkout POST /v1/checkout/payments', target: ({ id }) => id },
        )
        return await toReading(await afterAnswer(state), { device: request.device ?? viewContext.device })
      })
    },

    async cancelCheckout(sessionId, key, viewContext) {
      return await withView(sessionId, viewContext, async () => {
        const { state } = await change(sessionId, (draft) => askForAnotherMethod(draft, policy), {
          ...key,
          scope: 'checkout POST /v1/checkout/cancel',
        })
        return await toReading(await afterAnswer(state), viewContext)
      })
    },

    readCheckout,

    async waitForCheckout(sessionId, tag, { timeoutMs, signal, context: viewContext }) {
      const deadline = clock.now() + timeoutMs
      while (true) {
        const waiter = waiters.register(sessionId)
        try {
          const reading = await readCheckout(sessionId, viewContext)
          if (reading.tag !== tag) return reading
          const [version = 0, railsVersion = 0] = reading.tag.split('.').map(Number)
          waiter.seen = { version, railsVersion }
          const left = deadline - clock.now()
          if (left <= 0 || !(await waiter.changed(left, signal))) return null
        } finally {
          waiter.release()
        }
      }
    },

    async recheck(sessionId) {
      const { state } = await change(sessionId, (draft) => {
        for (const payment of draft.payments) {
          if (payment.status !== 'succeeded' && payment.status !== 'late_refunded') askNow(draft, payment)
        }
      })
      return state
    },

    async receiveNotification(account, request) {
      const provider = byAccount.get(account)
      if (provider === undefined) throw notFound('account')
      const { eventKey, subject, reply } = await provider.parseNotification(request, context)
      if (subject.kind !== 'none') {
        await store.addNotification({ account, eventKey, subject, rawBody: request.rawBody })
        notifications.kick()
      }
      return reply
    },

    async listRails() {
      const { items } = await switches({ fresh: true })
      const thrown = new Map(items.map((item) => [item.id, item]))
      return {
        items: providers.flatMap((provider) =>
          provider.rails.map((rail) => toRail(provider, rail, thrown, storeNow())),
        ),
      }
    },

    async updateRail(railId, request: RailUpdateRequest, changedBy) {
      const found = providers
        .flatMap((provider) => provider.rails.map((rail) => ({ provider, rail })))
        .find(({ provider, rail }) => `${provider.account}:${rail.method}` === railId)
      if (found === undefined) throw notFound('rail')
      const until = request.until === undefined ? null : Date.parse(request.until)
      const type = request.state === 'suspended' ? 'rail.suspended' : 'rail.restored'
      const changed = await store.putRail(
        merchant.id,
        { id: railId, state: request.state, reason: request.reason, until, changedBy },
        (now, number): NewEvent => {
          const id = `evt_${railsIdFor(merchant.id)}_${number}`
          const rail = { id: railId, state: request.state, reason: request.reason }
          const body = JSON.stringify({
            id,
            type,
            timestamp: new Date(now).toISOString(),
            sequence: number,
            data: { rail },
          })
          return { id, type, sequence: number, createdAt: now, body }
        },
        options.endpoints,
      )
      cachedSwitches = null
      waiters.wakeAll()
      options.onEvents?.()
      return toRail(found.provider, found.rail, new Map([[railId, changed]]), storeNow())
    },

    async start() {
      storeAheadMs = (await store.now()) - clock.now()
      for (const loop of loops) loop.start()
    },

    async stop() {
      waiters.stop()
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }

  async function changePayment<T>(
    paymentId: string,
    verb: string,
    key: RequestKey,
    decide: (draft: Draft, payment: PaymentRecord) => T,
    target?: (decided: T) => string,
  ): Promise<Changed<T>> {
    const sessionId = PAYMENT_ID.test(paymentId) ? sessionIdOf(paymentId) : undefined
    if (sessionId === undefined) throw notFound('payment')
    return await change(
      sessionId,
      (draft) => {
        const payment = draft.payment(paymentId)
        if (payment === undefined) throw notFound('payment')
        return decide(draft, payment)
      },
      { ...key, scope: `merchant POST /v1/payments/${paymentId}/${verb}`, target },
    )
  }

  function refundIn(state: SessionState, refundId: string) {
    const refund = state.refunds.find(({ id }) => id === refundId)
    if (refund === undefined) throw notFound('refund')
    return { state, refund }
  }
}

const isUnanswered = ({ kind, state, notBefore, attempts }: OperationRecord): boolean =>
  kind !== 'query' && state === 'pending' && notBefore !== null && attempts <= 1

function isSuspended(item: RailSwitch | undefined, now: number): boolean {
  return item?.state === 'suspended' && (item.until === null || item.until > now)
}

function toRail(
  provider: Provider,
  rail: ProviderRail,
  thrown: ReadonlyMap<string, RailSwitch>,
  now: number,
): Rail {
  const id = `${provider.account}:${rail.method}`
  const item = thrown.get(id)
  const iso = (moment: number | null | undefined) => (moment == null ? null : new Date(moment).toISOString())
  return {
    id,
    account: provider.account,
    method: rail.method,
    provider: provider.id,
    state: isSuspended(item, now) ? 'suspended' : 'active',
    reason: item?.reason ?? null,
    until: iso(item?.until),
    changedAt: iso(item?.changedAt),
    changedBy: item?.changedBy ?? null,
    currencies: [...rail.currencies],
  }
}

/** The same words for an unknown id and for somebody else's. */
const notFound = (what: string): ApiProblem =>
  new ApiProblem('not_found', `there is no such ${what}; check the id`)

const keyReused = (key: string): ApiProblem =>
  new ApiProblem(
    'idempotency_key_reused',
    `the key ${JSON.stringify(key.slice(0, 64))} was used with another body; send a new key for a new request`,
  )
