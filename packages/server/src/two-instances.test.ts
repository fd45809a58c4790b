import type { CheckoutView, Payment, Refund, Session } from '@teabrick/core/contract'
import { createSandbox, type Sandbox, sandboxAccounts } from '@teabrick/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from './api-rig.ts'
import { createPaymentApi, type PaymentApi } from './payment-api.ts'
import { booksAgree } from './rigs/failover/books-agree.ts'
import { readBooks } from './rigs/failover/read-books.ts'
import { createPostgresStore } from './store/postgres-store.ts'
import type { Store } from './store/store.ts'
import { createTestDatabase, type TestDatabase } from './store/testing-postgres.ts'

// Two processes' worth of API on one PostgreSQL, requests to each in turn: what one does, the other must know.

const API = 'https://shop.example/pay'

interface Pair {
  readonly apis: readonly [PaymentApi, PaymentApi]
  readonly rig: ApiRig
  readonly sandbox: Sandbox
  send<T>(
    method: string,
    path: string,
    options?: { body?: unknown; key?: string; token?: string; headers?: Record<string, string>; to?: 0 | 1 },
  ): Promise<{ status: number; body: T; headers: Headers }>
  close(): Promise<void>
}

let database: TestDatabase
let pair: Pair
beforeEach(async () => {
  database = await createTestDatabase()
  pair = await createPair(database.connectionString)
})
afterEach(async () => {
  await pair.close()
  await database.drop()
})

async function createPair(connectionString: string): Promise<Pair> {
  // The rig's own API is only a source of options; its sandbox and endpoint are shared by the pair.
  const rig = await createApiRig()
  let turn = 0
  const apis: PaymentApi[] = []
  const sandbox = createSandbox({
    publicUrl: 'http://127.0.0.1:4250',
    seed: 11,
    fetch: (input, init) => (apis[turn++ % 2] as PaymentApi).fetch(new Request(input, init)),
  })
  await sandbox.control.apply({
    account: {
      double: 'yookassa',
      id: sandboxAccounts.yookassa.shopId,
      notificationUrl: `${API}/v1/providers/yookassa/notifications`,
    },
  })
  const stores: Store[] = []
  for (let index = 0; index < 2; index++) {
    const store = await createPostgresStore({ connectionString })
    stores.push(store)
    const api = createPaymentApi({
      ...rig.options,
      database: store,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        return request.url.startsWith('http://127.0.0.1:4250')
          ? sandbox.fetch(request)
          : (rig.options.fetch as typeof fetch)(request)
      },
    })
    await api.start()
    apis.push(api)
  }
  return {
    apis: apis as unknown as Pair['apis'],
    rig,
    sandbox,
    async send<T>(
      method: string,
      path: string,
      { body, key, token = SECRET_KEY, headers = {}, to }: Parameters<Pair['send']>[2] = {},
    ) {
      const api = apis[to ?? turn++ % 2] as PaymentApi
      const response = await api.fetch(
        new Request(`${API}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(method === 'POST'
              ? { 'content-type': 'application/json', 'idempotency-key': key ?? newKey() }
              : {}),
            ...headers,
          },
          ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
        }),
      )
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? null : JSON.parse(text)) as T,
      }
    },
    async close() {
      const [store] = stores
      if (store === undefined) throw new Error('no store')
      const { id } = rig.options.merchant
      const read = async () => ({
        sessions: await readBooks(store, id),
        doubles: sandbox.control.state().doubles,
      })
      await booksAgree(read, 30_000).finally(() => Promise.all(apis.map((api) => api.stop())))
      await Promise.all(stores.map((store) => store.close()))
      await rig.close()
      sandbox.close()
    },
  }
}

type Created = Session & { clientToken: string }
const create = async (more = {}) =>
  (await pair.send<Created>('POST', '/v1/sessions', { body: { ...sessionRequest, ...more } })).body
const pay = (token: string, method: string, key?: string) =>
  pair.send<CheckoutView & { code?: string; view?: CheckoutView }>('POST', '/v1/checkout/payments', {
    token,
    body: { method },
    ...(key === undefined ? {} : { key }),
  })
const approve = async (view: CheckoutView) => {
  const url = new URL(view.payment?.nextAction?.qr?.payload ?? view.payment?.nextAction?.redirect?.url ?? '')
  url.pathname += '/approve'
  await pair.sandbox.fetch(new Request(url, { method: 'POST' }))
}
const until = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  while (true) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const sessionOf = async (id: string) => (await pair.send<Session>('GET', `/v1/sessions/${id}`)).body
const paid = (id: string) =>
  until(
    () => sessionOf(id),
    ({ status }) => status === 'complete',
  )
const ledger = () => pair.sandbox.control.state().doubles.flatMap((double) => double.ledger.payments)

describe('two instances on one database', () => {
  it('CC-02: make one payment of fifty clicks with fifty keys', async () => {
    const { id, clientToken } = await create()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => pay(clientToken, index % 2 ? 'sbp' : 'alipay')),
    )
    expect(answers.every(({ status }) => [200, 409, 429].includes(status))).toBe(true)
    const { payments } = await sessionOf(id)
    expect(payments).toHaveLength(1)
    await until(
      async () => ledger(),
      (payments) => payments.length > 0,
    )
    expect(ledger()).toHaveLength(1)
  })

  it('create one session, one payment and one refund for a key sent to both at once', async () => {
    const key = newKey()
    const sessions = await Promise.all(
      [0, 1, 0, 1].map((to) =>
        pair.send<Created>('POST', '/v1/sessions', { body: sessionRequest, key, to: to as 0 | 1 }),
      ),
    )
    expect(sessions.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(sessions.map(({ body }) => body.id)).size).toBe(1)
    const other = await pair.send<{ code: string }>('POST', '/v1/sessions', {
      body: { ...sessionRequest, metadata: { a: '1' } },
      key,
    })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])

    const [first] = sessions
    if (first === undefined) throw new Error('no session')
    const { id, clientToken } = first.body
    const payKey = newKey()
    const views = await Promise.all([1, 2, 3, 4].map(() => pay(clientToken, 'sbp', payKey)))
    expect(new Set(views.map(({ body }) => body.payment?.id)).size).toBe(1)
    const view = (await pair.send<CheckoutView>('GET', '/v1/checkout', { token: clientToken })).body
    await approve(view)
    await paid(id)
    const refundKey = newKey()
    const refunds = await Promise.all(
      [1, 2, 3, 4].map(() =>
        pair.send<Refund>('POST', `/v1/payments/${view.payment?.id}/refunds`, {
          body: { amount: { currency: 'RUB', minorUnits: 100 } },
          key: refundKey,
        }),
      ),
    )
    expect(refunds.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(refunds.map(({ body }) => body.id)).size).toBe(1)
    expect(ledger()).toMatchObject([{ captured: 123_456 }])
    await until(
      async () => ledger()[0]?.refunded,
      (refunded) => refunded === 100,
    )
  })

  it('CC-06: refund no more than was taken, of eight refunds of 60 % at once', async () => {
    const { id, clientToken } = await create()
    const { body: view } = await pay(clientToken, 'alipay')
    await approve(view)
    await paid(id)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        pair.send('POST', `/v1/payments/${view.payment?.id}/refunds`, {
          body: { amount: { currency: 'RUB', minorUnits: 74_074 } },
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    // What is left goes back to the last fen.
    expect((await pair.send('POST', `/v1/payments/${view.payment?.id}/refunds`)).status).toBe(201)
    await until(
      async () => ledger()[0],
      (payment) => payment?.refunded === 9876,
    )
  })

  it('let a capture and a cancel at once have one winner', async () => {
    const { id, clientToken } = await create({ capture: 'manual' })
    const { body: view } = await pay(clientToken, 'bank_card')
    await approve(view)
    await paid(id)
    const path = `/v1/payments/${view.payment?.id}`
    const answers = await Promise.all([
      pair.send('POST', `${path}/capture`),
      pair.send('POST', `${path}/cancel`),
      pair.send('POST', `${path}/capture`),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const { body: payment } = await until(
      () => pair.send<Payment>('GET', path),
      ({ body }) => body.status === 'succeeded' || body.status === 'canceled',
    )
    expect(ledger()).toMatchObject([{ status: payment.status }])
  })

  it('wake a buyer who waits at one for what the other learns', async () => {
    const { id, clientToken } = await create()
    const { body: view } = await pay(clientToken, 'sbp')
    const first = await pair.send<CheckoutView>('GET', '/v1/checkout', { token: clientToken, to: 0 })
    const waiting = pair.send<CheckoutView>('GET', '/v1/checkout', {
      token: clientToken,
      to: 0,
      headers: { 'if-none-match': first.headers.get('etag') ?? '', prefer: 'wait=25' },
    })
    // Only the second instance works from here on: its engine hears of the payment.
    await approve(view)
    const woken = await waiting
    expect(woken.status).toBe(200)
    expect(woken.body.version).toBeGreaterThan(first.body.version)
    await paid(id)
  })

  it('tell the merchant once per event, and go on when one of them stops', async () => {
    const { id, clientToken } = await create()
    const { body: view } = await pay(clientToken, 'sbp')
    await pair.apis[0].stop()
    await approve(view)
    await until(
      async () => (await pair.send<Session>('GET', `/v1/sessions/${id}`, { to: 1 })).body,
      ({ status }) => status === 'complete',
    )
    const events = () => pair.rig.webhooks.map(({ headers }) => headers.get('webhook-id'))
    await until(
      async () => events(),
      (ids) => ids.length >= 2,
    )
    expect(new Set(events()).size).toBe(events().length)
  })
})
