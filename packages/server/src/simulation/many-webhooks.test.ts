import { expect, it } from 'vitest'
import { createWebhookDelivery } from '../jobs/deliver-webhooks.ts'
import type { DeliveryRecord, QueueOutcome } from '../store/store.ts'
import { NO_FAULTS } from './faults.ts'
import { createSeededRandom } from './seeded-random.ts'
import { createSimulatedMerchant, MERCHANT_ENDPOINT, MERCHANT_SECRET } from './simulated-merchant.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

// The whole hundred thousand: TEABRICK_EVENTS=100000.
const EVENTS = Number(process.env['TEABRICK_EVENTS'] ?? 5000)
const HOUR = 3_600_000
const START = Date.parse('2026-11-22T09:00:00Z')

/** The outbox of a big shop, found by due time instead of by looking at every row. */
function createOutbox(time: VirtualTime, count: number) {
  const due = new Map<number, DeliveryRecord[]>()
  const second = (moment: number) => Math.ceil(moment / 1000)
  const attempts = new Map<string, number>()
  let exhausted: DeliveryRecord[] = []
  let open = count
  let from = second(START)
  const put = (record: DeliveryRecord, moment: number) => {
    const at = Math.max(second(moment), from)
    due.set(at, [...(due.get(at) ?? []), record])
  }
  for (let number = 1; number <= count; number++) {
    const eventId = `evt_0123456789abcdefghijkl_${number}`
    const body = JSON.stringify({ id: eventId, type: 'payment.succeeded', sequence: number, data: {} })
    const createdAt = START + Math.floor((number / count) * 24 * HOUR)
    const record = { eventId, sessionId: 'cs_0123456789abcdefghijkl', endpoint: MERCHANT_ENDPOINT, body }
    put({ ...record, attempts: 0, createdAt, leaseToken: '' }, createdAt)
  }
  return {
    get open() {
      return open
    },
    get exhausted() {
      return exhausted.length
    },
    /** As `POST /v1/events/{id}/redeliver` does. */
    redeliverExhausted() {
      for (const record of exhausted) {
        attempts.delete(record.eventId)
        put(record, time.now())
      }
      open += exhausted.length
      exhausted = []
    },
    async claimDeliveries({ limit, endpoint }: { readonly limit: number; readonly endpoint: unknown }) {
      if (endpoint !== MERCHANT_ENDPOINT) return []
      const taken: DeliveryRecord[] = []
      while (from <= time.now() / 1000 && taken.length < limit) {
        const rows = due.get(from) ?? []
        taken.push(...rows.splice(0, limit - taken.length))
        if (rows.length > 0) break
        due.delete(from)
        if (from + 1 > time.now() / 1000) break
        from++
      }
      return taken.map((record) => ({ ...record, attempts: attempts.get(record.eventId) ?? 0 }))
    },
    async finishDelivery(record: DeliveryRecord, outcome: QueueOutcome) {
      attempts.set(record.eventId, record.attempts + 1)
      if (outcome.state === 'pending') put(record, time.now() + outcome.delayMs)
      else open--
      if (outcome.state === 'exhausted') exhausted.push(record)
      return true
    },
  }
}

it(`delivers ${EVENTS} events to one effect each, with every third attempt failing and three days of outage`, {
  timeout: 900_000,
}, async () => {
  const time = createVirtualTime(START)
  const random = createSeededRandom(1)
  const violations: string[] = []
  const merchant = createSimulatedMerchant({
    clock: time,
    random,
    hangs: false,
    violated: (what) => violations.push(what),
  })
  // Every third attempt fails: half of them before the merchant has seen the event, half after.
  merchant.setFaults({ ...NO_FAULTS, merchantAnswerLost: 1 / 5 })
  const outbox = createOutbox(time, EVENTS)
  const delivery = createWebhookDelivery({
    store: outbox,
    merchantId: 'tea',
    endpoints: [{ url: MERCHANT_ENDPOINT, secrets: [MERCHANT_SECRET] }],
    transport: async (request) =>
      random.chance(1 / 6) ? { status: 503, headers: new Headers() } : await merchant.transport(request),
    // Looks for work once a minute instead of 150 times: two months go by faster. Attempts keep their 15 seconds.
    clock: { now: time.now, sleep: (ms, signal) => time.sleep(ms < 1000 ? 60_000 : ms, signal) },
    random: () => random.next(),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  })
  delivery.start()
  await time.runUntil(START + 2 * HOUR)
  expect(merchant.effects.size).toBeGreaterThan(0)
  merchant.setDown(true)
  await time.runUntil(START + 74 * HOUR)
  merchant.setDown(false)
  await time.runUntil(START + 14 * 24 * HOUR)
  // The last attempts of an early event may fail after the outage, too: it is given up, kept, and sent again by hand.
  expect(outbox.open).toBe(0)
  expect(outbox.exhausted).toBeLessThan(EVENTS / 10)
  for (let days = 14; outbox.exhausted > 0 && days < 60; days += 10) {
    outbox.redeliverExhausted()
    delivery.kick()
    await time.runUntil(START + (days + 10) * 24 * HOUR)
  }
  expect(violations).toEqual([])
  expect(merchant.effects.size).toBe(EVENTS)
})
