import { describe, expect, it } from 'vitest'
import type { Checkout } from '../checkout-state.ts'
import { createPayClient } from '../client.ts'
import { createMerchantClient, verifyWebhook } from '../merchant/index.ts'
import { createTestPaymentApi, TEST_SCENARIOS, type TestPaymentApi, type TestScenario } from './index.ts'

const API_URL = 'https://shop.example/pay'
const SECRET = `whsec_${btoa('a-webhook-secret-of-32-bytes-ok!')}`

/** What a merchant's unit test does: no fake clock, the real platform of Node. */
async function shop(scenario?: TestScenario) {
  const api = createTestPaymentApi()
  const merchant = createMerchantClient({ apiUrl: API_URL, secretKey: 'sk_test', fetch: api.fetch })
  const session = await merchant.sessions.create({
    amount: { currency: 'RUB', minorUnits: 123_456 },
    order: { reference: 'A-1001', description: 'Tea' },
    returnUrl: 'https://shop.example/thanks',
  })
  if (scenario) api.setScenario(scenario)
  const checkout = createPayClient({
    apiUrl: API_URL,
    clientToken: session.clientToken as string,
    fetch: api.fetch,
  })
  return { api, merchant, session, checkout }
}

/** Resolves once the checkout has the status. */
function reaches(checkout: Checkout, status: string): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (checkout.getSnapshot().status !== status) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = checkout.subscribe(check)
    check()
  })
}

describe('the scenario', () => {
  it('happy: the buyer approves, and the merchant hears of it', async () => {
    const { api, merchant, session, checkout } = await shop('happy')
    await checkout.pay('alipay')
    const paid = reaches(checkout, 'succeeded')
    api.approve(session.id)
    await paid
    expect((await merchant.sessions.get(session.id)).status).toBe('complete')
    expect(api.events(session.id).map(({ type }) => type)).toEqual(['payment.succeeded', 'session.completed'])
  })

  it('declined: every attempt, at once', async () => {
    const { checkout } = await shop('declined')
    expect(await checkout.pay('sbp')).toMatchObject({ status: 'failed', failureCode: 'declined' })
  })

  it('slow: processing until somebody decides', async () => {
    const { api, session, checkout } = await shop('slow')
    expect((await checkout.pay('sbp')).status).toBe('processing')
    api.decline(session.id, 'insufficient_funds')
    expect(await checkout.load()).toMatchObject({ status: 'failed', failureCode: 'insufficient_funds' })
  })

  it('expires: while the buyer looks at the code', async () => {
    const { checkout } = await shop('expires')
    expect((await checkout.pay('sbp')).status).toBe('expired')
  })

  it('lost-answer: one attempt, by two requests with one key', async () => {
    const { api, merchant, session, checkout } = await shop('lost-answer')
    expect((await checkout.pay('sbp')).status).toBe('requires_action')
    expect((await merchant.sessions.get(session.id)).payments.length).toBe(1)
    const keys = api.requests
      .filter(({ path }) => path.endsWith('/payments'))
      .map(({ idempotencyKey }) => idempotencyKey)
    expect(keys.length).toBe(2)
    expect(keys[0]).toBe(keys[1])
  })

  it('another-method: the old code is superseded, and what is paid with it comes back', async () => {
    const { api, merchant, session, checkout } = await shop('another-method')
    await checkout.pay('sbp')
    await checkout.cancel()
    await checkout.pay('alipay')
    api.approve(session.id)
    const [sbp, alipay] = (await merchant.sessions.get(session.id)).payments
    expect([sbp?.status, alipay?.status]).toEqual(['superseded', 'succeeded'])
    api.approve(session.id, sbp?.id)
    expect((await merchant.payments.get(sbp?.id ?? '')).status).toBe('late_refunded')
  })

  it('offline: nothing arrives until the network is back', async () => {
    const { api, checkout } = await shop('offline')
    const before = api.requests.length
    await expect(api.fetch(API_URL)).rejects.toThrow(TypeError)
    expect(api.requests.length).toBe(before)
    api.goOnline()
    expect((await checkout.load()).status).toBe('ready')
  })

  it.each(TEST_SCENARIOS)('%s is known by its name', (scenario) => {
    expect(() => createTestPaymentApi({ scenario })).not.toThrow()
  })
})

it('captures a hold after the session is complete', async () => {
  const api = createTestPaymentApi()
  const merchant = createMerchantClient({ apiUrl: API_URL, secretKey: 'sk_test', fetch: api.fetch })
  const session = await merchant.sessions.create({
    amount: { currency: 'CNY', minorUnits: 5_000 },
    order: { reference: 'A-1', description: 'Tea' },
    returnUrl: 'https://shop.example/thanks',
    capture: 'manual',
  })
  const checkout = createPayClient({
    apiUrl: API_URL,
    clientToken: session.clientToken as string,
    fetch: api.fetch,
  })
  await checkout.pay('alipay')
  api.approve(session.id)
  expect((await checkout.load()).status).toBe('succeeded')
  const [held] = (await merchant.sessions.get(session.id)).payments
  expect(held?.status).toBe('authorized')
  expect((await merchant.payments.capture(held?.id ?? '')).status).toBe('succeeded')
})

it('signs what a webhook would bring, for the merchant’s handler', async () => {
  const { api, session, checkout } = await shop()
  await checkout.pay('sbp')
  api.approve(session.id)
  const events = []
  for (const webhook of await api.webhooks(session.id, SECRET)) {
    events.push(await verifyWebhook({ ...webhook, secrets: [SECRET] }))
  }
  expect(events.map(({ type }) => type)).toEqual(['payment.succeeded', 'session.completed'])
  expect(events[1]).toMatchObject({ data: { session: { status: 'complete' } } })
  expect(JSON.stringify(events)).not.toContain('ct_')
})

describe('answers as the contract says', () => {
  const ask = async (
    api: TestPaymentApi,
    path: string,
    init: RequestInit & { token?: string; key?: string } = {},
  ) => {
    const { token, key, ...rest } = init
    const answer = await api.fetch(`${API_URL}${path}`, {
      ...rest,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(key && { 'idempotency-key': key }) },
    })
    return { status: answer.status, code: (await answer.json().catch(() => ({}))).code }
  }
  const KEY = 'k'.repeat(22)

  it('401 without a token and for a foreign one', async () => {
    const { api } = await shop()
    expect(await ask(api, '/v1/checkout')).toEqual({ status: 401, code: 'unauthorized' })
    expect(await ask(api, '/v1/checkout', { token: 'ct_other' })).toEqual({
      status: 401,
      code: 'unauthorized',
    })
  })

  it('404 for what is not there', async () => {
    const { api } = await shop()
    expect(await ask(api, '/v1/sessions/cs_x', { token: 'sk_test' })).toEqual({
      status: 404,
      code: 'not_found',
    })
    expect(await ask(api, '/v1/nothing', { token: 'sk_test' })).toEqual({ status: 404, code: 'not_found' })
  })

  it('400 for a write without a key, and with unknown fields', async () => {
    const { api, session } = await shop()
    const token = session.clientToken as string
    const pay = (body: object, key?: string) =>
      ask(api, '/v1/checkout/payments', {
        method: 'POST',
        token,
        ...(key && { key }),
        body: JSON.stringify(body),
      })
    expect((await pay({ method: 'sbp' })).code).toBe('idempotency_key_missing')
    expect((await pay({ method: 'sbp' }, 'short')).code).toBe('idempotency_key_invalid')
    expect((await pay({ method: 'sbp', amount: 1 }, KEY)).code).toBe('invalid_request')
    expect((await pay({ method: 'kaspi' }, KEY)).code).toBe('method_unavailable')
    expect((await pay({ method: 'sbp', quoteId: 'old' }, KEY)).code).toBe('quote_changed')
  })

  it('a status token reads and pays nothing', async () => {
    const { api, session } = await shop()
    const token = `st_${session.id}`
    expect((await ask(api, '/v1/checkout', { token })).status).toBe(200)
    const body = JSON.stringify({ method: 'sbp' })
    expect((await ask(api, '/v1/checkout/payments', { method: 'POST', token, key: KEY, body })).status).toBe(
      401,
    )
  })

  it('a rail that is cut off is not offered', async () => {
    const { merchant, checkout } = await shop()
    await merchant.rails.update('test:sbp', { state: 'suspended', reason: 'drill' })
    await expect(checkout.pay('sbp')).rejects.toMatchObject({ code: 'method_unavailable' })
  })
})

it('holds an answer without a timer, and lets it go with its caller', async () => {
  const { api, session } = await shop()
  const caller = new AbortController()
  const headers = {
    authorization: `Bearer ${session.clientToken}`,
    prefer: 'wait=25',
    'if-none-match': 'W/"1.1"',
  }
  const held = api.fetch(`${API_URL}/v1/checkout`, { headers, signal: caller.signal })
  caller.abort()
  await expect(held).rejects.toMatchObject({ name: 'AbortError' })
})

it('refuses what cannot happen', async () => {
  const { api, session } = await shop()
  expect(() => api.approve(session.id)).toThrow('nobody has tried to pay')
})
