import type { Clock } from '../clock.ts'
import type { Logger } from '../config.ts'
import { StoreError } from '../store/store.ts'

/**
 * For how long a row is claimed, in milliseconds. A process that dies leaves its rows to others after at most this, so that a
 * buyer who waits for a QR does not notice; whoever works longer renews.
 *
 * Why not locks of the database that end with its connection (advisory locks): they are the session's, which poolers that give a
 * connection per transaction do not have, and a machine that vanishes leaves its connections open for a quarter of an hour.
 */
export const LEASE_MS = 3500

/** Beats within a lease. Rows are renewed at the third, so that half of the lease is left for a renewal that is slow. */
const BEATS = 6
const RENEW_AT_BEAT = 3
/** Work that takes longer than an adapter's call of three requests may is not renewed: something hangs. */
const LONGEST_WORK_MS = 60_000
/** How long an answer in hand is kept for a database that is away. */
const KEEP_MS = 60_000
/** The same once the process is to stop. */
const KEEP_AT_STOP_MS = 3000
const LONGEST_PAUSE_MS = 250

/** What a worker knows of its claim while it works on a row. */
export interface Lease {
  /**
   * By this process's clock: somebody else may have the row by now, as after this process stood still. Who has it for certain
   * is decided under the lock, by the lease's token; this is for what no lock can take back, such as a request to a provider.
   */
  mayBeOver(): boolean
  /**
   * Commits what came of the work. While the database is away it is tried again with the answer in hand, for at most a minute:
   * what a provider has said is not to be asked for once more. `commit` must check the lease's token, so that it does nothing
   * the second time, or when somebody else has taken the row over.
   *
   * @throws StoreError `unavailable` if it gave up. The row is then due again, sent at least once and never settled.
   */
  keep<T>(commit: () => Promise<T>): Promise<T>
}

/** The rows of one queue that this process works on, and their leases. */
export interface Leases<Row> {
  /** @param since When the claim was asked for, by this process's clock. */
  hold(row: Row, since: number): HeldLease
  /** Renews what should have been renewed already, as when the database was away: before others' rows are taken. */
  renewOverdue(): Promise<void>
  /** From now on an answer in hand waits three seconds at most for a database that is away. */
  stop(): void
}

export interface HeldLease extends Lease {
  /** The work is over. */
  release(): void
}

interface Held<Row> {
  readonly row: Row
  /** By this process's clock. */
  until: number
  /** Beats since the claim or the last renewal. */
  beats: number
  /** Beats since the claim. */
  age: number
  isLost: boolean
}

/** @param renew Resolves with whether each was renewed; false: it is another's by now, over, or being changed at this moment. */
export function createLeases<Row>({
  name,
  renew,
  clock,
  logger,
}: {
  readonly name: string
  readonly renew: (rows: readonly Row[], leaseMs: number) => Promise<readonly boolean[]>
  readonly clock: Clock
  readonly logger: Logger
}): Leases<Row> {
  const all = new Set<Held<Row>>()
  const idle = new AbortController()
  let isBeating = false
  let stoppedAt: number | null = null

  // Counted in beats, not read off a clock: those can be set.
  async function beat(): Promise<void> {
    if (isBeating) return
    isBeating = true
    while (all.size > 0 && !idle.signal.aborted) {
      await clock.sleep(LEASE_MS / BEATS, idle.signal)
      for (const held of all) {
        held.beats++
        held.age++
      }
      try {
        await renewOverdue()
      } catch (error) {
        // Tried again at the next beat. Should the lease end meanwhile, the token tells whose the row is.
        logger.warn({ loop: name, error: messageOf(error) }, `${name}: leases could not be renewed`)
      }
    }
    isBeating = false
  }

  async function renewOverdue(): Promise<void> {
    const due = [...all].filter(
      ({ beats, age, isLost }) =>
        beats >= RENEW_AT_BEAT && !isLost && age <= (LONGEST_WORK_MS / LEASE_MS) * BEATS,
    )
    if (due.length === 0) return
    const asked = clock.now()
    const renewed = await renew(
      due.map(({ row }) => row),
      LEASE_MS,
    )
    for (const [place, held] of due.entries()) {
      // Being changed at this moment, it may still be ours: asked again as long as it can be.
      held.isLost = !renewed[place] && held.beats >= BEATS
      if (!renewed[place]) continue
      held.beats = 0
      held.until = asked + LEASE_MS
    }
  }

  const mayKeep = (since: number, { isLost }: Held<Row>): boolean =>
    !isLost &&
    clock.now() - since < KEEP_MS &&
    (stoppedAt === null || clock.now() - stoppedAt < KEEP_AT_STOP_MS)

  return {
    hold(row, since) {
      const held: Held<Row> = { row, until: since + LEASE_MS, beats: 0, age: 0, isLost: false }
      all.add(held)
      void beat()
      return {
        mayBeOver: () => held.isLost || clock.now() >= held.until,
        async keep(commit) {
          const since = clock.now()
          for (let pauseMs = 25; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
            try {
              return await commit()
            } catch (error) {
              const isAway = error instanceof StoreError && error.code === 'unavailable'
              if (!isAway || !mayKeep(since, held)) throw error
              logger.warn({ loop: name, error: error.message }, `${name}: an answer waits for the database`)
            }
            await clock.sleep(pauseMs)
          }
        },
        release: () => {
          all.delete(held)
          if (stoppedAt !== null && all.size === 0) idle.abort('over')
        },
      }
    },
    renewOverdue,
    stop() {
      stoppedAt = clock.now()
      if (all.size === 0) idle.abort('over')
    },
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
