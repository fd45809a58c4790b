import type { Clock } from '../clock.ts'
import type { Logger, WebhookEndpoint } from '../config.ts'
import { failpoint } from '../failpoint.ts'
import { retryAfterMs } from '../provider-http.ts'
import type { DeliveryRecord, QueueOutcome, Store } from '../store/store.ts'
import type { Loop } from './loop.ts'
import { signWebhook } from './sign-webhook.ts'
import type { WebhookAnswer, WebhookTransport } from './webhook-transport.ts'
import { createWorkQueue } from './work-queue.ts'

export interface WebhookDeliveryOptions {
  readonly store: Pick<Store, 'claimDeliveries' | 'finishDelivery'>
  readonly merchantId: string
  /** The endpoints of the configuration. Deliveries to others are given up. */
  readonly endpoints: readonly WebhookEndpoint[]
  readonly transport: WebhookTransport
  readonly clock: Clock
  readonly logger: Logger
  /** 0 to 1, for the jitter. */
  readonly random?: (() => number) | undefined
  /** Called after every attempt, for metrics. */
  readonly onAttempt?: ((result: 'delivered' | 'failed' | 'exhausted') => void) | undefined
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds between one attempt and the next: twelve attempts over more than four days. */
export const DELIVERY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
  24 * HOUR,
]
const JITTER = 0.2
const TIMEOUT_MS = 15 * SECOND
const MAX_RETRY_AFTER_MS = 24 * HOUR
/** Attempts at once to one endpoint: a slow one is not flooded. */
const CONCURRENCY_PER_ENDPOINT = 16
/** Longer than an attempt and its statements. */
const LEASE_MS = MINUTE
/** What is under way when the process is told to stop gets this long; then it is tried again after the restart. */
const STOP_PATIENCE_MS = 3 * SECOND

/** What sends events, for whoever writes them: they are handed over by the commit, not looked for afterwards. */
export interface Outbox {
  /** For how long deliveries are leased. */
  readonly leaseMs: number
  /** Whether so many more could be sent to this endpoint at once. */
  hasRoom(endpoint: string, deliveries: number): boolean
  /** Sends one that is leased to this process. */
  take(delivery: DeliveryRecord): void
  /** Others are due: whoever has room claims them. */
  kick(): void
}

/**
 * Sends events to the merchant's endpoints as the Standard Webhooks specification asks, at least once each: the same id every
 * time, signed by all secrets of the endpoint, no redirects, any 2xx is success, 410 ends it.
 */
export function createWebhookDelivery({
  store,
  merchantId,
  endpoints,
  transport,
  clock,
  logger,
  random = Math.random,
  onAttempt,
}: WebhookDeliveryOptions): Loop & Outbox {
  const stopping = new AbortController()

  async function deliver(record: DeliveryRecord, secrets: readonly string[]): Promise<void> {
    const answer = await attempt(record, secrets)
    const outcome = decide(record, answer)
    failpoint('delivery.answered')
    await store.finishDelivery(record, { ...outcome, status: answer?.status ?? null })
    onAttempt?.(
      outcome.state === 'done' ? 'delivered' : outcome.state === 'exhausted' ? 'exhausted' : 'failed',
    )
    if (outcome.state === 'exhausted')
      logger.error(
        { event: record.eventId, attempts: record.attempts + 1, status: answer?.status },
        'an event could not be delivered; send it again by hand when the endpoint works',
      )
  }

  async function giveUp(record: DeliveryRecord): Promise<void> {
    await store.finishDelivery(record, { state: 'exhausted', status: null })
    logger.warn({ event: record.eventId }, 'an event is for an endpoint that is no longer configured')
    onAttempt?.('exhausted')
  }

  /** @returns null if there was no answer. */
  async function attempt(
    { eventId, endpoint, body, attempts }: DeliveryRecord,
    secrets: readonly string[],
  ): Promise<WebhookAnswer | null> {
    const timestamp = Math.floor(clock.now() / 1000)
    const signature = signWebhook({ id: eventId, timestamp, body }, secrets)
    const timeout = new AbortController()
    const over = new AbortController()
    void clock.sleep(TIMEOUT_MS, over.signal).then(() => timeout.abort())
    try {
      return await transport({
        url: endpoint,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'teabrick-webhooks/1',
          'webhook-id': eventId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        },
        body,
        signal: AbortSignal.any([timeout.signal, stopping.signal]),
      })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      logger.warn(
        {
          event: eventId,
          attempt: attempts + 1,
          code,
          error: error instanceof Error ? error.message : error,
        },
        'a webhook got no answer',
      )
      return null
    } finally {
      over.abort()
    }
  }

  function decide({ attempts }: DeliveryRecord, answer: WebhookAnswer | null): QueueOutcome {
    if (answer && answer.status >= 200 && answer.status < 300) return { state: 'done' }
    const delayMs = DELIVERY_DELAYS_MS[attempts]
    // 410: the endpoint says that it does not want this.
    if (delayMs === undefined || answer?.status === 410) return { state: 'exhausted' }
    const jittered = delayMs * (1 - JITTER + 2 * JITTER * random())
    const wanted = answer ? (retryAfterMs(answer.headers, clock.now()) ?? 0) : 0
    return { state: 'pending', delayMs: Math.round(Math.max(jittered, Math.min(wanted, MAX_RETRY_AFTER_MS))) }
  }

  const claim = { merchantId, leaseMs: LEASE_MS }
  // A queue each: an endpoint that hangs takes its own places and nobody else's.
  const byUrl = new Map(
    endpoints.map(({ url, secrets }) => [
      url,
      createWorkQueue<DeliveryRecord>({
        name: 'deliveries',
        claim: (limit) => store.claimDeliveries({ ...claim, limit, endpoint: url }),
        work: (record) => deliver(record, secrets),
        concurrency: CONCURRENCY_PER_ENDPOINT,
        clock,
        logger,
      }),
    ]),
  )
  const queues = [...byUrl.values()]
  const orphans = createWorkQueue({
    name: 'deliveries to nobody',
    claim: (limit) =>
      store.claimDeliveries({ ...claim, limit, endpoint: { noneOf: endpoints.map(({ url }) => url) } }),
    work: giveUp,
    concurrency: CONCURRENCY_PER_ENDPOINT,
    clock,
    logger,
    idleMs: () => MINUTE,
  })
  return {
    leaseMs: LEASE_MS,
    hasRoom: (endpoint, deliveries) => byUrl.get(endpoint)?.hasRoom(deliveries) ?? false,
    take(delivery) {
      byUrl.get(delivery.endpoint)?.take(delivery)
    },
    start() {
      for (const queue of [...queues, orphans]) queue.start()
    },
    kick() {
      for (const queue of queues) queue.kick()
    },
    async stop() {
      const over = new AbortController()
      void clock.sleep(STOP_PATIENCE_MS, over.signal).then(() => stopping.abort())
      await Promise.all([...queues, orphans].map((queue) => queue.stop()))
      over.abort()
    },
  }
}
