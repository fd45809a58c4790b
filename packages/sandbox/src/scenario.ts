import type { DeclineReason } from './decline.ts'
import { createDeparture, type DepartureProgress } from './departure.ts'
import { DEPARTURE_2022_03 } from './departure-2022-03.ts'

/** What can go wrong on purpose. */
export const SCENARIOS = [
  'declined',
  'insufficient-funds',
  'slow',
  'hang',
  'reset',
  'lost-answer',
  'http-500',
  'rate-limited',
  'webhook-before-answer',
  'duplicate-webhook',
  'webhook-lost',
  'late-success',
  'liar',
  'cannot-cancel',
  'down',
  'departure-2022-03',
] as const

export type ScenarioName = (typeof SCENARIOS)[number]

/**
 * Where a scenario can strike. `approve` is the buyer's own yes, `notify` a notification to the merchant,
 * `read` every other request (lists, banks, consult).
 */
export const OPERATIONS = [
  'pay',
  'inquire',
  'capture',
  'cancel',
  'refund',
  'inquireRefund',
  'read',
  'approve',
  'notify',
] as const

export type Operation = (typeof OPERATIONS)[number]

/** A scenario that is on. */
export interface Scenario {
  readonly name: ScenarioName
  /** Only this double. */
  readonly double?: string | undefined
  /** Only this operation. */
  readonly operation?: Operation | undefined
  /** Only this payment or refund, by the merchant's reference or the provider's id. */
  readonly reference?: string | undefined
  /** Strikes this many times, then ends. Without it, until cleared. */
  readonly times?: number | undefined
  /** `slow` only: real milliseconds before the answer. */
  readonly delayMs?: number | undefined
  /** `declined` only. */
  readonly reason?: DeclineReason | undefined
  /**
   * `departure-2022-03` only, ISO 8601: the moment in the timeline that stands for the moment the scenario was turned
   * on. Default: virtual time itself when that lies in the timeline's year, else the timeline's beginning.
   */
  readonly from?: string | undefined
  /** Virtual time when the scenario was turned on, ISO 8601; given by the sandbox to those that go by a timeline. */
  readonly since?: string | undefined
}

/** What is happening when a scenario may strike. */
export interface Occasion {
  readonly double: string
  readonly operation: Operation
  readonly references: readonly string[]
  /** In the provider's words, where the double knows it. */
  readonly method?: string | undefined
  /** Where the buyer's card was issued, where he pays by card. */
  readonly issuer?: CardIssuer | undefined
  /** What the request asks for itself, for itself alone: see `askedScenarios`. */
  readonly asked?: readonly ScenarioName[] | undefined
}

/** `RU`: by a Russian bank. */
export type CardIssuer = 'RU' | 'abroad'

export interface Scenarios {
  list(): readonly Scenario[]
  set(scenario: Scenario): void
  /** Ends the scenarios of one name, or all. */
  clear(name?: ScenarioName | undefined): void
  /** The scenario that strikes now, counted as one strike; `undefined` when none does. */
  strike(name: ScenarioName, occasion: Occasion): Scenario | undefined
  /** How far the departure that is on has come; `undefined` when none is on. */
  departure(): DepartureProgress | undefined
}

/**
 * The scenarios a merchant's request names for itself alone: `Sandbox-Scenario: slow, lost-answer`. Names nobody knows
 * are passed over, as a provider passes over headers.
 */
export function askedScenarios(headers: Headers): readonly ScenarioName[] {
  const names = (headers.get('sandbox-scenario') ?? '').split(',').map((name) => name.trim())
  return SCENARIOS.filter((name) => names.includes(name))
}

const OF_MERCHANTS = OPERATIONS.filter((operation) => operation !== 'approve' && operation !== 'notify')

// A scenario without an operation strikes only here. All others strike wherever they are asked for.
const DEFAULT_OPERATIONS: ReadonlyMap<ScenarioName, readonly Operation[]> = new Map<
  ScenarioName,
  readonly Operation[]
>([
  ['reset', OF_MERCHANTS],
  ['declined', ['approve']],
  ['insufficient-funds', ['approve']],
  ['late-success', ['approve']],
  ['liar', ['cancel', 'inquire']],
  ['cannot-cancel', ['cancel']],
  ['webhook-before-answer', ['pay', 'capture', 'cancel', 'refund']],
  ['duplicate-webhook', ['notify']],
  ['webhook-lost', ['notify']],
])

const DEPARTURE = 'departure-2022-03'
const departure = createDeparture(DEPARTURE_2022_03)

/** @param now virtual time in epoch milliseconds. */
export function createScenarios(now: () => number = Date.now): Scenarios {
  let active: Scenario[] = []

  function hits(scenario: Scenario, { double, operation, references }: Occasion): boolean {
    return (
      (scenario.double === undefined || scenario.double === double) &&
      (scenario.reference === undefined || references.includes(scenario.reference)) &&
      (scenario.operation === undefined
        ? (DEFAULT_OPERATIONS.get(scenario.name)?.includes(operation) ?? true)
        : scenario.operation === operation)
    )
  }

  /**
   * What a scenario that is on amounts to when asked for by a name: no money is a refusal, and a departed rail is a
   * refusal or a cut connection. By its own name a departure is what it refuses.
   */
  function as(name: ScenarioName, scenario: Scenario, occasion: Occasion): Scenario | undefined {
    if (!hits(scenario, occasion)) return undefined
    if (scenario.name === DEPARTURE) {
      const cut = departure.cut(departureTime(scenario, now()), occasion)
      const isMeant = cut?.effect === (name === DEPARTURE ? 'declined' : name)
      return isMeant ? { ...scenario, reason: cut?.reason } : undefined
    }
    if (scenario.name === name) return scenario
    const isRefusal = name === 'declined' && scenario.name === 'insufficient-funds'
    return isRefusal ? { ...scenario, reason: 'insufficient_funds' } : undefined
  }

  function count(hit: Scenario) {
    active = active.flatMap((scenario) => {
      if (scenario !== hit || hit.times === undefined) return [scenario]
      return hit.times > 1 ? [{ ...hit, times: hit.times - 1 }] : []
    })
  }

  return {
    list: () => active,
    set(scenario) {
      const added = scenario.name === DEPARTURE ? begin(scenario, now()) : scenario
      active = [...active.filter((other) => !isSameScope(other, added)), added]
    },
    clear(name) {
      active = name === undefined ? [] : active.filter((scenario) => scenario.name !== name)
    },
    strike(name, occasion) {
      const asked = (one: ScenarioName) => occasion.asked?.includes(one) === true
      if (asked(name)) return { name }
      if (name === 'declined' && asked('insufficient-funds')) return { name, reason: 'insufficient_funds' }
      for (const scenario of active) {
        const hit = as(name, scenario, occasion)
        if (hit) {
          count(scenario)
          return hit
        }
      }
      return undefined
    },
    departure() {
      const on = active.find(({ name }) => name === DEPARTURE)
      return on && departure.progress(departureTime(on, now()), now())
    },
  }
}

function begin(scenario: Scenario, nowMs: number): Scenario {
  const from = scenario.from ?? new Date(departure.defaultStart(nowMs)).toISOString()
  return { ...scenario, from, since: new Date(nowMs).toISOString() }
}

/** Where the timeline stands: epoch milliseconds of its own dates. */
function departureTime({ from = '', since = '' }: Scenario, nowMs: number): number {
  return Date.parse(from) + (nowMs - Date.parse(since))
}

function isSameScope(a: Scenario, b: Scenario): boolean {
  return (
    a.name === b.name && a.double === b.double && a.operation === b.operation && a.reference === b.reference
  )
}
