import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../store/testing-postgres.ts'
import { startHere } from './instances.ts'
import { runFailover } from './run-failover.ts'

// The rig of failover.rig.ts in small: two instances in this process, a few buyers, the same books.

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.drop())

it('sells on over the second rail when the preferred provider takes requests and never answers, and loses nothing', async () => {
  const { serverErrors, lost, sentTwice, differences, learnt, unknown, servedBySecond } = await runFailover({
    database: database.connectionString,
    start: startHere,
    death: 'silent',
    openCheckouts: 10,
    paymentsPerSecond: 8,
    beforeMs: 600,
    deadMs: 2_000,
    settleMs: 60_000,
  })
  expect({ serverErrors, lost, sentTwice, differences }).toEqual({
    serverErrors: [],
    lost: [],
    sentTwice: [],
    differences: [],
  })
  expect(learnt).toBe(10)
  expect(unknown).toBeGreaterThan(0)
  expect(servedBySecond).toBeGreaterThan(0)
}, 120_000)
