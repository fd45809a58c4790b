import pg from 'pg'

/** What the database has done so far, by its own counters. */
export interface DatabaseUse {
  /** Transactions that ended well, mere readings and single statements included. */
  readonly transactions: number
  /** Transactions that wrote something: those that were given an id. */
  readonly writes: number
}

export interface BenchDatabase {
  readonly client: pg.Client
  use(): Promise<DatabaseUse>
  close(): Promise<void>
}

/** A connection of the benchmark's own. Refuses to measure a database that does not keep what it acknowledges. */
export async function connectDatabase(connectionString: string): Promise<BenchDatabase> {
  const client = new pg.Client(connectionString)
  await client.connect()
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await client.query<Record<string, string>>(`show ${setting}`)
    if (rows[0]?.[setting] !== 'on') throw new Error(`${setting} is ${rows[0]?.[setting]}, not on`)
  }
  return {
    client,
    async use() {
      // Backends tell of their transactions once a second at most.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const { rows } = await client.query<{ transactions: string; writes: string }>(`
        select (select xact_commit from pg_stat_database where datname = current_database()) as transactions,
          pg_snapshot_xmax(pg_current_snapshot())::text as writes`)
      return { transactions: Number(rows[0]?.transactions), writes: Number(rows[0]?.writes) }
    },
    close: () => client.end(),
  }
}
