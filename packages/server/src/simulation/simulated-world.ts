import { createHash } from 'node:crypto'
import { ApiProblem } from '../api-problem.ts'
import type { SessionState } from '../domain/records.ts'
import { createPaymentEngine } from '../engine/create-payment-engine.ts'
import { fixedRate } from '../fixed-rate.ts'
import type { PaymentEngine, RequestKey } from '../payment-engine.ts'
import type { ProviderRail } from '../provider.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import { drawFaults, type Faults, NO_FAULTS } from './faults.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'
import { liveSession } from './simulated-people.ts'
import { createSimulatedProvider, type SimulatedProvider } from './simulated-provider.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Stands for "until something is due" in a loop's sleep. */
const UNTIL_DUE = 1e12

/** What one seed showed. */
export interface SeedReport {
  readonly seed: number
  /** What was broken, in words; empty for a good seed. */
  readonly violations: readonly string[]
  readonly trace: readonly string[]
  readonly traceHash: string
  readonly payments: number
  readonly faults: number
  readonly crashes: number
  readonly steps: number
}

const rail = (method: string, more: Partial<ProviderRail> = {}): ProviderRail => ({
  method,
  name: method,
  currencies: ['RUB'],
  presentations: ['qr'],
  capture: 'both',
  partialCapture: true,
  partialRefund: true,
  cancelPending: false,
  limits: {},
  timeoutSeconds: 3600,
  requires: [],
  split: false,
  source: 'https://simulation.example',
  asOf: '2026-11-22',
  ...more,
})

/** A world of one shop: two providers, a server that can die at any step, and a database that does not. */
export interface World {
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly store: Store
  readonly providers: readonly SimulatedProvider[]
  trace(line: string): void
  key(): RequestKey
  /** Calls the server that is up. Resolves with null if it dies on the way, refuses, or is down. */
  ask<T>(what: string, call: (engine: PaymentEngine) => Promise<T>): Promise<T | null>
  buyerPays(payload: string, does: 'approve' | 'decline'): void
}

/** Lives through one seed and says what was broken. */
export async function runSeed(
  seed: number,
  { sessions = 2 }: { readonly sessions?: number } = {},
): Promise<SeedReport> {
  const random = createSeededRandom(seed)
  const start = Date.parse('2026-11-22T09:00:00Z')
  const time = createVirtualTime(start)
  const store = createMemoryStore({ clock: time })
  const lines: string[] = []
  const trace = (line: string) => lines.push(`${((time.now() - start) / 1000).toFixed(3)} ${line}`)
  let faults: Faults = drawFaults(random)
  let crashes = 0
  let keys = 0
  const violations: string[] = []

  // ---- the server ----------------------------------------------------------------------------------------------------

  interface Server {
    alive: boolean
    readonly engine: PaymentEngine
    /** Aborts what callers wait for. */
    readonly died: Promise<null>
    readonly die: () => void
  }
  let server: Server | null = null
  const never = new Promise<never>(() => {})

  function boot(): Server {
    let kill: (value: null) => void = () => {}
    const died = new Promise<null>((resolve) => {
      kill = resolve
    })
    const booted: Server = {
      alive: true,
      died,
      die() {
        if (!booted.alive) return
        booted.alive = false
        crashes++
        trace('server dies')
        kill(null)
        server = null
        void time.sleep(random.between(100, 60_000)).then(() => {
          server = boot()
        })
      },
      engine: createPaymentEngine({
        store: mortal(store, () => booted),
        providers: providers.map((provider) => provider.adapter(() => booted.alive)),
        http: { send: () => Promise.reject(new Error('simulated providers need no HTTP')) },
        merchant: { id: 'tea', name: 'Tea', secretKeys: ['sk_sandbox_simulation_000000'] },
        endpoints: [],
        quotes: [fixedRate({ pair: 'RUB/CNY', rate: '12.50' })],
        latePayments: 'refund',
        graceSeconds: 900,
        links: {
          returnUrl: () => 'https://pay.example/r',
          notificationUrl: () => 'https://pay.example/n',
          merchantReturnUrl: () => 'https://shop.example/',
          checkoutUrl: () => 'https://pay.example/c',
        },
        clock: { now: time.now, sleep: sleepUntilDue },
        logger: {
          info: () => {},
          warn: () => {},
          error: (fields, message) => trace(`log: ${message} ${JSON.stringify(fields)}`),
        },
        idleMs: () => UNTIL_DUE,
      }),
    }
    trace('server boots')
    void booted.engine.start()
    return booted
  }

  /** The database as a process sees it: it may die before the statement, or after the commit and before it knows. */
  function mortal(inner: Store, of: () => Server): Store {
    return new Proxy(inner, {
      get(target, name: keyof Store) {
        const method = target[name]
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          if (!of().alive) return await never
          if (random.chance(faults.crash / 4)) of().die()
          if (!of().alive) return await never
          const result = await Reflect.apply(method, target, args)
          await arm()
          if (name === 'change' && random.chance(faults.crash)) of().die()
          return of().alive ? result : await never
        }
      },
    })
  }

  // Polling an idle database for three days would take longer than everything else: the loops are woken when a row is due.
  const idle = new Set<() => void>()
  let armedFor = Number.POSITIVE_INFINITY

  async function arm(): Promise<void> {
    const due = await store.nextDueAt()
    if (due === null || due >= armedFor) return
    armedFor = due
    void time.sleep(due - time.now()).then(() => {
      if (armedFor !== due) return
      armedFor = Number.POSITIVE_INFINITY
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

  const notify = async (account: string, body: string): Promise<boolean> => {
    const up = server
    if (up === null) return false
    const stored = up.engine
      .receiveNotification(account, {
        rawBody: new TextEncoder().encode(body),
        headers: new Headers(),
        requestUri: '/n',
        remoteAddress: null,
      })
      .then(() => true as const)
    return (await Promise.race([stored, up.died])) ?? false
  }
  const providers = [
    createSimulatedProvider({
      account: 'east',
      rails: [rail('alipay', { cancelPending: true, cancelReturnsMoney: true, currencies: ['CNY'] })],
      clock: time,
      random,
      notify,
      trace,
    }),
    createSimulatedProvider({
      account: 'north',
      rails: [rail('sbp', { capture: 'both' }), rail('bank_card')],
      clock: time,
      random,
      notify,
      trace,
    }),
  ]
  for (const provider of providers) provider.setFaults(faults)
  server = boot()

  const world: World = {
    time,
    random,
    store,
    providers,
    trace,
    key: () => ({ key: `key-${++keys}`.padEnd(24, '0'), fingerprint: 'f' }),
    async ask(what, call) {
      const up = server
      if (up === null) {
        trace(`${what}: nobody there`)
        return null
      }
      try {
        return await Promise.race([call(up.engine), up.died])
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        trace(`${what}: ${error.code}`)
        return null
      }
    },
    buyerPays(payload, does) {
      const [account, ref] = payload.split('/')
      providers[account === 'east' ? 0 : 1]?.buyer(ref ?? '', does)
    },
  }

  // ---- the run -------------------------------------------------------------------------------------------------------

  const ids: string[] = []
  const people = Promise.all(Array.from({ length: sessions }, () => liveSession(world, (id) => ids.push(id))))
  let failed: unknown = null
  people.catch((error: unknown) => {
    failed = error
  })
  const chaosUntil = start + 3 * HOUR
  let doubleSince = new Map<string, number>()
  while (time.now() < chaosUntil) {
    await time.runUntil(time.now() + MINUTE)
    for (const provider of providers) provider.setDown(random.chance(faults.outage))
    doubleSince = await watchDoubles(doubleSince)
  }
  // The faults stop; everything must come to rest.
  faults = NO_FAULTS
  for (const provider of providers) {
    provider.setFaults(NO_FAULTS)
    provider.setDown(false)
  }
  for (let step = 0; step < 12; step++) {
    await time.runUntil(time.now() + 10 * MINUTE)
    doubleSince = await watchDoubles(doubleSince)
  }
  await time.runUntil(time.now() + 72 * HOUR)
  if (failed !== null)
    violations.push(failed instanceof Error ? (failed.stack ?? failed.message) : String(failed))
  for (const id of new Set(ids)) {
    const state = await store.read(id)
    if (state !== null) checkSession(state)
  }
  const payments = providers.reduce((sum, provider) => sum + provider.payments.size, 0)
  for (const line of violations) trace(`VIOLATION ${line}`)
  return {
    seed,
    violations,
    trace: lines,
    traceHash: createHash('sha256').update(lines.join('\n')).digest('hex'),
    payments,
    faults: providers.reduce((sum, provider) => sum + provider.injected, 0) + crashes,
    crashes,
    steps: time.steps,
  }

  // ---- the oracle ----------------------------------------------------------------------------------------------------

  function charges(state: SessionState) {
    const references = new Set(state.payments.map(({ id }) => id))
    return providers.flatMap((provider) =>
      [...provider.payments.values()].filter(({ reference }) => references.has(reference)),
    )
  }

  /** I1: two un-refunded successes of one session never last longer than a quarter of an hour. */
  async function watchDoubles(before: Map<string, number>): Promise<Map<string, number>> {
    const now = new Map<string, number>()
    for (const id of ids) {
      const state = await store.read(id)
      if (state === null) continue
      const taken = charges(state).filter(
        ({ status, captured, refunded }) => status === 'held' || captured > refunded,
      )
      if (taken.length < 2) continue
      const since = before.get(id) ?? time.now()
      now.set(id, since)
      // An outage, a dead server and a lost notification may come on top of the quarter of an hour.
      if (time.now() - since > 60 * MINUTE)
        violations.push(`I1: ${id} has had ${taken.length} un-refunded successes for an hour`)
    }
    return now
  }

  function checkSession(state: SessionState): void {
    const { session, payments } = state
    const must = (holds: boolean, what: string) => {
      if (!holds)
        violations.push(
          `${session.id} (${session.status}; ${payments.map(({ status, id }) => `${id.slice(-2)} ${status}`).join(', ')}): ${what}`,
        )
    }
    must(session.status !== 'open' && session.status !== 'closing', 'L1: the session has ended')
    for (const payment of payments) {
      must(
        !['created', 'requires_action', 'processing', 'canceling'].includes(payment.status),
        `L1: ${payment.id} has ended`,
      )
      must(payment.status !== 'late_success', `L1: the late money of ${payment.id} went back`)
      const ledger = charges(state).find(({ reference }) => reference === payment.id)
      const kept = ledger === undefined || ledger.status !== 'paid' ? 0 : ledger.captured - ledger.refunded
      const ours = state.refunds
        .filter(({ paymentId, status }) => paymentId === payment.id && status !== 'failed')
        .reduce((sum, { charge }) => sum + charge, 0)
      // I5: our books are the provider's.
      must(
        (ledger?.refunded ?? 0) === ours,
        `I5: ${payment.id} gave back ${ours}, the provider ${ledger?.refunded ?? 0}`,
      )
      if (payment.status === 'succeeded') {
        must(ledger?.status === 'paid', `I5: ${payment.id} is ${ledger?.status ?? 'unknown'} at the provider`)
        if (payment.refunded === payment.captured)
          must(kept === 0, `everything of ${payment.id} went back, but ${kept}`)
      } else {
        must(kept === 0, `I5: ${payment.id} is ${payment.status}, and the provider keeps ${kept}`)
        must(
          ledger?.status !== 'held' || payment.status === 'authorized',
          `I5: ${payment.id} is ${payment.status} and still held`,
        )
      }
    }
    const duplicates = charges(state).map(({ reference }) => reference)
    must(new Set(duplicates).size === duplicates.length, 'one charge per payment at the provider')
    for (const refund of state.refunds) must(refund.status !== 'requested', `L1: ${refund.id} has ended`)
  }
}
