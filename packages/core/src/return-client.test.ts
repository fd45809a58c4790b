import { describe, expect, it } from 'vitest'
import { createReturnClient } from './return-client.ts'
import { createFakePlatform } from './testing/index.ts'

const API_URL = 'https://shop.example/pay'

interface Status {
  readonly session: string
  readonly payment: readonly [status: string, code?: string] | null
}

/** A status endpoint that holds its answers until `set`. */
function statusApi(initial: Status) {
  let current = initial
  let version = 1
  let refusal: Response | undefined
  const waiters = new Set<() => void>()
  const requests: Request[] = []
  const platform = createFakePlatform({
    async fetch(input, init) {
      const request = new Request(input, init)
      requests.push(request)
      const etag = () => `W/"${version}.1"`
      if (request.headers.has('prefer') && request.headers.get('if-none-match') === etag()) {
        await new Promise<void>((resolve, reject) => {
          waiters.add(resolve)
          request.signal.addEventListener('abort', () => reject(request.signal.reason))
        })
      }
      if (refusal) return refusal.clone()
      if (request.headers.get('if-none-match') === etag()) return new Response(null, { status: 304 })
      const { session, payment } = current
      return Response.json(
        {
          version,
          session: { id: 'cs_1', status: session },
          payment: payment && {
            method: 'sbp',
            status: payment[0],
            failure: payment[1] === undefined ? null : { code: payment[1] },
          },
        },
        { headers: { etag: etag() } },
      )
    },
  })
  const wake = () => {
    version++
    for (const waiter of [...waiters]) waiter()
    waiters.clear()
    return platform.settle()
  }
  return {
    platform,
    requests,
    client: createReturnClient({ apiUrl: API_URL, token: 'st_x', platform }),
    set(next: Status) {
      current = next
      return wake()
    },
    refuse(status: number, code: string) {
      refusal = new Response(JSON.stringify({ status, code }), {
        status,
        headers: { 'content-type': 'application/problem+json' },
      })
      return wake()
    },
  }
}

describe('what a buyer who comes back is told', () => {
  const rows: readonly (readonly [string, readonly [string, string?] | null, object])[] = [
    ['open', null, { status: 'open' }],
    ['open', ['created'], { status: 'processing', method: 'sbp' }],
    ['open', ['requires_action'], { status: 'processing', method: 'sbp' }],
    ['open', ['processing'], { status: 'processing' }],
    ['open', ['teleporting'], { status: 'processing' }],
    ['open', ['canceled'], { status: 'open' }],
    ['open', ['superseded'], { status: 'open' }],
    ['open', ['expired'], { status: 'open' }],
    ['open', ['failed', 'insufficient_funds'], { status: 'failed', failureCode: 'insufficient_funds' }],
    ['open', ['failed', 'unheard_of'], { status: 'failed', failureCode: 'declined' }],
    ['closing', ['canceling'], { status: 'processing' }],
    ['closing', ['canceled'], { status: 'processing' }],
    ['closing', ['failed', 'declined'], { status: 'failed', method: 'sbp' }],
    ['open', ['authorized'], { status: 'succeeded' }],
    ['open', ['succeeded'], { status: 'succeeded' }],
    ['open', ['late_refunded'], { status: 'open' }],
    ['open', ['not_expired_at_all'], { status: 'processing' }],
    ['complete', ['succeeded'], { status: 'succeeded' }],
    ['complete', ['authorized'], { status: 'succeeded' }],
    ['complete', ['canceled'], { status: 'succeeded' }],
    ['expired', ['late_success'], { status: 'expired', late: 'late_success' }],
    ['expired', null, { status: 'expired', late: null }],
    ['canceled', ['late_refunded'], { status: 'canceled', late: 'late_refunded' }],
  ]
  it.each(rows)('%s, %s', async (session, payment, expected) => {
    const { client } = statusApi({ session, payment: payment as Status['payment'] })
    expect(await client.load()).toMatchObject({ ...expected, error: null, connection: 'ok' })
  })
})

it('follows the status until it is known, and then rests', async () => {
  const { client, platform, requests, set } = statusApi({ session: 'open', payment: ['processing'] })
  client.subscribe(() => undefined)
  await platform.settle()
  expect(client.getSnapshot().status).toBe('processing')
  expect(requests[0]?.headers.get('authorization')).toBe('Bearer st_x')
  await set({ session: 'complete', payment: ['succeeded'] })
  expect(client.getSnapshot().status).toBe('succeeded')
  expect([platform.timerCount(), platform.listenerCount()]).toEqual([0, 0])
  const count = requests.length
  platform.pageShow()
  await platform.advance(600_000)
  expect([requests.length, platform.timerCount(), platform.listenerCount()]).toEqual([count, 0, 0])
})

it('does not pause between two answers that both have news', async () => {
  const { client, platform, set } = statusApi({ session: 'open', payment: ['created'] })
  client.subscribe(() => undefined)
  await platform.settle()
  await set({ session: 'open', payment: ['requires_action'] })
  await set({ session: 'open', payment: ['processing'] })
  await set({ session: 'complete', payment: ['succeeded'] })
  expect(client.getSnapshot().status).toBe('succeeded')
})

it('ends with the last subscriber and with stop, and starts again', async () => {
  const { client, platform, requests, set } = statusApi({ session: 'open', payment: ['processing'] })
  const unsubscribe = client.subscribe(() => undefined)
  await platform.settle()
  unsubscribe()
  await platform.advance(600_000)
  expect(platform.timerCount()).toBe(0)
  client.subscribe(() => undefined)
  await platform.settle()
  client.stop()
  await platform.settle()
  expect([platform.timerCount(), platform.listenerCount()]).toEqual([0, 0])
  const count = requests.length
  await platform.advance(600_000)
  expect([requests.length, platform.timerCount()]).toEqual([count, 0])
  client.subscribe(() => undefined)
  await platform.settle()
  await set({ session: 'complete', payment: ['succeeded'] })
  expect(client.getSnapshot().status).toBe('succeeded')
})

it('does not come to life when one of two subscribers leaves after a stop', async () => {
  const { client, platform, requests } = statusApi({ session: 'open', payment: ['processing'] })
  const unsubscribe = client.subscribe(() => undefined)
  client.subscribe(() => undefined)
  await platform.settle()
  client.stop()
  await platform.settle()
  const count = requests.length
  unsubscribe()
  await platform.advance(60_000)
  expect([requests.length, platform.timerCount(), platform.listenerCount()]).toEqual([count, 0, 0])
})

it('says why it is not told, and asks no more', async () => {
  const { client, platform, requests, refuse } = statusApi({ session: 'open', payment: ['processing'] })
  client.subscribe(() => undefined)
  await platform.settle()
  await refuse(401, 'token_expired')
  expect(client.getSnapshot()).toMatchObject({ status: 'processing', error: { code: 'token_expired' } })
  const count = requests.length
  platform.pageShow()
  await platform.advance(600_000)
  expect(requests.length).toBe(count)
  await expect(client.load()).rejects.toMatchObject({ code: 'token_expired' })
})

it('cannot be overtaken by an older answer', async () => {
  let version = 2
  const platform = createFakePlatform({
    fetch: async () =>
      Response.json({
        version,
        session: { id: 'cs_1', status: version === 2 ? 'complete' : 'open' },
        payment: { method: 'sbp', status: version === 2 ? 'succeeded' : 'processing', failure: null },
      }),
  })
  const client = createReturnClient({ apiUrl: API_URL, token: 'st_x', platform })
  await client.load()
  version = 1
  expect((await client.load()).status).toBe('succeeded')
})

it.each([
  [true, 'retrying'],
  [false, 'offline'],
] as const)('keeps what it knows while it cannot ask: online %s, %s', async (online, connection) => {
  let isDown = false
  const platform = createFakePlatform({
    fetch: async () => {
      if (isDown) throw new TypeError('Failed to fetch')
      return Response.json({
        version: 1,
        session: { id: 'cs_1', status: 'open' },
        payment: { method: 'sbp', status: 'processing', failure: null },
      })
    },
  })
  const client = createReturnClient({ apiUrl: API_URL, token: 'st_x', platform })
  await client.load()
  isDown = true
  platform.setOnline(online)
  const loaded = expect(client.load()).rejects.toMatchObject({ code: 'network_error' })
  await platform.advance(30_000)
  await loaded
  expect(client.getSnapshot()).toEqual({
    status: 'processing',
    method: 'sbp',
    sessionId: 'cs_1',
    connection,
    error: null,
  })
  isDown = false
  expect(await client.load()).toMatchObject({ connection: 'ok' })
})

it('does not show an answer that comes after a stop, and can be asked again', async () => {
  let release = () => {}
  let isHeld = false
  const platform = createFakePlatform({
    fetch: async () => {
      if (isHeld) await new Promise<void>((resolve) => (release = resolve))
      return Response.json({
        version: isHeld ? 2 : 1,
        session: { id: 'cs_1', status: isHeld ? 'complete' : 'open' },
        payment: null,
      })
    },
  })
  const client = createReturnClient({ apiUrl: API_URL, token: 'st_x', platform })
  await client.load()
  isHeld = true
  const loaded = client.load()
  await platform.settle()
  client.stop()
  release()
  await loaded
  expect(client.getSnapshot().status).toBe('open')
  release = () => {}
  const again = client.load()
  await platform.settle()
  release()
  expect((await again).status).toBe('succeeded')
})

it('asks as the contract says, and pauses where answers are not held', async () => {
  const requests: Request[] = []
  const platform = createFakePlatform({
    fetch: async (input, init) => {
      requests.push(new Request(input, init))
      return Response.json(
        {
          version: 1,
          session: { id: 'cs_1', status: 'open' },
          payment: { method: 'sbp', status: 'processing', failure: null },
        },
        { headers: { etag: 'W/"1.1"' } },
      )
    },
  })
  const client = createReturnClient({ apiUrl: API_URL, token: 'st_x', platform })
  client.subscribe(() => undefined)
  await platform.advance(20_000)
  const [first, second] = requests
  expect([first?.url, first?.headers.has('prefer')]).toEqual([`${API_URL}/v1/checkout`, false])
  expect([second?.headers.get('prefer'), second?.headers.get('if-none-match')]).toEqual([
    'wait=25',
    'W/"1.1"',
  ])
  expect(requests.length).toBeLessThanOrEqual(14)
})

it.each(['ct_x', 'lt_x', 'sk_x', '', 'st_a\nb', ' st_x'])('does not take %j for a status token', (token) => {
  expect(() => createReturnClient({ apiUrl: API_URL, token })).toThrow(
    expect.objectContaining({ code: 'config_invalid' }),
  )
})
