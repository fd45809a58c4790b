import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openFloor } from './floor.ts'
import { scaled } from './rig-report.ts'
import { shopUnderLoad } from './shop-under-load.ts'
import { createCluster, type DatabaseNode } from './standby.ts'

it('loses nothing when the primary is lost under load and its synchronous standby is promoted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'teabrick-rig-'))
  const nodes: DatabaseNode[] = []
  try {
    const cluster = await createCluster(folder)
    let primary = await cluster.initialize('node-0')
    nodes.push(primary)
    // Each server reaches the database through a proxy that leads to whoever is the primary, as a virtual address does.
    const floor = await openFloor({ database: primary.url, count: 2, proxyDatabase: true })
    try {
      const load = shopUnderLoad(floor)
      const promotions = scaled(3)
      const again: number[] = []
      const outages: number[] = []
      for (let number = 1; number <= promotions; number++) {
        const standby = await cluster.follow(primary, `node-${number - 1}`, `node-${number}`)
        nodes.push(standby)
        await sleep(3000)
        const lost = performance.now()
        await primary.lose()
        for (const { database } of floor.instances) {
          database?.retarget(null)
          database?.cut()
        }
        await cluster.promote(standby)
        for (const { database } of floor.instances) database?.retarget(standby.port)
        const back = performance.now()
        outages.push(back - lost)
        await load.orderEverywhere()
        again.push(performance.now() - back)
        primary = standby
        if (load.hasFailed) break
      }
      await load.stop()

      const rig = 'promotion of a synchronous standby under load'
      expect(await load.settle(rig, primary.url, { strikes: { promotions }, outages, again })).toEqual([])
      expect(Math.max(...again)).toBeLessThanOrEqual(5000)
    } finally {
      await floor.close()
    }
  } finally {
    await Promise.all(nodes.map((node) => node.lose()))
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
})
