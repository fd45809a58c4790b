import { describe, expect, it } from 'vitest'
import { createScenarios, type Occasion, type Operation, type ScenarioName } from './scenario.ts'

function occasion(fields: Partial<Occasion> = {}): Occasion {
  return { double: 'antom', operation: 'pay', references: ['pay_1'], ...fields }
}

describe('scope', () => {
  it('strikes everywhere when nothing is named', () => {
    const scenarios = createScenarios()
    scenarios.set({ name: 'slow' })
    expect(scenarios.strike('slow', occasion())).toEqual({ name: 'slow' })
    expect(scenarios.strike('slow', occasion({ double: 'yookassa', operation: 'refund' }))).toBeDefined()
    expect(scenarios.strike('down', occasion())).toBeUndefined()
  })

  it.each<[string, Partial<Occasion>]>([
    ['double', { double: 'yookassa' }],
    ['operation', { operation: 'refund' }],
    ['reference', { references: ['pay_2'] }],
  ])('keeps to its %s', (_name, other) => {
    const scenarios = createScenarios()
    scenarios.set({ name: 'http-500', double: 'antom', operation: 'pay', reference: 'pay_1' })
    expect(scenarios.strike('http-500', occasion(other))).toBeUndefined()
    expect(scenarios.strike('http-500', occasion())).toBeDefined()
  })

  it.each<[ScenarioName, Operation]>([
    ['declined', 'approve'],
    ['insufficient-funds', 'approve'],
    ['liar', 'cancel'],
    ['liar', 'inquire'],
    ['cannot-cancel', 'cancel'],
    ['reset', 'pay'],
    ['webhook-before-answer', 'capture'],
    ['late-success', 'approve'],
    ['duplicate-webhook', 'notify'],
    ['webhook-lost', 'notify'],
  ])('%s strikes at %s unless told otherwise', (name, operation) => {
    const scenarios = createScenarios()
    scenarios.set({ name })
    expect(scenarios.strike(name, occasion({ operation: elsewhere(name) }))).toBeUndefined()
    expect(scenarios.strike(name, occasion({ operation }))).toBeDefined()
  })
})

/** An operation at which a scenario must not strike by itself. */
function elsewhere(name: ScenarioName): Operation {
  return name === 'reset' || name === 'webhook-before-answer' ? 'approve' : 'refund'
}

it('counts insufficient-funds as the refusal it is', () => {
  const scenarios = createScenarios()
  scenarios.set({ name: 'insufficient-funds', times: 1 })
  const refusal = scenarios.strike('declined', occasion({ operation: 'approve' }))
  expect(refusal?.reason).toBe('insufficient_funds')
  expect(scenarios.list()).toEqual([])
})

it('ends after its number of times', () => {
  const scenarios = createScenarios()
  scenarios.set({ name: 'http-500', times: 2 })
  expect(scenarios.strike('http-500', occasion())).toBeDefined()
  expect(scenarios.list()).toEqual([{ name: 'http-500', times: 1 }])
  expect(scenarios.strike('http-500', occasion())).toBeDefined()
  expect(scenarios.strike('http-500', occasion())).toBeUndefined()
  expect(scenarios.list()).toEqual([])
})

it('replaces a scenario of the same scope', () => {
  const scenarios = createScenarios()
  scenarios.set({ name: 'slow', delayMs: 1 })
  scenarios.set({ name: 'slow', delayMs: 2 })
  scenarios.set({ name: 'slow', double: 'antom', delayMs: 3 })
  expect(scenarios.list().map(({ delayMs }) => delayMs)).toEqual([2, 3])
})

it('ends one name or all', () => {
  const scenarios = createScenarios()
  scenarios.set({ name: 'slow' })
  scenarios.set({ name: 'down' })
  scenarios.clear('slow')
  expect(scenarios.list()).toEqual([{ name: 'down' }])
  scenarios.clear()
  expect(scenarios.list()).toEqual([])
})
