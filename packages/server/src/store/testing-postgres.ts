import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createPostgresStore } from './postgres-store.ts'

/** An empty database with the present schema, for one test. */
export interface TestDatabase {
  readonly connectionString: string
  /** Drops it, with whatever is still connected. */
  drop(): Promise<void>
}

let template: Promise<string> | undefined

/**
 * Makes a database for a test, in tens of milliseconds: a copy of one that was migrated before. It is on the server that
 * `TEST_DATABASE_URL` names (its role may create databases).
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await serverUrl()
  template ??= createTemplate(server)
  const name = databaseName()
  await execute(server, `create database ${name} template ${await template}`)
  return {
    connectionString: withDatabase(server, name),
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  }
}

/** Makes a database without any table of ours. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = await serverUrl()
  const name = databaseName()
  await execute(server, `create database ${name} template template0`)
  return {
    connectionString: withDatabase(server, name),
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  }
}

async function serverUrl(): Promise<string> {
  return process.env['TEST_DATABASE_URL'] ?? ''
}

async function createTemplate(server: string): Promise<string> {
  const name = databaseName()
  await execute(server, `create database ${name} template template0`)
  const store = await createPostgresStore({ connectionString: withDatabase(server, name) })
  await store.close()
  return name
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function databaseName(): string {
  return `teabrick_test_${randomBytes(8).toString('hex')}`
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
