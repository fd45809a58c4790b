import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LEASE_MS } from '../jobs/leases.ts'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { type Floor, type Instance, openFloor } from './floor.ts'
import { report, scaled } from './rig-report.ts'
import { goShopping } from './shopping.ts'
import type { TcpProxy } from './tcp-proxy.ts'

// The server's connections to PostgreSQL are cut while a provider has a request in hand, and no new ones are let through for
// longer than a lease.

const CUTS = scaled(10)

let database: TestDatabase
let floor: Floor
beforeEach(async () => {
  database = await createTestDatabase()
  floor = await openFloor({ database: database.connectionString, proxyDatabase: true })
})
afterEach(async () => {
  await floor.close()
  await database.drop()
})

it('CR-04: an answer that cannot be written down is written when the database is back, and not asked for again', async () => {
  const shopping = goShopping(floor)
  const [{ database: link }] = floor.instances as readonly [Instance & { readonly database: TcpProxy }]
  const port = Number(new URL(database.connectionString).port)
  const asked = new Map<string, number>()
  for (let cut = 0; cut < CUTS; cut++) {
    const order = await shopping.order()
    let isAway: Promise<void> | null = null
    floor.hooks.onProviderRequest = ({ method, path, key }) => {
      if (method !== 'POST' || !path.endsWith('/v3/payments') || key === null) return
      asked.set(key, (asked.get(key) ?? 0) + 1)
      link.retarget(null)
      link.cut()
      isAway ??= sleep(2 * LEASE_MS).then(() => link.retarget(port))
    }
    const payment = await shopping.buy(order, 'sbp')
    expect(payment.status).toBe('succeeded')
    expect(isAway).not.toBeNull()
  }
  floor.hooks.onProviderRequest = null
  const found = await auditAtRest(floor, database.connectionString)
  const again = [...asked.values()].filter((times) => times > 1).length
  report('CR-04: the database is cut off while the provider answers', {
    cuts: CUTS,
    'asked again': again,
    lost: found.lost.length,
    'charged twice': found.chargedTwice.length,
    differences: found.differences.length,
    'honest 503': floor.refusals.honest,
    'other 5xx': floor.refusals.dishonest.length,
  })
  expect(asked.size).toBe(CUTS)
  expect(again).toBe(0)
  expect(faultsOf(found)).toEqual([])
  expect(floor.refusals.dishonest).toEqual([])
})
