import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSeededRandom } from '../simulation/seeded-random.ts'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { type Floor, openFloor } from './floor.ts'
import { inParallel, report, scaled } from './rig-report.ts'
import { AMOUNT, goShopping } from './shopping.ts'
import type { TcpProxy, Toxics } from './tcp-proxy.ts'

// Every link goes through a proxy. One link at a time is bad, then all of them, each connection in a way of its own.

let database: TestDatabase
let floor: Floor
beforeEach(async () => {
  database = await createTestDatabase()
  floor = await openFloor({ database: database.connectionString, count: 2, proxyDatabase: true })
})
afterEach(async () => {
  await floor.close()
  await database.drop()
})

type Random = () => number

const TOXICS: readonly ((random: Random) => Toxics)[] = [
  (random) => ({ latencyMs: Math.floor(random() * 400) }),
  (random) => ({ hangAfterBytes: Math.floor(random() * 4000) }),
  (random) => ({ resetAfterBytes: Math.floor(random() * 6000) }),
  (random) => ({ closeAfterBytes: Math.floor(random() * 6000) }),
  (random) => ({ sliceBytes: 1 + Math.floor(random() * 64) }),
  (random) => ({ bytesPerSecond: 20_000 + random() * 50_000 }),
  (random) => ({ slowCloseMs: 2000 + random() * 2000 }),
  () => ({}),
]

const LINKS: Readonly<Record<string, (floor: Floor) => readonly TcpProxy[]>> = {
  'buyer and merchant to API': ({ instances }) => instances.map(({ link }) => link),
  'API to providers': ({ links }) => [links.providers],
  'API to database': ({ instances }) => instances.flatMap(({ database: link }) => link ?? []),
  'API to the merchant’s endpoint (NW-08)': ({ links }) => [links.webhooks],
  'all of them': (all) => [
    ...all.instances.flatMap(({ link, database: to }) => (to ? [link, to] : [link])),
    all.links.providers,
    all.links.webhooks,
  ],
}

it.for(Object.keys(LINKS))('a bad link loses and doubles nothing: %s', async (name) => {
  const { next: random } = createSeededRandom(
    [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), Number(process.env['RIG_SEED'] ?? 1)),
  )
  const shopping = goShopping(floor)
  const proxies = LINKS[name]?.(floor) ?? []
  const began = performance.now()
  for (const proxy of proxies) {
    proxy.poison(() => TOXICS[Math.floor(random() * TOXICS.length)]?.(random) ?? {})
    // Connections from before the trouble would outlive it.
    proxy.cut()
  }
  const failures: unknown[] = []
  let purchases = 0
  const purchase = async (index: number): Promise<void> => {
    const payment = await shopping.buy(await shopping.order(), ['sbp', 'alipay', 't_pay'][index % 3] ?? '')
    purchases++
    if (index % 2 === 0) await shopping.refund(payment.id, Math.floor(AMOUNT / 3))
  }
  await inParallel(
    Array.from({ length: scaled(120) }, (_, index) => index),
    12,
    (index) => purchase(index).catch((error: unknown) => void failures.push(error)),
  )
  for (const proxy of proxies) {
    proxy.poison(null)
    proxy.cut()
  }
  await sleep(100)
  const found = await auditAtRest(floor, database.connectionString, 240_000)
  report(`toxics: ${name}`, {
    purchases,
    connections: proxies.reduce((sum, { connections }) => sum + connections, 0),
    poisoned: proxies.reduce((sum, { poisoned }) => sum + poisoned, 0),
    lost: found.lost.length,
    torn: found.torn.length,
    'charged twice': found.chargedTwice.length,
    differences: found.differences.length,
    'honest 503': floor.refusals.honest,
    'other 5xx': floor.refusals.dishonest.length,
    seconds: ((performance.now() - began) / 1000).toFixed(0),
  })
  expect(failures).toEqual([])
  expect(faultsOf(found)).toEqual([])
  expect(floor.refusals.dishonest).toEqual([])
  expect(floor.instances.map(({ deaths }) => deaths)).toEqual([0, 0])
})
