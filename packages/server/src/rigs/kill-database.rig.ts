import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { spawnOwner } from '../store/embedded/testing-owner-process.ts'
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts'
import { openFloor } from './floor.ts'
import { report, scaled } from './rig-report.ts'
import { shopUnderLoad } from './shop-under-load.ts'

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
    const load = shopUnderLoad(floor)
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
      await load.orderEverywhere()
      again.push(performance.now() - back)
      if (load.hasFailed) break
    }
    await load.stop()

    const rig = 'CR-13: kill -9 of the database server under load'
    expect(await load.settle(rig, embedded.connectionString, { strikes: { kills }, outages, again })).toEqual(
      [],
    )
    expect(floor.instances.map(({ deaths }) => deaths)).toEqual([0, 0])
    expect(Math.max(...again)).toBeLessThanOrEqual(5000)
  } finally {
    await floor.close()
    await embedded.stop()
  }
})

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
