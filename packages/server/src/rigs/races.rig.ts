import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { type Floor, openFloor } from './floor.ts'
import { inParallel, report, scaled } from './rig-report.ts'
import { AMOUNT, goShopping, type Shopping } from './shopping.ts'

// Two server processes on one PostgreSQL; each request goes to the one whose turn it is.

let database: TestDatabase
let floor: Floor
let shopping: Shopping
beforeEach(async () => {
  database = await createTestDatabase()
  floor = await openFloor({ database: database.connectionString, count: 2 })
  shopping = goShopping(floor)
})
afterEach(async () => {
  await floor.close()
  await database.drop()
})

const PAYMENTS = scaled(500)
const numbers = Array.from({ length: PAYMENTS }, (_, index) => index)
const SIXTY_PERCENT = Math.ceil(AMOUNT * 0.6)

describe('two instances on one PostgreSQL', () => {
  it('CC-06: give back at most what was taken, of eight refunds of 60 % at once, five hundred times', async () => {
    const began = performance.now()
    let granted = 0
    await inParallel(numbers, 16, async (number) => {
      const payment = await shopping.buy(await shopping.order(), ['sbp', 'alipay', 't_pay'][number % 3] ?? '')
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => shopping.refund(payment.id, SIXTY_PERCENT)),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
      granted++
      // What is left goes back to the last kopeck, whatever the currency of the wallet.
      if (number % 2 === 0) expect((await shopping.refund(payment.id)).status).toBe(201)
    })
    const found = await auditAtRest(floor, database.connectionString)
    report('races: 8 refunds of 60 % at once', {
      payments: PAYMENTS,
      instances: 2,
      granted,
      'over-refunded': found.overRefunded.length,
      differences: found.differences.length,
      taken: found.taken,
      returned: found.returned,
      'answers >= 500': floor.refusals.honest + floor.refusals.dishonest.length,
      seconds: ((performance.now() - began) / 1000).toFixed(0),
    })
    expect(faultsOf(found)).toEqual([])
    expect(floor.refusals).toEqual({ honest: 0, dishonest: [] })
  })

  it('take once, of a capture, a cancel and a notification at once, five hundred times', async () => {
    const began = performance.now()
    let captures = 0
    await inParallel(numbers, 16, async (number) => {
      const order = await shopping.order({ capture: 'manual' })
      const view = await shopping.pay(order, 'bank_card')
      const path = `/v1/payments/${view.payment?.id}`
      const approval = shopping.approve(view)
      // Every other time the first word of the money is one of the racers.
      if (number % 2 === 0) {
        await approval
        await shopping.until(
          () => shopping.session(order.id),
          ({ status }) => status === 'complete',
          `the hold of ${order.id}`,
        )
      }
      const [first, second, void1] = await Promise.all([
        floor.call('POST', `${path}/capture`),
        floor.call('POST', `${path}/capture`),
        floor.call('POST', `${path}/cancel`),
        floor.notifyAgain(view.payment?.id ?? ''),
        approval,
      ])
      const won = [first, second, void1].filter(({ status }) => status === 200).length
      if (number % 2 === 0) expect(won).toBe(1)
      else expect(won).toBeLessThanOrEqual(1)
      captures += first.status === 200 || second.status === 200 ? 1 : 0
    })
    const found = await auditAtRest(floor, database.connectionString)
    report('races: capture + capture + cancel + notification at once', {
      payments: PAYMENTS,
      instances: 2,
      captured: captures,
      'double captures': found.chargedTwice.length,
      differences: found.differences.length,
      taken: found.taken,
      'answers >= 500': floor.refusals.honest + floor.refusals.dishonest.length,
      seconds: ((performance.now() - began) / 1000).toFixed(0),
    })
    expect(faultsOf(found)).toEqual([])
    expect(floor.refusals).toEqual({ honest: 0, dishonest: [] })
  })
})
