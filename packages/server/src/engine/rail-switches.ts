import type { Rail } from '@teabrick/core/contract'
import type { Clock } from '../clock.ts'
import type { RailInUse } from '../domain/eligibility.ts'
import type { Provider, ProviderRail } from '../provider.ts'
import type { RailSwitch, Store } from '../store/store.ts'
import type { ProviderHealth } from './provider-health.ts'

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

/** All rails of the providers, in order of preference, with switches and health applied. */
export function railsInUse(
  providers: readonly Provider[],
  items: readonly RailSwitch[],
  health: Pick<ProviderHealth, 'of'>,
  now: number,
): readonly RailInUse[] {
  const thrown = new Map(items.map((item) => [item.id, item]))
  return providers.flatMap((provider) =>
    provider.rails.map((rail) => {
      const id = railId(provider, rail)
      return {
        id,
        account: provider.account,
        rail,
        suspended: isSuspended(thrown.get(id), now),
        health: health.of(provider.account),
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
  rail: ProviderRail,
  item: RailSwitch | undefined,
  health: Pick<ProviderHealth, 'of'>,
  now: number,
): Rail {
  const iso = (moment: number | null | undefined) => (moment == null ? null : new Date(moment).toISOString())
  return {
    id: railId(provider, rail),
    account: provider.account,
    method: rail.method,
    provider: provider.id,
    state: isSuspended(item, now) ? 'suspended' : 'active',
    health: health.of(provider.account),
    reason: item?.reason ?? null,
    until: iso(item?.until),
    changedAt: iso(item?.changedAt),
    changedBy: item?.changedBy ?? null,
    currencies: [...rail.currencies],
  }
}

function isSuspended(item: RailSwitch | undefined, now: number): boolean {
  return item?.state === 'suspended' && (item.until === null || item.until > now)
}
