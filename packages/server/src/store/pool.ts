import pg from 'pg'

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`; what pg and libpq understand, `sslmode` included. */
  readonly connectionString: string
  /** Connections at most, for this process. Default 10. */
  readonly maxConnections?: number | undefined
}

/** A pool of connections that outlives a restart of the database. Nothing is connected before the first query. */
export function createPool({ connectionString, maxConnections = 10 }: PoolOptions): pg.Pool {
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
  return pool
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
