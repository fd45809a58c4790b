import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import { createLeases, type Lease } from './leases.ts'
import { createLoop, type Loop } from './loop.ts'

/** A loop over a queue that can also be given rows. */
export interface WorkQueue<Row> extends Loop {
  /** Whether so many more rows could be worked on at once. Default: one. */
  hasRoom(rows?: number): boolean
  /**
   * Works on a row that is leased to this process already.
   *
   * @param since When that lease was asked for, by this process's clock.
   */
  take(row: Row, since: number): void
}

/**
 * Claims due rows and works on them side by side, at most `concurrency` at once: a provider that takes ten seconds holds up
 * nobody else's payment. Whoever dies in the middle loses only the lease, which is short and renewed while work goes on.
 */
export function createWorkQueue<Row>({
  name,
  claim,
  renew,
  work,
  concurrency,
  clock,
  logger,
  idleMs,
}: {
  readonly name: string
  readonly claim: (limit: number) => Promise<readonly Row[]>
  /** Prolongs leases. Resolves with whether each was. */
  readonly renew: (rows: readonly Row[], leaseMs: number) => Promise<readonly boolean[]>
  readonly work: (row: Row, lease: Lease) => Promise<void>
  readonly concurrency: number
  readonly clock: Clock
  readonly logger: Logger
  readonly idleMs?: ((loop: string) => number | Promise<number>) | undefined
}): WorkQueue<Row> {
  const underWay = new Set<Promise<void>>()
  const leases = createLeases({ name, renew, clock, logger })
  let stopped = false

  async function round(): Promise<boolean> {
    const room = concurrency - underWay.size
    if (room <= 0) {
      await Promise.race(underWay)
      return true
    }
    await leases.renewOverdue()
    const since = clock.now()
    const rows = await claim(room)
    for (const row of rows) take(row, since)
    return rows.length === room
  }

  function take(row: Row, since: number): void {
    const lease = leases.hold(row, since)
    const done: Promise<void> = work(row, lease)
      .catch((error: unknown) => {
        // The lease runs out and the row is due again.
        logger.error(
          { loop: name, error: error instanceof Error ? error.message : String(error) },
          `${name}: a row failed`,
        )
      })
      .finally(() => {
        lease.release()
        underWay.delete(done)
      })
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
      leases.stop()
      await loop.stop()
      await Promise.all(underWay)
    },
  }
}
