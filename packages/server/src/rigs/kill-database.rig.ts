import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { spawnOwner } from '../store/embedded/testing-owner-process.ts'
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { openFloor } from './floor.ts'
import { report, scaled, seconds } from './rig-report.ts'
import { AMOUNT, goShopping } from './shopping.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teabrick-rig-'))
})
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

it('CR-13: kill -9 of the database server under load loses nothing, and is answered honestly', async () => {
  const home = join(folder, 'database')
  const embedded = await startEmbeddedPostgres({ folder: home })
  const floor = await openFloor({ database: embedded.connectionString, count: 2 })
  try {
    const shopping = goShopping(floor)
    const failures: unknown[] = []
    let over = false
    let purchases = 0
    const crowd = Array.from({ length: 12 }, async (_, number) => {
      while (!over) {
        const payment = await shopping.buy(
          await shopping.order(),
          ['sbp', 'alipay', 't_pay'][number % 3] ?? '',
        )
        purchases++
        if (number % 2 === 0) await shopping.refund(payment.id, Math.floor(AMOUNT / 3))
      }
    }).map((going) => going.catch((error: unknown) => failures.push(error)))

    const outages: number[] = []
    const again: number[] = []
    const kills = scaled(10)
    for (let kill = 0; kill < kills; kill++) {
      await sleep(1000 + Math.random() * 1500)
      const pid = Number((await readFile(join(home, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])
      const killed = performance.now()
      process.kill(pid, 'SIGKILL')
      // Its last words are still in the sockets for a moment.
      await sleep(50)
      while (!(await canConnect(embedded.connectionString))) await sleep(20)
      const back = performance.now()
      outages.push(back - killed)
      await Promise.all(
        floor.instances.map((to) =>
          floor.call('POST', '/v1/sessions', { to, body: ORDER, patienceMs: 60_000 }),
        ),
      )
      again.push(performance.now() - back)
      if (failures.length > 0) break
    }
    over = true
    await Promise.all(crowd)
    expect(failures).toEqual([])

    const found = await auditAtRest(floor, embedded.connectionString)
    const { sessions, payments, refunds } = floor.acknowledged
    report('CR-13: kill -9 of the database server under load', {
      kills,
      purchases,
      acknowledged: sessions.size + payments.size + refunds.size + floor.webhooks.size,
      lost: found.lost.length,
      torn: found.torn.length,
      'charged twice': found.chargedTwice.length,
      differences: found.differences.length,
      'database away max': seconds(outages).max,
      'service after it p50': seconds(again).p50,
      max: seconds(again).max,
      'honest 503': floor.refusals.honest,
      'other 5xx': floor.refusals.dishonest.length,
    })
    expect(faultsOf(found)).toEqual([])
    expect(floor.refusals.dishonest).toEqual([])
    expect(floor.instances.map(({ deaths }) => deaths)).toEqual([0, 0])
    expect(Math.max(...again)).toBeLessThanOrEqual(5000)
  } finally {
    await floor.close()
    await embedded.stop()
  }
})

const ORDER = {
  amount: { currency: 'RUB', minorUnits: 100 },
  order: { reference: 'R-2', description: 'Rig' },
  returnUrl: 'http://127.0.0.1:4299/',
}

it('CR-14: kill -9 during the first start of the embedded database leaves a folder that opens', async () => {
  const times = scaled(40)
  let opened = 0
  for (let time = 0; time < times; time++) {
    const home = join(folder, `first-${time}`)
    const first = await spawnOwner(home)
    const gone = once(first.child, 'close')
    await sleep(100 + Math.random() * 1500)
    first.child.kill('SIGKILL')
    await gone
    const next = await startEmbeddedPostgres({ folder: home })
    expect(await canConnect(next.connectionString)).toBe(true)
    opened++
    await next.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 10 })
  }
  report('CR-14: kill -9 during the first start of the embedded database', { kills: times, opened })
  expect(opened).toBe(times)
})
