import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import type { HealthReport, Store } from '../store/store.ts'
import type { Health, ProviderHealth } from './provider-health.ts'

/** A report runs out after this, and is renewed long before: it must not outlive the instance by much. */
const TTL_MS = 15_000
const RENEW_MS = 5_000
/** Others' reports are read again after this. */
const REMEMBER_MS = 150

/** What the instances of a merchant tell each other of how providers answer. */
export interface HealthNews {
  /** This process's own finding has changed. */
  tell(name: string, health: Health): void
  /** Reads what others say, unless it was just read; tells whether it is news by a number that grows. */
  read(): Promise<number>
  /** As read last: whether somebody else finds a rail down, and this process has not heard from it since. */
  isDown(rail: { readonly account: string; readonly method: string }): boolean
  /** When the next report runs out, milliseconds since 1970 by the store's clock. */
  nextEnd(): number
  stop(): Promise<void>
}

/**
 * An instance that gets few payments would find out late, and its buyers with it: so who finds a provider down says so. A
 * hint, never more: who has had an answer since goes by that.
 */
export function createHealthNews({
  store,
  merchantId,
  clock,
  storeNow,
  health,
  logger,
}: {
  readonly store: Pick<Store, 'healthReports' | 'putHealthReport' | 'dropHealthReport'>
  readonly merchantId: string
  readonly clock: Clock
  readonly storeNow: () => number
  readonly health: () => Pick<ProviderHealth, 'lastAnswerAt'>
  readonly logger: Logger
}): HealthNews {
  const instance = randomUUID()
  const stopping = new AbortController()
  /** What this process finds down. */
  const down = new Set<string>()
  let reports: readonly HealthReport[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let generation = 0

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      // The database is away for a moment: everybody goes by what he hears himself.
      logger.warn({ error: String(error) }, 'the health of a provider could not be told')
    }
  }

  async function keepTelling(name: string): Promise<void> {
    while (down.has(name) && !stopping.signal.aborted) {
      await attempt(() => store.putHealthReport(merchantId, { name, instance, ttlMs: TTL_MS }))
      await clock.sleep(RENEW_MS, stopping.signal)
    }
  }

  return {
    tell(name, state) {
      if (state === 'down') {
        if (down.has(name)) return
        down.add(name)
        void keepTelling(name)
      } else if (down.delete(name)) void attempt(() => store.dropHealthReport(merchantId, { name, instance }))
    },
    async read() {
      if (clock.now() - readAt >= REMEMBER_MS) {
        readAt = clock.now()
        const all = await store.healthReports(merchantId)
        const others = all.filter((report) => report.instance !== instance)
        const key = (each: readonly HealthReport[]) =>
          each.map(({ name, since }) => `${name} ${since}`).join()
        if (key(others) !== key(reports)) generation++
        reports = others
      }
      return generation
    },
    isDown({ account, method }) {
      const aheadMs = storeNow() - clock.now()
      return reports.some(
        ({ name, since, until }) =>
          (name === account || name === `${account}:${method}`) &&
          until > storeNow() &&
          health().lastAnswerAt({ account, method }) + aheadMs <= since,
      )
    },
    nextEnd: () => Math.min(...reports.map(({ until }) => until)),
    async stop() {
      stopping.abort()
      const names = [...down]
      down.clear()
      await Promise.all(
        names.map((name) => attempt(() => store.dropHealthReport(merchantId, { name, instance }))),
      )
    },
  }
}
