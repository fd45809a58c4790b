import { beforeEach, describe, expect, it } from 'vitest'
import { createVirtualTime, type VirtualTime } from '../simulation/virtual-time.ts'
import { createRevival, type Revival } from './revive-deliveries.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-22T09:00:00Z')

let time: VirtualTime
let revival: Revival
/** How many were asked for, by the minute. */
let asked: { readonly minute: number; readonly limit: number }[]
let isStoreAway: boolean

/** Lets minutes pass in each of which the endpoint takes so many events. */
async function pass(minutes: number, delivered: number, queue: 'empty' | 'full' = 'empty'): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    if (queue === 'empty') revival.sawQueueEmpty()
    for (let event = 0; event < delivered; event++) revival.sawDelivery()
    await time.runUntil(time.now() + MINUTE)
  }
}

beforeEach(() => {
  time = createVirtualTime(START)
  asked = []
  isStoreAway = false
  revival = createRevival({
    store: {
      async reviveDeliveries({ endpoint, limit }) {
        expect(endpoint).toBe('https://shop.example/hooks')
        if (isStoreAway) throw new Error('the database cannot be reached')
        asked.push({ minute: (time.now() - START) / MINUTE, limit })
        return limit
      },
    },
    merchantId: 'tea',
    endpoint: 'https://shop.example/hooks',
    clock: time,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  })
  revival.start()
})

describe('given-up deliveries', () => {
  it('are tried one an hour while nobody hears of the endpoint', async () => {
    await pass(150, 0)
    expect(asked.map(({ limit }) => limit)).toEqual([1, 1, 1])
    expect(asked.map(({ minute }) => minute)).toEqual([1, 61, 121])
  })

  it('are taken up twice as fast as the endpoint has just taken others, at most a hundred a minute', async () => {
    await pass(2, 0)
    asked = []
    await pass(1, 3)
    await pass(1, 2)
    await pass(2, 80)
    expect(asked.map(({ limit }) => limit)).toEqual([6, 4, 100, 100])
  })

  it('are not forgotten while the database is away', async () => {
    revival.sawQueueEmpty()
    revival.sawDelivery()
    isStoreAway = true
    await time.runUntil(time.now() + 2 * MINUTE)
    isStoreAway = false
    await time.runUntil(time.now() + 2 * MINUTE)
    expect(asked.map(({ limit }) => limit)).toEqual([2])
  })

  it('wait while fresher ones do', async () => {
    await pass(90, 5, 'full')
    expect(asked).toEqual([])
    await pass(1, 0)
    expect(asked).toHaveLength(1)
  })
})
