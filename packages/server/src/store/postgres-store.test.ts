import { afterEach } from 'vitest'
import { describeStore } from './describe-store.ts'
import { createPostgresStore } from './postgres-store.ts'
import { createTestDatabase, type TestDatabase } from './testing-postgres.ts'

const databases: TestDatabase[] = []
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()))
})

async function newDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  databases.push(database)
  return database
}

describeStore('PostgreSQL', {
  open: async () => {
    const { connectionString } = await newDatabase()
    return Promise.all([createPostgresStore({ connectionString }), createPostgresStore({ connectionString })])
  },
})
