import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../store/testing-postgres.ts'
import { auditAtRest, faultsOf } from './audit.ts'
import { type Floor, openFloor } from './floor.ts'
import { inParallel, report, scaled } from './rig-report.ts'
import { RIG_METRICS_TOKEN } from './rig-server-options.ts'
import { goShopping, type Shopping } from './shopping.ts'

// One address floods a server process with connections, while a shop goes on selling through it.

let database: TestDatabase
let floor: Floor
let shopping: Shopping
let port: number
const sockets = new Set<Socket>()
beforeEach(async () => {
  database = await createTestDatabase()
  floor = await openFloor({ database: database.connectionString })
  shopping = goShopping(floor)
  port = (await floor.instances[0]?.current?.ready)?.port ?? 0
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await floor.close()
  await database.drop()
})

function open(): Socket {
  const socket = connect(port, '127.0.0.1')
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
  return socket
}

async function metric(name: string): Promise<number> {
  const headers = { authorization: `Bearer ${RIG_METRICS_TOKEN}` }
  const response = await fetch(`http://127.0.0.1:${port}/pay/metrics`, { headers })
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await response.text())?.[1])
}

const HELD = 'teabrick_held_requests'

/** Purchases one after the other, with the time of each create and each pay in milliseconds. */
async function sell(count: number): Promise<{ readonly p99: number; readonly p50: number }> {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const order = await shopping.order()
    const began = performance.now()
    await shopping.pay(order, 'sbp')
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0)
  return { p50: at(0.5), p99: at(0.99) }
}

it('NW-15: two thousand idle long polls of one address hold up nobody, two at most for a session', async () => {
  const sessions = scaled(1000)
  const before = await sell(scaled(60))
  const orders: { readonly token: string; readonly etag: string }[] = []
  await inParallel(
    Array.from({ length: sessions }, (_, index) => index),
    16,
    async () => {
      const { clientToken: token } = await shopping.order()
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`http://127.0.0.1:${port}/pay/v1/checkout`, { headers })
      await response.text()
      orders.push({ token, etag: response.headers.get('etag') ?? '' })
    },
  )
  // Three each: the third answers the oldest, so that two stay.
  for (let round = 0; round < 3; round++)
    for (const { token, etag } of orders) {
      open().write(
        `GET /pay/v1/checkout HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nIf-None-Match: ${etag}\r\nPrefer: wait=25\r\n\r\n`,
      )
      if (sockets.size % 50 === 0) await sleep(20)
    }
  // At rest: while thousands arrive at once, those that must go are still being answered.
  let held = -1
  for (let now = await metric(HELD); now !== held; now = await metric(HELD)) {
    held = now
    await sleep(1500)
  }
  expect(held).toBeGreaterThan(sessions)
  expect(held).toBeLessThanOrEqual(2 * sessions)
  const during = await sell(scaled(60))
  report('NW-15: idle long polls of one address', {
    connections: sockets.size,
    held,
    'pay p50 before': `${before.p50} ms`,
    'p99 before': `${before.p99} ms`,
    'p50 during': `${during.p50} ms`,
    'p99 during': `${during.p99} ms`,
  })
  expect(floor.refusals).toEqual({ honest: 0, dishonest: [] })
})

it('NW-16: five hundred sockets that send a byte now and then are closed, and hold up nobody', async () => {
  const count = scaled(500)
  const before = await sell(scaled(60))
  const began = performance.now()
  const slow = Array.from({ length: count }, (_, index) => {
    const socket = open()
    // Some never finish their headers, some their bodies, and some say nothing at all.
    if (index % 3 !== 2) socket.write('POST /pay/v1/sessions HTTP/1.1\r\nHost: x\r\n')
    if (index % 3 === 1) socket.write('Content-Length: 1000\r\n\r\n{')
    return socket
  })
  const dripping = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('a')
  }, 5000)
  const during = await sell(scaled(60))
  let closedAfter = 0
  while (sockets.size > 0 && closedAfter < 120_000) {
    await sleep(100)
    closedAfter = performance.now() - began
  }
  clearInterval(dripping)
  report('NW-16: sockets that send a byte now and then', {
    sockets: count,
    'left open': sockets.size,
    'all closed after': `${(closedAfter / 1000).toFixed(0)} s`,
    'pay p50 before': `${before.p50} ms`,
    'p99 before': `${before.p99} ms`,
    'p50 during': `${during.p50} ms`,
    'p99 during': `${during.p99} ms`,
  })
  expect(sockets.size).toBe(0)
  const found = await auditAtRest(floor, database.connectionString)
  expect(faultsOf(found)).toEqual([])
})
