import { describe, expect, it } from 'vitest'
import { railInUse } from '../domain/domain-fixtures.ts'
import type { Provider } from '../provider.ts'
import type { RailSwitch } from '../store/store.ts'
import { createRailSwitches, railsInUse, type SwitchedRails } from './rail-switches.ts'

const NOW = Date.parse('2026-11-22T09:00:00Z')
const provider = (account: string, ...methods: readonly string[]) =>
  ({
    account,
    rails: methods.map((method) => railInUse(method, { costBps: 70 }).rail),
  }) as unknown as Provider
const providers = [provider('acme', 'sbp', 'bank_card'), provider('spare', 'sbp')]
const thrown = (id: string, change: Partial<RailSwitch> = {}): RailSwitch => ({
  id,
  state: 'suspended',
  reason: 'a drill',
  until: null,
  changedAt: NOW,
  changedBy: 'merchant key 1',
  ...change,
})
const inUse = (items: readonly RailSwitch[], more: Partial<Parameters<typeof railsInUse>[2]> = {}) =>
  railsInUse(providers, items, {
    health: { of: () => 'up' },
    successes: {
      of: () => ({ attempts: 0, succeeded: 0, rate: null, windowSeconds: 1800, isEnough: false }),
    },
    departures: [],
    costBps: {},
    now: NOW,
    ...more,
  })
const suspended = (...items: readonly RailSwitch[]) =>
  inUse(items)
    .filter((rail) => rail.suspended)
    .map(({ id }) => id)

describe('a rail', () => {
  it('is suspended as long as the switch says, and no other with it', () => {
    expect(inUse([]).map(({ id }) => id)).toEqual(['acme:sbp', 'acme:bank_card', 'spare:sbp'])
    expect(suspended()).toEqual([])
    expect(suspended(thrown('acme:sbp'))).toEqual(['acme:sbp'])
    expect(suspended(thrown('acme:sbp', { until: NOW + 1 }))).toEqual(['acme:sbp'])
    expect(suspended(thrown('acme:sbp', { until: NOW }))).toEqual([])
    expect(suspended(thrown('acme:sbp', { state: 'active' }))).toEqual([])
  })

  it('departs at the first moment that is announced for it or for its whole account', () => {
    const departures = [
      { rail: 'acme:*', from: '2026-11-25T00:00:00Z', reason: 'b' },
      { rail: 'acme:sbp', from: '2026-11-24T00:00:00Z', reason: 'a' },
      { rail: 'acme:sbp', from: '2026-11-26T00:00:00Z', reason: 'c' },
    ]
    const days = inUse([], { departures }).map(({ departsAt }) =>
      departsAt === null ? null : new Date(departsAt).getUTCDate(),
    )
    expect(days).toEqual([24, 25, null])
  })

  it("costs what the merchant's contract says before what is public, and succeeds as often as enough attempts tell", () => {
    expect(inUse([], { costBps: { 'acme:sbp': 40 } }).map(({ costBps }) => costBps)).toEqual([40, 70, 70])
    const success = { attempts: 39, succeeded: 13, rate: 1 / 3, windowSeconds: 1800 }
    const rates = (isEnough: boolean) =>
      inUse([], { successes: { of: () => ({ ...success, isEnough }) } }).map(({ successRate }) => successRate)
    expect(rates(false)).toEqual([null, null, null])
    expect(rates(true)).toEqual([1 / 3, 1 / 3, 1 / 3])
  })
})

describe('what operators have switched off', () => {
  function rig() {
    let now = NOW
    let reads = 0
    const value: SwitchedRails = { version: 7, items: [thrown('acme:sbp')] }
    const switches = createRailSwitches(
      {
        rails: async () => {
          reads++
          return value
        },
      },
      'tea',
      { now: () => now, sleep: () => new Promise<never>(() => {}) },
    )
    return {
      switches,
      value,
      advance: (ms: number) => {
        now += ms
      },
      reads: () => reads,
    }
  }

  it('is remembered for 400 ms, and never where a payment begins', async () => {
    const { switches, value, advance, reads } = rig()
    expect(switches.last()).toEqual({ version: 0, items: [] })
    expect(await switches.read()).toEqual(value)
    advance(399)
    await switches.read()
    expect([reads(), switches.last()]).toEqual([1, value])
    await switches.read({ fresh: true })
    expect(reads()).toBe(2)
    advance(400)
    await switches.read()
    expect(reads()).toBe(3)
  })

  it('is read again after a switch was thrown here', async () => {
    const { switches, value, reads } = rig()
    await switches.read()
    switches.forget()
    expect(switches.last()).toEqual(value)
    await switches.read()
    expect(reads()).toBe(2)
  })
})
