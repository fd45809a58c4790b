import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import type { ClaimDeliveriesOptions, DeliveryOutcome, DeliveryRecord, HeldRows } from '../store/store.ts'
import { createWebhookDelivery, DELIVERY_DELAYS_MS } from './deliver-webhooks.ts'
import type { Loop } from './loop.ts'
import type { WebhookAnswer, WebhookRequest } from './webhook-transport.ts'

const URL_A = 'https://shop.example/hooks'
const URL_B = 'https://crm.example/hooks'
const OLD = `whsec_${Buffer.from('old-secret-of-the-endpoint-00032').toString('base64')}`
const NEW = `whsec_${Buffer.from('new-secret-of-the-endpoint-00032').toString('base64')}`

let clock: JumpingClock
let rows: (DeliveryRecord & {
  dueAt: number
  state: string
  status: number | null
  reviveAt: number | null
})[]
let sent: (WebhookRequest & { readonly at: number })[]
let respond: (request: WebhookRequest) => Promise<WebhookAnswer>
let loop: Loop

interface JumpingClock extends Clock {
  /** Moves on by `ms` in steps of whatever is slept for, at most a hundred. */
  jump(ms: number): Promise<void>
}

/** Days pass in a few steps: a sleeper that polls is woken once, not for every poll it would have made. */
function createJumpingClock(): JumpingClock {
  let now = Date.parse('2026-11-22T09:00:00Z')
  const sleepers = new Map<() => void, number>()
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.set(wake, now + ms)
        signal?.addEventListener('abort', wake)
        if (signal?.aborted) wake()
      }),
    async jump(ms) {
      const until = now + ms
      const step = ms / 100
      await settle()
      while (now < until) {
        now = Math.min(until, now + step)
        for (const [wake, at] of [...sleepers]) if (at <= now) wake()
        await settle()
      }
    },
  }
}

/** A queue with one lease per row, as the store keeps it. */
function queue() {
  return {
    async claimDeliveries({ limit, endpoint: wanted }: ClaimDeliveriesOptions) {
      const due = rows
        .filter(({ state, dueAt }) => state === 'pending' && dueAt <= clock.now())
        .filter(({ endpoint }) =>
          typeof wanted === 'string' ? endpoint === wanted : !wanted.noneOf.includes(endpoint),
        )
        .slice(0, limit)
      for (const row of due) row.state = 'leased'
      return due.map((row) => ({ ...row }))
    },
    renewLeases: async ({ rows: held }: HeldRows) => held.map(() => true),
    async finishDelivery(record: DeliveryRecord, outcome: DeliveryOutcome) {
      const row = rows.find(({ leaseToken }) => leaseToken === record.leaseToken)
      if (!row) return false
      Object.assign(row, { state: outcome.state, status: outcome.status, attempts: row.attempts + 1 })
      if (outcome.state === 'pending') row.dueAt = clock.now() + outcome.delayMs
      const revives = outcome.state === 'exhausted' && outcome.reviveInMs !== undefined
      row.reviveAt = revives ? clock.now() + outcome.reviveInMs : null
      return true
    },
    async reviveDeliveries({ endpoint, limit }: { readonly endpoint: string; readonly limit: number }) {
      const revived = rows
        .filter((row) => row.endpoint === endpoint && row.reviveAt !== null && row.reviveAt <= clock.now())
        .slice(0, limit)
      for (const row of revived) Object.assign(row, { state: 'pending', dueAt: clock.now(), reviveAt: null })
      return revived.length
    },
  }
}

function add(endpoint = URL_A, number = rows.length + 1): void {
  rows.push({
    eventId: `evt_0123456789abcdefghijkl_${number}`,
    sessionId: 'cs_0123456789abcdefghijkl',
    endpoint,
    body: JSON.stringify({ type: 'session.completed', чай: number }),
    attempts: 0,
    createdAt: clock.now(),
    leaseToken: `lease-${rows.length}`,
    dueAt: clock.now(),
    state: 'pending',
    status: null,
    reviveAt: null,
  })
}

/** Lives through all attempts of one event that fails, and hardly longer. */
async function allAttempts(): Promise<void> {
  await clock.jump(1000)
  for (const delay of DELIVERY_DELAYS_MS) {
    const before = sent.length
    await clock.jump(delay)
    while (sent.length === before) await clock.jump(delay / 50)
  }
}

beforeEach(() => {
  clock = createJumpingClock()
  rows = []
  sent = []
  respond = async () => ({ status: 204, headers: new Headers() })
  loop = createWebhookDelivery({
    store: queue(),
    merchantId: 'tea',
    endpoints: [
      { url: URL_A, secrets: [NEW, OLD] },
      { url: URL_B, secrets: [OLD] },
    ],
    transport: (request) => {
      sent.push({ ...request, at: clock.now() })
      return respond(request)
    },
    clock,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    random: () => 0.5,
  })
  loop.start()
})
afterEach(async () => {
  const stopped = loop.stop()
  await clock.jump(60_000)
  await stopped
})

describe('a delivery', () => {
  it('verifies with the standardwebhooks package under each of the endpoint’s secrets', async () => {
    add()
    await clock.jump(1000)
    expect(rows[0]).toMatchObject({ state: 'done', status: 204 })
    const [request] = sent
    for (const secret of [OLD, NEW]) {
      const webhook = new Webhook(secret)
      // The package compares with the machine's clock; the test's stands elsewhere.
      const timestamp = Number(request?.headers['webhook-timestamp'])
      const signature = webhook.sign(
        request?.headers['webhook-id'] ?? '',
        new Date(timestamp * 1000),
        request?.body ?? '',
      )
      expect(request?.headers['webhook-signature']?.split(' ')).toContain(signature)
    }
    expect(request?.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    // Whole seconds, and of this attempt: receivers refuse what is minutes old.
    expect(request?.headers['webhook-timestamp']).toBe(String(Math.floor((request?.at ?? 0) / 1000)))
    expect(request?.headers['webhook-id']).toBe(rows[0]?.eventId)
  })

  it('is tried twelve times with the documented pauses, the same id each time, then given up (NW-17)', async () => {
    respond = async () => ({ status: 500, headers: new Headers() })
    add()
    await allAttempts()
    expect(sent).toHaveLength(12)
    expect(rows[0]).toMatchObject({ state: 'exhausted', status: 500, attempts: 12 })
    const pauses = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0))
    for (const [index, pause] of pauses.entries()) {
      const delay = DELIVERY_DELAYS_MS[index] ?? 0
      expect(pause).toBeGreaterThanOrEqual(delay)
      expect(pause).toBeLessThan(delay * 1.05 + 1000)
    }
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(12)
    const total = DELIVERY_DELAYS_MS.reduce((sum, delay) => sum + delay)
    expect(total).toBeGreaterThan(76 * 3_600_000)
  })

  it('is tried once more by itself when the endpoint answers, from an hour after its last attempt on', async () => {
    respond = async () => ({ status: 500, headers: new Headers() })
    add()
    await allAttempts()
    const [givenUp] = rows
    expect(givenUp).toMatchObject({ state: 'exhausted', attempts: 12 })
    const hour = 3_600_000
    expect((givenUp?.reviveAt ?? 0) - (sent.at(-1)?.at ?? 0)).toBe(hour)
    // Nobody has repaired the endpoint: found out with one event, which then waits twice as long.
    for (let minute = 0; minute < 150; minute++) await clock.jump(60_000)
    expect(sent).toHaveLength(13)
    expect((givenUp?.reviveAt ?? 0) - (sent.at(-1)?.at ?? 0)).toBe(2 * hour)
    respond = async () => ({ status: 204, headers: new Headers() })
    for (let minute = 0; minute < 150; minute++) await clock.jump(60_000)
    expect(givenUp).toMatchObject({ state: 'done', status: 204 })
    expect(sent).toHaveLength(14)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('is not given up because processes that died used its attempts up', async () => {
    respond = async () => ({ status: 500, headers: new Headers() })
    add()
    Object.assign(rows[0] ?? {}, { attempts: 30, createdAt: clock.now() - 60_000 })
    await clock.jump(1000)
    expect(rows[0]).toMatchObject({ state: 'pending', attempts: 31 })
    expect((rows[0]?.dueAt ?? 0) - (sent[0]?.at ?? 0)).toBe(5 * 60_000)
    Object.assign(rows[0] ?? {}, { dueAt: clock.now(), createdAt: clock.now() - 3 * 3_600_000 })
    await clock.jump(1000)
    expect((rows[0]?.dueAt ?? 0) - (sent[1]?.at ?? 0)).toBe(5 * 3_600_000)
  })

  it('is given up for good thirty days after its event', async () => {
    respond = async () => ({ status: 500, headers: new Headers() })
    add()
    const [row] = rows
    Object.assign(row ?? {}, { attempts: 40, createdAt: clock.now() - 28.9 * 86_400_000 })
    await clock.jump(1000)
    expect((row?.reviveAt ?? 0) - clock.now()).toBeLessThanOrEqual(86_400_000)
    expect(row?.reviveAt).toBeGreaterThan(clock.now() + 80_000_000)
    Object.assign(row ?? {}, {
      state: 'pending',
      dueAt: clock.now(),
      createdAt: clock.now() - 29.1 * 86_400_000,
    })
    await clock.jump(1000)
    expect(row).toMatchObject({ state: 'exhausted', reviveAt: null })
  })

  it('waits as long as the endpoint asks, at most a day', async () => {
    respond = async () => ({ status: 503, headers: new Headers({ 'retry-after': '600' }) })
    add()
    await clock.jump(590_000)
    expect(sent).toHaveLength(1)
    await clock.jump(20_000)
    expect(sent).toHaveLength(2)
    respond = async () => ({ status: 429, headers: new Headers({ 'retry-after': '999999' }) })
    await clock.jump(700_000)
    expect(rows[0]?.dueAt).toBeLessThanOrEqual(clock.now() + 24 * 3_600_000)
  })

  it('is never sooner than planned because the endpoint asks for little', async () => {
    respond = async () => ({ status: 503, headers: new Headers({ 'retry-after': '1' }) })
    add()
    await clock.jump(4900)
    expect(sent).toHaveLength(1)
    await clock.jump(2000)
    expect(sent).toHaveLength(2)
    await clock.jump(50_000)
    expect(sent).toHaveLength(2)
  })

  it.each([400, 401, 403, 404, 409, 422, 429, 500, 502, 0])('goes on after %i', async (status) => {
    respond = async () => ({ status, headers: new Headers() })
    add()
    await clock.jump(1000)
    expect(rows[0]).toMatchObject({ state: 'pending', status })
  })

  it.each([200, 201, 202, 204, 299])('is done with %i', async (status) => {
    respond = async () => ({ status, headers: new Headers() })
    add()
    await clock.jump(1000)
    expect(rows[0]).toMatchObject({ state: 'done', status })
  })

  it('is over with 410', async () => {
    respond = async () => ({ status: 410, headers: new Headers() })
    add()
    await clock.jump(1000)
    expect(rows[0]).toMatchObject({ state: 'exhausted', status: 410, reviveAt: null })
  })

  it('to an endpoint that is no longer configured is given up without a call', async () => {
    add('https://gone.example/hooks')
    // Looked for every minute: there is no hurry.
    await clock.jump(61_000)
    expect(rows[0]?.state).toBe('exhausted')
    expect(sent).toEqual([])
  })

  it('counts a redirect and a lost connection as failures (NW-19)', async () => {
    respond = async () => ({ status: 301, headers: new Headers() })
    add()
    await clock.jump(1000)
    expect(rows[0]).toMatchObject({ state: 'pending', status: 301 })
    respond = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    await clock.jump(6000)
    expect(rows[0]).toMatchObject({ state: 'pending', status: null, attempts: 2 })
  })

  it('ends after 15 s without an answer (NW-18)', async () => {
    respond = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    add()
    await clock.jump(14_000)
    expect(rows[0]?.state).toBe('leased')
    await clock.jump(2000)
    expect(rows[0]).toMatchObject({ state: 'pending', attempts: 1 })
  })
})

describe('a slow endpoint', () => {
  it('gets sixteen at once, while the others go on', async () => {
    let open = 0
    let most = 0
    respond = async ({ url, signal }) => {
      if (url === URL_B) return { status: 200, headers: new Headers() }
      most = Math.max(most, ++open)
      await clock.sleep(10_000, signal)
      open--
      return { status: 200, headers: new Headers() }
    }
    for (let number = 0; number < 48; number++) add(URL_A)
    add(URL_B)
    await clock.jump(1000)
    expect(rows.at(-1)?.state).toBe('done')
    expect(open).toBe(16)
    await clock.jump(40_000)
    expect(most).toBe(16)
    expect(rows.every(({ state }) => state === 'done')).toBe(true)
  })
})

describe('stopping', () => {
  it('waits for what is under way, then lets it be tried again', async () => {
    respond = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    add()
    await clock.jump(1000)
    const stopped = loop.stop()
    await clock.jump(5000)
    await stopped
    expect(rows[0]?.state).toBe('pending')
    add()
    await clock.jump(60_000)
    expect(sent).toHaveLength(1)
  })
})
