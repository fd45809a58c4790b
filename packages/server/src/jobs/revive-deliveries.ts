import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import type { Store } from '../store/store.ts'
import { createLoop, type Loop } from './loop.ts'

const MINUTE = 60_000
/** An endpoint of which nobody has heard lately gets one given-up event so often, to find out whether it answers again. */
const PROBE_EVERY_MS = 60 * MINUTE
/** Given-up events taken up again in one round, at most: what is fresh goes first. */
const MOST_PER_ROUND = 100

/** Takes given-up events of one endpoint up again once it answers. Told of what the deliveries see. */
export interface Revival extends Loop {
  /** The endpoint has taken an event. */
  sawDelivery(): void
  /** Nothing was due for the endpoint that it had not been sent. */
  sawQueueEmpty(): void
}

/**
 * After an outage longer than all attempts of an event, or after bad luck with each of them: nobody has to send anything by
 * hand. At most twice as many events a minute as the endpoint has just taken, and none while others wait for it.
 */
export function createRevival({
  store,
  merchantId,
  endpoint,
  clock,
  logger,
  idleMs = () => MINUTE,
}: {
  readonly store: Pick<Store, 'reviveDeliveries'>
  readonly merchantId: string
  readonly endpoint: string
  readonly clock: Clock
  readonly logger: Logger
  readonly idleMs?: ((loop: string) => number | Promise<number>) | undefined
}): Revival {
  let delivered = 0
  let isQueueEmpty = false
  let probeAt = Number.NEGATIVE_INFINITY

  async function round(): Promise<boolean> {
    const seen = delivered
    const isProbe = seen === 0
    if (!isQueueEmpty || (isProbe && clock.now() < probeAt)) return false
    const limit = isProbe ? 1 : Math.min(2 * seen, MOST_PER_ROUND)
    // Whatever this throws, what was seen is not forgotten: the next round tries again.
    const revived = await store.reviveDeliveries({ merchantId, endpoint, limit })
    delivered -= seen
    isQueueEmpty = false
    probeAt = clock.now() + PROBE_EVERY_MS
    if (revived > 0) logger.info({ endpoint, events: revived }, 'given-up events are sent again')
    return false
  }

  const loop = createLoop({ name: 'given-up deliveries', round, clock, logger, idleMs })
  return {
    ...loop,
    // It waits for the minute, not for news.
    kick() {},
    sawDelivery() {
      delivered++
    },
    sawQueueEmpty() {
      isQueueEmpty = true
    },
  }
}
