// `npm run bench:server`: complete payments through the real API over HTTP and a real PostgreSQL that flushes
// every commit: session, pay, the buyer's approval, the provider's notification, the merchant's verified webhook. The API has a
// process of its own; the buyers, the provider's double and the merchant share this one; all of it shares the machine.
//
// Prints payments per second, statements and commits per payment, the ratio to the very statements of a payment sent by 8
// clients that do nothing else (right before and right after, in the same run), the time of each call at a steady rate, the
// memory of waiting long polls. Ends with 1 if the provider's ledger, ours and the merchant's do not agree.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sandboxAccounts } from '@teabrick/sandbox'
import { serveSandbox } from '@teabrick/sandbox/node'
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts'
import { startApiProcess } from './api-client.ts'
import { auditBooks } from './audit.ts'
import { sendBare } from './bare-statements.ts'
import type { Unit } from './count-statements.ts'
import { connectDatabase } from './database.ts'
import { createLoadClient } from './load-client.ts'
import { startMerchantSite } from './merchant-site.ts'
import { median, Times } from './statistics.ts'
import { holdWaiters } from './waiters.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    buyers: { type: 'string', default: '16' },
    rate: { type: 'string', default: '50' },
    'rate-seconds': { type: 'string', default: '20' },
    'bare-seconds': { type: 'string', default: '5' },
    waiters: { type: 'string', default: '5000' },
    'api-flag': { type: 'string', multiple: true, default: [] },
  },
})
const buyers = Number(values.buyers)
const bareSeconds = Number(values['bare-seconds'])

const say = (line: string): void => console.log(line)
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`
const folder = mkdtempSync(join(tmpdir(), 'teabrick-bench-'))
const postgres = await startEmbeddedPostgres({ folder: join(folder, 'database') })
const database = await connectDatabase(postgres.connectionString)
const { rows: version } = await database.client.query<{ server_version: string }>('show server_version')
say(
  `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${load()}, Node ${process.versions.node}, PostgreSQL ${version[0]?.server_version} with fsync and synchronous_commit on`,
)

const port = await freePort()
const publicUrl = `http://127.0.0.1:${port}/pay`
const { shopId, secretKey: shopKey } = sandboxAccounts.yookassa
const sandbox = await serveSandbox({
  port: 0,
  accounts: {
    yookassa: [
      { ...sandboxAccounts.yookassa, notificationUrl: `${publicUrl}/v1/providers/yookassa/notifications` },
    ],
  },
})
const merchant = await startMerchantSite()
const secretKey = 'sk_sandbox_bench_0123456789'
const metricsToken = 'metrics_sandbox_bench_0123456789'
const api = await startApiProcess(
  {
    publicUrl,
    port,
    secretKey,
    metricsToken,
    database: postgres.connectionString,
    webhookUrl: merchant.webhookUrl,
    webhookSecret: merchant.secret,
    providerUrl: `${sandbox.url}/yookassa/v3`,
    shopId,
    shopKey,
  },
  values['api-flag'],
)
const times = new Times()
const client = createLoadClient(publicUrl, { secretKey, metricsToken }, times)
let orders = 0

/** @returns The session's id, once the merchant knows that it is paid. */
async function purchase(): Promise<string> {
  const began = performance.now()
  const session = await client.createSession(`B-${++orders}`)
  const view = await client.pay(session.clientToken)
  await approve(view.payment?.nextAction?.qr?.payload ?? '')
  const approved = performance.now()
  await merchant.whenComplete(session.id)
  times.add('approval to verified webhook', performance.now() - approved)
  times.add('complete payment', performance.now() - began)
  return session.id
}

/** The buyer is not what is measured: his bank page is asked without a socket. */
async function approve(code: string): Promise<void> {
  const [page, search] = code.split('?')
  const { status } = await sandbox.fetch(new Request(`${page}/approve?${search}`, { method: 'POST' }))
  if (status >= 400) throw new Error(`the bank page answered ${status}`)
}

async function buyFor(seconds: number): Promise<number> {
  let done = 0
  const until = performance.now() + seconds * 1000
  await Promise.all(
    Array.from({ length: buyers }, async () => {
      while (performance.now() < until) {
        await purchase()
        done++
      }
    }),
  )
  return done
}

/** Several lone purchases; the one with the median number of statements stands for all. */
async function recordPurchase() {
  const recorded: { units: readonly Unit[]; session: string; length: number }[] = []
  for (let index = 0; index < 9; index++) {
    let session = ''
    const units = await api.record(async () => {
      session = (await purchase()).slice(3)
      // What follows the webhook belongs to it.
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
    // What else was sent meanwhile is the loops' looking for work, which is no part of a payment.
    const own = units.filter((unit) => JSON.stringify(unit).includes(session))
    recorded.push({ units: own, session, length: own.flat().length })
  }
  const usual = median(recorded.map(({ length }) => length))
  const chosen = recorded.find(({ length }) => length === usual)
  const payment = sandbox.control
    .state()
    .doubles.find(({ id }) => id === 'yookassa')
    ?.ledger.payments.find(({ reference }) => reference.includes(chosen?.session ?? '-'))
  if (!chosen || !payment) throw new Error('no purchase was recorded')
  return { units: chosen.units, ids: { session: chosen.session, provider: payment.id } }
}

await buyFor(Math.min(5, Number(values.seconds)))
const recorded = await recordPurchase()
const bare = (pipelined: boolean): Promise<number> =>
  sendBare({
    connectionString: bareUrl,
    ...recorded,
    clients: 8,
    seconds: bareSeconds,
    pipelined,
  })
// On a copy of the database, so that our books stay ours.
const bareUrl = await copyDatabase()
const before = { bare: await bare(false), pipelined: await bare(true) }

times.clear()
const startUse = { database: await database.use(), api: await api.usage(), cpu: process.cpuUsage() }
const began = performance.now()
const payments = await buyFor(Number(values.seconds))
const took = (performance.now() - began) / 1000
const ownCpu = process.cpuUsage(startUse.cpu)
const endUse = { api: await api.usage(), database: await database.use() }
const perSecond = payments / took
say(
  `\n${payments} payments in ${took.toFixed(1)} s by ${buyers} buyers: ${perSecond.toFixed(1)} payments/s (${load()})`,
)
for (const line of times.lines()) say(line)
const each = (total: number): string => (total / payments).toFixed(1)
say(
  `per payment: ${each(endUse.api.statements - startUse.api.statements)} statements, ` +
    `${each(endUse.database.writes - startUse.database.writes)} commits that wrote, ` +
    `${each(endUse.database.transactions - startUse.database.transactions)} with every reading and all idle loops; ` +
    `processor ${each(endUse.api.cpuMs - startUse.api.cpuMs)} ms API, ` +
    `${startUse.database.cpuMs === null ? '?' : each((endUse.database.cpuMs ?? 0) - startUse.database.cpuMs)} ms PostgreSQL, ` +
    `${each((ownCpu.user + ownCpu.system) / 1000)} ms buyers, double and merchant`,
)

const after = { bare: await bare(false), pipelined: await bare(true) }
const bareRate = (before.bare + after.bare) / 2
const pipelinedRate = (before.pipelined + after.pipelined) / 2
say(
  `the same ${recorded.units.flat().length} statements of a payment (${recorded.units.length} transactions) sent bare by 8 clients: ` +
    `${before.bare.toFixed(0)} and ${after.bare.toFixed(0)} payments/s before and after: ratio ${(perSecond / bareRate).toFixed(2)}; ` +
    `transactions sent in one go: ${before.pipelined.toFixed(0)} and ${after.pipelined.toFixed(0)}: ratio ${(perSecond / pipelinedRate).toFixed(2)} (${load()})`,
)

if (Number(values['rate-seconds']) > 0) {
  times.clear()
  await buySteadily(Number(values.rate), Number(values['rate-seconds']))
  say(`\nat ${values.rate} payments/s for ${values['rate-seconds']} s (${load()}):`)
  for (const line of times.lines()) say(line)
}

if (Number(values.waiters) > 0) {
  say('')
  for (const line of await holdWaiters({ client, api, count: Number(values.waiters), load })) say(line)
}

if (client.resets > 0) say(`${client.resets} connections were reset and their requests sent again`)
// The last deliveries are acknowledged a moment after the merchant has them.
await new Promise((resolve) => setTimeout(resolve, 2000))
const { payments: booked, faults } = await auditBooks(sandbox, database.client, merchant)
say(
  faults.length === 0
    ? `\nbooks: ${booked} payments, the provider's ledger, ours and the merchant's agree`
    : `\nbooks: ${faults.length} faults\n${faults.slice(0, 20).join('\n')}`,
)
if (faults.length > 0) process.exitCode = 1

client.close()
await api.stop()
await sandbox.close()
merchant.close()
await database.close()
await postgres.stop()
rmSync(folder, { recursive: true, force: true })

/** Purchases begin at a steady rate, whatever becomes of the earlier ones. */
async function buySteadily(perSecond: number, seconds: number): Promise<void> {
  const began = performance.now()
  const underWay: Promise<unknown>[] = []
  for (let index = 0; index < perSecond * seconds; index++) {
    const wait = began + (index * 1000) / perSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    underWay.push(purchase())
  }
  await Promise.all(underWay)
}

async function copyDatabase(): Promise<string> {
  const source = new URL(postgres.connectionString)
  // A template must have no connection: the schema is made anew, the rows are not needed.
  await database.client.query('create database bare template template0')
  source.pathname = '/bare'
  const { createPostgresStore } = await import('../src/store/postgres-store.ts')
  await (await createPostgresStore({ connectionString: source.href })).close()
  return source.href
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
