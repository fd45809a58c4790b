import type { ApiProcess } from './api-client.ts'
import type { LoadClient } from './load-client.ts'

/** Sessions made at once while the waiters are gathered. */
const AT_ONCE = 16
/** Of the waiters, how many are woken by a payment while the others wait on. */
const WOKEN = 20

/**
 * Holds one long poll for each of `count` sessions on as many sockets, measures what they cost, then pays some of them and
 * sees that exactly those are answered.
 *
 * @returns Lines to print.
 * @throws Error if a waiter was not woken by its payment.
 */
export async function holdWaiters({
  client,
  api,
  approve,
  count,
  load,
}: {
  readonly client: LoadClient
  readonly api: ApiProcess
  readonly approve: (code: string) => Promise<void>
  readonly count: number
  readonly load: () => string
}): Promise<readonly string[]> {
  const tokens: string[] = []
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (tokens.length < count) {
        const index = tokens.push('') - 1
        tokens[index] = (await client.createSession(`W-${index}`)).clientToken
      }
    }),
  )
  const { etag = '' } = await client.read(tokens[0] ?? '')
  const before = await api.usage()
  const waiting = tokens.map((token) => client.watch(token, etag, 25))
  const gathered = performance.now()
  // Until all are held; what was sent later than this would not be answered by 304 in time.
  await new Promise((resolve) => setTimeout(resolve, 8000))
  const held = await api.usage()
  const idleFrom = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const idle = await api.usage()
  const idleShare = ((idle.cpuMs - held.cpuMs) / (performance.now() - idleFrom)) * 100

  const woken = await Promise.all(
    tokens.slice(0, WOKEN).map(async (token, index) => {
      const view = await client.pay(token)
      const answer = await waiting[index]
      if (answer?.status !== 200) throw new Error(`a waiter whose session changed got ${answer?.status}`)
      await approve(view.payment?.nextAction?.qr?.payload ?? '')
      return answer
    }),
  )
  const others = await Promise.all(waiting.slice(WOKEN))
  const unchanged = others.filter(({ status }) => status === 304).length
  if (unchanged !== others.length)
    throw new Error(`${others.length - unchanged} waiters were answered although nothing had changed`)
  const heldFor = ((performance.now() - gathered) / 1000).toFixed(0)
  const kilobytes = (bytes: number): string => (bytes / count / 1024).toFixed(1)
  return [
    `${count} waiting long polls in one process: ${kilobytes(held.used - before.used)} kB of heap each after gc, ${kilobytes(held.rss - before.rss)} kB of resident memory each (${load()})`,
    `  ${idleShare.toFixed(0)} % of a core while nothing changes; ${woken.length} were woken by their payment, ${unchanged} answered 304, all within ${heldFor} s`,
  ]
}
