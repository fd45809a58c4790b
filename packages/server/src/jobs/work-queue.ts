import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import { createLoop, type Loop } from './loop.ts'

/** A loop over a queue that can also be given rows. */
export interface WorkQueue<Row> extends Loop {
  /** Whether so many more rows could be worked on at once. Default: one. */
  hasRoom(rows?: number): boolean
  /** Works on a row that is leased to this process already. */
  take(row: Row): void
}

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
  readonly idleMs?: ((loop: string) => number | Promise<number>) | undefined
}): WorkQueue<Row> {
  const underWay = new Set<Promise<void>>()
  let stopped = false

  async function round(): Promise<boolean> {
    const room = concurrency - underWay.size
    if (room <= 0) {
      await Promise.race(underWay)
      return true
    }
    const rows = await claim(room)
    for (const row of rows) take(row)
    return rows.length === room
  }

  function take(row: Row): void {
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

  const loop = createLoop({ name, round, clock, logger, idleMs })
  return {
    start: loop.start,
    kick: loop.kick,
    take,
    hasRoom: (rows = 1) => !stopped && underWay.size + rows <= concurrency,
    async stop() {
      stopped = true
      await loop.stop()
      await Promise.all(underWay)
    },
  }
}
