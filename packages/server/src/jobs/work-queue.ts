import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import { createLoop, type Loop } from './loop.ts'

/**
 * Claims due rows and works on them side by side, at most `concurrency` at once: a provider that takes ten seconds holds up
 * nobody else's payment. Whoever dies in the middle loses only the lease.
 */
export function createWorkQueue<Row>({
  name,
  claim,
  work,
  concurrency,
  clock,
  logger,
  idleMs,
}: {
  readonly name: string
  readonly claim: (limit: number) => Promise<readonly Row[]>
  readonly work: (row: Row) => Promise<void>
  readonly concurrency: number
  readonly clock: Clock
  readonly logger: Logger
  readonly idleMs?: (() => number | Promise<number>) | undefined
}): Loop {
  const underWay = new Set<Promise<void>>()

  async function round(): Promise<boolean> {
    const room = concurrency - underWay.size
    if (room <= 0) {
      await Promise.race(underWay)
      return true
    }
    const rows = await claim(room)
    for (const row of rows) {
      const done: Promise<void> = work(row)
        .catch((error: unknown) => {
          // The lease runs out and the row is due again.
          logger.error(
            { loop: name, error: error instanceof Error ? error.message : String(error) },
            `${name}: a row failed`,
          )
        })
        .finally(() => underWay.delete(done))
      underWay.add(done)
    }
    return rows.length === room
  }

  const loop = createLoop({ name, round, clock, logger, idleMs })
  return {
    start: loop.start,
    kick: loop.kick,
    async stop() {
      await loop.stop()
      await Promise.all(underWay)
    },
  }
}
