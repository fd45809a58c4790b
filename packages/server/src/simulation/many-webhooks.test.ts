import { expect, it } from 'vitest'
import type { NewEvent } from '../domain/records.ts'
import { createWebhookDelivery } from '../jobs/deliver-webhooks.ts'
import { createMemoryStore, type MemoryStore } from '../store/memory-store.ts'
import { sessionRecord, stateOf } from '../store/testing-records.ts'
import { createFaultInjector, NO_FAULTS } from './faults.ts'
import { createSeededRandom } from './seeded-random.ts'
import { createSimulatedMerchant, MERCHANT_ENDPOINT, MERCHANT_SECRET } from './simulated-merchant.ts'
import { createVirtualTime } from './virtual-time.ts'

// The whole hundred thousand: TEABRICK_EVENTS=100000, which `npm run test:full` does.
const EVENTS = Number(process.env['TEABRICK_EVENTS'] ?? 5000)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.parse('2026-11-22T09:00:00Z')
const SESSION = sessionRecord(START, { id: 'cs_0123456789abcdefghijkl', dueAt: null })

/** The next `count` events of one busy session, in one commit. */
async function commitEvents(store: MemoryStore, count: number): Promise<void> {
  await store.change({ sessionId: SESSION.id }, ({ current, now }) => {
    const state = current ?? stateOf(SESSION)
    const version = state.session.version + 1
    const events = Array.from({ length: count }, (_, index): NewEvent => {
      const id = `evt_${SESSION.id.slice(3)}_${state.session.eventCount + index + 1}`
      const body = JSON.stringify({ id, type: 'payment.succeeded', sequence: version, data: {} })
      return { id, type: 'payment.succeeded', sequence: version, createdAt: now, body }
    })
    const session = { ...state.session, version, eventCount: state.session.eventCount + count }
    return { result: undefined, next: { ...state, session }, events, endpoints: [MERCHANT_ENDPOINT] }
  })
}

it(`delivers ${EVENTS} events to one effect each by itself, with every third attempt failing and three days of outage`, {
  timeout: 900_000,
}, async () => {
  const time = createVirtualTime(START)
  const random = createSeededRandom(1)
  const violations: string[] = []
  const merchant = createSimulatedMerchant({
    clock: time,
    random,
    // Every third attempt fails: half of them before the merchant has seen the event, half after.
    injector: createFaultInjector(random, { ...NO_FAULTS, merchantAnswerLost: 1 / 5 }),
    hangs: false,
    violated: (what) => violations.push(what),
  })
  const store = createMemoryStore({ clock: time })
  let givenUp = 0
  const delivery = createWebhookDelivery({
    store,
    merchantId: SESSION.merchantId,
    endpoints: [{ url: MERCHANT_ENDPOINT, secrets: [MERCHANT_SECRET] }],
    transport: async (request) =>
      random.chance(1 / 6) ? { status: 503, headers: new Headers() } : await merchant.transport(request),
    clock: time,
    random: () => random.next(),
    // Looks for work once a minute instead of 150 times: weeks go by faster.
    idleMs: () => MINUTE,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    onAttempt: (result) => {
      if (result === 'exhausted') givenUp++
    },
  })
  delivery.start()
  for (let minute = 0, written = 0; minute < 24 * 60; minute++) {
    await time.runUntil(START + minute * MINUTE)
    merchant.setDown(minute >= 2 * 60)
    const count = Math.floor((EVENTS * (minute + 1)) / (24 * 60)) - written
    if (count > 0) await commitEvents(store, count)
    written += count
  }
  expect(merchant.effects.size).toBeGreaterThan(0)
  await time.runUntil(START + 74 * HOUR)
  expect(merchant.effects.size).toBeLessThan(EVENTS / 10)
  merchant.setDown(false)
  await time.runUntil(START + 14 * 24 * HOUR)
  // The last attempts of many an early event fail after the outage, too: it is given up, and taken up again.
  expect(givenUp).toBeGreaterThan(0)
  expect(violations).toEqual([])
  expect(merchant.effects.size).toBe(EVENTS)
  expect(await store.nextDueAt()).toBeNull()
  expect(store.nextDueIn('revivals')).toBeNull()
})
