import type { DeclineReason } from './decline.ts'

/** What can go wrong on purpose. */
export const SCENARIOS = [
  'declined',
  'slow',
  'lost-answer',
  'http-500',
  'duplicate-webhook',
  'webhook-lost',
  'late-success',
  'down',
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
}

/** What is happening when a scenario may strike. */
export interface Occasion {
  readonly double: string
  readonly operation: Operation
  readonly references: readonly string[]
}

export interface Scenarios {
  list(): readonly Scenario[]
  set(scenario: Scenario): void
  /** Ends the scenarios of one name, or all. */
  clear(name?: ScenarioName | undefined): void
  /** The scenario that strikes now, counted as one strike; `undefined` when none does. */
  strike(name: ScenarioName, occasion: Occasion): Scenario | undefined
}

// A scenario without an operation strikes only here. `slow`, `lost-answer`, `http-500` and `down` strike everywhere.
const DEFAULT_OPERATIONS: ReadonlyMap<ScenarioName, readonly Operation[]> = new Map([
  ['declined', ['approve']],
  ['late-success', ['approve']],
  ['duplicate-webhook', ['notify']],
  ['webhook-lost', ['notify']],
])

export function createScenarios(): Scenarios {
  let active: Scenario[] = []

  const strikes = (scenario: Scenario, { double, operation, references }: Occasion) =>
    (scenario.double === undefined || scenario.double === double) &&
    (scenario.reference === undefined || references.includes(scenario.reference)) &&
    (scenario.operation === undefined
      ? (DEFAULT_OPERATIONS.get(scenario.name)?.includes(operation) ?? true)
      : scenario.operation === operation)

  return {
    list: () => active,
    set(scenario) {
      active = [...active.filter((other) => !isSameScope(other, scenario)), scenario]
    },
    clear(name) {
      active = name === undefined ? [] : active.filter((scenario) => scenario.name !== name)
    },
    strike(name, occasion) {
      const hit = active.find((scenario) => scenario.name === name && strikes(scenario, occasion))
      if (hit?.times === undefined) return hit
      active = active.flatMap((scenario) => {
        if (scenario !== hit) return [scenario]
        return hit.times !== undefined && hit.times > 1 ? [{ ...hit, times: hit.times - 1 }] : []
      })
      return hit
    },
  }
}

function isSameScope(a: Scenario, b: Scenario): boolean {
  return (
    a.name === b.name && a.double === b.double && a.operation === b.operation && a.reference === b.reference
  )
}
