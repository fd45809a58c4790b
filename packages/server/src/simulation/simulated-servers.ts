import { ApiProblem } from '../api-problem.ts'
import type { Clock } from '../clock.ts'
import { createPaymentEngine } from '../engine/create-payment-engine.ts'
import { createWebhookDelivery } from '../jobs/deliver-webhooks.ts'
import type { PaymentEngine } from '../payment-engine.ts'
import type { QuoteSource } from '../quotes.ts'
import type { Store } from '../store/store.ts'
import type { Faults } from './faults.ts'
import type { ProviderSide } from './provider-side.ts'
import type { SeededRandom } from './seeded-random.ts'
import { MERCHANT_ENDPOINT, MERCHANT_SECRET, type SimulatedMerchant } from './simulated-merchant.ts'
import type { VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
/** How long a process may stand still in the middle of its work: a paused machine, say. Leases are 45 s. */
export const LONGEST_STALL_MS = 100_000
/** How long a webhook attempt may take; every other sleep of the deliveries is a look for something due. */
const WEBHOOK_TIMEOUT_MS = 15_000
/** Stands for "until something is due" in a loop's sleep. */
const UNTIL_DUE = 1e12

/** The loops look for work at most this often. Real ones look every 400 ms, and at once after a kick. */
const WAKE_EVERY_MS = 200

/** The payment API's processes over one database: one or two, each may die at any step and comes back. */
export interface SimulatedServers {
  /**
   * Calls a process that is up. Resolves with null if it dies on the way, refuses, or none is up.
   *
   * @param refused Told why, when it was a refusal.
   */
  ask<T>(
    what: string,
    call: (engine: PaymentEngine) => Promise<T>,
    refused?: (problem: ApiProblem) => void,
  ): Promise<T | null>
  /** Hands a provider's notification over. Resolves with whether it was acknowledged. */
  notify(
    account: string,
    body: string,
    sent?: { readonly headers: Headers; readonly requestUri: string },
  ): Promise<boolean>
  /** The wall clock of one process is set to another time. */
  stepClock(): void
  setFaults(faults: Faults): void
  readonly crashes: number
  readonly injected: number
}

interface Process {
  readonly name: string
  alive: boolean
  readonly engine: PaymentEngine
  /** Aborts what callers wait for. */
  readonly died: Promise<null>
  readonly die: () => void
}

/** What a dead process waits for. A new one each time: one that lives on would keep all that waits for it. */
const never = () => new Promise<never>(() => {})

export function createSimulatedServers({
  count,
  store,
  time,
  random,
  providers,
  merchant,
  quotes,
  latePayments,
  adapters,
  trace,
  violated,
}: {
  readonly count: number
  readonly store: Store
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly providers: readonly ProviderSide[]
  readonly merchant: SimulatedMerchant
  readonly quotes: QuoteSource
  readonly latePayments: 'refund' | 'accept'
  readonly adapters: (alive: () => boolean) => Parameters<typeof createPaymentEngine>[0]['http']
  readonly trace: (line: string) => void
  readonly violated: (what: string) => void
}): SimulatedServers {
  let faults: Faults | null = null
  let crashes = 0
  let injected = 0
  const processes: (Process | null)[] = []
  const clockSteps = Array.from({ length: count }, () => 0)

  function boot(slot: number): void {
    const name = count === 1 ? 'server' : `server ${slot + 1}`
    let kill: (value: null) => void = () => {}
    const died = new Promise<null>((resolve) => {
      kill = resolve
    })
    // The machine's clock as this process reads it. What is asked of the database is not moved by it.
    const clock: Clock = { now: () => time.now() + (clockSteps[slot] ?? 0), sleep: sleepUntilDue }
    const logger = {
      info: () => {},
      warn: () => {},
      error: (fields: object, message: string) => {
        trace(`${name} logs: ${message} ${JSON.stringify(fields)}`)
        // No row and no loop fails in a world whose database never does.
        if (message.includes('failed')) violated(`${message} ${JSON.stringify(fields)}`)
      },
    }
    const deliveries = createWebhookDelivery({
      store: mortal(() => booted),
      merchantId: 'tea',
      endpoints: [{ url: MERCHANT_ENDPOINT, secrets: [MERCHANT_SECRET] }],
      transport: (request) => merchant.transport(request),
      clock: {
        now: clock.now,
        sleep: (ms, signal) =>
          ms === WEBHOOK_TIMEOUT_MS ? time.sleep(ms, signal) : sleepUntilDue(UNTIL_DUE, signal),
      },
      random: () => random.next(),
      logger: { ...logger, error: (fields, message) => logger.error(fields, message) },
    })
    const booted: Process = {
      name,
      alive: true,
      died,
      die() {
        if (!booted.alive) return
        booted.alive = false
        crashes++
        trace(`${name} dies`)
        kill(null)
        processes[slot] = null
        void time.sleep(random.between(100, MINUTE)).then(() => boot(slot))
      },
      engine: createPaymentEngine({
        store: mortal(() => booted),
        providers: providers.map((provider) => provider.adapter(() => booted.alive)),
        http: adapters(() => booted.alive),
        merchant: { id: 'tea', name: 'Tea', secretKeys: ['sk_sandbox_simulation_000000'] },
        endpoints: [MERCHANT_ENDPOINT],
        quotes: [quotes],
        latePayments,
        graceSeconds: 900,
        links: {
          returnUrl: () => 'https://pay.example/r',
          notificationUrl: (account) => `https://pay.example/n/${account}`,
          merchantReturnUrl: () => 'https://shop.example/',
          checkoutUrl: () => 'https://pay.example/c',
        },
        clock,
        logger,
        outbox: deliveries,
        idleMs: () => UNTIL_DUE,
      }),
    }
    trace(`${name} boots`)
    processes[slot] = booted
    void booted.engine.start()
    deliveries.start()
  }

  /** The database as a process sees it: it may die before the statement, or after the commit and before it knows. */
  function mortal(of: () => Process): Store {
    return new Proxy(store, {
      get(target, name: keyof Store) {
        const method = target[name]
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          if (!of().alive) return await never()
          if (faults !== null) {
            if (random.chance(faults.crash / 4)) of().die()
            if (!of().alive) return await never()
            if (name === 'change' && faults.stall > 0 && random.chance(faults.stall)) {
              injected++
              trace(`${of().name} stands still`)
              await time.sleep(random.between(46_000, LONGEST_STALL_MS))
              if (!of().alive) return await never()
            }
          }
          const result = await Reflect.apply(method, target, args)
          await arm()
          if (name === 'change' && faults !== null && random.chance(faults.crash)) of().die()
          return of().alive ? result : await never()
        }
      },
    })
  }

  // Polling an idle database for days would take longer than everything else: the loops are woken when a row is due.
  const idle = new Set<() => void>()
  let armedFor = Number.POSITIVE_INFINITY
  let wokenAt = 0

  async function arm(): Promise<void> {
    const next = await store.nextDueAt()
    if (next === null) return
    // A row may be due while all who could take it are busy: they are not asked again and again within one moment.
    const due = Math.max(next, wokenAt + WAKE_EVERY_MS)
    if (due >= armedFor) return
    armedFor = due
    void time.sleep(due - time.now()).then(() => {
      if (armedFor !== due) return
      armedFor = Number.POSITIVE_INFINITY
      wokenAt = time.now()
      for (const wake of [...idle]) wake()
      // Whoever was not there to be woken finds the row a moment later.
      void time.sleep(1000).then(arm)
    })
  }

  function sleepUntilDue(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== UNTIL_DUE) return time.sleep(ms, signal)
    return new Promise((resolve) => {
      const wake = () => {
        idle.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      idle.add(wake)
      signal?.addEventListener('abort', wake)
      if (signal?.aborted) wake()
    })
  }

  function anyUp(): Process | null {
    const up = processes.filter((process) => process !== null)
    return up.length === 0 ? null : random.pick(up)
  }

  for (let slot = 0; slot < count; slot++) boot(slot)
  return {
    async ask(what, call, refused) {
      const up = anyUp()
      if (up === null) {
        trace(`${what}: nobody there`)
        return null
      }
      try {
        return await Promise.race([call(up.engine), up.died])
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        trace(`${what}: ${error.code}`)
        refused?.(error)
        return null
      }
    },
    async notify(account, body, sent = { headers: new Headers(), requestUri: '/n' }) {
      const up = anyUp()
      if (up === null) return false
      const stored = up.engine
        .receiveNotification(account, {
          rawBody: new TextEncoder().encode(body),
          ...sent,
          remoteAddress: null,
        })
        .then(() => true as const)
      return (await Promise.race([stored, up.died])) ?? false
    },
    stepClock() {
      const slot = random.between(0, count - 1)
      const step = random.pick([-3_600_000, -20_000, 20_000, 300_000, 86_400_000])
      injected++
      clockSteps[slot] = step
      trace(`the clock of server ${slot + 1} is now ${step / 1000} s off`)
    },
    setFaults(next) {
      faults = next
    },
    get crashes() {
      return crashes
    },
    get injected() {
      return injected
    },
  }
}
