import type { Socket } from 'node:net'
import pg from 'pg'

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`; what pg and libpq understand, `sslmode` included. */
  readonly connectionString: string
  /** Connections at most, for this process. Default 10. */
  readonly maxConnections?: number | undefined
  /** How long a statement may be answered by nothing at all before its connection is given up. Default 30 s. */
  readonly silenceTimeoutMs?: number | undefined
}

/** Longer than any lock is waited for: whoever holds one is thrown out after 15 s of doing nothing. */
const SILENCE_MS = 30_000

/** A pool of connections that outlives a restart of the database. Nothing is connected before the first query. */
export function createPool({
  connectionString,
  maxConnections = 10,
  silenceTimeoutMs = SILENCE_MS,
}: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    // A server that vanished without a word is noticed, instead of waited for.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'teabrick',
    pipeline: true,
  })
  outliveLostConnections(pool)
  endSilentConnections(pool, silenceTimeoutMs)
  return pool
}

/**
 * A connection on which nothing moves while somebody waits is as good as lost: a firewall forgot it, or a machine vanished. TCP
 * itself would notice after a quarter of an hour. It is destroyed, and whoever waits is told as of any lost connection.
 */
function endSilentConnections(pool: pg.Pool, timeoutMs: number): void {
  const taken = new WeakSet<pg.PoolClient>()
  pool.on('acquire', (client) => taken.add(client))
  pool.on('release', (_, client) => taken.delete(client))
  pool.on('connect', (client) => {
    const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
    stream.setTimeout(timeoutMs, () => {
      if (taken.has(client)) stream.destroy()
    })
  })
}

/**
 * A connection that breaks while nobody waits for it emits `error`, which would end the process. The pool drops it, and whoever
 * uses it next is told by the query's own rejection.
 */
export function outliveLostConnections(pool: pg.Pool): void {
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))
}

function ignore(): void {}
