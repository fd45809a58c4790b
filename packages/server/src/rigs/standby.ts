import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findBinaries } from '../store/embedded/binaries.ts'
import { freePort, USER } from '../store/embedded/postmaster.ts'
import { commandEnvironment, runCommand } from '../store/embedded/run-command.ts'
import { chooseUser, type RunAs } from '../store/embedded/unprivileged.ts'

/** One PostgreSQL of a pair. */
export interface DatabaseNode {
  readonly port: number
  readonly url: string
  readonly child: ChildProcess
  query<T>(statement: string): Promise<T[]>
  /** As a lost machine: nothing is written any more, nobody is told. */
  lose(): Promise<void>
}

const PASSWORD = 'rig-password'

/**
 * PostgreSQL clusters with the embedded package's own programs, which have no `pg_basebackup`: the base backup is made by
 * its low-level interface, which is a copy of the files between two calls.
 *
 * https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function createCluster(folder: string) {
  const binaries = await findBinaries()
  const runAs: RunAs = await chooseUser(folder, binaries)
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, PASSWORD)
  if (runAs.owner) await chown(passwordFile, runAs.owner.uid, runAs.owner.gid)
  const run = ([...command]: readonly string[]) => runCommand([...runAs.prefix, ...command], runAs.options)

  async function start(data: string, settings: Readonly<Record<string, string>>): Promise<DatabaseNode> {
    const port = await freePort()
    const all = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      fsync: 'on',
      wal_level: 'replica',
      hot_standby: 'on',
      max_wal_senders: '8',
      wal_keep_size: '512MB',
      ...settings,
    }
    const [command = '', ...args] = [
      ...[...runAs.prefix, binaries.postgres, '-D', data],
      ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]
    const child = spawn(command, args, {
      ...runAs.options,
      cwd: '/',
      env: commandEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let words = ''
    child.stderr?.on('data', (chunk) => (words = (words + String(chunk)).slice(-4000)))
    const gone = once(child, 'close')
    const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`
    const query = async <T>(statement: string): Promise<T[]> => {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(statement)).rows as T[]
      } finally {
        await client.end()
      }
    }
    for (let tries = 0; ; tries++) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${words}`)
      const ready = await query('select 1').catch((error: Error) => error)
      if (!(ready instanceof Error)) break
      if (tries > 1200) throw new Error(`PostgreSQL does not answer: ${ready.message}; ${words}`)
      await sleep(50)
    }
    return {
      port,
      url,
      child,
      query,
      async lose() {
        child.kill('SIGKILL')
        await gone
      },
    }
  }

  return {
    async initialize(name: string): Promise<DatabaseNode> {
      const data = join(folder, name)
      const { code, stderr } = await run([
        ...[binaries.initdb, '-D', data, '--username', USER, '--pwfile', passwordFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-instructions'],
      ])
      if (code !== 0) throw new Error(`initdb failed: ${stderr}`)
      const rules = join(data, 'pg_hba.conf')
      const known = await readFile(rules, 'utf8')
      await writeFile(rules, `${known}\nhost replication all 127.0.0.1/32 scram-sha-256\n`)
      return start(data, {})
    },
    /** A standby of a running primary, which waits for it at every commit from here on. */
    async follow(primary: DatabaseNode, from: string, name: string): Promise<DatabaseNode> {
      const data = join(folder, name)
      const client = new pg.Client({ connectionString: primary.url })
      await client.connect()
      try {
        await client.query(`select pg_backup_start('rig', true)`)
        await cp(join(folder, from), data, {
          recursive: true,
          filter: (path) =>
            !/\/(postmaster\.(pid|opts)|pg_wal\/.+|pg_replslot\/.+|pg_stat_tmp\/.+)$/.test(path),
        })
        const { rows } = await client.query('select labelfile, spcmapfile from pg_backup_stop()')
        await writeFile(join(data, 'backup_label'), rows[0].labelfile)
      } finally {
        await client.end()
      }
      await rm(join(data, 'standby.signal'), { force: true })
      await writeFile(join(data, 'standby.signal'), '')
      for (const sub of ['pg_wal', 'pg_wal/archive_status', 'pg_wal/summaries'])
        await mkdir(join(data, sub), { recursive: true })
      if (runAs.owner) await runCommand(['chown', '-R', `${runAs.owner.uid}:${runAs.owner.gid}`, data])
      await chmod(data, 0o700)
      const standby = await start(data, {
        primary_conninfo: `host=127.0.0.1 port=${primary.port} user=${USER} password=${PASSWORD} application_name=standby`,
      })
      await primary.query(`alter system set synchronous_standby_names = 'standby'`)
      await primary.query('select pg_reload_conf()')
      for (let tries = 0; ; tries++) {
        const [state] = await primary.query<{ sync_state: string }>(
          `select sync_state from pg_stat_replication where application_name = 'standby'`,
        )
        if (state?.sync_state === 'sync') return standby
        if (tries > 600) throw new Error(`the standby does not follow: ${JSON.stringify(state)}`)
        await sleep(50)
      }
    },
    /** The standby becomes the primary, and waits for nobody. */
    async promote(standby: DatabaseNode): Promise<void> {
      await standby.query('select pg_promote(true, 60)')
      await standby.query('alter system reset synchronous_standby_names')
      await standby.query('select pg_reload_conf()')
    },
  }
}
