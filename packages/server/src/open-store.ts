import { createPostgresStore } from './store/postgres-store.ts'
import { type Store, StoreError } from './store/store.ts'

/**
 * The store behind the `database` option.
 *
 * @param database `postgres://…`.
 * @throws StoreError if it cannot be used.
 */
export async function openStore(database: string): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(database)) return createPostgresStore({ connectionString: database })
  throw new StoreError('embedded_missing', `the folder ${database} needs an embedded PostgreSQL`)
}
