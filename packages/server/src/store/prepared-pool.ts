import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { send } from './send-statements.ts'

/** A pool for Kysely that prepares what it runs by name ({@link send}). */
export function preparedPool(pool: Pool): PostgresPool {
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const known = wrapped.get(client)
      if (known) return known
      const made = {
        query: (text: string, values: readonly unknown[] = []) => send(client, { text, values }),
        release: (destroy?: boolean) => client.release(destroy),
      } as unknown as PostgresPoolClient
      wrapped.set(client, made)
      return made
    },
    end: () => pool.end(),
    options: pool.options,
  }
}
