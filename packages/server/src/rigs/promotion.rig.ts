import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { auditAtRest, faultsOf } from './audit.ts'
import { openFloor } from './floor.ts'
import { report, scaled, seconds } from './rig-report.ts'
import { AMOUNT, goShopping } from './shopping.ts'
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
      const shopping = goShopping(floor)
      const failures: unknown[] = []
      let over = false
      let purchases = 0
      const crowd = Array.from({ length: 12 }, async (_, number) => {
        while (!over) {
          const method = ['sbp', 'alipay', 't_pay'][number % 3] ?? ''
          const payment = await shopping.buy(await shopping.order(), method)
          purchases++
          if (number % 2 === 0) await shopping.refund(payment.id, Math.floor(AMOUNT / 3))
        }
      }).map((going) => going.catch((error: unknown) => failures.push(error)))

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
        await Promise.all(
          floor.instances.map((to) =>
            floor.call('POST', '/v1/sessions', { to, body: ORDER, patienceMs: 60_000 }),
          ),
        )
        again.push(performance.now() - back)
        primary = standby
        if (failures.length > 0) break
      }
      over = true
      await Promise.all(crowd)
      expect(failures).toEqual([])

      const found = await auditAtRest(floor, primary.url)
      const { sessions, payments, refunds } = floor.acknowledged
      report('promotion of a synchronous standby under load', {
        promotions,
        purchases,
        acknowledged: sessions.size + payments.size + refunds.size + floor.webhooks.size,
        lost: found.lost.length,
        torn: found.torn.length,
        'charged twice': found.chargedTwice.length,
        differences: found.differences.length,
        'no primary for max': seconds(outages).max,
        'service after it max': seconds(again).max,
        'honest 503': floor.refusals.honest,
        'other 5xx': floor.refusals.dishonest.length,
      })
      expect(faultsOf(found)).toEqual([])
      expect(floor.refusals.dishonest).toEqual([])
      expect(Math.max(...again)).toBeLessThanOrEqual(5000)
    } finally {
      await floor.close()
    }
  } finally {
    await Promise.all(nodes.map((node) => node.lose()))
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
})

const ORDER = {
  amount: { currency: 'RUB', minorUnits: 100 },
  order: { reference: 'R-2', description: 'Rig' },
  returnUrl: 'http://127.0.0.1:4299/',
}
