import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { bundleRigApi } from './bundle-rig-api.ts'
import { type Floor, type Instance, openFloor, type ProviderCall } from './floor.ts'
import { report, scaled, seconds } from './rig-report.ts'
import { spawnRigServer } from './rig-server.ts'
import { RIG_METRICS_TOKEN } from './rig-server-options.ts'
import { AMOUNT, goShopping, type Shopping } from './shopping.ts'

// The server process is killed with SIGKILL at one named place again and again, under load, and started again at once.

const KILLS = scaled(20)
/** Purchases under way at once. */
const CROWD = 24

interface Point {
  readonly name: string
  /** A failpoint of the server, without the number of passes. */
  readonly failpoint?: readonly [point: string, only?: string] | undefined
  /** Or a moment that the doubles or the merchant see. */
  readonly moment?: ((hooks: Floor['hooks'], strike: (instance?: Instance) => void) => void) | undefined
  readonly run: (shopping: Shopping, floor: Floor) => Promise<unknown>
}

let database: TestDatabase
let floor: Floor
let shopping: Shopping
beforeEach(async () => {
  database = await createTestDatabase()
  floor = await openFloor({ database: database.connectionString })
  shopping = goShopping(floor)
})
afterEach(async () => {
  await floor.close()
  await database.drop()
})

const purchase = async ({ buy, order }: Shopping) => buy(await order(), 'sbp')
const returned = async (shopping: Shopping) => {
  const { id } = await purchase(shopping)
  await shopping.refund(id, 50_000)
  await shopping.refund(id)
  await shopping.until(
    () => shopping.payment(id),
    ({ refunds }) => refunds.length === 2 && refunds.every(({ status }) => status === 'succeeded'),
    `the refunds of ${id}`,
  )
}
const hold = async ({ buy, order }: Shopping) => buy(await order({ capture: 'manual' }), 'bank_card')
const captured = async (shopping: Shopping, { call }: Floor) => {
  const { id } = await hold(shopping)
  await call('POST', `/v1/payments/${id}/capture`, {
    body: { amount: { currency: 'RUB', minorUnits: AMOUNT - 1 } },
  })
  await shopping.until(
    () => shopping.payment(id),
    ({ status }) => status === 'succeeded',
    `capture of ${id}`,
  )
}
const released = async (shopping: Shopping, { call }: Floor) => {
  const { id } = await hold(shopping)
  await call('POST', `/v1/payments/${id}/cancel`)
  await shopping.until(
    () => shopping.payment(id),
    ({ status }) => status === 'canceled',
    `release of ${id}`,
  )
}
const paidTwice = async (shopping: Shopping, { call }: Floor) => {
  const order = await shopping.order()
  const old = await shopping.pay(order, 'sbp')
  await call('POST', '/v1/checkout/cancel', { token: order.clientToken })
  await shopping.buy(order, 'alipay')
  await shopping.approve(old)
  await shopping.until(
    () => shopping.payment(old.payment?.id ?? ''),
    ({ status }) => status === 'late_refunded',
    `the way back of the late money of ${order.id}`,
  )
}
const expired = async (shopping: Shopping) => {
  const order = await shopping.order()
  // One of them has a wallet's code open, which is canceled first.
  if (Math.random() < 0.5) await shopping.pay(order, 'alipay')
  await passDeadline(order.id)
  await shopping.until(
    () => shopping.session(order.id),
    ({ status }) => status === 'expired',
    `the end of ${order.id}`,
  )
}

const isCreate = ({ method, path }: ProviderCall): boolean =>
  method === 'POST' && path.endsWith('/v3/payments')

/** An hour goes by for one order. */
const passDeadline = (sessionId: string): Promise<void> =>
  execute('update teabrick.session set expires_at = now(), due_at = now() where id = $1', [sessionId])

async function execute(statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: database.connectionString })
  await client.connect()
  try {
    await client.query(statement, values)
  } finally {
    await client.end()
  }
}

const POINTS: readonly Point[] = [
  {
    name: 'an order is decided, nothing of it sent to the database',
    failpoint: ['change.decided', 'merchant POST /v1/sessions"'],
    run: purchase,
  },
  {
    name: 'an order has left for the database with its commit, whose answer has not come',
    failpoint: ['change.sent', 'merchant POST /v1/sessions"'],
    run: purchase,
  },
  {
    name: 'an order is committed, its answer not sent',
    failpoint: ['change.committed', 'merchant POST /v1/sessions"'],
    run: purchase,
  },
  {
    name: 'CR-02: a payment is committed, the provider not called',
    failpoint: ['operation.begun', '"kind":"create"'],
    run: purchase,
  },
  {
    name: 'CR-03: the provider has the request, and no answer came',
    moment: (hooks, strike) => {
      hooks.onProviderRequest = (call) => {
        if (isCreate(call)) strike()
      }
    },
    run: purchase,
  },
  {
    name: 'CR-04: the provider has answered, and nothing is committed',
    failpoint: ['operation.answered', '"kind":"create"'],
    run: purchase,
  },
  {
    name: 'CR-05: a payment is committed, the buyer not answered',
    failpoint: ['change.committed', 'checkout POST /v1/checkout/payments'],
    run: purchase,
  },
  {
    name: 'CR-06: a success and its events have left for the database in one statement, whose answer has not come',
    failpoint: ['change.sent', '"session.completed"'],
    run: purchase,
  },
  {
    name: 'a success is committed, nobody told',
    failpoint: ['change.committed', '"session.completed"'],
    run: purchase,
  },
  { name: 'a notification is stored, not acknowledged', failpoint: ['notification.stored'], run: purchase },
  {
    name: 'CR-09: a notification is acknowledged, and what it is about is not known yet',
    moment: (hooks, strike) => {
      hooks.onProviderRequest = async ({ method }) => {
        if (method === 'GET') await sleep(100)
      }
      hooks.onNotificationAnswered = (status, instance) => status === 200 && strike(instance)
    },
    run: purchase,
  },
  {
    name: 'the provider has said what a notification is about, and nothing is committed',
    failpoint: ['notification.answered'],
    run: purchase,
  },
  {
    name: 'a webhook is at the merchant, who has not answered',
    moment: (hooks, strike) => {
      hooks.onWebhook = () => strike()
    },
    run: purchase,
  },
  {
    name: 'a webhook is answered, not ticked off',
    failpoint: ['delivery.answered'],
    run: purchase,
  },
  {
    name: 'a capture is answered, not committed',
    failpoint: ['operation.answered', '"kind":"capture"'],
    run: captured,
  },
  {
    name: 'CR-10: a refund is answered, not committed',
    failpoint: ['operation.answered', '"kind":"refund"'],
    run: returned,
  },
  {
    name: 'a release is answered, not committed',
    failpoint: ['operation.answered', '"kind":"cancel"'],
    run: released,
  },
  {
    name: 'a payment’s supersession has left for the database, whose answer has not come',
    failpoint: ['change.sent', '"payment.superseded"'],
    run: paidTwice,
  },
  {
    name: 'late money is on its way back, and the answer not committed',
    failpoint: ['operation.answered', '"kind":"refund"'],
    run: paidTwice,
  },
  {
    name: 'the end of a session is decided, nothing of it sent to the database',
    failpoint: ['change.decided', '"session.expired"'],
    run: expired,
  },
]

const totals = {
  kills: 0,
  recoveries: [] as number[],
  acknowledged: 0,
  lost: 0,
  torn: 0,
  charged: 0,
  books: 0,
}

async function heldRequests(port: number): Promise<number> {
  const headers = { authorization: `Bearer ${RIG_METRICS_TOKEN}` }
  const response = await fetch(`http://127.0.0.1:${port}/pay/metrics`, { headers })
  return Number(/^teabrick_held_requests (\d+)$/m.exec(await response.text())?.[1])
}

describe('kill -9 of the server', () => {
  it.for(POINTS)('when $name', async ({ name, failpoint, moment, run }) => {
    const [instance] = floor.instances as readonly [Instance]
    const began = performance.now()
    const arm = (): void => {
      if (failpoint === undefined) return
      const [point, only] = failpoint
      const passes = Math.floor(Math.random() * 3)
      floor.failpoint = `${point}:kill:${passes}${only === undefined ? '' : `:${only}`}`
    }
    arm()
    // The first process was started without; from here on each dies at the point.
    if (failpoint) floor.kill(instance)
    const before = failpoint ? 1 : 0
    let passes = 0
    moment?.(floor.hooks, () => {
      if (instance.deaths - before >= KILLS || instance.current?.child.killed) return
      if (passes++ % 2 === 0) floor.kill(instance)
    })

    const failures: unknown[] = []
    const crowd = new Set<Promise<unknown>>()
    let deaths = instance.deaths
    while (instance.deaths - before < KILLS) {
      if (instance.deaths !== deaths) {
        deaths = instance.deaths
        arm()
      }
      if (crowd.size < CROWD) {
        const going: Promise<unknown> = run(shopping, floor)
          .catch((error: unknown) => failures.push(error))
          .finally(() => crowd.delete(going))
        crowd.add(going)
      }
      if (failures.length > 0) break
      await sleep(crowd.size < CROWD ? 40 : 200)
    }
    Object.assign(floor.hooks, { onProviderRequest: null, onNotificationAnswered: null, onWebhook: null })
    floor.failpoint = undefined
    if (failpoint) floor.kill(instance)
    await Promise.all(crowd)
    expect(failures).toEqual([])

    const found = await auditAtRest(floor, database.connectionString)
    const kills = instance.deaths
    const atPoint = instance.struck.filter((point) => point === failpoint?.[0]).length
    const { sessions, payments, refunds } = floor.acknowledged
    const acknowledged = sessions.size + payments.size + refunds.size + floor.webhooks.size
    totals.kills += kills
    totals.recoveries.push(...instance.recoveries)
    totals.acknowledged += acknowledged
    totals.lost += found.lost.length
    totals.torn += found.torn.length
    totals.charged += found.chargedTwice.length
    totals.books += found.differences.length
    report(name, {
      kills,
      ...(failpoint ? { 'at the point': atPoint } : {}),
      acknowledged,
      lost: found.lost.length,
      torn: found.torn.length,
      'charged twice': found.chargedTwice.length,
      differences: found.differences.length,
      'again p50': seconds(instance.recoveries).p50,
      max: seconds(instance.recoveries).max,
      seconds: ((performance.now() - began) / 1000).toFixed(0),
    })
    // They died there and of nothing else: the first process and the last were ended by the rig.
    if (failpoint) {
      expect(instance.struck).toEqual(instance.struck.map(() => failpoint[0]))
      expect(atPoint).toBeGreaterThanOrEqual(kills - 2)
    }
    expect(faultsOf(found)).toEqual([])
    expect(floor.refusals.dishonest).toEqual([])
    expect(Math.max(...instance.recoveries)).toBeLessThanOrEqual(5000)
  })

  afterAll(() =>
    report('kill -9 of the server, all points', {
      points: POINTS.length,
      kills: totals.kills,
      acknowledged: totals.acknowledged,
      lost: totals.lost,
      torn: totals.torn,
      'charged twice': totals.charged,
      differences: totals.books,
      'again p50': seconds(totals.recoveries).p50,
      max: seconds(totals.recoveries).max,
    }),
  )

  it('CR-12: while it is shutting down, with 50 long polls and 20 payments under way', async () => {
    const [instance] = floor.instances as readonly [Instance]
    const drained: number[] = []
    const times = scaled(20)
    for (let time = 0; time < times; time++) {
      const orders = await Promise.all(Array.from({ length: 25 }, () => shopping.order()))
      // By the time that the last poll has ended the next process may be there.
      const dying = instance.current
      const { port = 0 } = (await dying?.ready) ?? {}
      const polls = orders.flatMap(({ clientToken }) =>
        [0, 1].map(async () => {
          const headers = { authorization: `Bearer ${clientToken}` }
          const url = `http://127.0.0.1:${port}/pay/v1/checkout`
          const first = await fetch(url, { headers }).catch(() => null)
          await first?.text().catch(() => '')
          const etag = first?.headers.get('etag') ?? ''
          const held = { ...headers, 'if-none-match': etag, prefer: 'wait=25' }
          const answer = await fetch(url, { headers: held }).catch(() => null)
          await answer?.text().catch(() => '')
          return answer?.status
        }),
      )
      await shopping.until(
        () => heldRequests(port),
        (held) => held === 50,
        'fifty held requests',
      )
      const pays = orders.slice(0, 20).map((order) => shopping.buy(order, 'sbp'))
      await sleep(Math.random() * 100)
      const began = performance.now()
      dying?.child.kill('SIGTERM')
      // Every fourth time it may finish in peace.
      if (time % 4 !== 3) {
        await sleep(Math.random() * 400)
        dying?.child.kill('SIGKILL')
      }
      const statuses = await Promise.all(polls)
      await dying?.gone
      if (time % 4 === 3) {
        drained.push(performance.now() - began)
        expect(statuses.every((status) => status === 200 || status === 304)).toBe(true)
      }
      await Promise.all(pays)
    }
    const found = await auditAtRest(floor, database.connectionString)
    report('CR-12: SIGTERM, then kill -9, with 50 long polls and 20 payments', {
      times,
      'in peace': drained.length,
      'drained max': seconds(drained).max,
      lost: found.lost.length,
      torn: found.torn.length,
      'charged twice': found.chargedTwice.length,
      differences: found.differences.length,
      'again max': seconds(instance.recoveries).max,
    })
    expect(faultsOf(found)).toEqual([])
    expect(floor.refusals.dishonest).toEqual([])
  })
})

describe('kill -9 of the server in the middle of the migration', () => {
  it('leaves an empty database, which the next start brings up to date', async () => {
    const program = await bundleRigApi()
    const empty = await createEmptyDatabase()
    try {
      const options = {
        publicUrl: 'http://127.0.0.1:4299/pay',
        database: empty.connectionString,
        yookassaUrl: 'http://127.0.0.1:4250/yookassa',
        antomUrl: 'http://127.0.0.1:4250/antom',
        tbankUrl: 'http://127.0.0.1:4250/tbank',
        webhookUrl: 'http://127.0.0.1:4250/webhooks',
        port: 0,
      }
      const tables = async (): Promise<number> => {
        const client = new pg.Client({ connectionString: empty.connectionString })
        await client.connect()
        try {
          const { rows } = await client.query(
            `select count(*)::int as n from pg_tables where schemaname = 'teabrick'`,
          )
          return rows[0].n
        } finally {
          await client.end()
        }
      }
      for (let time = 0; time < KILLS; time++) {
        const server = spawnRigServer(program, options, `migration.statement:kill:${time}`)
        expect(await server.gone).toBe('SIGKILL')
        expect(await tables()).toBe(0)
      }
      const began = performance.now()
      const server = spawnRigServer(program, options)
      await server.ready
      report('kill -9 in the middle of the migration', {
        kills: KILLS,
        torn: 0,
        'ready in': seconds([performance.now() - began]).max,
      })
      expect(await tables()).toBeGreaterThan(8)
      server.child.kill('SIGKILL')
      await server.gone
    } finally {
      await empty.drop()
    }
  })
})
