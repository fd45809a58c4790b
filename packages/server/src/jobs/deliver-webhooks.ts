import type { Clock } from '../clock.ts'
import type { Logger, WebhookEndpoint } from '../config.ts'
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
const CONCURRENCY_PER_ENDPOINT = 2
/** Attempts at once in all. */
const CONCURRENCY = 16
/** As long as the last of so many takes if all are for one endpoint that never answers, and some for the database. */
const LEASE_MS = (CONCURRENCY / CONCURRENCY_PER_ENDPOINT) * TIMEOUT_MS + 15 * SECOND
/** What is under way when the process is told to stop gets this long; then it is tried again after the restart. */
const STOP_PATIENCE_MS = 3 * SECOND

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
}: WebhookDeliveryOptions): Loop {
  const secretsByUrl = new Map(endpoints.map(({ url, secrets }) => [url, secrets]))
  const turns = new Map(endpoints.map(({ url }) => [url, createTurns(CONCURRENCY_PER_ENDPOINT)]))
  const stopping = new AbortController()

  async function deliver(record: DeliveryRecord): Promise<void> {
    const secrets = secretsByUrl.get(record.endpoint)
    const turn = turns.get(record.endpoint)
    if (!secrets || !turn) {
      await store.finishDelivery(record, { state: 'exhausted', status: null })
      logger.warn({ event: record.eventId }, 'an event is for an endpoint that is no longer configured')
      onAttempt?.('exhausted')
      return
    }
    const release = await turn.take()
    try {
      const answer = await attempt(record, secrets)
      const outcome = decide(record, answer)
      await store.finishDelivery(record, { ...outcome, status: answer?.status ?? null })
      onAttempt?.(
        outcome.state === 'done' ? 'delivered' : outcome.state === 'exhausted' ? 'exhausted' : 'failed',
      )
      if (outcome.state === 'exhausted')
        logger.error(
          { event: record.eventId, attempts: record.attempts + 1, status: answer?.status },
          'an event could not be delivered; send it again by hand when the endpoint works',
        )
    } finally {
      release()
    }
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

  const queue = createWorkQueue({
    name: 'deliveries',
    claim: (limit) => store.claimDeliveries({ merchantId, limit, leaseMs: LEASE_MS }),
    work: deliver,
    concurrency: CONCURRENCY,
    clock,
    logger,
  })
  return {
    start: queue.start,
    kick: queue.kick,
    async stop() {
      const over = new AbortController()
      void clock.sleep(STOP_PATIENCE_MS, over.signal).then(() => stopping.abort())
      await queue.stop()
      over.abort()
    },
  }
}

/** Lets so many in at once; the others wait in order. */
function createTurns(limit: number): { take(): Promise<() => void> } {
  const waiting: (() => void)[] = []
  let taken = 0
  const release = (): void => {
    const next = waiting.shift()
    if (next) next()
    else taken--
  }
  return {
    async take() {
      if (taken < limit) taken++
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return release
    },
  }
}
