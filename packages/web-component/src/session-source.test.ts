import { isPayError } from '@teabrick/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSessionSource, type SessionSourceOptions } from './session-source.ts'

const URL_OF_SHOP = 'https://shop.example/api/checkout'
let answers: (() => Response | Promise<Response>)[]
let requests: { url: string; init: RequestInit }[]
const realFetch = globalThis.fetch

beforeEach(() => {
  sessionStorage.clear()
  requests = []
  answers = []
  globalThis.fetch = (async (url: string, init: RequestInit) => {
    requests.push({ url, init })
    return (
      answers.shift() ?? (() => Response.json({ clientToken: 'ct_1', url: 'https://pay.example/c/lt_1' }))
    )()
  }) as typeof fetch
})
afterEach(() => {
  globalThis.fetch = realFetch
})

const create = (options: Partial<SessionSourceOptions> = {}) =>
  createSessionSource({
    clientToken: undefined,
    sessionUrl: URL_OF_SHOP,
    createSession: undefined,
    data: {},
    ...options,
  })
const keys = () => requests.map(({ init }) => new Headers(init.headers).get('idempotency-key'))

it('asks once, however often it is asked', async () => {
  const source = create({ data: { sku: 'pu-erh', quantity: '2' } })
  const answersOf = await Promise.all([source.get(), source.get(), source.get()])
  expect(answersOf[2]).toEqual({ clientToken: 'ct_1', url: 'https://pay.example/c/lt_1' })
  expect(requests).toHaveLength(1)
  expect(JSON.parse(String(requests[0]!.init.body))).toEqual({ quantity: 2, data: { sku: 'pu-erh' } })
  expect(requests[0]!.init.mode).toBe('same-origin')
})

it.each(['1', '9999999'])('orders %s', async (quantity) => {
  await create({ data: { quantity } }).get()
  expect(JSON.parse(String(requests[0]!.init.body))).toEqual({ quantity: Number(quantity), data: {} })
})

it.each(['0', '-1', '1.5', '1e3', ' 2', '2 ', '12345678', 'two', ''])(
  'does not order %j: that is no quantity',
  async (quantity) => {
    await create({ data: { sku: 'tea', quantity } }).get()
    expect(JSON.parse(String(requests[0]!.init.body))).toEqual({ data: { sku: 'tea' } })
  },
)

it('posts JSON to the merchant’s own backend', async () => {
  await create().get()
  expect(requests[0]).toMatchObject({ url: URL_OF_SHOP, init: { method: 'POST' } })
  expect(new Headers(requests[0]!.init.headers).get('content-type')).toBe('application/json')
})

it('asks nobody where the page has a token', async () => {
  const source = create({ clientToken: 'ct_9' })
  expect([await source.get(), source.isRenewable]).toEqual([{ clientToken: 'ct_9' }, false])
  expect([create().isRenewable, requests.length]).toEqual([true, 0])
})

it('gives up after 15 seconds, and asks again with the same key', async () => {
  vi.useFakeTimers()
  try {
    const never = () =>
      new Promise<Response>((_, reject) => {
        const { signal } = requests.at(-1)!.init
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    answers = [never]
    const source = create()
    const error = source.get().catch((cause: unknown) => cause)
    await vi.advanceTimersByTimeAsync(14_999)
    expect(requests[0]!.init.signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await error).toMatchObject({ code: 'network_error' })
    await source.get()
    expect(keys()[1]).toBe(keys()[0])
  } finally {
    vi.useRealTimers()
  }
})

it('remembers nothing of a page that has its own token, or asks in its own way', async () => {
  for (const options of [{ clientToken: 'ct_9' }, { createSession: async () => 'ct_2' }]) {
    const source = create(options)
    await source.get()
    source.remember()
  }
  expect(sessionStorage.length).toBe(0)
})

it('BA-23: orders no more than the element says, whatever a page put on Object.prototype', async () => {
  Object.assign(Object.prototype, { quantity: '99' })
  try {
    await create({ data: { sku: 'pu-erh' } }).get()
    expect(JSON.parse(String(requests[0]!.init.body))).toEqual({ data: { sku: 'pu-erh' } })
  } finally {
    Reflect.deleteProperty(Object.prototype, 'quantity')
  }
})

it('keeps the key when the answer was lost', async () => {
  answers = [() => Promise.reject(new TypeError('Failed to fetch'))]
  const source = create()
  await expect(source.get()).rejects.toMatchObject({ code: 'network_error' })
  await source.get()
  expect(keys()[0]).toHaveLength(32)
  expect(keys()[1]).toBe(keys()[0])
})

it('comes back to the same session after a reload while a payment is under way, and not otherwise', async () => {
  const before = create()
  await before.get()
  await create().get()
  expect(keys()[1]).not.toBe(keys()[0])
  before.remember()
  const after = create()
  await after.get()
  expect(keys()[2]).toBe(keys()[0])
  after.forget()
  await after.get()
  await create().get()
  expect(new Set(keys()).size).toBe(4)
})

it('does not share a key between two articles', async () => {
  const tea = create({ data: { sku: 'tea' } })
  await tea.get()
  tea.remember()
  await create({ data: { sku: 'cup' } }).get()
  expect(keys()[1]).not.toBe(keys()[0])
})

it.each([
  ['a problem', () => Response.json({ code: 'rate_limited' }, { status: 429 }), 'rate_limited'],
  ['AS-11: a captive portal', () => new Response('<html>Login</html>'), 'unexpected_response'],
  ['no token', () => Response.json({}), 'unexpected_response'],
  ['a token that is no text', () => Response.json({ clientToken: 1 }), 'unexpected_response'],
  ['a secret key', () => Response.json({ clientToken: 'sk_1' }), 'unexpected_response'],
  ['a status token', () => Response.json({ clientToken: 'st_1' }), 'unexpected_response'],
  ['a token with more behind it', () => Response.json({ clientToken: 'ct_1\n' }), 'unexpected_response'],
  ['a token with more before it', () => Response.json({ clientToken: 'x ct_1' }), 'unexpected_response'],
  ['a code that is no text', () => Response.json({ code: 7 }, { status: 500 }), 'unexpected_response'],
  ['a token with markup', () => Response.json({ clientToken: 'ct_<img>' }), 'unexpected_response'],
  [
    'AS-14: an inherited token',
    () => new Response('{"__proto__":{"clientToken":"ct_1"}}'),
    'unexpected_response',
  ],
])('refuses %s', async (_, answer, code) => {
  answers = [answer]
  const error = await create()
    .get()
    .catch((cause: unknown) => cause)
  expect(isPayError(error) && error.code).toBe(code)
  expect(error).toMatchObject(code === 'rate_limited' ? { status: 429 } : {})
})

it('uses createSession when the page gives one, with or without the hosted page', async () => {
  const createSession = vi.fn().mockResolvedValueOnce('ct_2')
  expect(await create({ createSession }).get()).toEqual({ clientToken: 'ct_2', url: undefined })
  createSession.mockResolvedValueOnce({ clientToken: 'ct_3', url: 'https://pay.example/c/lt_3' })
  expect(await create({ createSession }).get()).toEqual({
    clientToken: 'ct_3',
    url: 'https://pay.example/c/lt_3',
  })
  expect(requests).toHaveLength(0)
})

it('takes the link’s token, and no hosted page that is no text', async () => {
  answers = [() => Response.json({ clientToken: 'lt_1', url: 7 })]
  expect(await create().get()).toEqual({ clientToken: 'lt_1', url: undefined })
})

it('BA-23: takes nothing from Object.prototype', async () => {
  Object.defineProperty(Object.prototype, 'url', { value: 'https://evil.test', configurable: true })
  try {
    answers = [() => Response.json({ clientToken: 'ct_1' })]
    expect((await create().get()).url).toBeUndefined()
  } finally {
    Reflect.deleteProperty(Object.prototype, 'url')
  }
})
