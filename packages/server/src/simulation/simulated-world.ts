import { createHash } from 'node:crypto'
import type { CheckoutView } from '@teabrick/core/contract'
import type { NewEvent } from '../domain/records.ts'
import type { RequestKey } from '../payment-engine.ts'
import type { ProviderHttp, ProviderRail } from '../provider.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { checkRest } from './check-rest.ts'
import {
  createFaultInjector,
  drawDatabaseAway,
  drawFaults,
  type FaultCounts,
  type FaultInjector,
  type Faults,
  NO_FAULTS,
} from './faults.ts'
import { type ChargeAtProvider, isHolding, type ProviderSide } from './provider-side.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'
import { createSimulatedMerchant } from './simulated-merchant.ts'
import { liveSession, operate } from './simulated-people.ts'
import { createSimulatedProvider } from './simulated-provider.ts'
import { createSimulatedQuotes } from './simulated-quotes.ts'
import { createSimulatedServers, LONGEST_STALL_MS, type SimulatedServers } from './simulated-servers.ts'
import { createSimulatedTab, type SimulatedTab } from './simulated-tab.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'
import { watchCommits } from './watch-commits.ts'
import { type WatchedStore, watchStore } from './watched-store.ts'
import { createWireProviders } from './wire-providers.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.parse('2026-11-22T09:00:00Z')
/** An outage, a dead server and a lost notification may come on top of the quarter of an hour that is promised. */
const DOUBLE_FOR_AT_MOST_MS = HOUR

/** What one seed showed. */
export interface SeedReport {
  readonly seed: number
  /** What was broken, in words; empty for a good seed. */
  readonly violations: readonly string[]
  readonly trace: readonly string[]
  readonly traceHash: string
  readonly payments: number
  /** Webhooks that had their effect. */
  readonly effects: number
  readonly faults: FaultCounts
  readonly steps: number
}

/** A world of one shop: a few providers, server processes that can die at any step, and a database that does not. */
export interface World extends Pick<SimulatedServers, 'ask'> {
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly store: WatchedStore
  readonly injector: FaultInjector
  trace(line: string): void
  violated(what: string): void
  key(): RequestKey
  /** Opens a browser tab with the client's machine in it. */
  tab(sessionId: string): SimulatedTab
  buyerPays(payload: string, does: 'approve' | 'decline'): void
  noteQuotes(sessionId: string, view: CheckoutView): void
  /** Ids of all quotes anybody was shown. */
  readonly quotes: readonly string[]
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

/** Whether this seed runs through real adapters and the sandbox's doubles, with HTTP and signatures. */
export const isWireSeed = (seed: number): boolean => seed % 50 === 25

const noHttp: ProviderHttp = { send: () => Promise.reject(new Error('simulated providers need no HTTP')) }

/** Longer than all attempts of an event take. */
const WEEK_OF_MERCHANT = 130 * HOUR

function drawMerchantOutage(random: SeededRandom): number {
  if (!random.chance(0.1)) return random.between(MINUTE, HOUR)
  return random.chance(0.3) ? WEEK_OF_MERCHANT : 72 * HOUR
}

/** Lives through one seed and says what was broken. */
export async function runSeed(
  seed: number,
  options: {
    readonly sessions?: number | undefined
    /** Through real adapters and doubles, or not. Default: by the seed. */
    readonly wire?: boolean | undefined
    /** How hostile it is. Default: by the seed. */
    readonly faults?: Faults | undefined
  } = {},
): Promise<SeedReport> {
  const random = createSeededRandom(seed)
  const wire = options.wire ?? isWireSeed(seed)
  // Streams and bodies of real requests need the event loop; everything else needs microtasks only, which is much faster.
  const time = createVirtualTime(START, wire ? (then) => void setImmediate(then) : undefined)
  const lines: string[] = []
  const violations: string[] = []
  const trace = (line: string) => lines.push(`${((time.now() - START) / 1000).toFixed(3)} ${line}`)
  const violated = (what: string) => {
    violations.push(what)
    trace(`VIOLATION ${what}`)
  }
  const accidents = createSeededRandom(seed ^ 0x5bd1_e995)
  const injector = createFaultInjector(
    random,
    options.faults ?? { ...drawFaults(random), databaseAway: drawDatabaseAway(accidents) },
  )
  const latePayments = random.chance(0.15) ? 'accept' : 'refund'

  // ---- what is in the world ------------------------------------------------------------------------------------------

  const quotes = createSimulatedQuotes()
  const events = new Map<string, NewEvent[]>()
  const notificationsDone = new Set<string>()
  const railCuts = new Map<string, { readonly since: number; readonly until: number | null }>()
  const commits = watchCommits({
    chargesOf: (id) => providers.flatMap((side) => side.charges(id)),
    isQuoted: wire ? () => true : quotes.isQuoted,
    suspendedSince(id, now) {
      const cut = railCuts.get(id)
      return cut === undefined || (cut.until !== null && cut.until <= now) ? null : cut.since
    },
    noticeMs: () => (injector.faults.stall > 0 ? LONGEST_STALL_MS + 1000 : 1000),
    violated,
    trace,
  })
  const memory = createMemoryStore({ clock: time })
  const store = watchStore(
    {
      ...memory,
      async putRail(...args) {
        const changed = await memory.putRail(...args)
        trace(`rail ${changed.id} is ${changed.state}`)
        if (changed.state === 'active') railCuts.delete(changed.id)
        else {
          injector.count('railCut')
          railCuts.set(changed.id, { since: time.now(), until: changed.until })
        }
        return changed
      },
    },
    {
      onCommit(commit) {
        const { id } = commit.after.session
        events.set(id, [...(events.get(id) ?? []), ...commit.events])
        commits.onCommit(commit)
      },
      onNotificationDone(key) {
        if (notificationsDone.has(key)) violated(`I9: the notification ${key} was worked on twice`)
        notificationsDone.add(key)
      },
    },
  )
  const merchant = createSimulatedMerchant({ clock: time, random, injector, keeps: wire, violated })
  const notify: SimulatedServers['notify'] = (...args) => servers.notify(...args)
  const simulated = (account: string, keyTtlMs: number, rails: readonly ProviderRail[]): ProviderSide =>
    createSimulatedProvider({
      account,
      rails,
      keyTtlMs,
      clock: time,
      random,
      injector,
      notify,
      committed,
      trace,
    })
  const overWire = wire ? await createWireProviders({ time, random, injector, notify, trace }) : null
  const providers: readonly ProviderSide[] = overWire?.sides ?? [
    simulated('east', 24 * HOUR, [
      rail('alipay', { cancelPending: true, cancelReturnsMoney: true, currencies: ['CNY'] }),
    ]),
    simulated('north', 24 * HOUR, [rail('sbp'), rail('bank_card')]),
    // Forgets keys so soon that a short outage outlives them.
    simulated('south', 2 * MINUTE, [rail('sbp'), rail('t_pay', { cancelPending: true })]),
  ]
  const servers = createSimulatedServers({
    count: random.chance(0.4) ? 2 : 1,
    store,
    time,
    random,
    accidents,
    injector,
    providers,
    merchant,
    quotes,
    latePayments,
    adapters: (alive) => overWire?.http(alive) ?? noHttp,
    trace,
    violated,
  })
  let keys = 0
  const world: World = {
    time,
    random,
    store,
    injector,
    trace,
    violated,
    key: () => ({ key: `key-${++keys}`.padEnd(24, '0'), fingerprint: 'f' }),
    ask: servers.ask,
    tab: (sessionId) =>
      createSimulatedTab({
        truth: () => ({ session: store.latest(sessionId), charges: chargesOf(sessionId) }),
        violated: (what) => violated(`${sessionId}: ${what}`),
      }),
    buyerPays: (payload, does) => {
      const side = providers.find(({ account }) => payload.startsWith(`${account}/`)) ?? providers[0]
      side?.buyer(payload, does)
    },
    noteQuotes: (sessionId, view) => quotes.note(sessionId, view, time.now()),
    get quotes() {
      return quotes.ids
    },
  }

  // ---- the run -------------------------------------------------------------------------------------------------------

  const ids: string[] = []
  const sessions = options.sessions ?? (wire ? 1 : 2)
  const railIds = providers.flatMap((side) =>
    side.adapter(() => true).rails.map(({ method }) => `${side.account}:${method}`),
  )
  const people = Promise.all([
    ...Array.from({ length: sessions }, () => liveSession(world, (id) => ids.push(id))),
    operate(world, railIds),
  ])
  people.catch((error: unknown) =>
    violated(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  )
  // One outage in a few is a long one: a provider's longer than it remembers keys, the merchant's over a weekend or a week.
  let merchantUpAt = 0
  let doubleSince = new Map<string, number>()
  for (const chaosUntil = START + 3 * HOUR; time.now() < chaosUntil; ) {
    await time.runUntil(time.now() + MINUTE)
    for (const side of providers) side.setDown(random.chance(injector.faults.outage))
    if (random.chance(injector.faults.clockStep)) servers.stepClock()
    if (accidents.chance(injector.faults.databaseAway)) servers.loseDatabase()
    if (time.now() >= merchantUpAt) {
      const falls = random.chance(injector.faults.merchantDown)
      if (falls) merchantUpAt = time.now() + drawMerchantOutage(random)
      merchant.setDown(falls)
    }
    doubleSince = watchDoubles(doubleSince)
  }
  // The faults stop; everything must come to rest.
  injector.set(NO_FAULTS)
  for (const side of providers) side.setDown(false)
  for (let step = 0; step < 12; step++) {
    await time.runUntil(time.now() + 10 * MINUTE)
    doubleSince = watchDoubles(doubleSince)
  }
  await time.runUntil(Math.max(time.now(), merchantUpAt))
  merchant.setDown(false)
  await time.runUntil(time.now() + 72 * HOUR)
  for (const id of new Set(ids)) {
    const state = store.latest(id)
    if (state === null) continue
    checkRest(state, {
      charges: chargesOf(id),
      effects: merchant.effects,
      events: events.get(id) ?? [],
      keepsLate: latePayments === 'accept',
      violated,
    })
    await lookOnceMore(id)
  }
  await overWire?.close()
  await merchant.checkSignatures()
  return {
    seed,
    violations,
    trace: lines,
    traceHash: createHash('sha256').update(lines.join('\n')).digest('hex'),
    payments: providers.reduce((sum, { payments }) => sum + payments, 0),
    effects: merchant.effects.size,
    faults: injector.counts,
    steps: time.steps,
  }

  // ---- what is watched -----------------------------------------------------------------------------------------------

  function chargesOf(sessionId: string): readonly ChargeAtProvider[] {
    const prefix = `pay_${sessionId.slice(3)}_`
    return providers.flatMap((side) => side.charges(prefix))
  }

  /** I10: nothing that may move money is asked for that is not committed. */
  function committed(kind: string, key: string, paymentId: string): void {
    const state = store.latest(`cs_${paymentId.split('_')[1]}`)
    const operation = state?.operations.find((each) => each.idempotencyKey === key && each.kind === kind)
    if (operation === undefined)
      violated(`I10: a ${kind} of ${paymentId} with the key ${key} was never committed`)
  }

  /** I1: two un-refunded successes of one session never last. */
  function watchDoubles(before: ReadonlyMap<string, number>): Map<string, number> {
    const now = new Map<string, number>()
    for (const id of ids) {
      const taken = chargesOf(id).filter(isHolding)
      if (taken.length < 2) continue
      const since = before.get(id) ?? time.now()
      now.set(id, since)
      if (time.now() - since === DOUBLE_FOR_AT_MOST_MS + MINUTE)
        violated(`I1: ${id} has had ${taken.length} un-refunded successes for an hour`)
    }
    return now
  }

  /** Somebody opens the page once more, days later: what it says is how it ended. */
  async function lookOnceMore(sessionId: string): Promise<void> {
    const reading = await servers.ask('last look', (engine) => engine.readCheckout(sessionId, {}))
    if (reading === null) return violated(`L1: ${sessionId} cannot be looked at`)
    const shown = world.tab(sessionId).show({ type: 'view', view: reading.view, atMs: time.now() })
    const { session, payments } = reading.state
    const expected = session.status === 'complete' ? 'succeeded' : session.status
    if (shown.status !== expected)
      violated(`${sessionId} is ${session.status}, and its page says ${shown.status}`)
    const late = payments.some(({ status }) => status === 'late_success' || status === 'late_refunded')
    const isLast = payments.at(-1)?.status.startsWith('late_') ?? false
    if ((shown.status === 'expired' || shown.status === 'canceled') && late && isLast && shown.late === null)
      violated(`${sessionId}: money came late, and its page does not say so`)
  }
}
