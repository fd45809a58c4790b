import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { endLeases } from './end-leases.ts'
import { createPostgresStore } from './postgres-store.ts'
import type { Store } from './store.ts'

export interface OpenStoreOptions {
  /** `postgres://…` of a database, or a folder for the embedded PostgreSQL. */
  readonly database: string
  /** Connections at most, for this process. Default 10. */
  readonly maxConnections?: number | undefined
}

/**
 * Opens the store that a configuration names, and brings its schema up to date. Closing it ends an embedded PostgreSQL too.
 *
 * @throws StoreError with one line for the operator: what is wrong with the database or folder, and the remedy.
 */
export async function openStore({ database, maxConnections }: OpenStoreOptions): Promise<Store> {
  if (isDatabaseUrl(database)) return createPostgresStore({ connectionString: database, maxConnections })
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(database))
    throw new TypeError('database must be a postgres:// URL or the path of a folder')
  const server = await startEmbeddedPostgres({ folder: database })
  let store: Store
  try {
    store = await createPostgresStore({ connectionString: server.connectionString, maxConnections })
    // The folder is ours alone, so a payment that a killed process was in the middle of need not wait for its lease to end.
    await endLeases(server.connectionString)
  } catch (error) {
    await server.stop()
    throw error
  }
  return {
    ...store,
    async close() {
      await store.close()
      await server.stop()
    },
  }
}

function isDatabaseUrl(database: string): boolean {
  return /^postgres(ql)?:\/\//i.test(database)
}
