import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { StoreError } from '../store.ts'
import type { PostgresBinaries } from './binaries.ts'
import { commandLineOf, endProcess, isRunning, markOf } from './processes.ts'
import { commandEnvironment } from './run-command.ts'
import type { RunAs } from './unprivileged.ts'

export interface PostmasterOptions {
  readonly binaries: PostgresBinaries
  readonly runAs: RunAs
  /** The cluster's data, an absolute path without symbolic links. */
  readonly data: string
  readonly logFile: string
  readonly port: number
  readonly password: string
}

/** A running PostgreSQL. */
export interface Postmaster {
  readonly child: ChildProcess
  /** Ends it as soon as running statements are rolled back; resolves when it is gone. */
  stop(): Promise<void>
}

export const USER = 'teabrick'
const START_DEADLINE_MS = 120_000
const STOP_DEADLINE_MS = 20_000
const MAX_LOG_BYTES = 10_000_000

/**
 * Lives as long as the server. Its standard input is a pipe that this process holds: when it is closed, be it because this
 * process was killed, the server is shut down. Signals meant for this process, like a terminal's Ctrl-C, do not touch it: the
 * server goes last.
 */
const SUPERVISOR = `
trap '' INT TERM HUP
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -INT "$server"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`

/**
 * Starts the server and waits until it takes connections.
 *
 * @throws StoreError `unavailable` with the server's last words if it ends.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, runAs, data, logFile, port } = options
  const stranger = await endOrphan(data)
  const log = openSync(logFile, (await isLong(logFile)) ? 'w' : 'a', 0o600)
  const logStart = (await stat(logFile)).size
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // The defaults, but money depends on them: nothing in the folder can turn them off.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    // Details and statements of errors hold whole rows, contacts included.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    timezone: 'UTC',
    log_timezone: 'UTC',
  }
  const [command = '', ...args] = [
    ...[...runAs.prefix, 'sh', '-c', SUPERVISOR, 'teabrick-postgres', binaries.postgres, '-D', data],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const child = spawn(command, args, {
    ...runAs.options,
    cwd: '/',
    env: { ...commandEnvironment(), ...(stranger && { PG_GRANDPARENT_PID: String(stranger) }) },
    stdio: ['pipe', log, log],
    detached: true,
  })
  closeSync(log)
  child.stdin?.on('error', () => {})
  let ended: string | undefined
  child.once('error', (error) => (ended ??= error.message))
  child.once('exit', (code, signal) => (ended ??= `exit ${code ?? signal}`))

  const deadline = performance.now() + START_DEADLINE_MS
  for (;;) {
    if (ended !== undefined) throw await didNotStart(logFile, logStart, ended)
    const answer = await tryConnect(options)
    // A stranger may have taken the port in between: then our server ends, as it could not have it.
    if (answer === 'ready' && ended === undefined) break
    if (answer !== 'ready' && answer !== 'starting') {
      await stopChild(child, data)
      throw new StoreError('unavailable', `the embedded PostgreSQL in ${data} does not let us in: ${answer}`)
    }
    if (performance.now() > deadline) {
      await stopChild(child, data)
      throw new StoreError('unavailable', `the embedded PostgreSQL in ${data} was not ready after 2 minutes`)
    }
    await sleep(20)
  }
  // Neither keeps a program running that is otherwise done; the pipe then closes with it.
  child.unref()
  ;(child.stdin as unknown as { unref?: () => void } | null)?.unref?.()
  return { child, stop: () => stopChild(child, data) }
}

/** A port nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return address.port
}

/**
 * Deals with a server that outlived its owner: it is ended, and its data are then opened anew. We own the folder, so nobody
 * uses it.
 *
 * @returns the id of a process that has nothing to do with us but has the recorded number, as happens after a restart of a
 * machine or container. PostgreSQL would take it for the old server unless it is told.
 */
async function endOrphan(data: string): Promise<number | null> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
  if (!(pid > 0) || !(await isRunning(await markOf(pid)))) return null
  if (!(await commandLineOf(pid))?.includes(`-D ${data} `)) return pid
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)
    if (await endProcess(pid, signal, STOP_DEADLINE_MS)) return null
  throw new StoreError(
    'folder_in_use',
    `the PostgreSQL left behind in ${data} (process ${pid}) cannot be ended: end it yourself`,
  )
}

async function stopChild(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const exited = once(child, 'exit')
  child.stdin?.end()
  const late = new AbortController()
  const hurry = sleep(STOP_DEADLINE_MS, undefined, { signal: late.signal }).then(
    () => endOrphan(data),
    () => {},
  )
  await exited
  late.abort()
  await hurry
}

async function tryConnect({ port, password }: PostmasterOptions): Promise<'ready' | 'starting' | string> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: USER,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return 'ready'
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Wrong password; the others mean that nobody listens yet or that recovery is under way.
    return code === '28P01' ? message : 'starting'
  } finally {
    await client.end().catch(() => {})
  }
}

async function isLong(file: string): Promise<boolean> {
  return ((await stat(file).catch(() => null))?.size ?? 0) > MAX_LOG_BYTES
}

async function didNotStart(logFile: string, from: number, how: string): Promise<StoreError> {
  const lines = (await readFrom(logFile, from)).split('\n')
  const reason = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.findLast(Boolean) ?? how
  const words = reason.replace(/^.*?(FATAL|PANIC): +/, '').trim()
  return new StoreError(
    'unavailable',
    `the embedded PostgreSQL did not start: ${words} (its log: ${logFile})`,
  )
}

async function readFrom(path: string, from: number): Promise<string> {
  const file = await open(path).catch(() => null)
  if (!file) return ''
  try {
    const buffer = Buffer.alloc(64 * 1024)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
