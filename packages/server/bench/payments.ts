// `npm run build && npm run bench:server -- --seconds 20`: complete payments through the real API, PostgreSQL and a provider's
// double, all in this process and on this machine: session, pay, the buyer's approval, the provider's notification, the merchant's
// webhook. Prints payments per second, statements and commits per payment, the ratio to the same number of bare statements by 8
// clients in the same run, and the time of each call.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CheckoutView, Session } from '@teabrick/core/contract'
import { createSandbox, sandboxAccounts } from '@teabrick/sandbox'
import pg from 'pg'
import { createPaymentApi, yookassa } from '../src/index.ts'
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, workers: { type: 'string', default: '16' } },
})
const seconds = Number(values.seconds)
const workers = Number(values.workers)
const folder = mkdtempSync(join(tmpdir(), 'teabrick-bench-'))
const database = await startEmbeddedPostgres({ folder: join(folder, 'database') })

const PUBLIC = 'http://127.0.0.1:4299/pay'
const SECRET_KEY = 'sk_sandbox_bench_0123456789'
const { shopId, secretKey } = sandboxAccounts.yookassa
let statements = 0
const query = pg.Client.prototype.query
// Every statement of every client of this process passes here.
pg.Client.prototype.query = function counted(this: unknown, ...args: unknown[]) {
  statements++
  return Reflect.apply(query, this, args)
}
const delivered = new Map<string, () => void>()
const sandbox = createSandbox({
  publicUrl: 'http://127.0.0.1:4250',
  accounts: {
    yookassa: [
      { ...sandboxAccounts.yookassa, notificationUrl: `${PUBLIC}/v1/providers/yookassa/notifications` },
    ],
  },
  fetch: (input, init) => api.fetch(new Request(input, init)),
})
const api = createPaymentApi({
  publicUrl: PUBLIC,
  merchant: {
    id: 'bench',
    name: 'Bench',
    secretKeys: [SECRET_KEY],
    origins: ['http://127.0.0.1:4299'],
    webhooks: [
      { url: 'http://127.0.0.1:4299/webhooks', secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`] },
    ],
  },
  providers: [yookassa({ shopId, secretKey, apiUrl: 'http://127.0.0.1:4250/yookassa/v3', methods: ['sbp'] })],
  database: database.connectionString,
  allowInsecureWebhooks: true,
  logger: { info() {}, warn() {}, error: (fields, message) => console.error(message, fields) },
  fetch: async (input, init) => {
    const request = new Request(input, init)
    if (!request.url.endsWith('/webhooks')) return sandbox.fetch(request)
    const { type, data } = await request.json()
    if (type === 'session.completed') delivered.get(data.session.id)?.()
    return new Response(null, { status: 204 })
  },
})
await api.start()

const times = new Map<string, number[]>()
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  const list = times.get(name) ?? []
  times.set(name, list)
  list.push(performance.now() - began)
  return result
}

async function call<T>(method: string, path: string, token: string, body?: unknown): Promise<T> {
  const init = {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
  const response = await api.fetch(new Request(`${PUBLIC}${path}`, init))
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

async function purchase(): Promise<void> {
  const session = await timed('POST /v1/sessions', () =>
    call<Session & { clientToken: string }>('POST', '/v1/sessions', SECRET_KEY, {
      amount: { currency: 'RUB', minorUnits: 123_456 },
      order: { reference: 'B-1', description: 'Bench' },
      returnUrl: 'http://127.0.0.1:4299/',
    }),
  )
  const done = new Promise<void>((resolve) => delivered.set(session.id, resolve))
  let view = await timed('POST /v1/checkout/payments', () =>
    call<CheckoutView>('POST', '/v1/checkout/payments', session.clientToken, { method: 'sbp' }),
  )
  while (!view.payment?.nextAction?.qr) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    view = await call<CheckoutView>('GET', '/v1/checkout', session.clientToken)
  }
  const [page, search] = view.payment.nextAction.qr.payload.split('?')
  await sandbox.fetch(new Request(`${page}/approve?${search}`, { method: 'POST' }))
  await timed('approval to webhook', () => done)
  delivered.delete(session.id)
}

const client = new pg.Client(database.connectionString)
await client.connect()
/** Transactions so far, reading ones included. */
async function commits(): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    'select pg_stat_force_next_flush(), (select xact_commit from pg_stat_database where datname = current_database()) as n',
  )
  return Number(rows[0]?.n)
}

await Promise.all(Array.from({ length: workers }, purchase))
times.clear()
statements = 0
const commitsBefore = await commits()
let payments = 0
const until = performance.now() + seconds * 1000
const began = performance.now()
await Promise.all(
  Array.from({ length: workers }, async () => {
    while (performance.now() < until) {
      await purchase()
      payments++
    }
  }),
)
const took = (performance.now() - began) / 1000
const perPayment = statements / payments
const commitsPerPayment = ((await commits()) - commitsBefore) / payments

// The same number of statements and commits, bare: the most this database could do for us.
const bare = Array.from({ length: 8 }, () => new pg.Client(database.connectionString))
await Promise.all(bare.map((each) => each.connect()))
await client.query('create table bare (id bigserial primary key, body text)')
let bareTransactions = 0
const bareUntil = performance.now() + 5000
await Promise.all(
  bare.map(async (each) => {
    while (performance.now() < bareUntil) {
      await each.query('begin')
      for (let index = 0; index < Math.max(1, perPayment / commitsPerPayment - 2); index++)
        await each.query('insert into bare (body) values ($1)', ['x'.repeat(500)])
      await each.query('commit')
      bareTransactions++
    }
  }),
)
const barePayments = bareTransactions / 5 / commitsPerPayment
const at = (list: number[], share: number): string =>
  `${(list.sort((a, b) => a - b)[Math.floor(list.length * share)] ?? 0).toFixed(0)} ms`
console.log(
  `${payments} payments in ${took.toFixed(1)} s: ${(payments / took).toFixed(1)} payments/s, ${workers} at once`,
)
console.log(`${perPayment.toFixed(1)} statements and ${commitsPerPayment.toFixed(1)} commits per payment`)
console.log(
  `bare statements by 8 clients would do ${barePayments.toFixed(0)} payments/s: ratio ${(payments / took / barePayments).toFixed(2)}`,
)
for (const [name, list] of times) console.log(`${name}: p50 ${at(list, 0.5)}, p99 ${at(list, 0.99)}`)
await Promise.all([...bare, client].map((each) => each.end()))
await api.stop()
sandbox.close()
await database.stop()
rmSync(folder, { recursive: true, force: true })
