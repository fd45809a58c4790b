import { ApiProblem } from '../api-problem.ts'
import type { Clock } from '../clock.ts'
import { createPaymentEngine } from '../engine/create-payment-engine.ts'
import { createWebhookDelivery } from '../jobs/deliver-webhooks.ts'
import { LEASE_MS } from '../jobs/leases.ts'
import type { PaymentEngine } from '../payment-engine.ts'
import type { QuoteSource } from '../quotes.ts'
import type { MemoryStore } from '../store/memory-store.ts'
import { type Store, StoreError } from '../store/store.ts'
import type { FaultInjector } from './faults.ts'
import type { ProviderSide } from './provider-side.ts'
import type { SeededRandom } from './seeded-random.ts'
import { MERCHANT_ENDPOINT, MERCHANT_SECRET, type SimulatedMerchant } from './simulated-merchant.ts'
import type { VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
/** How long a process may stand still in the middle of its work: a paused machine, say. */
export const LONGEST_STALL_MS = 100_000

/** A process that has stood still works for so long before it does so again: pauses do not add up within one piece of work. */
const BETWEEN_STALLS_MS = 30_000

/**
 * What a loop looks for, by the loop's name, and how often at most. Real ones look every 400 ms or every minute, and at once
 * after a kick; here they are woken when there is something to find.
 */
const LOOKS_FOR: Readonly<
  Record<string, { readonly queue: Parameters<MemoryStore['nextDueIn']>[0]; readonly everyMs: number }>
> = {
  operations: { queue: 'operations', everyMs: 200 },
  notifications: { queue: 'notifications', everyMs: 200 },
  deadlines: { queue: 'sessions', everyMs: 200 },
  deliveries: { queue: 'deliveries', everyMs: 200 },
  'given-up deliveries': { queue: 'revivals', everyMs: MINUTE },
}
const LOOPS = Object.keys(LOOKS_FOR)
/** Stands for "until something is due" in a loop's sleep, plus the loop's place in {@link LOOPS}. */
const UNTIL_DUE = 1e12
/** Loops that find nothing in this world. */
const FOR_EVER = UNTIL_DUE + LOOPS.length

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
  /** The database cannot be reached for a while, by one process or by any. */
  loseDatabase(): void
  /** The wall clock of one process is set to another time. */
  stepClock(): void
}

interface Process {
  readonly name: string
  alive: boolean
  /** It stands still until then. */
  resumesAt: number
  readonly engine: PaymentEngine
  /** Aborts what callers wait for. */
  readonly died: Promise<null>
  readonly die: () => void
}

const AWAY = 'the database cannot be reached'
const isAway = (error: unknown): boolean => error instanceof StoreError && error.code === 'unavailable'

/** What a dead process waits for. A new one each time: one that lives on would keep all that waits for it. */
const never = () => new Promise<never>(() => {})

export function createSimulatedServers({
  count,
  store,
  time,
  random,
  accidents,
  injector,
  providers,
  merchant,
  quotes,
  latePayments,
  adapters,
  trace,
  violated,
}: {
  readonly count: number
  readonly store: MemoryStore
  readonly time: VirtualTime
  readonly random: SeededRandom
  /** For what comes on top of the faults that are drawn by `random`. */
  readonly accidents: SeededRandom
  readonly injector: FaultInjector
  readonly providers: readonly ProviderSide[]
  readonly merchant: SimulatedMerchant
  readonly quotes: QuoteSource
  readonly latePayments: 'refund' | 'accept'
  readonly adapters: (alive: () => boolean) => Parameters<typeof createPaymentEngine>[0]['http']
  readonly trace: (line: string) => void
  readonly violated: (what: string) => void
}): SimulatedServers {
  const processes: (Process | null)[] = []
  const clockSteps = Array.from({ length: count }, () => 0)
  /** Until when a process does not reach the database. */
  const awayUntil = Array.from({ length: count }, () => 0)

  function boot(slot: number): void {
    const name = count === 1 ? 'server' : `server ${slot + 1}`
    let kill: (value: null) => void = () => {}
    const died = new Promise<null>((resolve) => {
      kill = resolve
    })
    // The machine's clock as this process reads it. What is asked of the database is not moved by it.
    const clock: Clock = {
      now: () => time.now() + (clockSteps[slot] ?? 0),
      sleep: (ms, signal) => sleepUntilDue(ms, signal).then(() => resumed(booted)),
    }
    const logger = {
      info: () => {},
      warn: () => {},
      error: (fields: object, message: string) => {
        trace(`${name} logs: ${message} ${JSON.stringify(fields)}`)
        // No row and no loop fails but for its database.
        const { error } = fields as { readonly error?: unknown }
        if (message.includes('failed') && error !== AWAY) violated(`${message} ${JSON.stringify(fields)}`)
      },
    }
    const deliveries = createWebhookDelivery({
      store: mortal(() => booted, slot),
      merchantId: 'tea',
      endpoints: [{ url: MERCHANT_ENDPOINT, secrets: [MERCHANT_SECRET] }],
      transport: (request) => merchant.transport(request),
      clock,
      idleMs: untilDue,
      random: () => random.next(),
      logger: { ...logger, error: (fields, message) => logger.error(fields, message) },
    })
    const booted: Process = {
      name,
      alive: true,
      resumesAt: 0,
      died,
      die() {
        if (!booted.alive) return
        booted.alive = false
        injector.count('crash')
        trace(`${name} dies`)
        kill(null)
        processes[slot] = null
        void time.sleep(random.between(100, MINUTE)).then(() => boot(slot))
      },
      engine: createPaymentEngine({
        store: mortal(() => booted, slot),
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
        idleMs: untilDue,
      }),
    }
    trace(`${name} boots`)
    processes[slot] = booted
    booted.engine.start().catch((error: unknown) => {
      if (!isAway(error)) throw error
      booted.die()
    })
    deliveries.start()
  }

  /** The database as a process sees it: it may die before the statement, or after the commit and before it knows. */
  function mortal(of: () => Process, slot: number): Store {
    const call = async (name: string, method: (...args: unknown[]) => unknown, args: unknown[]) => {
      const process = of()
      if (!process.alive || time.now() < process.resumesAt) await resumed(process)
      const isChange = name === 'change'
      if (time.now() < (awayUntil[slot] ?? 0)) {
        // Now and then it is only the answer that is lost.
        if (accidents.chance(0.1)) await method(...args)
        for (const alarm of alarms) alarm.set()
        await time.sleep(accidents.between(1, 50))
        if (!process.alive) return await never()
        throw new StoreError('unavailable', AWAY)
      }
      const { crash } = injector.faults
      if (crash > 0 && random.chance(crash / 1.5)) process.die()
      if (!process.alive) return await never()
      if (isChange) await stall(process)
      const result = await method(...args)
      for (const alarm of alarms) alarm.set()
      if (isChange && crash > 0 && random.chance(crash)) process.die()
      // The claim is made, and the process does not know it yet.
      if (name.startsWith('claim')) await stall(process)
      return process.alive ? result : await never()
    }
    const methods = Object.entries(store).map(([name, method]) => [
      name,
      (...args: unknown[]) => call(name, method, args),
    ])
    return Object.fromEntries(methods) as Store
  }

  /** May stop everything this process does, or only the statement that is under way. */
  async function stall(process: Process): Promise<void> {
    if (!process.alive || time.now() < process.resumesAt + BETWEEN_STALLS_MS || !injector.hits('stall'))
      return
    const ms = random.chance(0.5)
      ? random.between(200, LEASE_MS - 200)
      : random.between(LEASE_MS + 200, LONGEST_STALL_MS)
    if (random.chance(0.3)) {
      trace(`${process.name} waits for its database`)
      await time.sleep(ms)
    } else {
      trace(`${process.name} stands still`)
      process.resumesAt = time.now() + ms
    }
    await resumed(process)
  }

  /** The dead do not wake up: what they were in the middle of is over. */
  async function resumed(process: Process): Promise<void> {
    while (process.alive && time.now() < process.resumesAt) await time.sleep(process.resumesAt - time.now())
    if (!process.alive) await never()
  }

  // Polling an idle database for days would take longer than everything else: a loop is woken when there is something for it.
  const alarms = LOOPS.map((name) => createAlarm(LOOKS_FOR[name] ?? { queue: 'operations', everyMs: 0 }))

  function createAlarm({ queue, everyMs }: (typeof LOOKS_FOR)[string]) {
    const idle = new Set<() => void>()
    let setFor = Number.POSITIVE_INFINITY
    let rungAt = Number.NEGATIVE_INFINITY
    let cancel = () => {}
    const alarm = {
      idle,
      set(): void {
        if (idle.size === 0) return
        // A row may be due while all who could take it are busy: they are not asked again and again within one moment.
        const due = Math.max(store.nextDueIn(queue) ?? Number.POSITIVE_INFINITY, rungAt + everyMs)
        if (due === setFor) return
        cancel()
        setFor = due
        if (due === Number.POSITIVE_INFINITY) return
        cancel = time.after(due - time.now(), () => {
          setFor = Number.POSITIVE_INFINITY
          rungAt = time.now()
          for (const wake of [...idle]) wake()
        })
      },
    }
    return alarm
  }

  function untilDue(loop: string): number {
    return loop in LOOKS_FOR ? UNTIL_DUE + LOOPS.indexOf(loop) : FOR_EVER
  }

  function sleepUntilDue(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < UNTIL_DUE) return time.sleep(ms, signal)
    const alarm = alarms[ms - UNTIL_DUE]
    return new Promise((resolve) => {
      const wake = () => {
        alarm?.idle.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      alarm?.idle.add(wake)
      signal?.addEventListener('abort', wake)
      if (signal?.aborted) wake()
      alarm?.set()
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
        if (isAway(error)) {
          trace(`${what}: no database`)
          return null
        }
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
      try {
        return (await Promise.race([stored, up.died])) ?? false
      } catch (error) {
        if (!isAway(error)) throw error
        return false
      }
    },
    loseDatabase() {
      injector.count('databaseAway')
      // Mostly for moments, now and then for longer than an answer is kept.
      const ms = accidents.chance(0.7) ? accidents.between(200, 20_000) : accidents.between(20_000, 180_000)
      const only = accidents.chance(0.5) ? accidents.between(0, count - 1) : null
      for (let slot = 0; slot < count; slot++)
        if (only === null || only === slot) awayUntil[slot] = time.now() + ms
      const who = only === null ? 'everybody' : `server ${only + 1}`
      trace(`the database is away for ${who}, for ${ms / 1000} s`)
    },
    stepClock() {
      const slot = random.between(0, count - 1)
      const step = random.pick([-3_600_000, -20_000, 20_000, 300_000, 86_400_000])
      injector.count('clockStep')
      clockSteps[slot] = step
      trace(`the clock of server ${slot + 1} is now ${step / 1000} s off`)
    },
  }
}
