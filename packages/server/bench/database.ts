import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'

/** What the database has done so far, by its own counters. */
export interface DatabaseUse {
  /** Transactions that ended well, mere readings and single statements included. */
  readonly transactions: number
  /** Transactions that wrote something: those that were given an id. */
  readonly writes: number
  /** Processor time of the server's processes in milliseconds; null where the system does not tell. */
  readonly cpuMs: number | null
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
      const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      return {
        transactions: Number(rows[0]?.transactions),
        writes: Number(rows[0]?.writes),
        cpuMs: serverCpuMs(own[0]?.pid ?? 0),
      }
    },
    close: () => client.end(),
  }
}

/** Ticks of a hundredth of a second, in which Linux counts the time of processes for programs. */
const TICK_MS = 10

/**
 * Of all processes whose parent is that of one backend. Those that have ended meanwhile are not counted.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function serverCpuMs(backendPid: number): number | null {
  const stat = (pid: number | string): readonly string[] | null => {
    try {
      // The name in brackets may hold anything; the fields after it are numbers.
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? null
    } catch {
      return null
    }
  }
  const parent = stat(backendPid)?.[1]
  if (parent === undefined) return null
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(stat)
    .filter((fields) => fields?.[1] === parent)
    .reduce((sum, fields) => sum + Number(fields?.[11]) + Number(fields?.[12]), 0)
  return ticks * TICK_MS
}
