import type { Sandbox } from '@teabrick/sandbox'
import type pg from 'pg'
import type { MerchantSite } from './merchant-site.ts'

/**
 * Compares the three books once all is at rest: the provider's ledger, our database, what the merchant was told.
 *
 * @returns What does not add up, in words; empty when all does.
 */
export async function auditBooks(
  sandbox: Pick<Sandbox, 'control'>,
  client: pg.Client,
  merchant: MerchantSite,
): Promise<{ readonly payments: number; readonly faults: readonly string[] }> {
  const faults: string[] = []
  const check = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault)
  }
  const { rows } = await client.query<{
    id: string
    session_id: string
    status: string
    session_status: string
    captured: string
    refunded: string
  }>(`
    select p.id, p.session_id, p.status, s.status as session_status, p.captured, p.refunded
    from teabrick.payment p join teabrick.session s on s.bucket = p.bucket and s.id = p.session_id`)
  const ours = new Map(rows.map((row) => [row.id, row]))
  const ledger = sandbox.control.state().doubles.find(({ id }) => id === 'yookassa')?.ledger.payments ?? []
  for (const { reference, status, captured, refunded, approvals } of ledger) {
    const own = ours.get(reference)
    ours.delete(reference)
    check(own !== undefined, `${reference} is in the provider's ledger and not in ours`)
    if (own === undefined) continue
    check(approvals <= 1, `${reference}: the buyer was charged ${approvals} times`)
    const same =
      Number(own.captured) === captured &&
      Number(own.refunded) === refunded &&
      (own.status === 'succeeded') === (status === 'succeeded')
    check(same, `${reference}: the provider says ${status} ${captured}, we say ${own.status} ${own.captured}`)
    if (status !== 'succeeded') continue
    check(own.session_status === 'complete', `${reference} is paid and its session ${own.session_status}`)
    check(merchant.completed.has(own.session_id), `${reference} is paid and the merchant was not told`)
  }
  for (const id of ours.keys()) faults.push(`${id} is in our ledger and not in the provider's`)

  const { rows: events } = await client.query<{ session_id: string; number: number; state: string }>(`
    select e.session_id, e.number, d.state from teabrick.event e left join teabrick.delivery d
      on d.bucket = e.bucket and d.session_id = e.session_id and d.event_number = e.number`)
  for (const { session_id, number, state } of events) {
    const id = `evt_${session_id.slice(3)}_${number}`
    const times = merchant.events.get(id) ?? 0
    check(state === 'done' && times === 1, `${id} is ${state} and was delivered ${times} times`)
  }
  return { payments: ledger.length, faults }
}
