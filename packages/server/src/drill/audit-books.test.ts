import { expect, it } from 'vitest'
import type { PaymentRecord } from '../domain/records.ts'
import { auditBooks } from './audit-books.ts'
import type { OpenCheckout, Stage } from './stage.ts'

/** One order, as the shop and the providers have it in their books. */
function audit({
  ours,
  theirs,
  fulfilled,
}: {
  readonly ours: readonly (readonly [id: string, status: string])[]
  readonly theirs: readonly (readonly [reference: string, captured: number, refunded?: number])[]
  readonly fulfilled: readonly string[]
}) {
  const stage = {
    now: () => 0,
    leapTo: async () => {},
    payments: async () =>
      ours.map(
        ([id, status]) => ({ id, status, charge: { currency: 'RUB', minorUnits: 100 } }) as PaymentRecord,
      ),
    books: () => [
      {
        ledger: {
          payments: theirs.map(([reference, captured, refunded = 0]) => ({ reference, captured, refunded })),
          refunds: [],
        },
      },
    ],
    fulfilled,
  } as unknown as Stage
  return auditBooks(stage, [{ sessionId: 'cs_1', reference: 'D-1' } as OpenCheckout], [])
}

it('finds nothing where both books say the same', async () => {
  const ledger = await audit({
    ours: [
      ['pay_1', 'superseded'],
      ['pay_2', 'succeeded'],
    ],
    theirs: [
      ['pay_1', 100, 100],
      ['pay_2', 100],
    ],
    fulfilled: ['D-1'],
  })
  expect(ledger).toMatchObject({ chargedTwice: 0, differences: 0, fulfilmentFaults: 0 })
})

it('finds an order that was charged twice', async () => {
  const ledger = await audit({
    ours: [
      ['pay_1', 'superseded'],
      ['pay_2', 'succeeded'],
    ],
    theirs: [
      ['pay_1', 100],
      ['pay_2', 100],
    ],
    fulfilled: ['D-1'],
  })
  expect(ledger).toMatchObject({ chargedTwice: 1, differences: 1 })
})

it('finds money that only one side knows of', async () => {
  const unknown = await audit({ ours: [['pay_1', 'failed']], theirs: [['pay_1', 100]], fulfilled: [] })
  expect(unknown).toMatchObject({ chargedTwice: 0, differences: 1 })
  const missing = await audit({ ours: [['pay_1', 'succeeded']], theirs: [], fulfilled: ['D-1'] })
  expect(missing.differences).toBe(1)
})

it.each([[[]], [['D-1', 'D-1']]])('finds a paid order announced %j', async (fulfilled) => {
  const ledger = await audit({ ours: [['pay_1', 'succeeded']], theirs: [['pay_1', 100]], fulfilled })
  expect(ledger.fulfilmentFaults).toBe(1)
})
