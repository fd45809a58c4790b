import { createHash } from 'node:crypto'
import { type CheckoutView, PAYMENT_ID, REFUND_ID, SESSION_ID, sessionIdOf } from '@teabrick/core/contract'
import { ApiProblem } from '../api-problem.ts'
import type { Clock } from '../clock.ts'
import type { Departure, Logger, Routing } from '../config.ts'
import { askForAnotherMethod } from '../domain/another-method.ts'
import { cancelPayment } from '../domain/cancel-payment.ts'
import { capturePayment } from '../domain/capture-payment.ts'
import { checkoutView } from '../domain/checkout-view.ts'
import { createSession } from '../domain/create-session.ts'
import type { Draft } from '../domain/draft.ts'
import { type EligibleMethod, eligibility, type OfferContext, type RailInUse } from '../domain/eligibility.ts'
import { cancelSession, expireSession } from '../domain/end-session.ts'
import { explain } from '../domain/explain.ts'
import type { Policy } from '../domain/observe-payment.ts'
import type { OperationRecord, PaymentRecord, RefundRecord, SessionState } from '../domain/records.ts'
import { refundPayment } from '../domain/refund-payment.ts'
import { startPayment } from '../domain/start-payment.ts'
import { askNow } from '../domain/watch.ts'
import { failpoint } from '../failpoint.ts'
import type { Outbox } from '../jobs/deliver-webhooks.ts'
import { LEASE_MS } from '../jobs/leases.ts'
import { createLoop, type Loop } from '../jobs/loop.ts'
import { createWorkQueue } from '../jobs/work-queue.ts'
import type { CheckoutReading, PaymentEngine, RequestKey, ViewContext } from '../payment-engine.ts'
import type { Provider, ProviderHttp, ProviderRail } from '../provider.ts'
import type { QuoteSource } from '../quotes.ts'
import type { NewNotification, RailSwitch, Store, TakenNotification } from '../store/store.ts'
import { agreeMethod } from './agree-method.ts'
import { createHealthNews } from './health-news.ts'
import { railsIdFor, sessionIdFor } from './ids.ts'
import { createKnownReferences } from './known-references.ts'
import { createProviderHealth } from './provider-health.ts'
import { createQuoteTokens } from './quote-token.ts'
import { probeProvider } from './rail-probe.ts'
import { createRailSuccesses } from './rail-success.ts'
import { createRailSwitches, railId, railsInUse, toRail } from './rail-switches.ts'
import { type Changed, createSessionChanges, keyReused, notFound } from './session-changes.ts'
import { createSessionWaiters } from './session-waiters.ts'
import { workOnNotification } from './work-on-notification.ts'
import { type WorkContext, workOnOperation } from './work-on-operation.ts'

/** How long a request that asked for money waits for the provider before it answers with the state as it is. */
const ANSWER_WAIT_MS = 800

export interface PaymentEngineOptions {
  readonly store: Store
  readonly providers: readonly Provider[]
  readonly http: ProviderHttp
  readonly merchant: { readonly id: string; readonly name: string; readonly secretKeys: readonly string[] }
  /** Webhook URLs that get every event. */
  readonly endpoints: readonly string[]
  readonly quotes: readonly QuoteSource[]
  readonly departures?: readonly Departure[] | undefined
  readonly routing?: Routing | undefined
  /** An attempt on a rail was paid or refused. */
  readonly onOutcome?: ((railId: string, isPaid: boolean) => void) | undefined
  readonly latePayments: 'refund' | 'accept'
  readonly graceSeconds: number
  readonly links: {
    /** Where a provider sends the buyer back to: our return hop. */
    readonly returnUrl: (session: { readonly id: string; readonly expiresAt: number }) => string
    readonly notificationUrl: (account: string) => string
    /** Where the buyer goes at last: the merchant's return URL, with what lets that page ask for the status. */
    readonly merchantReturnUrl: (session: {
      readonly id: string
      readonly expiresAt: number
      readonly returnUrl: string
    }) => string
    /** The hosted checkout page. */
    readonly checkoutUrl: (session: { readonly id: string; readonly expiresAt: number }) => string
  }
  /** Hash of the list of SBP banks in use. */
  readonly bankList?: (() => string) | undefined
  readonly clock: Clock
  readonly logger: Logger
  /** Sends what events tell. Without it they are only written. */
  readonly outbox?: Outbox | undefined
  /** How long the loops wait when they have found nothing to do. Default: 400 ms, and a second for deadlines. */
  readonly idleMs?: ((loop: string) => number | Promise<number>) | undefined
}

/** The payment engine over a store and providers' adapters. */
export function createPaymentEngine(options: PaymentEngineOptions): PaymentEngine {
  const { store, providers, merchant, clock, logger, links, quotes } = options
  const byAccount = new Map(providers.map((provider) => [provider.account, provider]))
  const quoteTokens = createQuoteTokens(merchant.secretKeys)
  const switches = createRailSwitches(store, merchant.id, clock)
  const railOf = (payment: Pick<PaymentRecord, 'account' | 'method'>): ProviderRail | null =>
    byAccount.get(payment.account)?.rails.find(({ method }) => method === payment.method) ?? null
  const policy: Policy = {
    latePayments: options.latePayments,
    graceMs: options.graceSeconds * 1000,
    canCancelPending: (payment) => railOf(payment)?.cancelPending ?? false,
    cancelReturnsMoney: (payment) => railOf(payment)?.cancelReturnsMoney ?? false,
    notificationUrl: links.notificationUrl,
    otherRail: ({ session, now }, { method, device }, tried) => {
      const rails = inUse(switches.last().items, now).filter(({ account }) => !tried.has(account))
      const { methods } = eligibility(session, { ...offer(rails, now), device: device ?? undefined })
      const next = methods.find((candidate) => candidate.method === method)
      return next === undefined ? null : { rail: next.rail, charge: next.charge, quote: null }
    },
  }
  const waiters = createSessionWaiters({
    store,
    clock,
    railsVersion: async () => (await switches.read({ fresh: true })).version + (await news.read()),
    onError: (error) => logger.warn({ error: String(error) }, 'waiters could not ask the database'),
  })
  const successes = createRailSuccesses(clock)
  const health = createProviderHealth({
    clock,
    onChange(name, state) {
      logger.warn({ rail: name, health: state }, 'a provider or a rail of it went down or came back')
      news.tell(name, state)
      waiters.wakeAll()
    },
    probe: (account) => probeProvider(mustProvider(account), context.provider),
  })
  const inUse = (items: readonly RailSwitch[], now: number): readonly RailInUse[] =>
    railsInUse(providers, items, {
      health: { of: (rail) => (news.isDown(rail) ? 'down' : health.of(rail)) },
      successes,
      departures: options.departures ?? [],
      costBps: options.routing?.costBps ?? {},
      now,
    })
  const offer = (rails: readonly RailInUse[], now: number): OfferContext => ({
    rails,
    quotes,
    methodOrder: options.routing?.methods,
    now,
  })
  const references = createKnownReferences()
  const changes = createSessionChanges({
    store,
    clock,
    merchantId: merchant.id,
    endpoints: options.endpoints,
    outbox: options.outbox,
    hasRoom: () => operations.hasRoom(),
    onChange(state, { since, deliveries, deliveriesDue, taken, due, ended }) {
      references.learn(state)
      for (const delivery of deliveries) options.outbox?.take(delivery, since)
      if (deliveriesDue) options.outbox?.kick()
      for (const { account, method, isPaid } of ended) {
        successes.record(`${account}:${method}`, isPaid)
        options.onOutcome?.(`${account}:${method}`, isPaid)
      }
      for (const operation of taken) operations.take({ operation, state }, since)
      if (due) operations.kick()
      waiters.wake(state)
    },
  })
  const { change, storeNow } = changes
  const news = createHealthNews({
    store,
    merchantId: merchant.id,
    clock,
    storeNow,
    health: () => health,
    logger,
  })
  const context: WorkContext = {
    store,
    changes,
    providers: byAccount,
    provider: { http: options.http, now: () => clock.now() },
    policy,
    health,
    logger,
  }

  const operations = createWorkQueue<{ readonly operation: OperationRecord; readonly state?: SessionState }>({
    name: 'operations',
    claim: async (limit) => {
      const claimed = await store.claimOperations({ merchantId: merchant.id, limit, leaseMs: LEASE_MS })
      return claimed.map((operation) => ({ operation }))
    },
    renew: (rows, leaseMs) =>
      store.renewLeases({ queue: 'operations', rows: rows.map(({ operation }) => operation) }, leaseMs),
    work: ({ operation, state }, lease) => workOnOperation(operation, lease, context, state),
    concurrency: 32,
    clock,
    logger,
    idleMs: options.idleMs,
  })
  const notifications = createWorkQueue<TakenNotification>({
    name: 'notifications',
    claim: async (limit) => {
      const claimed = await store.claimNotifications({ merchantId: merchant.id, limit, leaseMs: LEASE_MS })
      return claimed.map((notification) => ({ notification, state: null }))
    },
    renew: (rows, leaseMs) =>
      store.renewLeases(
        { queue: 'notifications', rows: rows.map(({ notification }) => notification) },
        leaseMs,
      ),
    work: ({ notification, state }, lease) =>
      workOnNotification(notification, lease, context, { state, id: seemsAbout(notification)?.id }),
    concurrency: 16,
    clock,
    logger,
    idleMs: options.idleMs,
  })
  const deadlines = createLoop({
    name: 'deadlines',
    idleMs: options.idleMs ?? (() => 1000),
    clock,
    logger,
    async round() {
      const limit = 50
      const due = await store.dueSessions({ merchantId: merchant.id, limit })
      for (const sessionId of due) await change(sessionId, (draft) => expireSession(draft, policy))
      return due.length === limit
    },
  })
  const loops: readonly Loop[] = [operations, notifications, deadlines]

  function mustProvider(account: string): Provider {
    const provider = byAccount.get(account)
    if (provider === undefined) throw notFound('account')
    return provider
  }

  function offerChangesInMs(items: readonly RailSwitch[]): number {
    const now = storeNow()
    const moments = [
      ...(options.departures ?? []).map(({ from }) => Date.parse(from)),
      ...items.map(({ until }) => until ?? 0),
      news.nextEnd(),
    ]
    return Math.min(...moments.filter((moment) => moment > now).map((moment) => moment - now), 60_000)
  }

  async function mustRead(sessionId: string | undefined, what: string): Promise<SessionState> {
    const state = sessionId === undefined ? null : await store.read(sessionId)
    if (state === null || state.session.merchantId !== merchant.id) throw notFound(what)
    return state
  }

  async function toReading(
    state: SessionState,
    { device, locale, last }: ViewContext,
  ): Promise<CheckoutReading> {
    const [{ version, items }, generation] = await Promise.all([switches.read(), news.read()])
    const now = storeNow()
    const view = checkoutView(state, {
      now,
      merchantName: merchant.name,
      eligibility: eligibility(state.session, {
        ...offer(inUse(items, now), now),
        device,
        locale: locale ?? state.session.locale,
        last,
      }),
      returnUrl: links.merchantReturnUrl(state.session),
      url: links.checkoutUrl(state.session),
      bankList: options.bankList?.(),
      quoteId: (method) => signQuote(state, method, now),
    })
    return {
      state,
      view,
      tag: `${state.session.version}.${offerDigest(view)}`,
      railsVersion: version + generation,
    }
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

  async function readCheckout(sessionId: string, viewContext: ViewContext): Promise<CheckoutReading> {
    return await toReading(await mustRead(sessionId, 'session'), viewContext)
  }

  /** The state once what was written down has been answered, or after {@link ANSWER_WAIT_MS}. */
  async function afterAnswer(state: SessionState): Promise<SessionState> {
    const deadline = clock.now() + ANSWER_WAIT_MS
    let latest = state
    while (latest.operations.some(isUnanswered)) {
      const waiter = waiters.register(state.session.id)
      try {
        waiter.seen = {
          version: latest.session.version,
          railsVersion: (await switches.read()).version + (await news.read()),
        }
        const woken = await waiter.changed(Math.max(0, deadline - clock.now()))
        latest = waiter.latest ?? (await store.read(state.session.id)) ?? latest
        if (!woken) break
      } finally {
        waiter.release()
      }
    }
    return latest
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

  /** What a notification says to be about or, where it names only what is the provider's, what is known of that. */
  function seemsAbout({ account, subject }: Pick<NewNotification, 'account' | 'subject'>) {
    if (subject.kind === 'none') return undefined
    const ref = subject.kind === 'payment' ? subject.providerRef : subject.paymentProviderRef
    const named = subject.kind === 'payment' ? subject.paymentId : subject.refundId
    const id = named ?? (ref === undefined ? undefined : references.paymentId(account, ref))
    return id === undefined ? undefined : { id, sessionId: sessionIdOf(id) }
  }

  /** Begins to work on it at once where there is room; else the loop finds it. */
  async function storeNotification(notification: NewNotification): Promise<void> {
    if (!notifications.hasRoom()) {
      await store.addNotification(notification)
      failpoint('notification.stored')
      return notifications.kick()
    }
    const sessionId = seemsAbout(notification)?.sessionId
    const since = clock.now()
    const taken = await store.takeNotification(notification, { leaseMs: LEASE_MS, sessionId })
    failpoint('notification.stored')
    if (taken !== null) notifications.take(taken, since)
  }

  return {
    async createSession(request, { key, fingerprint }) {
      const offered = new Set(providers.flatMap(({ rails }) => rails.map(({ method }) => method)))
      request.methods?.forEach((method, index) => {
        if (offered.has(method)) return
        throw new ApiProblem(
          'invalid_request',
          `${JSON.stringify(method)} is not a method of any configured provider; use some of: ${[...offered].join(', ')}`,
          { path: `methods[${index}]` },
        )
      })
      const sessionId = sessionIdFor(merchant.id, key)
      const scope = 'merchant POST /v1/sessions'
      return await store.change(
        { sessionId, idempotency: { scope, key } },
        ({ current, idempotency, now }) => {
          changes.sawStoreTime(now)
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
      const known = SESSION_ID.test(sessionId) ? sessionId : undefined
      const scope = `merchant POST /v1/sessions/${sessionId}/cancel`
      const { state } = await change(known, (draft) => cancelSession(draft, policy), { ...key, scope })
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
      return refundIn(await afterAnswer(state), target)
    },

    async getRefund(refundId) {
      return refundIn(
        await mustRead(REFUND_ID.test(refundId) ? sessionIdOf(refundId) : undefined, 'refund'),
        refundId,
      )
    },

    async startPayment(sessionId, request, key, viewContext) {
      const [{ items }] = await Promise.all([switches.read({ fresh: true }), news.read()])
      return await withView(sessionId, viewContext, async () => {
        const { state } = await change(
          sessionId,
          (draft) =>
            startPayment(draft, request, {
              agree: () =>
                agreeMethod(draft.session, request, {
                  ...offer(inUse(items, draft.now), draft.now),
                  device: viewContext.device,
                  quoteTokens,
                }),
              returnUrl: links.returnUrl(draft.session),
              notificationUrl: links.notificationUrl,
            }),
          { ...key, scope: 'checkout POST /v1/checkout/payments', target: ({ id }) => id },
        )
        return await toReading(await afterAnswer(state), {
          ...viewContext,
          device: request.device ?? viewContext.device,
        })
      })
    },

    async cancelCheckout(sessionId, key, viewContext) {
      return await withView(sessionId, viewContext, async () => {
        const scope = 'checkout POST /v1/checkout/cancel'
        const { state } = await change(sessionId, (draft) => askForAnotherMethod(draft, policy), {
          ...key,
          scope,
        })
        return await toReading(await afterAnswer(state), viewContext)
      })
    },

    readCheckout,

    async waitForCheckout(sessionId, tag, { timeoutMs, signal, context: viewContext }) {
      const deadline = clock.now() + timeoutMs
      // What is known of the session without reading it: hundreds who wait are told of a rail at once.
      let known: SessionState | null = null
      while (true) {
        const waiter = waiters.register(sessionId)
        try {
          const state: SessionState = known ?? (await mustRead(sessionId, 'session'))
          const reading = await toReading(state, viewContext)
          if (reading.tag !== tag) return reading
          waiter.seen = { version: reading.state.session.version, railsVersion: reading.railsVersion }
          const left = deadline - clock.now()
          if (left <= 0 || signal.aborted || waiters.isStopped) return null
          // A dated departure or the end of a suspension changes what is offered without anybody writing anything.
          await waiter.changed(Math.min(left, offerChangesInMs(switches.last().items)), signal)
          known = waiter.latest ?? (waiter.isAboutRails ? state : null)
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
      const { eventKey, subject, reply } = await provider.parseNotification(request, context.provider)
      if (subject.kind !== 'none') {
        await storeNotification({
          merchantId: merchant.id,
          account,
          eventKey,
          subject,
          rawBody: request.rawBody,
        })
      }
      return reply
    },

    async listRails(purchase) {
      const [{ items }] = await Promise.all([switches.read({ fresh: true }), news.read()])
      const thrown = new Map(items.map((item) => [item.id, item]))
      const now = storeNow()
      const rails = inUse(items, now)
      const explanations = purchase && explain(purchase, offer(rails, now))
      return {
        items: rails.map((rail) => ({
          ...toRail(mustProvider(rail.account), rail, thrown.get(rail.id), successes.of(rail.id)),
          ...(explanations && { explanation: explanations.get(rail.id) }),
        })),
      }
    },

    railFigures: () =>
      inUse([], storeNow()).map(({ id, health }) => ({ rail: id, health, success: successes.of(id) })),

    async updateRail(id, { state, reason, until }, changedBy) {
      const found = providers
        .flatMap((provider) => provider.rails.map((rail) => ({ provider, rail })))
        .find(({ provider, rail }) => railId(provider, rail) === id)
      if (found === undefined) throw notFound('rail')
      const type = state === 'suspended' ? 'rail.suspended' : 'rail.restored'
      const changed = await store.putRail(
        merchant.id,
        { id, state, reason, until: until === undefined ? null : Date.parse(until), changedBy },
        (now, number) => {
          const eventId = `evt_${railsIdFor(merchant.id)}_${number}`
          const timestamp = new Date(now).toISOString()
          const body = JSON.stringify({
            id: eventId,
            type,
            timestamp,
            sequence: number,
            data: { rail: { id, state, reason } },
          })
          return { id: eventId, type, sequence: number, createdAt: now, body }
        },
        options.endpoints,
      )
      switches.forget()
      waiters.wakeAll()
      options.outbox?.kick()
      const rail = inUse([changed], storeNow()).find((each) => each.id === id)
      if (rail === undefined) throw notFound('rail')
      return toRail(found.provider, rail, changed, successes.of(id))
    },

    async start() {
      changes.sawStoreTime(await store.now())
      for (const loop of loops) loop.start()
    },

    async stop() {
      health.stop()
      waiters.stop()
      await Promise.all([...loops.map((loop) => loop.stop()), news.stop()])
    },
  }
}

/**
 * Stands for what is offered. Two views of one version and one digest show the same, whichever process drew them, so that a
 * rail that is cut wakes only the sessions it was offered to.
 */
function offerDigest({ methods, unavailable }: CheckoutView): string {
  const offer = [methods.map(({ id, health }) => [id, health]), unavailable]
  return createHash('sha256').update(JSON.stringify(offer)).digest('base64url').slice(0, 8)
}

/** Written down for the first time, and not answered yet. What is repeated because it is unknown is not waited for. */
const isUnanswered = ({ kind, state, notBefore, attempts }: OperationRecord): boolean =>
  kind !== 'query' && state === 'pending' && notBefore !== null && attempts <= 1

function paymentIn(state: SessionState, paymentId: string): { state: SessionState; payment: PaymentRecord } {
  const payment = state.payments.find(({ id }) => id === paymentId)
  if (payment === undefined) throw notFound('payment')
  return { state, payment }
}

function refundIn(
  state: SessionState,
  refundId: string | null,
): { state: SessionState; refund: RefundRecord } {
  const refund = state.refunds.find(({ id }) => id === refundId)
  if (refund === undefined) throw notFound('refund')
  return { state, refund }
}
