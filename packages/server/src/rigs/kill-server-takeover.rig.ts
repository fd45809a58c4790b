import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { type Floor, type Instance, openFloor } from './floor.ts'
import { report, scaled, seconds } from './rig-report.ts'
import { goShopping } from './shopping.ts'

// The server process that asks a provider to make a payment is killed while the provider has the request in hand.

const KILLS = scaled(20)

let database: TestDatabase
let floor: Floor
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  await floor.close()
  await database.drop()
})

it.each([
  ['a second instance', 2],
  ['the process that is started in its place', 1],
])('CR-02, CR-03: %s takes up a payment within five seconds, and it ends right', async (who, count) => {
  floor = await openFloor({ database: database.connectionString, count })
  const shopping = goShopping(floor)
  const [first] = floor.instances as readonly [Instance]
  const takenUp: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const order = await shopping.order({}, { to: first })
    let struck: { readonly key: string | null; readonly at: number } | null = null
    const again = new Promise<number>((resolve) => {
      floor.hooks.onProviderRequest = ({ method, path, key }) => {
        if (method !== 'POST' || !path.endsWith('/v3/payments')) return
        if (struck === null) {
          floor.kill(first)
          struck = { key, at: performance.now() }
        } else if (key === struck.key) resolve(performance.now() - struck.at)
      }
    })
    const paid = floor
      .call('POST', '/v1/checkout/payments', { token: order.clientToken, body: { method: 'sbp' }, to: first })
      .then(() => shopping.buy(order, 'sbp'))
    takenUp.push(await again)
    expect((await paid).status).toBe('succeeded')
    await first.current?.ready
  }
  floor.hooks.onProviderRequest = null
  const found = await auditAtRest(floor, database.connectionString)
  report(`CR-02, CR-03: ${who} takes up what a killed one was doing`, {
    kills: KILLS,
    lost: found.lost.length,
    torn: found.torn.length,
    'charged twice': found.chargedTwice.length,
    differences: found.differences.length,
    'taken up p50': seconds(takenUp).p50,
    max: seconds(takenUp).max,
  })
  expect(faultsOf(found)).toEqual([])
  expect(floor.refusals.dishonest).toEqual([])
  expect(Math.max(...takenUp)).toBeLessThanOrEqual(5000)
})
