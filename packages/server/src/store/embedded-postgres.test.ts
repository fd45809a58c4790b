import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, lchown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findBinaries } from './embedded/binaries.ts'
import { isRunning, markOf } from './embedded/processes.ts'
import { type OwnerProcess, spawnOwner } from './embedded/testing-owner-process.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { StoreError } from './store.ts'

/** A folder as a first start leaves it: copied, it saves most tests a first start of their own. */
let pristine: string
let parent: string
let folder: string
let servers: EmbeddedPostgres[]
let owners: OwnerProcess[]

beforeAll(async () => {
  pristine = join(await mkdtemp(join(tmpdir(), 'teabrick-embedded-')), 'database')
  const server = await startEmbeddedPostgres({ folder: pristine })
  await server.stop()
})
afterAll(() => rm(join(pristine, '..'), { recursive: true, force: true }))

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'teabrick-embedded-'))
  folder = join(parent, 'database')
  servers = []
  owners = []
})
afterEach(async () => {
  for (const { child } of owners) child.kill('SIGKILL')
  for (const server of servers) await server.stop()
  await untilServerIsGone()
  await rm(parent, { recursive: true, force: true, maxRetries: 10 })
})

/** Puts a folder there that was used before. */
async function givenData(): Promise<void> {
  await cp(pristine, folder, { recursive: true })
  // A copy made by root is root's.
  const { uid, gid } = await stat(join(pristine, 'data'))
  for (const name of ['', ...(await readdir(folder, { recursive: true }))])
    await lchown(join(folder, name), uid, gid)
}

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder })
  servers.push(server)
  return server
}

async function spawnAnother(): Promise<OwnerProcess> {
  const owner = await spawnOwner(folder)
  owners.push(owner)
  return owner
}

async function query(connectionString: string, text: string): Promise<readonly pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function postmasterPid(): Promise<number> {
  const text = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  return Number(text.split('\n')[0])
}

async function untilServerIsGone(): Promise<void> {
  const pid = await postmasterPid()
  while (pid > 0 && (await isRunning(await markOf(pid)))) await sleep(20)
}

function isStoreError(code: StoreError['code'], words: RegExp) {
  return (error: unknown) =>
    error instanceof StoreError &&
    error.code === code &&
    words.test(error.message) &&
    !error.message.includes('\n')
}

describe('an embedded PostgreSQL', () => {
  it('keeps what was committed over a stop and a start', async () => {
    const first = await start()
    await query(first.connectionString, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start()
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('writes through to the disk, on 127.0.0.1 only, for nobody without the password', async () => {
    const { connectionString } = await start()
    const settings = await query(
      connectionString,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
        'listen_addresses', 'unix_socket_directories', 'password_encryption') order by name`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
      synchronous_commit: 'on',
      unix_socket_directories: '',
    })
    const stranger = new URL(connectionString)
    stranger.password = 'guess'
    await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('refuses a folder that this process has open already', async () => {
    await givenData()
    await start()
    await expect(startEmbeddedPostgres({ folder })).rejects.toSatisfy(
      isStoreError('folder_in_use', new RegExp(`process ${process.pid}\\b`)),
    )
  })

  it('refuses a folder that another process has open, and takes it when that one is gone', async () => {
    await givenData()
    const { child, connectionString } = await spawnAnother()
    await query(await connectionString, 'create table theirs ()')
    await expect(startEmbeddedPostgres({ folder })).rejects.toSatisfy(
      isStoreError('folder_in_use', new RegExp(`process ${child.pid}\\b`)),
    )
    child.stdin?.write('exit\n')
    await once(child, 'exit')
    await query((await start()).connectionString, 'select from theirs')
  })

  it('lets one of several that start at once have the folder', async () => {
    const results = await Promise.allSettled(
      [spawnAnother(), spawnAnother(), spawnAnother()].map(async (owner) => (await owner).connectionString),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toContain('is in use by process')
  })

  it('ends when its process is killed, and goes on from what was committed', async () => {
    await givenData()
    const { child, connectionString } = await spawnAnother()
    await query(await connectionString, 'create table kept as select 42 as answer')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await untilServerIsGone()
    const { connectionString: again } = await start()
    expect(await query(again, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it.runIf(process.platform === 'linux')(
    'ends a server that was left behind, then opens the data',
    async () => {
      await givenData()
      const { child, connectionString } = await spawnAnother()
      await query(await connectionString, 'create table kept as select 42 as answer')
      const left = await postmasterPid()
      // Its guard is killed first, so that nobody tells the server that its owner is gone.
      const guard = Number((await readFile(`/proc/${left}/stat`, 'utf8')).split(') ')[1]?.split(' ')[1])
      const helpers = (await readFile(`/proc/${guard}/task/${guard}/children`, 'utf8'))
        .trim()
        .split(' ')
        .map(Number)
      child.kill('SIGKILL')
      for (const pid of [...helpers.filter((pid) => pid !== left), guard]) process.kill(pid, 'SIGKILL')
      await once(child, 'exit')
      expect(await isRunning(await markOf(left))).toBe(true)
      const { connectionString: again } = await start()
      expect(await isRunning(await markOf(left))).toBe(false)
      expect(await query(again, 'select answer from kept')).toEqual([{ answer: 42 }])
    },
  )

  it('is not misled by a record of a server whose number another process has now', async () => {
    await givenData()
    const server = await start()
    await query(server.connectionString, 'create table kept as select 42 as answer')
    const record = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')
    await server.stop()
    // A process of the server's own user: PostgreSQL itself takes no notice of others'.
    const { uid, gid } = await stat(join(folder, 'data'))
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {})
    await once(stranger, 'spawn')
    await writeFile(join(folder, 'data', 'postmaster.pid'), record.replace(/^\d+/, String(stranger.pid)))
    await writeFile(join(folder, 'owner'), JSON.stringify({ pid: stranger.pid, started: 'long ago' }))
    try {
      const { connectionString } = await start()
      expect(await query(connectionString, 'select answer from kept')).toEqual([{ answer: 42 }])
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    } finally {
      stranger.kill()
    }
  })

  it('starts again at the same port when the server dies', async () => {
    await givenData()
    const { connectionString } = await start()
    await query(connectionString, 'create table kept as select 42 as answer')
    process.kill(await postmasterPid(), 'SIGKILL')
    const answer = async (): Promise<unknown> =>
      query(connectionString, 'select answer from kept').catch(() => sleep(20).then(answer))
    expect(await answer()).toEqual([{ answer: 42 }])
  })

  it('recovers from a kill in the middle of the first start', async () => {
    for (const afterMs of [150, 300, 500]) {
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
      const { child } = await spawnAnother()
      await sleep(afterMs)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const server = await start()
      expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
      await server.stop()
      expect((await readdir(folder)).filter((name) => name.startsWith('data-new-'))).toEqual([])
    }
  })

  it('removes what an interrupted first start left, and starts anew', async () => {
    await mkdir(join(folder, 'data-new-1234'), { recursive: true })
    await writeFile(join(folder, 'data-new-1234', 'PG_VERSION'), '18\n')
    await writeFile(join(folder, 'password'), '')
    await start()
    expect((await readdir(folder)).toSorted()).toEqual([
      '.gitignore',
      'data',
      'owner',
      'password',
      'postgres.log',
    ])
  })

  it('refuses data of another major version and leaves them alone', async () => {
    await mkdir(join(folder, 'data'), { recursive: true })
    await writeFile(join(folder, 'data', 'PG_VERSION'), '13\n')
    await expect(startEmbeddedPostgres({ folder })).rejects.toSatisfy(
      isStoreError('folder_other_version', /written by PostgreSQL 13, and this is \d+/),
    )
    expect(await readdir(join(folder, 'data'))).toEqual(['PG_VERSION'])
  })

  it('refuses a folder that holds other things, and does not touch it', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'index.html'), '')
    await chmod(folder, 0o755)
    await expect(startEmbeddedPostgres({ folder })).rejects.toSatisfy(
      isStoreError('folder_in_use', /index\.html/),
    )
    expect(await readdir(folder)).toEqual(['index.html'])
    expect((await stat(folder)).mode & 0o777).toBe(0o755)
  })

  it('says what is missing when there are no programs', async () => {
    const binaries = { initdb: '/nowhere/initdb', postgres: '/nowhere/postgres' }
    await expect(startEmbeddedPostgres({ folder, binaries })).rejects.toSatisfy(
      isStoreError('embedded_missing', /\/nowhere\/postgres cannot be run here.*postgres:\/\//),
    )
  })

  it('shows the reason when the server does not start', async () => {
    await givenData()
    const server = await start()
    await server.stop()
    await writeFile(join(folder, 'data', 'postgresql.conf'), 'shared_buffers = nonsense\n')
    await expect(startEmbeddedPostgres({ folder })).rejects.toSatisfy(
      isStoreError('unavailable', /configuration file .* contains errors .*postgres\.log/),
    )
    // The folder is free again.
    expect(await readdir(folder)).not.toContain('owner')
  })

  it.runIf(process.getuid?.() === 0)(
    'runs as another user than root, even below a closed directory',
    async () => {
      await givenData()
      expect((await stat(parent)).mode & 0o077).toBe(0)
      expect((await stat(parent)).uid).toBe(0)
      const { connectionString } = await start()
      await query(connectionString, 'create table written as select generate_series(1, 1000)')
      const { uid } = await stat(join(folder, 'data'))
      expect(uid).not.toBe(0)
      expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(uid)
    },
  )

  it.runIf(process.getuid?.() === 0)('runs programs that root keeps to itself', async () => {
    const { postgres } = await findBinaries()
    await cp(join(postgres, '..', '..'), join(parent, 'native'), { recursive: true })
    const bin = join(parent, 'native', 'bin')
    const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
    await chmod(binaries.initdb, 0o700)
    await chmod(binaries.postgres, 0o700)
    const server = await startEmbeddedPostgres({ folder, binaries })
    servers.push(server)
    expect(await query(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})
