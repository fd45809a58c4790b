import type { Money } from '@teabrick/core/contract'
import type { PaymentApiOptions } from '../config.ts'
import { createSeededRandom } from '../simulation/seeded-random.ts'
import { validateOptions } from '../validate-options.ts'
import { auditBooks } from './audit-books.ts'
import { buy } from './buy.ts'
import { DRILL_BUYERS, type DrillBuyer } from './buyers.ts'
import { DrillError, type DrillEvent, type DrillReport, type DrillRound } from './drill-report.ts'
import { loadSandbox } from './load-sandbox.ts'
import { scoreDrill } from './score.ts'
import { createStage, type OpenCheckout, type Stage } from './stage.ts'
import {
  BANK_APPS_GONE,
  DRILL_SCENARIOS,
  listEvents,
  type PlannedRound,
  planRounds,
  toMoscow,
  windowOf,
} from './timeline.ts'

/** Options of {@link runDrill}. */
export interface DrillOptions {
  /** The merchant's own configuration. Its database, network, webhooks and credentials are left alone. */
  readonly config: PaymentApiOptions
  /** Default `2022-03`, the only one so far. */
  readonly scenario?: string | undefined
  /** Decides the amounts of the orders and the doubles' ids. Default 2022. */
  readonly seed?: number | undefined
  /** Called as the days go by; the drill goes on when what it returns has resolved. */
  readonly onProgress?: ((progress: DrillProgress) => void | Promise<void>) | undefined
}

/** A round that is over. */
export interface DrillProgress {
  readonly done: number
  readonly of: number
  readonly round: DrillRound
  /** What began with it. */
  readonly events: readonly DrillEvent[]
}

const MINUTE_MS = 60_000
/** Small enough for every method's limits, in RUB: 300 to 9000 roubles. */
const AMOUNT = { min: 30_000, max: 900_000 }

/**
 * Replays a departure of networks against a merchant's configuration: the real engine and adapters, the sandbox's doubles in
 * place of the providers, a memory store in place of the database, virtual time. The same configuration and seed give the same
 * report. Takes seconds.
 *
 * @throws DrillError if the scenario is unknown, the doubles are not installed, or no account has one.
 * @throws OptionsError if the configuration would not start.
 */
export async function runDrill({
  config,
  scenario: name = '2022-03',
  seed = 2022,
  onProgress,
}: DrillOptions): Promise<DrillReport> {
  const scenario = DRILL_SCENARIOS.get(name)
  if (scenario === undefined)
    throw new DrillError(
      `there is no scenario ${JSON.stringify(name)}; known: ${[...DRILL_SCENARIOS.keys()].join(', ')}`,
    )
  validateOptions(config)
  const sandbox = await loadSandbox()
  const { from } = windowOf(scenario)
  const stage = await createStage(config, { sandbox, seed, start: from, scenario: scenario.sandboxScenario })
  try {
    const { cast } = stage
    const events = listEvents(scenario, {
      sandboxEvents: sandbox.DEPARTURE_2022_03,
      departures: config.departures ?? [],
      providers: cast.providers,
    })
    const plan = planRounds(scenario, events)
    const random = createSeededRandom(seed)
    const currency = orderCurrency(cast.providers)
    const newAmount = (): Money => ({ currency, minorUnits: random.between(AMOUNT.min, AMOUNT.max) })
    const rounds: DrillRound[] = []
    const orders: OpenCheckout[] = []
    let begunUntil = Number.NEGATIVE_INFINITY
    for (const planned of plan) {
      const begun = events.filter(({ at }) => Date.parse(at) > begunUntil && Date.parse(at) <= planned.at)
      begunUntil = planned.at
      const round = await playRound(planned, { stage, events, begun, newAmount, orders })
      rounds.push(round)
      await onProgress?.({ done: rounds.length, of: plan.length, round, events: begun })
    }
    const ledger = await auditBooks(stage, orders, rounds)
    return {
      scenario: name,
      seed,
      merchant: config.merchant.name,
      rehearsed: cast.rehearsed,
      notRehearsed: cast.notRehearsed,
      buyers: DRILL_BUYERS.map(({ id, name, weight }) => ({ id, name, weight })),
      events,
      rounds,
      ledger,
      score: scoreDrill(rounds, events, DRILL_BUYERS, ledger),
    }
  } finally {
    await stage.close()
  }
}

async function playRound(
  { at, kind }: PlannedRound,
  {
    stage,
    events,
    begun,
    newAmount,
    orders,
  }: {
    readonly stage: Stage
    readonly events: readonly DrillEvent[]
    readonly begun: readonly DrillEvent[]
    readonly newAmount: () => Money
    /** Every order of the drill; this round's are added. */
    readonly orders: OpenCheckout[]
  },
): Promise<DrillRound> {
  await stage.leapTo(kind === 'minute' ? at - MINUTE_MS : at)
  const open: { readonly buyer: DrillBuyer; readonly checkout: OpenCheckout }[] = []
  for (const buyer of DRILL_BUYERS) {
    const reference = `D-${orders.length + 1}`
    const checkout = await stage.order({ reference, amount: newAmount(), device: buyer.device })
    open.push({ buyer, checkout })
    orders.push(checkout)
  }
  const seen = []
  for (const { checkout } of open) seen.push(await checkout.read())
  await stage.leapTo(at)
  const shown = []
  for (const { checkout } of open) shown.push(await checkout.read())

  const areBankAppsGone = events.some(({ id, at: since }) => id === BANK_APPS_GONE && Date.parse(since) <= at)
  const purchases = []
  for (const [index, { buyer, checkout }] of open.entries()) {
    const view = seen[index]
    if (view !== undefined) purchases.push(await buy(buyer, checkout, view, stage, { areBankAppsGone }))
  }
  const offered = methodsOf(shown)
  const reasons = new Map(
    shown.flatMap(({ unavailable }) => unavailable.map(({ id, reason }) => [id, reason])),
  )
  const weightOf = new Map(DRILL_BUYERS.map(({ id, weight }) => [id, weight]))
  return {
    at: toMoscow(at),
    kind,
    events: begun.map(({ id }) => id),
    offeredBefore: kind === 'minute' ? methodsOf(seen) : null,
    offered,
    unavailable: [...reasons]
      .filter(([method]) => !offered.includes(method))
      .map(([method, reason]) => ({ method, reason })),
    purchases,
    reach: purchases
      .filter(({ outcome }) => outcome === 'paid')
      .reduce((sum, { buyer }) => sum + (weightOf.get(buyer) ?? 0), 0),
  }
}

function methodsOf(views: readonly { readonly methods: readonly { readonly id: string }[] }[]): string[] {
  return [...new Set(views.flatMap(({ methods }) => methods.map(({ id }) => id)))]
}

/** Roubles where any rail takes them; else what the first rail takes. */
function orderCurrency(providers: Stage['cast']['providers']): string {
  const currencies = providers.flatMap(({ rails }) => rails.flatMap(({ currencies }) => currencies))
  return currencies.find((currency) => currency === 'RUB') ?? currencies[0] ?? 'RUB'
}
