import { expect, it } from 'vitest'
import { DRILL_BUYERS } from './buyers.ts'
import type { DrillEvent, DrillLedger, DrillRound } from './drill-report.ts'
import { scoreDrill } from './score.ts'

const SOUND: DrillLedger = {
  orders: 0,
  paid: 0,
  kept: 0,
  lost: 0,
  chargedTwice: 0,
  differences: 0,
  fulfilmentFaults: 0,
}
const EVENTS = [{ at: '2022-03-10T00:01:00+03:00' }] as DrillEvent[]

/** All buyers paid but those named. */
function round(at: string, others: Readonly<Record<string, 'lost' | 'not_served'>> = {}): DrillRound {
  const purchases = DRILL_BUYERS.map(({ id }) => ({
    buyer: id,
    outcome: others[id] ?? ('paid' as const),
    tries: [],
    kept: false,
  }))
  return {
    at,
    kind: 'day',
    events: [],
    offeredBefore: null,
    offered: [],
    unavailable: [],
    purchases,
    reach: 0,
  }
}

const score = (rounds: readonly DrillRound[], ledger = SOUND) =>
  scoreDrill(rounds, EVENTS, DRILL_BUYERS, ledger)

it('weighs buyers to 100', () => {
  expect(DRILL_BUYERS.reduce((sum, { weight }) => sum + weight, 0)).toBe(100)
})

it('is 100 when everybody paid, and takes half a lost order more than one that was not served', () => {
  const day = '2022-03-10T12:00:00+03:00'
  expect(score([round(day)]).value).toBe(100)
  expect(score([round(day, { 'ru-desktop': 'not_served' })]).value).toBe(78)
  expect(score([round(day, { 'ru-desktop': 'lost' })]).value).toBe(67)
})

it('counts from the first event on, and never rounds up', () => {
  const days = ['2022-03-09T12:00:00+03:00', '2022-03-11T12:00:00+03:00', '2022-03-12T12:00:00+03:00']
  const lost = { 'foreign-card': 'not_served' } as const
  expect(score([round(days[0]!, { 'ru-desktop': 'lost' }), round(days[1]!)]).value).toBe(100)
  expect(score([round(days[1]!), round(days[2]!), round(days[2]!, lost)])).toMatchObject({
    value: 98,
    paid: 98,
  })
  expect(score([round(days[1]!), round(days[2]!, lost), round(days[2]!, lost)]).value).toBe(96)
})

it.each(['chargedTwice', 'differences', 'fulfilmentFaults'] as const)('is 0 with one of %s', (fault) => {
  expect(score([round('2022-03-10T12:00:00+03:00')], { ...SOUND, [fault]: 1 }).value).toBe(0)
})
