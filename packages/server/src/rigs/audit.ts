import pg from 'pg'
import type { Floor } from './floor.ts'

/** What is wrong, one line each; nothing in the good case. */
export interface Audit {
  /** Told to somebody, and gone. */
  readonly lost: readonly string[]
  /** Half of a change: a state without its event, a sum without its rows. */
  readonly torn: readonly string[]
  /** Between our books and the doubles'. */
  readonly differences: readonly string[]
  readonly chargedTwice: readonly string[]
  readonly overRefunded: readonly string[]
  /** Work that has not come to its end. */
  readonly unfinished: readonly string[]
  readonly sessions: number
  readonly payments: number
  readonly refunds: number
  /** What the doubles hold of it, in minor units of whatever currency. */
  readonly taken: number
  readonly returned: number
}

interface PaymentRow {
  readonly id: string
  readonly session_id: string
  readonly status: string
  readonly captured: string
  readonly amount: string
  readonly charge: string
  readonly refunded: string
}

/** Compares what was told, what is written and what the doubles hold, to the last kopeck. Nothing may be under way. */
export async function audit(floor: Floor, database: string): Promise<Audit> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const all = async <T>(query: string): Promise<T[]> => (await client.query(query)).rows as T[]
    const versions = new Map(
      (await all<{ id: string; version: number }>('select id, version from teabrick.session')).map(
        ({ id, version }) => [id, version],
      ),
    )
    const payments = await all<PaymentRow>('select * from teabrick.payment')
    const refunds = await all<{
      id: string
      payment_id: string
      status: string
      amount: string
      charge: string
    }>('select * from teabrick.refund')
    const events = new Set(
      (
        await all<{ id: string }>(
          `select 'evt_' || substr(session_id, 4) || '_' || number as id from teabrick.event`,
        )
      ).map(({ id }) => id),
    )
    const byId = new Map(payments.map((payment) => [payment.id, payment]))
    const refundIds = new Set(refunds.map(({ id }) => id))

    const { acknowledged, webhooks } = floor
    const lost = [
      ...[...acknowledged.sessions]
        .filter(([id, version]) => (versions.get(id) ?? -1) < version)
        .map(([id, version]) => `${id} was shown at ${version} and is at ${versions.get(id)}`),
      ...[...acknowledged.payments].filter((id) => !byId.has(id)),
      ...[...acknowledged.refunds].filter((id) => !refundIds.has(id)),
      ...[...webhooks.keys()].filter((id) => !events.has(id)),
    ]

    const torn = (
      await all<{ what: string }>(`
      select 'session ' || s.id || ' is ' || s.status || ' with ' || count(p.id) || ' successes' as what
        from teabrick.session s left join teabrick.payment p
          on p.bucket = s.bucket and p.session_id = s.id and p.status in ('authorized', 'succeeded')
        group by s.bucket, s.id, s.status
        having s.status <> 'complete' and count(p.id) > 0 or count(p.id) > 1
      union all
      select 'session ' || s.id || ' counts ' || s.event_count || ' events and has ' || count(e.number)
        from teabrick.session s left join teabrick.event e on e.bucket = s.bucket and e.session_id = s.id
        group by s.bucket, s.id, s.event_count having count(e.number) <> s.event_count
      union all
      select 'session ' || s.id || ' is ' || s.status || ' without an event of it' from teabrick.session s
        where s.status in ('complete', 'expired', 'canceled') and not exists (
          select from teabrick.event e where e.bucket = s.bucket and e.session_id = s.id
            and e.type = 'session.' || case s.status when 'complete' then 'completed' else s.status end)
      union all
      select 'payment ' || p.id || ' is ' || p.status || ' without an event of it' from teabrick.payment p
        where p.status in ('succeeded', 'failed', 'expired', 'late_refunded') and not exists (
          select from teabrick.event e where e.bucket = p.bucket and e.session_id = p.session_id
            and e.type = 'payment.' || p.status)
      union all
      select 'payment ' || p.id || ' gave back ' || p.refunded || ', its refunds ' || coalesce(sum(r.amount), 0)
        from teabrick.payment p left join teabrick.refund r
          on r.bucket = p.bucket and r.session_id = p.session_id and r.payment_id = p.id and r.status <> 'failed'
        group by p.id, p.refunded having coalesce(sum(r.amount), 0) <> p.refunded
      union all
      select 'event ' || e.session_id || '/' || e.number || ' has no delivery' from teabrick.event e
        where not exists (select from teabrick.delivery d
          where d.bucket = e.bucket and d.session_id = e.session_id and d.event_number = e.number)`)
    ).map(({ what }) => what)

    const unfinished = (
      await all<{ what: string }>(`
      select 'operation ' || id || ' of ' || kind as what from teabrick.operation
        where kind <> 'query' and not_before is not null
      union all select 'refund ' || id from teabrick.refund where status = 'requested'
      union all select 'notification ' || event_key from teabrick.notification where state = 'pending'
      union all select 'delivery ' || session_id || '/' || event_number from teabrick.delivery where state <> 'done'
      union all select 'payment ' || id || ' is ' || status from teabrick.payment
        where status in ('created', 'processing', 'canceling', 'late_success')`)
    ).map(({ what }) => what)

    const ledger = floor.doubles.control.state().doubles.flatMap(({ ledger }) => ledger.payments)
    const differences: string[] = []
    const chargedTwice: string[] = []
    const overRefunded: string[] = []
    const kept = new Map<string, number>()
    const seen = new Set<string>()
    for (const { reference, captured, refunded, approvals, id } of ledger) {
      const own = byId.get(reference)
      if (own === undefined) {
        if (captured > 0) differences.push(`${id} took ${captured} for ${reference}, which is unknown`)
        continue
      }
      if (seen.has(reference) && captured > 0) chargedTwice.push(reference)
      if (captured > 0) seen.add(reference)
      if (approvals > 1) chargedTwice.push(`${reference} ${approvals} times`)
      if (refunded > captured) overRefunded.push(`${reference}: ${refunded} of ${captured}`)
      if (captured > refunded) kept.set(own.session_id, (kept.get(own.session_id) ?? 0) + 1)
      const isTaken = ['succeeded', 'late_success', 'late_refunded'].includes(own.status)
      const part = (amount: number) => Math.floor((amount * Number(own.charge)) / Number(own.amount))
      const took = isTaken ? part(Number(own.captured)) : 0
      const returned = refunds
        .filter(({ payment_id, status }) => payment_id === reference && status !== 'failed')
        .reduce((sum, { charge }) => sum + Number(charge), 0)
      // A hold that was released is neither taken nor given back in our books.
      if (captured - refunded !== took - returned)
        differences.push(
          `${reference} is ${own.status}: we hold ${took} - ${returned}, the double ${captured} - ${refunded}`,
        )
    }
    for (const own of payments)
      if (own.status === 'succeeded' && !seen.has(own.id))
        differences.push(`${own.id} succeeded here, and no double took anything`)
    for (const [sessionId, count] of kept) if (count > 1) chargedTwice.push(`${sessionId} ${count} payments`)

    return {
      lost,
      torn,
      differences,
      chargedTwice,
      overRefunded,
      unfinished,
      sessions: versions.size,
      payments: payments.length,
      refunds: refunds.length,
      taken: ledger.reduce((sum, { captured }) => sum + captured, 0),
      returned: ledger.reduce((sum, { refunded }) => sum + refunded, 0),
    }
  } finally {
    await client.end()
  }
}

/** Audits again until nothing is under way any more, for at most the given time. */
export async function auditAtRest(floor: Floor, database: string, patienceMs = 120_000): Promise<Audit> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await audit(floor, database)
    if (found.unfinished.length === 0 || performance.now() > end) return found
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Every list that must be empty, for one comparison. */
export function faultsOf({
  lost,
  torn,
  differences,
  chargedTwice,
  overRefunded,
  unfinished,
}: Audit): readonly string[] {
  const named = { lost, torn, differences, chargedTwice, overRefunded, unfinished }
  return Object.entries(named).flatMap(([name, lines]) => lines.map((line) => `${name}: ${line}`))
}
