import { expect, it } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { createTestClock } from './engine-rig.ts'
import { createHealthNews, type HealthNews } from './health-news.ts'

const SBP = { account: 'acme', method: 'sbp' }
const CARD = { account: 'acme', method: 'bank_card' }

function pair() {
  const clock = createTestClock()
  const store = createMemoryStore({ clock })
  const answeredAt = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const create = (index: 0 | 1): HealthNews =>
    createHealthNews({
      store,
      merchantId: 'tea',
      clock,
      storeNow: () => clock.now(),
      health: () => ({ lastAnswerAt: () => answeredAt[index] ?? 0 }),
      logger: { info() {}, warn() {}, error() {} },
    })
  return { clock, store, answeredAt, one: create(0), other: create(1) }
}

it('tells the other instance what is down, and what is back', async () => {
  const { clock, one, other } = pair()
  const before = await other.read()
  one.tell('acme:sbp', 'down')
  await clock.advance(400)
  expect(await other.read()).toBeGreaterThan(before)
  expect([other.isDown(SBP), other.isDown(CARD)]).toEqual([true, false])
  await one.read()
  expect(one.isDown(SBP)).toBe(false)
  one.tell('acme:sbp', 'degraded')
  await clock.advance(400)
  await other.read()
  expect(other.isDown(SBP)).toBe(false)
  await one.stop()
})

it('takes an account for all its rails', async () => {
  const { clock, one, other } = pair()
  one.tell('acme', 'down')
  await clock.advance(400)
  await other.read()
  expect([other.isDown(SBP), other.isDown(CARD)]).toEqual([true, true])
  await one.stop()
})

it('goes by what it has heard itself since', async () => {
  const { clock, answeredAt, one, other } = pair()
  answeredAt[1] = clock.now()
  await clock.advance(1)
  one.tell('acme:sbp', 'down')
  await clock.advance(400)
  await other.read()
  expect(other.isDown(SBP)).toBe(true)
  answeredAt[1] = clock.now()
  expect(other.isDown(SBP)).toBe(false)
  await one.stop()
})

it('goes on as long as it is down, and is forgotten soon after its instance has died', async () => {
  const { clock, store, one, other } = pair()
  one.tell('acme:sbp', 'down')
  await clock.advance(60_000)
  await other.read()
  expect(other.isDown(SBP)).toBe(true)
  // A death without a word: nobody renews.
  await store.putHealthReport('tea', { name: 'acme:bank_card', instance: 'dead', ttlMs: 15_000 })
  await clock.advance(400)
  await other.read()
  expect(other.isDown(CARD)).toBe(true)
  await clock.advance(15_000)
  expect(other.isDown(CARD)).toBe(false)
  await one.stop()
  await clock.advance(400)
  await other.read()
  expect(other.isDown(SBP)).toBe(false)
})
