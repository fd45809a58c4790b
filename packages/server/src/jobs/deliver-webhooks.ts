import type { Clock } from '../clock.ts'
import type { Logger, WebhookEndpoint } from '../config.ts'
import { failpoint } from '../failpoint.ts'
import { retryAfterMs } from '../provider-http.ts'
import type { DeliveryOutcome, DeliveryRecord, Store } from '../store/store.ts'
import { LEASE_MS, type Lease } from './leases.ts'
import type { Loop } from './loop.ts'
import { createRevival } from './revive-deliveries.ts'
import { signWebhook } from './sign-webhook.ts'
import type { WebhookAnswer, WebhookTransport } from './webhook-transport.ts'
import { createWorkQueue } from './work-queue.ts'

export interface WebhookDeliveryOptions {
  readonly store: Pick<Store, 'claimDeliveries' | 'renewLeases' | 'finishDelivery' | 'reviveDeliveries'>
  readonly merchantId: string
  /** The endpoints of the configuration. Deliveries to others are given up. */
  readonly endpoints: readonly WebhookEndpoint[]
  readonly transport: WebhookTransport
  readonly clock: Clock
  readonly logger: Logger
  /** 0 to 1, for the jitter. */
  readonly random?: (() => number) | undefined
  /** How long a loop waits that has found nothing to do, by its name. Default: 400 ms, and a minute where there is no hurry. */
  readonly idleMs?: ((loop: string) => number | Promise<number>) | undefined
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
/**
 * The place of the shortest pause for an event whose attempts were used up sooner than planned: processes that claim and die at
 * once, or lose the answer to their claim, use them up without a request.
 */
const SHORTEST_OF_AGE = 2
/**
 * An event that has had all its attempts is tried once more at a time when its endpoint answers: an hour later at the soonest,
 * then two, four … 24 hours, until it is 30 days old.
 */
const REVIVE_AFTER_MS = HOUR
const LONGEST_REVIVE_AFTER_MS = 24 * HOUR
const GIVEN_UP_AFTER_MS = 30 * 24 * HOUR
const JITTER = 0.2
const TIMEOUT_MS = 15 * SECOND
const MAX_RETRY_AFTER_MS = 24 * HOUR
/** Attempts at once to one endpoint: a slow one is not flooded. */
const CONCURRENCY_PER_ENDPOINT = 16
/** What is under way when the process is told to stop gets this long; then it is tried again after the restart. */
const STOP_PATIENCE_MS = 3 * SECOND

/** What sends events, for whoever writes them: they are handed over by the commit, not looked for afterwards. */
export interface Outbox {
  /** Whether so many more could be sent to this endpoint at once. */
  hasRoom(endpoint: string, deliveries: number): boolean
  /** Sends one that is leased to this process since then, by its clock. */
  take(delivery: DeliveryRecord, since: number): void
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
  idleMs,
  onAttempt,
}: WebhookDeliveryOptions): Loop & Outbox {
  const stopping = new AbortController()

  /** @returns whether the endpoint has taken it. */
  async function deliver(record: DeliveryRecord, secrets: readonly string[], lease: Lease): Promise<boolean> {
    const answer = await attempt(record, secrets)
    const outcome = decide(record, answer)
    failpoint('delivery.answered')
    await lease.keep(() => store.finishDelivery(record, outcome))
    onAttempt?.(
      outcome.state === 'done' ? 'delivered' : outcome.state === 'exhausted' ? 'exhausted' : 'failed',
    )
    if (outcome.state === 'exhausted')
      logger.error(
        { event: record.eventId, attempts: record.attempts + 1, status: answer?.status },
        outcome.reviveInMs === undefined
          ? 'an event could not be delivered; send it again by hand when the endpoint works'
          : 'an event could not be delivered; it is sent again when the endpoint answers',
      )
    return outcome.state === 'done'
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
      over.abort('answered')
    }
  }

  function decide({ attempts, createdAt }: DeliveryRecord, answer: WebhookAnswer | null): DeliveryOutcome {
    const status = answer?.status ?? null
    if (answer && answer.status >= 200 && answer.status < 300) return { state: 'done', status }
    // 410: the endpoint says that it does not want this.
    if (status === 410) return { state: 'exhausted', status }
    const delayMs = DELIVERY_DELAYS_MS[attempts] ?? delayOfAge(clock.now() - createdAt)
    if (delayMs === undefined) {
      const tries = attempts - DELIVERY_DELAYS_MS.length
      const reviveInMs = Math.min(REVIVE_AFTER_MS * 2 ** tries, LONGEST_REVIVE_AFTER_MS)
      const isOld = clock.now() + reviveInMs - createdAt > GIVEN_UP_AFTER_MS
      return { state: 'exhausted', status, reviveInMs: isOld ? undefined : reviveInMs }
    }
    const jittered = delayMs * (1 - JITTER + 2 * JITTER * random())
    const wanted = answer ? (retryAfterMs(answer.headers, clock.now()) ?? 0) : 0
    const wait = Math.max(jittered, Math.min(wanted, MAX_RETRY_AFTER_MS))
    return { state: 'pending', status, delayMs: Math.round(wait) }
  }

  const claim = { merchantId, leaseMs: LEASE_MS }
  const renew = (rows: readonly DeliveryRecord[], leaseMs: number) =>
    store.renewLeases({ queue: 'deliveries', rows }, leaseMs)
  // A queue each: an endpoint that hangs takes its own places and nobody else's.
  const lines = endpoints.map(({ url, secrets }) => {
    const revival = createRevival({ store, merchantId, endpoint: url, clock, logger, idleMs })
    const queue = createWorkQueue<DeliveryRecord>({
      name: 'deliveries',
      async claim(limit) {
        const rows = await store.claimDeliveries({ ...claim, limit, endpoint: url })
        if (rows.length < limit) revival.sawQueueEmpty()
        return rows
      },
      renew,
      async work(record, lease) {
        if (await deliver(record, secrets, lease)) revival.sawDelivery()
      },
      concurrency: CONCURRENCY_PER_ENDPOINT,
      clock,
      logger,
      idleMs,
    })
    return { url, queue, revival }
  })
  const byUrl = new Map(lines.map(({ url, queue }) => [url, queue]))
  const queues = lines.flatMap(({ queue, revival }): Loop[] => [queue, revival])
  const orphans = createWorkQueue({
    name: 'deliveries to nobody',
    claim: (limit) =>
      store.claimDeliveries({ ...claim, limit, endpoint: { noneOf: endpoints.map(({ url }) => url) } }),
    renew,
    work: giveUp,
    concurrency: CONCURRENCY_PER_ENDPOINT,
    clock,
    logger,
    idleMs: idleMs ?? (() => MINUTE),
  })
  return {
    hasRoom: (endpoint, deliveries) => byUrl.get(endpoint)?.hasRoom(deliveries) ?? false,
    take(delivery, since) {
      byUrl.get(delivery.endpoint)?.take(delivery, since)
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

/** The pause that an event of this age is at, in milliseconds; undefined: all of them have passed. */
function delayOfAge(ageMs: number): number | undefined {
  let from = 0
  for (const [place, delayMs] of DELIVERY_DELAYS_MS.entries()) {
    // Even with the least jitter that there is, an event that was tried at each pause is older.
    from += delayMs * (1 - 1.2 * JITTER)
    if (from > ageMs) return DELIVERY_DELAYS_MS[Math.max(place, SHORTEST_OF_AGE)]
  }
  return undefined
}
