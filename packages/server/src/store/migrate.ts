import { type Kysely, sql } from 'kysely'
import { failpoint } from '../failpoint.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { StoreError } from './store.ts'
import type { Tables } from './tables.ts'

/** An arbitrary number, the same in every instance: who holds it may change the schema. */
const ADVISORY_LOCK = 7_311_504_290_117n

/**
 * Brings the database to this version's schema. Instances that start at once do it once: the others wait. A database that is
 * up to date is only read, so a role without rights to create tables is enough then.
 *
 * @throws StoreError `schema_newer` if a later version of Teabrick has been here: its data is not ours to guess.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  if (missingOf(await appliedNames(db)).length === 0) return
  await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(transaction)
    await sql`create schema if not exists teabrick`.execute(transaction)
    await sql`create table if not exists teabrick.migration (
      name text primary key, applied_at timestamptz(3) not null default now())`.execute(transaction)
    for (const { name, statements } of missingOf(await appliedNames(transaction))) {
      for (const statement of statements) {
        await sql.raw(statement).execute(transaction)
        failpoint('migration.statement')
      }
      await transaction.insertInto('teabrick.migration').values({ name }).execute()
    }
  })
}

async function appliedNames(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ exists: boolean }>`
    select to_regclass('teabrick.migration') is not null as exists`.execute(db)
  if (!rows[0]?.exists) return new Set()
  const applied = await db.selectFrom('teabrick.migration').select('name').execute()
  return new Set(applied.map(({ name }) => name))
}

function missingOf(applied: ReadonlySet<string>): typeof MIGRATIONS {
  const known = new Set(MIGRATIONS.map(({ name }) => name))
  const newer = [...applied].filter((name) => !known.has(name))
  if (newer.length > 0)
    throw new StoreError(
      'schema_newer',
      `the database was changed by a newer version of Teabrick (migration ${newer.join(', ')}): start that version, or give this one another database`,
    )
  return MIGRATIONS.filter(({ name }) => !applied.has(name))
}
