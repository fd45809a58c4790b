import type { DepartureEvent } from '@teabrick/sandbox'
import type { Departure } from '../config.ts'
import type { Provider, ProviderRail } from '../provider.ts'
import type { DrillEvent } from './drill-report.ts'

/** When all buyers come. */
export interface PlannedRound {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: 'day' | 'minute'
}

/** A timeline that can be replayed. */
export interface DrillScenario {
  readonly name: string
  /** First and last day, Moscow, `2022-02-24`. */
  readonly firstDay: string
  readonly lastDay: string
  /** Name of the sandbox's scenario that plays the providers' side of it. */
  readonly sandboxScenario: string
  /** What no double can play, because it happens on the buyer's phone. */
  readonly ownEvents: readonly Omit<DrillEvent, 'touches'>[]
}

/** From here on links to banks' apps open nothing on an iPhone. */
export const BANK_APPS_GONE = 'bank-apps'

export const DRILL_SCENARIOS: ReadonlyMap<string, DrillScenario> = new Map([
  [
    '2022-03',
    {
      name: '2022-03',
      firstDay: '2022-02-24',
      lastDay: '2022-03-31',
      sandboxScenario: 'departure-2022-03',
      ownEvents: [
        {
          id: BANK_APPS_GONE,
          // The sources say 2022 to 2023. Moved into the drill, so that one run meets everything that broke.
          at: '2022-03-21T00:00:00+03:00',
          until: null,
          precision: 'year',
          title: {
            en: 'Bank apps vanish from the App Store; the clones open under other schemes, and links to the old ones open nothing',
            ru: 'Приложения банков пропадают из App Store; у клонов другие схемы, и прежние ссылки ничего не открывают',
            zh: '银行应用从 App Store 下架；替代版本使用其他链接协议，旧链接无法打开',
          },
          source: 'tinkoff-asdk-ios#229; habr.com 824964',
        },
      ],
    },
  ],
])

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const MOSCOW_OFFSET_MS = 3 * 3_600_000

/** ISO 8601 to the second, in Moscow's time: `2022-03-10T00:01:00+03:00`. */
export function toMoscow(moment: number): string {
  return `${new Date(moment + MOSCOW_OFFSET_MS).toISOString().slice(0, 19)}+03:00`
}

/** Everything that happens, in order: the sandbox's events, the drill's own, and the departures the merchant configured. */
export function listEvents(
  scenario: DrillScenario,
  {
    sandboxEvents,
    departures,
    providers,
  }: {
    readonly sandboxEvents: readonly DepartureEvent[]
    readonly departures: readonly Departure[]
    readonly providers: readonly Provider[]
  },
): readonly DrillEvent[] {
  const rails = providers.flatMap((provider) => provider.rails.map((rail) => ({ provider, rail })))
  const railsWhere = (isTouched: (provider: Provider, rail: ProviderRail) => boolean): readonly string[] =>
    rails
      .filter(({ provider, rail }) => isTouched(provider, rail))
      .map(({ provider, rail }) => `${provider.account}:${rail.method}`)

  const played = sandboxEvents.map(
    ({ id, at, until, precision, title, source, cuts }): DrillEvent => ({
      id,
      at: toMoscow(Date.parse(at)),
      until: until === undefined ? null : toMoscow(Date.parse(until)),
      precision,
      title,
      source,
      touches: railsWhere((provider, rail) =>
        cuts.some(
          ({ doubles, methods, operations }) =>
            operations.includes('approve') &&
            (doubles?.includes(provider.id) ?? true) &&
            (methods?.includes(rail.method) ?? true),
        ),
      ),
    }),
  )
  const own = scenario.ownEvents.map(
    (event): DrillEvent => ({
      ...event,
      touches: railsWhere((_, rail) => ['sbp', 't_pay', 'sber_pay'].includes(rail.method)),
    }),
  )
  const announced = departures.map(
    ({ rail, from, reason }): DrillEvent => ({
      id: `departures:${rail}`,
      at: toMoscow(Date.parse(from)),
      until: null,
      precision: 'minute',
      title: { en: reason, ru: reason, zh: reason },
      source: 'departures',
      touches: railsWhere(
        ({ account }, { method }) => rail === `${account}:*` || rail === `${account}:${method}`,
      ),
    }),
  )
  const { from, until } = windowOf(scenario)
  return [...played, ...own.filter(({ id }) => !played.some((other) => other.id === id)), ...announced]
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < until)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** Noon of every day, and every minute at which something happens. */
export function planRounds(scenario: DrillScenario, events: readonly DrillEvent[]): readonly PlannedRound[] {
  const { from, until } = windowOf(scenario)
  const days: PlannedRound[] = []
  for (let day = from; day < until; day += DAY_MS) days.push({ at: day + DAY_MS / 2, kind: 'day' })
  const minutes = new Set(
    events
      .filter(({ precision }) => precision === 'minute')
      .map(({ at }) => Date.parse(at))
      .filter((at) => at - MINUTE_MS >= from && days.every((day) => day.at !== at)),
  )
  return [...days, ...[...minutes].map((at) => ({ at, kind: 'minute' as const }))].sort((a, b) => a.at - b.at)
}

/** Milliseconds since 1970; the end is the midnight after the last day. */
export function windowOf({ firstDay, lastDay }: DrillScenario): {
  readonly from: number
  readonly until: number
} {
  return {
    from: Date.parse(`${firstDay}T00:00:00+03:00`),
    until: Date.parse(`${lastDay}T00:00:00+03:00`) + DAY_MS,
  }
}
