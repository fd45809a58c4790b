import { ApiProblem } from './api-problem.ts'
import { type BankRegistry, createBankRegistry } from './bank-registry.ts'
import { createCapabilities } from './capability.ts'
import type { PaymentApiOptions } from './config.ts'
import { createPaymentEngine } from './engine/create-payment-engine.ts'
import { createHttpApp, type HttpHandler, type RequestInfo } from './http/app.ts'
import { createHeldRequests } from './http/held-requests.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { toProblemResponse } from './http/problem-response.ts'
import { createRateLimiter } from './http/rate-limiter.ts'
import { createRequestId } from './http/request-id.ts'
import { createWebhookDelivery } from './jobs/deliver-webhooks.ts'
import type { Loop } from './jobs/loop.ts'
import { createFetchTransport, createWebhookTransport } from './jobs/webhook-transport.ts'
import { createLinks } from './links.ts'
import type { PaymentEngine } from './payment-engine.ts'
import { createProviderHttp } from './provider-http.ts'
import { isLocalHttp } from './provider-url.ts'
import { REQUEST_LIMITS, REQUEST_RATES } from './request-limits.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import { type CheckedOptions, validateOptions } from './validate-options.ts'

export interface PaymentApi {
  /** Where it is reached, without a slash at its end. */
  readonly publicUrl: string
  /**
   * Answers a request. The path is the full one of `publicUrl`: with `https://shop.example/pay` the path is `/pay/v1/…`, also
   * where a framework is mounted at `/pay`. Until {@link PaymentApi.start} has resolved the answer is 503.
   */
  fetch(request: Request, info?: RequestInfo): Promise<Response>
  /**
   * Opens the database and begins the work behind the requests. Once; concurrent calls are one.
   *
   * @throws StoreError if the database cannot be used.
   */
  start(): Promise<void>
  /** Answers who waits, finishes what is under way, closes the database if it was opened here. For good. */
  stop(): Promise<void>
  /** What the routes call; undefined before the start. For programs that need no HTTP. */
  readonly engine: PaymentEngine | undefined
}

/** What exists between start and stop. */
interface Running {
  readonly engine: PaymentEngine
  readonly handle: HttpHandler
  /** Answers who waits and finishes the work. */
  drain(): Promise<void>
  close(): Promise<void>
}

/** Longer than any request may take that does not wait for a change. */
const STOP_PATIENCE_MS = 5_000

/**
 * The payment API of one merchant.
 *
 * @throws OptionsError naming every option that cannot work.
 */
export function createPaymentApi(options: PaymentApiOptions): PaymentApi {
  const checked = validateOptions(options)
  let starting: Promise<Running> | undefined
  let running: Running | undefined
  let isStopped = false
  let stopping: Promise<void> | undefined
  const underWay = new Set<Promise<Response>>()

  return {
    publicUrl: checked.publicUrl,
    get engine() {
      return running?.engine
    },
    async fetch(request, info) {
      if (!running || isStopped) return refuse(checked, isStopped)
      const answer = running.handle(request, info)
      underWay.add(answer)
      return answer.finally(() => underWay.delete(answer))
    },
    async start() {
      if (isStopped) throw new Error('this payment API was stopped; create another one')
      starting ??= run(checked)
      running = await starting
    },
    stop() {
      isStopped = true
      stopping ??= stopAll()
      return stopping
    },
  }

  async function stopAll(): Promise<void> {
    const started = await starting?.catch(() => undefined)
    if (!started) return
    await started.drain()
    // Their answers may still read the database.
    const settled = new AbortController()
    await Promise.race([Promise.allSettled(underWay), checked.clock.sleep(STOP_PATIENCE_MS, settled.signal)])
    settled.abort()
    await started.close()
    running = undefined
  }
}

async function run(options: CheckedOptions): Promise<Running> {
  const { database } = options
  const isOwnStore = typeof database === 'string'
  const store = isOwnStore ? await openStore({ database }) : database
  const banks = createBankRegistry({
    file: options.banks?.file,
    allowsLocalHttp: isLocalHttp(new URL(options.publicUrl)),
    logger: options.logger,
  })
  const close = async (): Promise<void> => {
    banks.stop()
    if (isOwnStore) await store.close()
  }
  try {
    const { engine, handle, deliveries } = assemble(options, store, banks)
    await banks.start()
    await engine.start()
    deliveries.start()
    return {
      engine,
      handle,
      close,
      async drain() {
        await Promise.all([engine.stop(), deliveries.stop()])
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Everything between a request and the store. */
function assemble(
  options: CheckedOptions,
  store: Store,
  banks: BankRegistry,
): { readonly engine: PaymentEngine; readonly handle: HttpHandler; readonly deliveries: Loop } {
  const { clock, logger, merchant, webhooks } = options
  const capabilities = createCapabilities({ merchantId: merchant.id, secretKeys: merchant.secretKeys })
  const links = createLinks({
    publicUrl: options.publicUrl,
    capabilities,
    graceSeconds: options.graceSeconds,
  })
  const metrics = createMetrics()
  const deliveries = createWebhookDelivery({
    store,
    merchantId: merchant.id,
    endpoints: webhooks,
    transport: options.fetch
      ? createFetchTransport(options.fetch)
      : createWebhookTransport({ allowInsecure: options.allowInsecureWebhooks }),
    clock,
    logger,
    onAttempt: (result) =>
      metrics.count('teabrick_webhook_attempts_total', 'Webhook attempts by result.', { result }),
  })
  const engine = createPaymentEngine({
    store,
    providers: options.providers,
    http: createProviderHttp({ fetch: options.fetch }),
    merchant,
    endpoints: webhooks.map(({ url }) => url),
    quotes: [options.quotes ?? []].flat(),
    departures: options.departures,
    routing: options.routing,
    onOutcome: (rail, isPaid) =>
      metrics.count('teabrick_rail_attempts_total', 'Attempts on a rail that were paid or refused.', {
        rail,
        outcome: isPaid ? 'paid' : 'refused',
      }),
    latePayments: options.latePayments,
    graceSeconds: options.graceSeconds,
    links: {
      returnUrl: links.providerReturnUrl,
      notificationUrl: links.notificationUrl,
      merchantReturnUrl: links.merchantReturnUrl,
      checkoutUrl: links.hostedUrl,
    },
    bankList: () => banks.current().hash,
    clock,
    logger,
    outbox: deliveries,
  })
  measureRails(metrics, engine)
  const heldRequests = createHeldRequests(REQUEST_LIMITS.waitersPerSession)
  metrics.gauge('teabrick_held_requests', 'Long polls held open by this process.', () => heldRequests.size)
  const now = (): number => clock.now()
  const handle = createHttpApp({
    options,
    engine,
    store,
    capabilities,
    links,
    banks,
    clock,
    logger,
    metrics,
    heldRequests,
    sessionRate: createRateLimiter({ ...REQUEST_RATES.session, now }),
    addressRate: createRateLimiter({ ...REQUEST_RATES.unauthenticated, now }),
    onDeliveriesDue: deliveries.kick,
  })
  return { engine, handle, deliveries }
}

function measureRails(metrics: Metrics, engine: PaymentEngine): void {
  metrics.gauge(
    'teabrick_rail_health',
    'How a rail answers this process: 1 up, 0.5 tried again, 0 down.',
    () =>
      engine.railFigures().map(({ rail, health }) => ({
        labels: { rail },
        value: health === 'up' ? 1 : health === 'down' ? 0 : 0.5,
      })),
  )
  metrics.gauge(
    'teabrick_rail_success_ratio',
    'Share of the attempts of the last half hour that were paid, of those paid or refused.',
    () =>
      engine
        .railFigures()
        .flatMap(({ rail, success }) =>
          success.rate === null ? [] : [{ labels: { rail }, value: success.rate }],
        ),
  )
}

function refuse({ publicUrl }: CheckedOptions, isStopped: boolean): Response {
  const requestId = createRequestId()
  const problem = new ApiProblem(
    'unavailable',
    isStopped ? 'the server is stopping' : 'the server is starting',
    { retryAfterSeconds: 1 },
  )
  const response = toProblemResponse(problem, { publicUrl, requestId })
  response.headers.set('request-id', requestId)
  response.headers.set('cache-control', 'no-store')
  return response
}
