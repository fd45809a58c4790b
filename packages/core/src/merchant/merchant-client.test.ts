import { describe, expect, it } from 'vitest'
import { createFakePlatform, createTestPaymentApi } from '../testing/index.ts'
import { createMerchantClient, type MerchantClientOptions } from './index.ts'

const API_URL = 'https://shop.example/pay'
const SESSION = {
  amount: { currency: 'RUB', minorUnits: 123_456 },
  order: { reference: 'A-1001', description: 'Tea' },
  returnUrl: 'https://shop.example/thanks',
} as const

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ status, code, requestId: 'req_1' }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}

/** A client whose time a test moves, and a network it can break. */
function backend(options: Partial<MerchantClientOptions> = {}) {
  const api = createTestPaymentApi()
  const sent: { readonly key: string | null; readonly atMs: number; readonly url: string }[] = []
  const net = { intercept: undefined as ((request: Request) => Promise<Response>) | undefined }
  const platform = createFakePlatform({
    fetch(input, init) {
      const request = new Request(input, init)
      sent.push({ key: request.headers.get('idempotency-key'), atMs: platform.now(), url: request.url })
      return net.intercept ? net.intercept(request) : api.fetch(request)
    },
  })
  const client = createMerchantClient({
    apiUrl: API_URL,
    secretKey: 'sk_sandbox_demo',
    port: platform,
    ...options,
  })
  return { api, client, net, platform, sent }
}

async function paid(method = 'alipay', capture: 'automatic' | 'manual' = 'automatic') {
  const shop = backend()
  const session = await shop.client.sessions.create({ ...SESSION, capture })
  await shop.api.fetch(`${API_URL}/v1/checkout/payments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.clientToken}`, 'idempotency-key': 'b'.repeat(22) },
    body: JSON.stringify({ method }),
  })
  shop.api.approve(session.id)
  const [payment] = (await shop.client.sessions.get(session.id)).payments
  return { ...shop, session, payment: payment as NonNullable<typeof payment> }
}

describe('sessions', () => {
  it('are created, read, found and canceled', async () => {
    const { client } = backend()
    const session = await client.sessions.create(SESSION)
    expect(session).toMatchObject({
      status: 'open',
      amount: SESSION.amount,
      clientToken: expect.stringMatching(/^ct_/),
    })
    expect((await client.sessions.get(session.id)).id).toBe(session.id)
    expect((await client.sessions.list({ reference: 'A-1001', status: 'open', limit: 5 })).items.length).toBe(
      1,
    )
    expect((await client.sessions.list({ reference: 'B' })).items.length).toBe(0)
    expect((await client.sessions.cancel(session.id, { reason: 'sold out' })).status).toBe('canceled')
  })

  it('are made once for one key', async () => {
    const { client } = backend()
    const options = { idempotencyKey: 'order-A-1001-attempt-1' }
    const [first, second] = [
      await client.sessions.create(SESSION, options),
      await client.sessions.create(SESSION, options),
    ]
    expect(second.id).toBe(first.id)
    await expect(
      client.sessions.create({ ...SESSION, order: { reference: 'B', description: 'Tea' } }, options),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused', status: 422 })
  })

  it('are refused with the field that is wrong', async () => {
    const { client } = backend()
    await expect(
      client.sessions.create({ ...SESSION, amount: { currency: 'RUR', minorUnits: 1 } }),
    ).rejects.toMatchObject({ code: 'invalid_request', status: 400, path: 'amount.currency' })
  })
})

describe('payments', () => {
  it('are refunded in parts that add up to the charge exactly', async () => {
    const { client, payment } = await paid()
    expect(payment).toMatchObject({ status: 'succeeded', charge: { currency: 'CNY', minorUnits: 9877 } })
    const parts = [1, 40_000, 83_455]
    const refunds = []
    for (const minorUnits of parts) {
      refunds.push(await client.payments.refund(payment.id, { amount: { currency: 'RUB', minorUnits } }))
    }
    expect(refunds.reduce((sum, { charge }) => sum + charge.minorUnits, 0)).toBe(9877)
    expect((await client.refunds.get(refunds[0]?.id ?? '')).amount.minorUnits).toBe(1)
    await expect(
      client.payments.refund(payment.id, { amount: { currency: 'RUB', minorUnits: 1 } }),
    ).rejects.toMatchObject({ code: 'amount_exceeds_remaining' })
    expect((await client.payments.get(payment.id)).refunded.minorUnits).toBe(123_456)
  })

  it('are captured whole or in part, or canceled', async () => {
    const whole = await paid('alipay', 'manual')
    expect(whole.payment.status).toBe('authorized')
    expect((await whole.client.payments.capture(whole.payment.id)).captured.minorUnits).toBe(123_456)
    const part = await paid('alipay', 'manual')
    const amount = { currency: 'RUB', minorUnits: 100 }
    expect((await part.client.payments.capture(part.payment.id, { amount })).captured).toEqual(amount)
    const none = await paid('alipay', 'manual')
    expect((await none.client.payments.cancel(none.payment.id)).status).toBe('canceled')
  })
})

it('reads and throws the switches of rails, and events', async () => {
  const { client, session } = await paid()
  expect((await client.rails.list()).items.map(({ id }) => id)).toContain('test:alipay')
  expect(await client.rails.update('test:alipay', { state: 'suspended', reason: 'drill' })).toMatchObject({
    state: 'suspended',
    reason: 'drill',
  })
  const { items } = await client.events.list()
  expect(items.map(({ type }) => type)).toEqual(['payment.succeeded', 'session.completed'])
  expect((await client.events.redeliver(items[0]?.id ?? '')).id).toContain(session.id.slice(3))
})

describe('a lost answer', () => {
  const offline = () => Promise.reject(new TypeError('fetch failed'))

  it('of a write is asked for again with one key, and is unknown at last, with that key', async () => {
    const { client, net, platform, sent } = backend()
    net.intercept = offline
    const caught = client.sessions.create(SESSION).catch((error: unknown) => error)
    await platform.advance(200_000)
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 375, 1125, 2625])
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
    expect(await caught).toMatchObject({ code: 'outcome_unknown', idempotencyKey: sent[0]?.key })
  })

  it('of a write is found out with the same key', async () => {
    const { api, client, net, platform, sent } = backend()
    let isLost = true
    net.intercept = (request) => api.fetch(request).then((answer) => (isLost ? offline() : answer))
    const caught = client.sessions.create(SESSION).catch((error: unknown) => error)
    await platform.advance(200_000)
    isLost = false
    const { idempotencyKey } = (await caught) as { idempotencyKey: string }
    await client.sessions.create(SESSION, { idempotencyKey })
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
    expect((await client.sessions.list()).items.length).toBe(1)
  })

  it('of a read is a network error', async () => {
    const { client, net, platform } = backend()
    net.intercept = offline
    const caught = client.rails.list().catch((error: unknown) => error)
    await platform.advance(200_000)
    expect(await caught).toMatchObject({ code: 'network_error' })
  })
})

it('waits as long as Retry-After says', async () => {
  const { api, client, net, platform, sent } = backend()
  net.intercept = (request) =>
    sent.length === 1
      ? Promise.resolve(problem(429, 'rate_limited', { 'retry-after': '20' }))
      : api.fetch(request)
  const created = client.sessions.create(SESSION)
  await platform.advance(60_000)
  expect((await created).status).toBe('open')
  expect(sent.map(({ atMs }) => atMs)).toEqual([0, 20_000])
})

it('says what to wait for when it may not wait that long', async () => {
  const { client, net, platform } = backend()
  net.intercept = async () => problem(429, 'rate_limited', { 'retry-after': '120' })
  const caught = client.sessions.create(SESSION).catch((error: unknown) => error)
  await platform.advance(200_000)
  // It was refused before anything was done: this is no unknown outcome.
  expect(await caught).toMatchObject({ code: 'rate_limited', retryAfterMs: 120_000 })
})

it('stops a read at once and a write before its next try', async () => {
  const { client, net, platform, sent } = backend()
  net.intercept = () => Promise.reject(new TypeError('fetch failed'))
  const caller = new AbortController()
  const caught = client.sessions.create(SESSION, { signal: caller.signal }).catch((error: unknown) => error)
  await platform.settle()
  caller.abort()
  expect(await caught).toMatchObject({ code: 'outcome_unknown' })
  expect([sent.length, platform.timerCount()]).toEqual([1, 0])
})

it.each(['', 'cs_1', '../rails', 'pay_0000000000000000000001_1', 'cs_0000000000000000000001/cancel'])(
  'does not send %j in the place of a session id',
  async (id) => {
    const { client, sent } = backend()
    await expect(client.sessions.get(id)).rejects.toMatchObject({ code: 'invalid_request' })
    expect(sent.length).toBe(0)
  },
)

const N = '0000000000000000000001'

it.each([
  [`cs_${N}/cancel`, `pay_${N}_1/refunds`, `re_${N}_1?x`, 'antom:alipay/../x', `evt_${N}_1/..`],
  [`/cs_${N}`, `/pay_${N}_1`, `/re_${N}_1`, '../antom:alipay', `x/evt_${N}_1`],
  [`cs_${N}0`, `pay_${N}_0`, `re_${N}`, 'antom', `evt_${N}_01`],
])(
  'sends no path of anybody else’s making: %s, %s, %s, %s, %s',
  async (session, payment, refund, rail, event) => {
    const { client, sent } = backend()
    for (const call of [
      () => client.sessions.get(session),
      () => client.sessions.cancel(session),
      () => client.payments.get(payment),
      () => client.payments.capture(payment),
      () => client.payments.cancel(payment),
      () => client.payments.refund(payment),
      () => client.refunds.get(refund),
      () => client.rails.update(rail, { state: 'active', reason: 'x' }),
      () => client.events.redeliver(event),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'invalid_request' })
    expect(sent.length).toBe(0)
  },
)

it('sends what it is told to send, by the fetch that it is given', async () => {
  const requests: Request[] = []
  const { client } = backend({
    fetch: async (input, init) => {
      requests.push(new Request(input, init))
      return Response.json({ items: [], nextCursor: null })
    },
  })
  await client.sessions.list({ reference: 'A & B', status: undefined, cursor: 'c=1' })
  await client.events.list()
  await client.rails.list()
  expect(requests.map(({ method, url }) => [method, url.slice(API_URL.length)])).toEqual([
    ['GET', '/v1/sessions?reference=A+%26+B&cursor=c%3D1'],
    ['GET', '/v1/events'],
    ['GET', '/v1/rails'],
  ])
  for (const { headers, keepalive } of requests) {
    expect([headers.get('authorization'), headers.has('idempotency-key'), keepalive]).toEqual([
      'Bearer sk_sandbox_demo',
      false,
      false,
    ])
  }
})

it.each(['', 'ct_x', 'pk_x', ' sk_x', 'sk_a\nb'])(
  'does not take %j for a secret key, and does not repeat it',
  (secretKey) => {
    expect(() => createMerchantClient({ apiUrl: API_URL, secretKey })).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.not.stringContaining('a\nb') }),
    )
  },
)

it('works where fetch is patched to send a body as a stream, as Next.js does', async () => {
  const { client, net, api } = backend()
  net.intercept = ({ url, method, headers, body, keepalive }) =>
    api.fetch(new Request(url, { method, headers, body, keepalive, duplex: 'half' } as RequestInit))
  expect((await client.sessions.create(SESSION)).status).toBe('open')
})
