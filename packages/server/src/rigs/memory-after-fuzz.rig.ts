import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CheckoutView, Session } from '@teabrick/core/contract'
import { sandboxAccounts } from '@teabrick/sandbox'
import { type ServedSandbox, serveSandbox } from '@teabrick/sandbox/node'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  endpointsOf,
  type FuzzInput,
  fuzzedHeaders,
  fuzzedUrl,
  fuzzInputs,
  type OpenApiDocument,
} from '../hostile/fuzz-inputs.ts'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { bundleRigApi } from './bundle-rig-api.ts'
import { inParallel, report, scaled } from './rig-report.ts'
import { RIG_SECRET_KEY, type RigServerOptions } from './rig-server-options.ts'

// A server process on real PostgreSQL takes ten thousand inputs at every endpoint: none is answered by 500 or more, nothing is
// left unhandled, and when all is over the process is as large as it was.

const INPUTS = scaled(10_000)
const AT_ONCE = 8
const ALLOWED_BYTES = 50 * 1_048_576
/** Requests with one session, which takes fifty at once and five a second. */
const PER_SESSION = 40

// Loaded before the server: it measures itself when it is asked over the IPC channel. A garbage collection gives memory back to the
// system only where it is told that nothing else is left to give.
const MEASURE = `data:text/javascript,${encodeURIComponent(
  `process.on('message', () => { const all = { type: 'major', execution: 'sync', flavor: 'last-resort' }; gc(all); setTimeout(() => { gc(all); process.send(process.memoryUsage()) }, 1000) });
   process.on('unhandledRejection', (reason) => { console.error('UNHANDLED', reason) })`,
)}`

let database: TestDatabase
let sandbox: ServedSandbox
let server: ChildProcess
let url: string
let stderr = ''
const merchant = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end())
})

beforeEach(async () => {
  database = await createTestDatabase()
  merchant.listen(0, '127.0.0.1')
  await once(merchant, 'listening')
  const port = await freePort()
  url = `http://127.0.0.1:${port}/pay`
  sandbox = await serveSandbox({
    port: 0,
    accounts: {
      yookassa: [
        { ...sandboxAccounts.yookassa, notificationUrl: `${url}/v1/providers/yookassa/notifications` },
      ],
    },
  })
  const options: RigServerOptions = {
    publicUrl: url,
    port,
    database: database.connectionString,
    yookassaUrl: `${sandbox.url}/yookassa`,
    antomUrl: `${sandbox.url}/antom`,
    tbankUrl: `${sandbox.url}/tbank`,
    webhookUrl: `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/`,
  }
  server = spawn(process.execPath, ['--expose-gc', '--import', MEASURE, await bundleRigApi()], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', RIG_SERVER: JSON.stringify(options) },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  })
  server.stderr?.on('data', (chunk) => (stderr += String(chunk)))
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${stderr}`)))
    server.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('listening on ')) resolve()
    })
  })
})
afterEach(async () => {
  server.kill('SIGKILL')
  await sandbox.close()
  merchant.closeAllConnections()
  await new Promise((resolve) => merchant.close(resolve))
  await database.drop()
})

it('is as large as before after ten thousand inputs at every endpoint', { timeout: 7_200_000 }, async () => {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument
  const paid = await paidOrder()
  const before = await memory()
  const wrong: string[] = []
  const statuses = new Map<number, number>()
  let inputs = 0
  for (const endpoint of endpointsOf(document)) {
    const { name, method, path, isMerchants } = endpoint
    const good = goodBodies()[name] ?? {}
    let session = await createSession()
    let uses = 0
    const send = async (input: FuzzInput): Promise<void> => {
      if (++uses % PER_SESSION === 0) session = await createSession()
      const { id, clientToken, url: link = '' } = session
      const known = (part: string): string =>
        part === 'token'
          ? (link.split('/c/')[1] ?? '')
          : part === 'account'
            ? 'yookassa'
            : (Object.entries(paid).find(([word]) => path.includes(word))?.[1] ?? id)
      const target = fuzzedUrl(endpoint, input, known)
      const token = isMerchants ? RIG_SECRET_KEY : clientToken
      const response = await fetch(`${url}${target}`, {
        method,
        redirect: 'manual',
        headers: fuzzedHeaders(endpoint, input, { token, key: crypto.randomUUID() }),
        ...(method === 'GET' ? {} : { body: input.body }),
      })
      await response.arrayBuffer()
      inputs++
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      if (response.status >= 500) wrong.push(`${response.status} ${method} ${target} ${input.body}`)
    }
    // In pieces: ten thousand bodies at once would be large themselves.
    for (let left = INPUTS; left > 0; left -= 500)
      await inParallel(fc.sample(fuzzInputs(endpoint, good), Math.min(left, 500)), AT_ONCE, send)
  }
  const after = await memory()
  const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0)
  report('memory after fuzzing', {
    inputs,
    answers: [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status}×${count}`)
      .join(' '),
    'answers >= 500': wrong.length,
    'RSS before': `${megabytes(before.rss)} MB`,
    'RSS after gc': `${megabytes(after.rss)} MB`,
    'heap before': `${megabytes(before.heapUsed)} MB`,
    'heap after': `${megabytes(after.heapUsed)} MB`,
  })
  expect(wrong.slice(0, 10)).toEqual([])
  expect(stderr).not.toContain('UNHANDLED')
  expect(after.rss - before.rss).toBeLessThanOrEqual(ALLOWED_BYTES)
})

function order() {
  return {
    amount: { currency: 'RUB', minorUnits: 123_456 },
    order: { reference: 'F-1', description: 'Fuzz' },
    returnUrl: new URL(url).origin,
  }
}

/** Bodies that are taken. */
function goodBodies(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return {
    'POST /v1/sessions': order(),
    'POST /v1/checkout/payments': { method: 'sbp' },
    'POST /v1/payments/{id}/refunds': { amount: { currency: 'RUB', minorUnits: 1 } },
    'PUT /v1/rails/{id}': { state: 'active', reason: 'drill' },
  }
}

async function call<T>(method: string, path: string, token: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

const createSession = (): Promise<Session & { clientToken: string }> =>
  call('POST', '/v1/sessions', RIG_SECRET_KEY, order())

/** Ids of an order that was paid and partly refunded, by the word of the path that takes them. */
async function paidOrder(): Promise<Readonly<Record<string, string>>> {
  const { id, clientToken } = await createSession()
  const view = await call<CheckoutView>('POST', '/v1/checkout/payments', clientToken, { method: 'sbp' })
  const [page, search] = (view.payment?.nextAction?.qr?.payload ?? '').split('?')
  await fetch(`${page}/approve?${search}`, { method: 'POST' })
  const status = async () => (await call<Session>('GET', `/v1/sessions/${id}`, RIG_SECRET_KEY)).status
  await expect.poll(status, { timeout: 60_000 }).toBe('complete')
  const payments = view.payment?.id ?? ''
  const refund = await call<{ id: string }>('POST', `/v1/payments/${payments}/refunds`, RIG_SECRET_KEY, {
    amount: { currency: 'RUB', minorUnits: 1 },
  })
  return { payments, refunds: refund.id, events: `evt_${id.slice(3)}_1`, rails: 'yookassa:sbp' }
}

/** After a garbage collection. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  const answer = once(server, 'message')
  server.send('measure')
  const [usage] = await answer
  return usage as NodeJS.MemoryUsage
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
