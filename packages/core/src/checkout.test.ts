import { afterEach, expect, it } from 'vitest'
import { createPayClient } from './client.ts'
import type { createSessionRequest } from './contract/session.ts'
import { isPayError } from './errors.ts'
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
    async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init)
      const { pathname, search } = new URL(request.url)
      const { method, headers, keepalive } = request
      log.push({ method, path: pathname + search, headers, keepalive, body: await request.clone().text() })
      return (await net.intercept?.(request)) ?? api.fetch(request)
    },
  }
  return net
}

const pages: Page[] = []
afterEach(() => {
  for (const { checkout } of pages.splice(0)) checkout.stop()
})

it('buys: ready, starting, requires_action, succeeded', async () => {
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
  expect(platform.timerCount()).toBe(0)
  expect(platform.listenerCount()).toBe(0)
})
