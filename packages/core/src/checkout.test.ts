import { describe, expect, it } from 'vitest'
import { createPayClient } from './client.ts'
import type { createSessionRequest } from './contract/session.ts'
import {
  createFakeOrigin,
  createFakePlatform,
  createTestPaymentApi,
  type FakeOrigin,
  type FakePlatform,
  type TestPaymentApi,
  type TestScenario,
} from './testing/index.ts'

const API_URL = 'https://shop.example/pay'

interface Page {
  readonly platform: FakePlatform
  readonly checkout: ReturnType<typeof createPayClient>
}

/** A shop with one session, and as many tabs and browsers as a test opens. */
async function openShop(scenario: TestScenario = 'happy') {
  const api = createTestPaymentApi({ scenario: 'happy' })
  const response = await api.fetch(`${API_URL}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test', 'idempotency-key': 'k'.repeat(22) },
    body: JSON.stringify({
      amount: { currency: 'RUB', minorUnits: 123_456 },
      order: { reference: 'A-1001', description: 'Tea' },
      returnUrl: 'https://shop.example/thanks',
    } satisfies Parameters<ReturnType<typeof createSessionRequest>['parse']>[0]),
  })
  const { id, clientToken } = await response.json()
  api.setScenario(scenario)
  const net = faultyNetwork(api)
  const open = (origin: FakeOrigin = createFakeOrigin()): Page => {
    const platform = createFakePlatform({ fetch: net.fetch, origin })
    return { platform, checkout: createPayClient({ apiUrl: API_URL, clientToken, platform }) }
  }
  return { api, net, id: id as string, clientToken: clientToken as string, open }
}

/** A network between the page and the API that a test can break. */
function faultyNetwork(api: TestPaymentApi) {
  const log: {
    method: string
    path: string
    at?: number
    headers: Headers
    body: string
    keepalive: boolean
  }[] = []
  const net = {
    log,
    /** Answers instead of the API, or throws; undefined lets the request through. */
    intercept: undefined as ((request: Request) => Response | Promise<Response> | undefined) | undefined,
    count: (method: string, path: RegExp) =>
      log.filter((one) => one.method === method && path.test(one.path)).length,
    openHolds: 0,
    passOn: (request: Request) => api.fetch(request),
    /** Ends held answers after a time, as the server does. */
    holdFor: (platform: FakePlatform, ms: number) => (request: Request) => {
      if (!request.headers.has('prefer')) return undefined
      const timeUp = new AbortController()
      const cancel = platform.after(ms, () => timeUp.abort())
      const held = new Request(request, { signal: AbortSignal.any([request.signal, timeUp.signal]) })
      return api
        .fetch(held)
        .catch((error) => {
          if (request.signal.aborted) throw error
          return new Response(null, { status: 304 })
        })
        .finally(cancel)
    },
    async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init)
      const { pathname, search } = new URL(request.url)
      const { method, headers, keepalive } = request
      log.push({ method, path: pathname + search, headers, keepalive, body: await request.clone().text() })
      const isHeld = headers.has('prefer')
      if (isHeld) net.openHolds++
      try {
        return (await net.intercept?.(request)) ?? (await api.fetch(request))
      } finally {
        if (isHeld) net.openHolds--
      }
    },
  }
  return net
}

const OFFLINE = () => Promise.reject(new TypeError('Failed to fetch'))
const isPay = (request: Request) => request.url.endsWith('/payments')

function problem(status: number, code: string, extra: object = {}): Response {
  return new Response(JSON.stringify({ status, code, ...extra }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}

it('buys: ready, starting, requires_action, succeeded, and leaves the method behind', async () => {
  const { api, id, open } = await openShop()
  const { platform, checkout } = open()
  const seen: string[] = []
  checkout.subscribe(() => seen.push(checkout.getSnapshot().status))
  await checkout.load()
  await checkout.pay('alipay')
  expect(checkout.getSnapshot()).toMatchObject({
    status: 'requires_action',
    moneyMayHaveMoved: true,
    nextAction: { qr: { payload: expect.stringContaining('https://') } },
  })
  await platform.settle()
  api.approve(id)
  await platform.settle()
  expect(checkout.getSnapshot()).toMatchObject({ status: 'succeeded', moneyMayHaveMoved: false, error: null })
  expect([...new Set(seen)]).toEqual(['ready', 'starting', 'requires_action', 'succeeded'])
  expect([platform.timerCount(), platform.listenerCount(), platform.storage?.length]).toEqual([0, 0, 1])
  expect(platform.storage?.getItem('teabrick:last')).toBe('alipay')
})

it.each([
  ['alipay', 'alipay'],
  ['"><script>', null],
  [null, null],
])('asks with the method that was paid with last: %j', async (kept, asked) => {
  const { net, open } = await openShop()
  const origin = createFakeOrigin()
  if (kept !== null) origin.storage.setItem('teabrick:last', kept)
  const seen: (string | null)[] = []
  net.intercept = (request) => {
    seen.push(new URL(request.url).searchParams.get('last'))
    return undefined
  }
  await open(origin).checkout.load()
  expect(seen).toEqual([asked])
})

it('sends nothing before anybody asks, and loads for the first subscriber', async () => {
  const { net, open } = await openShop()
  const { platform, checkout } = open()
  await platform.advance(60_000)
  expect(net.log.length).toBe(0)
  checkout.subscribe(() => undefined)
  await platform.settle()
  expect(checkout.getSnapshot().status).toBe('ready')
  await platform.advance(60_000)
  expect(net.log.length).toBe(1)
})

it('names the device in the query and in the pay request, and the quote of the view', async () => {
  const { net, open } = await openShop()
  const { checkout } = open()
  await checkout.load()
  await checkout.pay('alipay', { presentation: 'qr' })
  expect(net.log[0]?.path).toBe('/pay/v1/checkout?surface=desktop&os=linux')
  expect(JSON.parse(net.log[1]?.body ?? '')).toEqual({
    method: 'alipay',
    presentation: 'qr',
    quoteId: expect.stringContaining('quote_'),
    device: { surface: 'desktop', os: 'linux' },
  })
})

it('pays for the quote and on the device that it is told', async () => {
  const { net, open } = await openShop()
  const { checkout } = open()
  const paid = checkout.pay('alipay', { quoteId: 'seen', device: { surface: 'mobile' } })
  await expect(paid).rejects.toMatchObject({ code: 'quote_changed' })
  expect(JSON.parse(net.log.at(-1)?.body ?? '')).toEqual({
    method: 'alipay',
    quoteId: 'seen',
    device: { surface: 'mobile' },
  })
})

it('asks once for all that load at the same time', async () => {
  const { net, open } = await openShop()
  const { checkout } = open()
  await Promise.all([checkout.load(), checkout.load()])
  expect(net.log.length).toBe(1)
})

it('does not remember a method that was not paid with', async () => {
  const { open } = await openShop('declined')
  const { platform, checkout } = open()
  expect((await checkout.pay('sbp')).status).toBe('failed')
  expect(platform.storage?.getItem('teabrick:last')).toBe(null)
})

it('is the same object while nothing changes', async () => {
  const { open } = await openShop()
  const { platform, checkout } = open()
  checkout.subscribe(() => undefined)
  checkout.hold()
  await platform.settle()
  const before = checkout.getSnapshot()
  await platform.advance(20_000)
  expect(checkout.getSnapshot()).toBe(before)
})

it('loads before it pays', async () => {
  const { net, open } = await openShop()
  const { checkout } = open()
  expect((await checkout.pay('sbp')).status).toBe('requires_action')
  expect(net.log.map(({ method }) => method)).toEqual(['GET', 'POST'])
})

describe('one attempt', () => {
  it('makes one request of a double click', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    await checkout.load()
    const [first, second] = await Promise.all([checkout.pay('sbp'), checkout.pay('sbp')])
    expect(first).toBe(second)
    expect(net.count('POST', /payments/)).toBe(1)
  })

  it('refuses another method while a request is under way, and while an attempt is live', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    await checkout.load()
    const first = checkout.pay('sbp')
    await expect(checkout.pay('alipay')).rejects.toMatchObject({ code: 'payment_in_progress' })
    await first
    await expect(checkout.pay('alipay')).rejects.toMatchObject({ code: 'payment_in_progress' })
    expect(net.count('POST', /payments/)).toBe(1)
  })

  it('joins a live attempt with the same method without a request to pay', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    await checkout.pay('sbp')
    expect((await checkout.pay('sbp')).status).toBe('requires_action')
    expect(net.count('POST', /payments/)).toBe(1)
  })

  it('asks how the attempt stands before it joins it', async () => {
    const { api, id, net, open } = await openShop()
    const { checkout } = open()
    await checkout.pay('sbp')
    api.decline(id)
    // Nobody watches: the state here is old.
    expect(checkout.getSnapshot().status).toBe('requires_action')
    expect(await checkout.pay('sbp')).toMatchObject({
      status: 'requires_action',
      payment: { id: expect.stringMatching(/_2$/) },
    })
    expect(net.count('POST', /payments/)).toBe(2)
  })

  it('shows the view that a refusal brings', async () => {
    const { net, open } = await openShop()
    const tab = open()
    const other = open()
    await tab.checkout.load()
    await other.checkout.pay('sbp')
    await expect(tab.checkout.pay('alipay')).rejects.toMatchObject({ code: 'payment_in_progress' })
    expect(tab.checkout.getSnapshot()).toMatchObject({
      status: 'requires_action',
      payment: { method: 'sbp' },
      error: { code: 'payment_in_progress' },
    })
    expect(net.count('POST', /payments/)).toBe(2)
  })

  it('is ready again, with the error, when the API refuses without a view', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = (request) =>
      isPay(request) ? Promise.resolve(problem(409, 'attempts_exhausted')) : undefined
    await expect(checkout.pay('sbp')).rejects.toMatchObject({ code: 'attempts_exhausted' })
    expect(checkout.getSnapshot()).toMatchObject({
      status: 'ready',
      moneyMayHaveMoved: false,
      error: { code: 'attempts_exhausted' },
    })
    expect(platform.storage?.length).toBe(0)
    net.intercept = undefined
    expect((await checkout.pay('sbp')).error).toBe(null)
  })

  it('offers the methods again after a decline, and pays with a new key', async () => {
    const { api, net, open } = await openShop('declined')
    const { checkout } = open()
    expect(await checkout.pay('sbp')).toMatchObject({
      status: 'failed',
      failureCode: 'declined',
      moneyMayHaveMoved: false,
      view: { methods: [{ id: 'alipay' }, { id: 'sbp' }, { id: 'bank_card' }] },
    })
    api.setScenario('happy')
    expect((await checkout.pay('sbp')).status).toBe('requires_action')
    const keys = net.log
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers.get('idempotency-key'))
    expect(new Set(keys).size).toBe(2)
    for (const key of keys) expect(key?.length).toBeGreaterThanOrEqual(22)
  })

  it('withdraws an attempt for another method', async () => {
    const { open } = await openShop('another-method')
    const { checkout } = open()
    await checkout.pay('sbp')
    // The old code can still be paid: nobody may say that nothing was.
    expect(await checkout.cancel()).toMatchObject({ status: 'ready', moneyMayHaveMoved: true })
    expect(await checkout.pay('alipay')).toMatchObject({
      status: 'requires_action',
      payment: { method: 'alipay', supersededBefore: true },
    })
  })

  it('cancels nothing when there is nothing', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    await checkout.load()
    expect((await checkout.cancel()).status).toBe('ready')
    expect(net.count('POST', /./)).toBe(0)
  })

  it('says that the outcome of a cancel is unknown when its answer is lost', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.pay('sbp')
    net.intercept = (request) => (request.method === 'POST' ? OFFLINE() : undefined)
    const canceled = expect(checkout.cancel()).rejects.toMatchObject({ code: 'outcome_unknown' })
    await platform.advance(60_000)
    await canceled
    expect(net.count('POST', /cancel/)).toBe(3)
    expect(checkout.getSnapshot()).toMatchObject({ status: 'requires_action', moneyMayHaveMoved: true })
  })

  it('goes on when a cancel is refused, and says why', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    await checkout.pay('sbp')
    net.intercept = (request) =>
      request.method === 'POST' ? Promise.resolve(problem(409, 'invalid_state')) : undefined
    await expect(checkout.cancel()).rejects.toMatchObject({ code: 'invalid_state' })
    expect(checkout.getSnapshot()).toMatchObject({
      status: 'requires_action',
      moneyMayHaveMoved: true,
      error: { code: 'invalid_state' },
    })
  })

  it('shows nothing of a refusal whose view is none', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    await checkout.load()
    net.intercept = (request) =>
      isPay(request)
        ? Promise.resolve(problem(409, 'payment_in_progress', { view: { version: 9 } }))
        : undefined
    await expect(checkout.pay('sbp')).rejects.toMatchObject({ code: 'payment_in_progress' })
    expect(checkout.getSnapshot()).toMatchObject({ status: 'ready', view: { version: 1 } })
  })

  it('was not made where the API had no time for it', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = (request) => (isPay(request) ? Promise.resolve(problem(429, 'rate_limited')) : undefined)
    const paid = expect(checkout.pay('sbp')).rejects.toMatchObject({ code: 'rate_limited' })
    await platform.advance(60_000)
    await paid
    expect(checkout.getSnapshot()).toMatchObject({ status: 'ready', moneyMayHaveMoved: false })
  })

  it('does not pay a session that is over', async () => {
    const { api, id, net, open } = await openShop()
    const { checkout } = open()
    api.expire(id)
    await expect(checkout.pay('sbp')).rejects.toMatchObject({ code: 'session_not_open' })
    expect(checkout.getSnapshot().status).toBe('expired')
    expect(net.count('POST', /./)).toBe(0)
  })
})

describe('a lost answer', () => {
  it('is asked for again with the same key', async () => {
    const { api, net, open } = await openShop('lost-answer')
    const { platform, checkout } = open()
    const paid = checkout.pay('sbp')
    await platform.advance(5_000)
    expect((await paid).status).toBe('requires_action')
    const keys = net.log
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers.get('idempotency-key'))
    expect(keys.length).toBe(2)
    expect(keys[0]).toBe(keys[1])
    expect(api.events.length).toBe(1)
  })

  it('is processing, never failed, and the money may have moved', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = OFFLINE
    const paid = checkout.pay('sbp')
    expect(checkout.getSnapshot()).toMatchObject({ status: 'starting', moneyMayHaveMoved: true })
    await platform.advance(60_000)
    expect(await paid).toMatchObject({
      status: 'processing',
      method: 'sbp',
      payment: null,
      reason: 'checking',
      moneyMayHaveMoved: true,
      connection: 'retrying',
    })
  })

  it('is not asked for again while the API cannot be reached, or refuses to be asked', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.load()
    net.intercept = OFFLINE
    const paid = checkout.pay('sbp')
    await platform.advance(60_000)
    await paid
    expect(net.count('POST', /payments/)).toBe(4)
    await platform.advance(60_000)
    net.intercept = () => Promise.resolve(problem(401, 'token_expired'))
    platform.pageShow()
    await platform.advance(60_000)
    expect(net.count('POST', /payments/)).toBe(4)
    expect(checkout.getSnapshot()).toMatchObject({ status: 'processing', error: { code: 'token_expired' } })
  })

  it('is not asked for twice: a look at the checkout sends nothing while the request is under way', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    let release = () => {}
    net.intercept = (request) =>
      isPay(request)
        ? new Promise<void>((resolve) => (release = resolve)).then(() => net.passOn(request))
        : undefined
    const paid = checkout.pay('sbp')
    await platform.settle()
    expect((await checkout.load()).status).toBe('starting')
    expect(net.count('POST', /payments/)).toBe(1)
    release()
    expect((await paid).status).toBe('requires_action')
  })

  it('keeps other methods away while nobody knows', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = (request) => (isPay(request) ? OFFLINE() : undefined)
    const lost = checkout.pay('sbp')
    await platform.advance(60_000)
    await lost
    const other = expect(checkout.pay('alipay')).rejects.toMatchObject({ code: 'payment_in_progress' })
    await platform.advance(60_000)
    await other
    const methods = net.log
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body).method)
    expect(new Set(methods)).toEqual(new Set(['sbp']))
  })

  it('ends by the watch when the attempt had arrived', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.load()
    let arrived = 0
    net.intercept = (request) => {
      if (!isPay(request)) return undefined
      // It arrives, and no answer ever comes back.
      return arrived++ ? OFFLINE() : net.passOn(request).then(OFFLINE)
    }
    const paid = checkout.pay('sbp')
    await platform.advance(20_000)
    await paid
    expect(checkout.getSnapshot()).toMatchObject({ status: 'requires_action', payment: { method: 'sbp' } })
  })

  it('sends the same key again once the API answers and does not show the attempt', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.load()
    net.intercept = OFFLINE
    const paid = checkout.pay('sbp')
    await platform.advance(10_000)
    await paid
    expect(checkout.getSnapshot().status).toBe('processing')
    net.intercept = undefined
    platform.setOnline(true)
    await platform.settle()
    expect(checkout.getSnapshot()).toMatchObject({ status: 'requires_action', connection: 'ok' })
    const keys = net.log
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers.get('idempotency-key'))
    expect(new Set(keys).size).toBe(1)
  })

  it('keeps the key over a reload, asks first, and sends it again only for what the API does not show', async () => {
    const { net, open } = await openShop()
    const origin = createFakeOrigin()
    const before = open(origin)
    await before.checkout.load()
    net.intercept = (request) => (isPay(request) ? OFFLINE() : undefined)
    void before.checkout.pay('sbp')
    await before.platform.settle()
    before.checkout.stop()

    net.intercept = undefined
    const key = net.log.at(-1)?.headers.get('idempotency-key')
    net.log.length = 0
    const after = open(origin)
    await after.checkout.load()
    expect((await after.checkout.pay('sbp')).status).toBe('requires_action')
    expect(net.log.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST'])
    expect(net.log[2]?.headers.get('idempotency-key')).toBe(key)
  })

  it('does not pay again after a reload when the attempt had arrived', async () => {
    const { net, open } = await openShop('lost-answer')
    const origin = createFakeOrigin()
    const before = open(origin)
    void before.checkout.pay('sbp')
    await before.platform.settle()
    before.checkout.stop()
    const after = open(origin)
    expect((await after.checkout.load()).status).toBe('requires_action')
    expect((await after.checkout.pay('sbp')).status).toBe('requires_action')
    expect(net.count('POST', /payments/)).toBe(1)
  })

  it('writes the key down before the request leaves', async () => {
    const { id, net, open } = await openShop()
    const { platform, checkout } = open()
    let stored: string | null | undefined
    net.intercept = (request) => {
      if (isPay(request)) stored = platform.storage?.getItem(`teabrick:${id}`)
      return undefined
    }
    await checkout.pay('sbp')
    expect(JSON.parse(stored ?? '{}')).toMatchObject({ key: net.log.at(-1)?.headers.get('idempotency-key') })
  })

  it('pays when the storage throws', async () => {
    const { open } = await openShop()
    const broken = createFakeOrigin()
    const { checkout } = open({
      ...broken,
      storage: new Proxy(broken.storage, {
        get() {
          throw new DOMException('denied', 'SecurityError')
        },
      }),
    })
    expect((await checkout.pay('sbp')).status).toBe('requires_action')
  })

  it('sees the attempt of a key that was used before for another body', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    const other = open()
    await checkout.load()
    net.intercept = (request) => {
      if (!isPay(request)) return undefined
      net.intercept = undefined
      return other.checkout.pay('sbp').then(() => problem(422, 'idempotency_key_reused'))
    }
    expect(await checkout.pay('sbp')).toMatchObject({ status: 'requires_action' })
  })

  it('is not taken for the attempt with another method', async () => {
    const { net, open } = await openShop()
    const { checkout } = open()
    const other = open()
    await checkout.load()
    net.intercept = (request) => {
      if (!isPay(request)) return undefined
      net.intercept = undefined
      return other.checkout.pay('alipay').then(() => problem(422, 'idempotency_key_reused'))
    }
    await expect(checkout.pay('sbp')).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    expect(checkout.getSnapshot()).toMatchObject({ status: 'requires_action', payment: { method: 'alipay' } })
  })

  it('lets the buyer out by a cancel', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = (request) => (isPay(request) ? OFFLINE() : undefined)
    void checkout.pay('sbp')
    await platform.advance(60_000)
    expect(checkout.getSnapshot().status).toBe('processing')
    expect(await checkout.cancel()).toMatchObject({ status: 'ready', moneyMayHaveMoved: false })
  })

  it('is not over because a cancel was refused', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = (request) => (isPay(request) ? OFFLINE() : undefined)
    void checkout.pay('sbp')
    await platform.advance(60_000)
    net.intercept = (request) =>
      request.method === 'POST' ? Promise.resolve(problem(409, 'invalid_state')) : OFFLINE()
    await expect(checkout.cancel()).rejects.toMatchObject({ code: 'invalid_state' })
    expect(checkout.getSnapshot()).toMatchObject({ status: 'processing', moneyMayHaveMoved: true })
  })

  it('cannot be overtaken by an older answer', async () => {
    const { api, id, net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.load()
    let release = () => {}
    net.intercept = (request) =>
      isPay(request)
        ? net.passOn(request).then((answer) => new Promise((resolve) => (release = () => resolve(answer))))
        : undefined
    const paid = checkout.pay('sbp')
    await platform.settle()
    api.approve(id)
    await checkout.load()
    expect(checkout.getSnapshot().status).toBe('succeeded')
    release()
    expect((await paid).status).toBe('succeeded')
  })
})

describe('the watch', () => {
  it('asks at most 40 times in 14 minutes of waiting', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    net.intercept = net.holdFor(platform, 25_000)
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    net.log.length = 0
    await platform.advance(14 * 60_000)
    expect(net.log.length).toBeLessThanOrEqual(40)
    expect(net.log.length).toBeGreaterThan(30)
    expect(net.log.slice(1).every(({ headers }) => headers.get('prefer') === 'wait=25')).toBe(true)
    expect(net.log.slice(1).every(({ headers }) => headers.get('if-none-match') !== null)).toBe(true)
  })

  it('ends with the last subscriber, and with stop', async () => {
    for (const end of ['unsubscribe', 'stop'] as const) {
      const { net, open } = await openShop()
      const { platform, checkout } = open()
      const unsubscribe = checkout.subscribe(() => undefined)
      await checkout.pay('sbp')
      await platform.settle()
      if (end === 'stop') checkout.stop()
      else unsubscribe()
      await platform.settle()
      net.log.length = 0
      platform.pageShow()
      await platform.advance(600_000)
      expect([net.log.length, platform.timerCount(), platform.listenerCount()]).toEqual([0, 0, 0])
    }
  })

  it.each(['load', 'pay', 'hold'] as const)('starts again by %s after a stop', async (call) => {
    const { api, id, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.load()
    if (call !== 'pay') await checkout.pay('sbp')
    checkout.stop()
    await platform.settle()
    expect(platform.timerCount()).toBe(0)
    await checkout[call]('sbp')
    await platform.settle()
    api.approve(id)
    await platform.settle()
    expect(checkout.getSnapshot().status).toBe('succeeded')
  })

  it('starts again by a cancel after a stop: the old code may still be paid', async () => {
    const { api, id, open } = await openShop('another-method')
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    checkout.stop()
    expect(await checkout.cancel()).toMatchObject({ status: 'ready', moneyMayHaveMoved: true })
    await platform.settle()
    api.expire(id)
    await platform.settle()
    expect(checkout.getSnapshot().status).toBe('expired')
  })

  it('has nothing more to ask once it is paid, though the sheet stays open', async () => {
    const { api, id, net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    checkout.hold()
    await checkout.pay('sbp')
    await platform.settle()
    api.approve(id)
    await platform.settle()
    expect(checkout.getSnapshot().status).toBe('succeeded')
    net.log.length = 0
    platform.pageShow()
    await platform.advance(600_000)
    expect([net.log.length, platform.timerCount(), platform.listenerCount()]).toEqual([0, 0, 0])
  })

  it('takes over where a load has failed', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    net.intercept = OFFLINE
    const loaded = expect(checkout.load()).rejects.toMatchObject({ code: 'network_error' })
    checkout.subscribe(() => undefined)
    await platform.advance(20_000)
    await loaded
    net.intercept = undefined
    await platform.advance(20_000)
    expect(checkout.getSnapshot()).toMatchObject({ status: 'ready', connection: 'ok' })
  })

  it('does not show an answer that comes after a stop', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    let release = () => {}
    net.intercept = () =>
      new Promise<void>((resolve) => (release = resolve)).then(() => problem(401, 'token_expired'))
    const loaded = checkout.load().catch(() => undefined)
    await platform.settle()
    checkout.stop()
    release()
    await loaded
    expect(checkout.getSnapshot().error).toBe(null)
  })

  it('asks nothing from a page that was never seen', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    platform.setVisible(false)
    checkout.subscribe(() => undefined)
    await platform.advance(60_000)
    expect(net.log.length).toBe(0)
    platform.pageShow()
    await platform.settle()
    expect(checkout.getSnapshot().status).toBe('ready')
  })

  it('asks again at once however soon the buyer comes back, and once for one return', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    const unheld = () => net.log.filter(({ headers }) => !headers.has('prefer')).length
    const before = unheld()
    platform.pageShow()
    await platform.advance(400)
    platform.pageShow()
    await platform.settle()
    expect(unheld()).toBe(before + 1)
    platform.setVisible(false)
    platform.setVisible(true)
    await platform.settle()
    expect(unheld()).toBe(before + 2)
    await platform.advance(500)
    platform.pageShow()
    await platform.settle()
    expect(unheld()).toBe(before + 3)
  })

  it('does not hold a request where the browser has no connection left for it', async () => {
    const { net, open } = await openShop()
    const { exclusive, ...origin } = createFakeOrigin()
    const { platform, checkout } = open({
      ...origin,
      exclusive: (name, signal, run) => exclusive(name, signal, () => run(true)),
    })
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.advance(20_000)
    expect(net.log.length).toBeGreaterThan(5)
    expect(net.log.some(({ headers }) => headers.has('prefer'))).toBe(false)
  })

  it('asks every 2, 5 and 10 seconds the longer it fails, and no sooner than it is told to', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    const asked: number[] = []
    net.intercept = () => {
      asked.push(platform.now())
      return OFFLINE()
    }
    platform.pageShow()
    await platform.advance(901_000)
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0))
    expect(asked.slice(0, 6)).toEqual([0, 1000, 2000, 3000, 4000, 5000])
    expect(gaps.slice(5)).toEqual([
      ...Array(28).fill(2000),
      ...Array(24).fill(5000),
      ...Array(72).fill(10_000),
    ])

    let isTold = true
    net.intercept = async () => {
      asked.push(platform.now())
      if (!isTold) throw new TypeError('Failed to fetch')
      isTold = false
      return new Response('{"status":503,"code":"unavailable"}', {
        status: 503,
        headers: { 'content-type': 'application/problem+json', 'retry-after': '30' },
      })
    }
    asked.length = 0
    platform.pageShow()
    await platform.advance(33_000)
    expect(asked.slice(0, 3).map((at) => at - (asked[0] ?? 0))).toEqual([0, 30_000, 32_000])
  })

  it('starts again after subscribe, stop, subscribe', async () => {
    const { api, id, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)()
    checkout.stop()
    checkout.subscribe(() => undefined)
    await platform.settle()
    expect(checkout.getSnapshot().status).toBe('ready')
    await checkout.pay('sbp')
    await platform.settle()
    api.approve(id)
    await platform.settle()
    expect(checkout.getSnapshot().status).toBe('succeeded')
  })

  it('never aborts a pay request that has left', async () => {
    const { api, id, net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    let signal: AbortSignal | undefined
    let release = () => {}
    net.intercept = (request) => {
      if (!isPay(request)) return undefined
      signal = request.signal
      return net.passOn(request).then((answer) => new Promise((resolve) => (release = () => resolve(answer))))
    }
    const paid = checkout.pay('sbp')
    await platform.settle()
    checkout.stop()
    await platform.settle()
    expect(signal?.aborted).toBe(false)
    release()
    expect((await paid).status).toBe('requires_action')
    api.approve(id)
  })

  it('CL-03: asks nothing while hidden, and once at once when the page is shown', async () => {
    const { api, id, net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    platform.setVisible(false)
    await platform.settle()
    net.log.length = 0
    await platform.advance(5 * 3_600_000)
    expect([net.log.length, platform.timerCount()]).toEqual([0, 0])
    api.approve(id)
    platform.pageShow()
    await platform.settle()
    expect(net.log.length).toBe(1)
    expect(checkout.getSnapshot().status).toBe('succeeded')
  })

  it('watches while a sheet is open, before any attempt, and not after', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    const other = open()
    checkout.subscribe(() => undefined)
    await checkout.load()
    const release = checkout.hold()
    await platform.settle()
    await other.checkout.pay('sbp')
    await other.checkout.cancel()
    await platform.settle()
    expect(checkout.getSnapshot()).toMatchObject({ status: 'ready', view: { version: 4 } })
    release()
    release()
    await platform.settle()
    net.log.length = 0
    await platform.advance(600_000)
    expect(net.log.length).toBe(0)
    checkout.hold()
    await platform.settle()
    expect(net.log.length).toBeGreaterThan(0)
  })

  it('does not come to life when one of two subscribers leaves after a stop, or by a late answer', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    const unsubscribe = checkout.subscribe(() => undefined)
    checkout.subscribe(() => undefined)
    await checkout.load()
    let release = () => {}
    net.intercept = (request) =>
      isPay(request)
        ? net.passOn(request).then((answer) => new Promise((resolve) => (release = () => resolve(answer))))
        : undefined
    const paid = checkout.pay('sbp')
    await platform.settle()
    checkout.stop()
    net.log.length = 0
    unsubscribe()
    release()
    expect((await paid).status).toBe('requires_action')
    await platform.advance(60_000)
    expect([net.log.length, platform.timerCount(), platform.listenerCount()]).toEqual([0, 0, 0])
  })

  it('does not call the network bad because the page was hidden', async () => {
    const { open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    platform.setVisible(false)
    await platform.settle()
    expect(checkout.getSnapshot().connection).toBe('ok')
  })

  it('turns to its polling schedule after three failures in a row, and back to long-polls', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    net.log.length = 0
    net.intercept = OFFLINE
    platform.pageShow()
    await platform.advance(20_000)
    expect(checkout.getSnapshot()).toMatchObject({ status: 'requires_action', connection: 'retrying' })
    const held = net.log.map(({ headers }) => headers.has('prefer'))
    expect(held.slice(0, 4)).toEqual([false, true, true, false])
    expect(held.slice(3).includes(true)).toBe(false)
    net.intercept = undefined
    await platform.advance(3_000)
    expect(net.log.at(-1)?.headers.has('prefer')).toBe(true)
    expect(checkout.getSnapshot().connection).toBe('ok')
  })

  it('follows the schedule for 15 minutes of failures, then rests until somebody looks', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    net.intercept = OFFLINE
    net.log.length = 0
    platform.pageShow()
    await platform.advance(5_000)
    const first = net.log.length
    expect(first).toBeGreaterThanOrEqual(5)
    await platform.advance(16 * 60_000)
    expect(net.log.length).toBeLessThanOrEqual(132)
    net.log.length = 0
    await platform.advance(3_600_000)
    expect([net.log.length, checkout.getSnapshot().status]).toEqual([0, 'requires_action'])
    expect(platform.timerCount()).toBe(0)
    net.intercept = undefined
    platform.pageShow()
    await platform.settle()
    expect(checkout.getSnapshot().connection).toBe('ok')
  })

  it('pauses 2 seconds when answers are not held', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    net.log.length = 0
    net.intercept = () => Promise.resolve(new Response(null, { status: 304 }))
    platform.pageShow()
    await platform.advance(20_000)
    expect(net.log.length).toBeLessThanOrEqual(12)
  })

  it('pauses as well when every answer is a 200 without news', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    checkout.subscribe(() => undefined)
    await checkout.pay('sbp')
    await platform.settle()
    net.log.length = 0
    net.intercept = async (request) => {
      request.headers.delete('if-none-match')
      return undefined as never
    }
    platform.pageShow()
    await platform.advance(20_000)
    expect(net.log.length).toBeLessThanOrEqual(12)
  })

  for (const status of [401, 403, 404]) {
    it(`stops on ${status}, keeps what it knows, and says why`, async () => {
      const { net, open } = await openShop()
      const { platform, checkout } = open()
      checkout.subscribe(() => undefined)
      await checkout.pay('sbp')
      await platform.settle()
      net.intercept = () => Promise.resolve(problem(status, 'token_expired'))
      platform.pageShow()
      await platform.settle()
      net.log.length = 0
      await platform.advance(1_000)
      platform.pageShow()
      await platform.advance(600_000)
      expect(net.log.length).toBe(0)
      expect(checkout.getSnapshot()).toMatchObject({
        status: 'requires_action',
        moneyMayHaveMoved: true,
        error: { code: 'token_expired', status },
      })
      await expect(checkout.load()).rejects.toMatchObject({ code: 'token_expired' })
      net.intercept = undefined
      expect((await checkout.load()).error).toBe(null)
      // Who asks on purpose is followed again.
      await platform.settle()
      expect(net.log.at(-1)?.headers.get('prefer')).toBe('wait=25')
    })
  }

  it('says offline when the device does', async () => {
    const { net, open } = await openShop()
    const { platform, checkout } = open()
    await checkout.load()
    net.intercept = OFFLINE
    platform.setOnline(false)
    const loaded = expect(checkout.load()).rejects.toMatchObject({ code: 'network_error' })
    await platform.advance(30_000)
    await loaded
    expect(checkout.getSnapshot()).toMatchObject({ status: 'ready', connection: 'offline' })
  })
})

describe('several tabs', () => {
  it('holds one request for all of them, and shows the result in each', async () => {
    const { api, id, net, open } = await openShop()
    const origin = createFakeOrigin()
    const tabs = [open(origin), open(origin), open(origin)]
    for (const { checkout } of tabs) checkout.subscribe(() => undefined)
    await tabs[0]?.checkout.pay('sbp')
    for (const { checkout, platform } of tabs) {
      await checkout.load()
      await platform.settle()
    }
    net.log.length = 0
    expect(net.openHolds).toBe(1)
    for (const { platform } of tabs) await platform.advance(10_000)
    expect(net.openHolds).toBe(1)
    api.approve(id)
    for (const { platform } of tabs) await platform.settle()
    expect(tabs.map(({ checkout }) => checkout.getSnapshot().status)).toEqual(Array(3).fill('succeeded'))
  })

  it('passes the turn on when a tab goes away', async () => {
    const { api, id, open } = await openShop()
    const origin = createFakeOrigin()
    const [first, second] = [open(origin), open(origin)]
    for (const { checkout } of [first, second]) checkout.subscribe(() => undefined)
    await first.checkout.pay('sbp')
    await second.checkout.load()
    await first.platform.settle()
    first.checkout.stop()
    await second.platform.settle()
    api.approve(id)
    await second.platform.settle()
    expect(second.checkout.getSnapshot().status).toBe('succeeded')
  })

  it('pays once when two tabs pay at the same time', async () => {
    const { net, open } = await openShop()
    const origin = createFakeOrigin()
    const [first, second] = [open(origin), open(origin)]
    await Promise.all([first.checkout.load(), second.checkout.load()])
    const states = await Promise.all([first.checkout.pay('sbp'), second.checkout.pay('sbp')])
    expect(states.map((state) => 'payment' in state && state.payment?.id)).toEqual(
      Array(2).fill(expect.stringMatching(/_1$/)),
    )
    const keys = net.log
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers.get('idempotency-key'))
    expect(new Set(keys).size).toBe(1)
  })
})

describe('options that cannot work', () => {
  it.each([
    ['shop.example/pay', 'ct_x'],
    ['ftp://shop.example', 'ct_x'],
    ['javascript:alert(1)', 'ct_x'],
    ['https://shop.example/pay?x=1', 'ct_x'],
    ['https://shop.example/pay', 'sk_sandbox_demo'],
    ['https://shop.example/pay', 'ct_a\nb'],
    ['https://shop.example/pay', ''],
  ])('are refused at once: %s, %s', (apiUrl, clientToken) => {
    expect(() => createPayClient({ apiUrl, clientToken })).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    )
  })

  it('never repeats a token in a message', () => {
    try {
      createPayClient({ apiUrl: API_URL, clientToken: 'sk_live_secret' })
    } catch (error) {
      expect(String(error)).not.toContain('secret')
    }
  })
})
