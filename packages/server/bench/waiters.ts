import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiProcess } from './api-client.ts'
import type { LoadClient } from './load-client.ts'
import { median } from './statistics.ts'

/** Requests at once while sessions are made and waiters are gathered. */
const AT_ONCE = 16
/** Of the waiters, how many are woken by a payment while the others wait on. */
const WOKEN = 20
/** The longest wait the API grants. After it a waiter is told that nothing has changed, and asks again. */
const WAIT_SECONDS = 25
/** A little less, so that the last comes before the first has to ask again. */
const GATHER_MS = 20_000

/**
 * Holds one long poll for each of `count` sessions, each on a socket of its own and asked again whenever it ends, as the
 * client does; measures what that costs; then pays some of them and sees that exactly those are told.
 *
 * @returns Lines to print.
 * @throws Error if a waiter was not told of its payment, or told of nothing.
 */
export async function holdWaiters({
  client,
  api,
  count,
  load,
}: {
  readonly client: LoadClient
  readonly api: ApiProcess
  readonly count: number
  readonly load: () => string
}): Promise<readonly string[]> {
  const tokens: string[] = []
  await inParallel(count, async (index) => {
    tokens[index] = (await client.createSession(`W-${index}`)).clientToken
  })
  const { etag = '' } = await client.read(tokens[0] ?? '')
  const before = await api.usage()
  let isOver = false
  const began = performance.now()
  const told = new Map<number, number>()
  const waiters = tokens.map(async (token, index) => {
    // Evenly, as they would be after a while: then they also come back evenly.
    await sleep((index / count) * GATHER_MS)
    while (!isOver) {
      const { status } = await client.watch(token, etag, WAIT_SECONDS)
      if (status === 304) continue
      told.set(index, performance.now())
      return
    }
  })
  const failed = Promise.all(waiters).then(() => new Promise<never>(() => {}))

  let held = 0
  do {
    await Promise.race([sleep(500), failed])
    held = await client.heldRequests()
    // Some have just been answered and are asking again.
  } while (held < count * 0.99 && performance.now() - began < 120_000)
  const gathered = ((performance.now() - began) / 1000).toFixed(0)
  const full = await api.usage()
  const from = performance.now()
  await Promise.race([sleep(10_000), failed])
  const later = await api.usage()
  const share = ((later.cpuMs - full.cpuMs) / (performance.now() - from)) * 100

  const asked: number[] = []
  await inParallel(WOKEN, async (index) => {
    asked[index] = performance.now()
    await client.pay(tokens[index] ?? '')
  })
  isOver = true
  await Promise.all(waiters)
  const right = told.size === WOKEN && [...told.keys()].every((index) => index < WOKEN)
  if (!right) throw new Error(`${WOKEN} waiters had something to be told, ${told.size} were told something`)
  const delays = asked.map((at, index) => (told.get(index) ?? 0) - at)
  const kilobytes = (bytes: number): string => (bytes / held / 1024).toFixed(1)
  return [
    `${held} waiting long polls in one process, gathered in ${gathered} s: ${kilobytes(full.used - before.used)} kB of heap each after gc, ${kilobytes(full.rss - before.rss)} kB of resident memory each (${load()})`,
    `  ${share.toFixed(0)} % of a core while nothing changes (each asks again after ${WAIT_SECONDS} s); the ${WOKEN} whose session was paid for were told of the payment ${median(delays).toFixed(0)} ms (longest ${Math.max(...delays).toFixed(0)} ms) after it was asked for, nobody else was told anything`,
  ]
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await work(next++)
    }),
  )
}
