import type { Rail, RailFacts, RailSuccess } from '@teabrick/core/contract'
import type { Clock } from '../clock.ts'
import type { Departure } from '../config.ts'
import type { RailInUse } from '../domain/eligibility.ts'
import type { Provider, ProviderRail } from '../provider.ts'
import type { RailSwitch, Store } from '../store/store.ts'
import type { ProviderHealth } from './provider-health.ts'
import type { RailSuccesses } from './rail-success.ts'

/** Switches are read again after this; the check when a payment starts never uses remembered ones. */
const REMEMBER_MS = 400

export interface SwitchedRails {
  /** Grows with every switch an operator throws. */
  readonly version: number
  readonly items: readonly RailSwitch[]
}

/** What operators have switched off, as the database says. */
export interface RailSwitches {
  read(options?: { readonly fresh?: boolean }): Promise<SwitchedRails>
  /** As read last, for decisions that cannot wait. */
  last(): SwitchedRails
  /** A switch was thrown by this process. */
  forget(): void
}

export function createRailSwitches(
  store: Pick<Store, 'rails'>,
  merchantId: string,
  clock: Clock,
): RailSwitches {
  let remembered: { readonly at: number; readonly value: SwitchedRails } | null = null
  return {
    async read({ fresh = false } = {}) {
      if (!fresh && remembered !== null && clock.now() - remembered.at < REMEMBER_MS) return remembered.value
      const at = clock.now()
      const value = await store.rails(merchantId)
      remembered = { at, value }
      return value
    },
    last: () => remembered?.value ?? { version: 0, items: [] },
    forget() {
      if (remembered !== null) remembered = { ...remembered, at: Number.NEGATIVE_INFINITY }
    },
  }
}

/** All rails of the providers, in order of preference, with switches, health and figures applied. */
export function railsInUse(
  providers: readonly Provider[],
  items: readonly RailSwitch[],
  {
    health,
    successes,
    departures,
    costBps,
    now,
  }: {
    readonly health: Pick<ProviderHealth, 'of'>
    readonly successes: Pick<RailSuccesses, 'of'>
    readonly departures: readonly Departure[]
    /** The merchant's own prices, by rail id. */
    readonly costBps: Readonly<Record<string, number>>
    readonly now: number
  },
): readonly RailInUse[] {
  const thrown = new Map(items.map((item) => [item.id, item]))
  return providers.flatMap((provider) =>
    provider.rails.map((rail) => {
      const id = railId(provider, rail)
      const success = successes.of(id)
      return {
        id,
        account: provider.account,
        rail,
        suspended: isSuspended(thrown.get(id), now),
        health: health.of({ account: provider.account, method: rail.method }),
        departsAt: departsAt(departures, provider, rail),
        costBps: costBps[id] ?? rail.costBps ?? null,
        successRate: success.isEnough ? success.rate : null,
      }
    }),
  )
}

/** `<account>:<method>` */
export function railId(provider: Pick<Provider, 'account'>, rail: Pick<ProviderRail, 'method'>): string {
  return `${provider.account}:${rail.method}`
}

/** The rail as operators see it. */
export function toRail(
  provider: Provider,
  { rail, health, departsAt, suspended, costBps }: RailInUse,
  item: RailSwitch | undefined,
  success: RailSuccess,
): Rail {
  const iso = (moment: number | null | undefined) => (moment == null ? null : new Date(moment).toISOString())
  return {
    id: railId(provider, rail),
    account: provider.account,
    method: rail.method,
    provider: provider.id,
    state: suspended ? 'suspended' : 'active',
    health,
    reason: item?.reason ?? null,
    until: iso(item?.until),
    changedAt: iso(item?.changedAt),
    changedBy: item?.changedBy ?? null,
    currencies: [...rail.currencies],
    departsAt: iso(departsAt),
    name: rail.name,
    facts: toFacts(rail, costBps ?? null),
    success,
  }
}

function toFacts(rail: ProviderRail, costBps: number | null): RailFacts {
  const { notInApp = [] } = rail
  return {
    presentations: [...rail.presentations],
    limits: { ...rail.limits },
    capture: rail.capture,
    holdSeconds: rail.holdSeconds ?? null,
    partialCapture: rail.partialCapture,
    partialRefund: rail.partialRefund,
    split: rail.split,
    escrow: rail.escrow ?? false,
    credit: rail.credit ?? false,
    cancelPending: rail.cancelPending,
    onlyOs: rail.onlyOs === undefined ? null : [...rail.onlyOs],
    notInApp: notInApp === true ? ['*'] : notInApp === false ? [] : [...notInApp],
    buyerCountries: rail.buyerCountries === undefined ? null : [...rail.buyerCountries],
    requires: [...rail.requires],
    timeoutSeconds: rail.timeoutSeconds,
    costBps,
    factsAsOf: rail.asOf,
    source: rail.source,
  }
}

function isSuspended(item: RailSwitch | undefined, now: number): boolean {
  return item?.state === 'suspended' && (item.until === null || item.until > now)
}

/** The first announced departure that concerns the rail. */
function departsAt(departures: readonly Departure[], provider: Provider, rail: ProviderRail): number | null {
  const moments = departures
    .filter(
      (departure) => departure.rail === railId(provider, rail) || departure.rail === `${provider.account}:*`,
    )
    .map(({ from }) => Date.parse(from))
  return moments.length === 0 ? null : Math.min(...moments)
}
