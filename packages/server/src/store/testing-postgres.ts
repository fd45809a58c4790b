import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { createPostgresStore } from './postgres-store.ts'

/** An empty database with the present schema, for one test. */
export interface TestDatabase {
  readonly connectionString: string
  /** Drops it, with whatever is still connected. */
  drop(): Promise<void>
}

interface TestServer {
  readonly url: string
  /** A database with the present schema, to be copied. */
  readonly template: string
  stop(): Promise<void>
}

let started: Promise<TestServer> | undefined

// The server of a test file ends with it, and takes its databases along.
afterAll(async () => {
  await (await started)?.stop()
})

/**
 * Makes a database for a test, in tens of milliseconds: a copy of one that was migrated before. It is on the server that
 * `TEST_DATABASE_URL` names, whose role may create databases, or on an embedded one that lives as long as the test file.
 *
 * Import this module at the top of a test file: it registers the end of its server.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, template } = await testServer()
  return createDatabase(url, template)
}

/** Makes a database without any table of ours. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase((await testServer()).url, 'template0')
}

async function testServer(): Promise<TestServer> {
  started ??= startServer()
  return started
}

async function startServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'teabrick-test-')) : undefined
  let embedded: EmbeddedPostgres | undefined
  if (folder !== undefined) embedded = await startEmbeddedPostgres({ folder: join(folder, 'database') })
  const url = given ?? embedded?.connectionString ?? ''
  const { connectionString, drop } = await createDatabase(url, 'template0')
  const store = await createPostgresStore({ connectionString })
  await store.close()
  return {
    url,
    template: new URL(connectionString).pathname.slice(1),
    async stop() {
      await drop()
      await embedded?.stop()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createDatabase(server: string, template: string): Promise<TestDatabase> {
  const name = `teabrick_test_${randomBytes(8).toString('hex')}`
  await execute(server, `create database ${name} template ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    connectionString: url.href,
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  }
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
