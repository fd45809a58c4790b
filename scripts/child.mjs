import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** @type {readonly NodeJS.Signals[]} */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** How long after a signal the same one is an echo. */
const REPEAT_MS = 1000

const ownGroup = process.platform !== 'win32'

/**
 * Runs a program to its end and resolves with its exit code (128 + the number if a signal ended it).
 *
 * The program gets a process group of its own, so that a Ctrl-C of the terminal reaches it once, from here, and not a
 * second time from the terminal. When it has ended, whatever it left in its group is ended too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {boolean} [options.shell] The command is a name that only a shell resolves.
 * @param {'leader' | 'group'} [options.signalTo] Who hears a signal: the program, which then stops its own children in
 *   its own order, or everybody at once.
 * @param {number} [options.graceMs] How long the program may take to stop, counted from the first signal.
 * @param {boolean} [options.link] Give the program an IPC channel that closes when this process dies.
 * @param {(output: string) => void} [options.onOutput] Takes the output instead of this process's own.
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  const {
    cwd,
    env = process.env,
    shell = false,
    signalTo = 'group',
    graceMs = 10_000,
    link,
    onOutput,
  } = options
  const output = onOutput ? 'pipe' : 'inherit'
  /** @type {import('node:child_process').SpawnOptions} */
  const spawnOptions = {
    cwd,
    env,
    shell,
    detached: ownGroup,
    stdio: link ? ['ignore', output, output, 'ipc'] : ['ignore', output, output],
  }
  const child = spawn(command, args, spawnOptions)
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => onOutput?.(text))

  /** @type {NodeJS.Timeout | undefined} */
  let deadline
  let stoppedAt = Number.NEGATIVE_INFINITY
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    // One Ctrl-C arrives twice: from the terminal and from npm, which passes it on. A second one is a second wish.
    if (performance.now() - stoppedAt < REPEAT_MS) return
    stoppedAt = performance.now()
    // A closed terminal means the same as a plain request to stop; few programs listen for it.
    send(child.pid, signal === 'SIGHUP' ? 'SIGTERM' : signal, signalTo)
    deadline ??= setTimeout(() => send(child.pid, 'SIGKILL', 'group'), graceMs)
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  const unwatch = watchParent(() => {
    if (deadline === undefined) stop('SIGTERM')
  })

  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(deadline)
      unwatch()
      for (const signal of SIGNALS) process.off(signal, stop)
    }
    child.once('error', (error) => {
      finish()
      reject(error)
    })
    // What is left of the group may hold the output open: it is ended before the output is waited for.
    child.once('exit', () => send(child.pid, 'SIGKILL', 'group'))
    child.once('close', (code, signal) => {
      finish()
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}

/** @param {number | undefined} pid @param {NodeJS.Signals} signal @param {'leader' | 'group'} to */
function send(pid, signal, to) {
  if (pid === undefined) return
  try {
    process.kill(to === 'group' && ownGroup ? -pid : pid, signal)
  } catch (error) {
    // ESRCH: nobody is left. EPERM (macOS): only a process that has ended and was not collected yet is left.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/**
 * npm passes SIGINT and SIGTERM on, but not SIGHUP, and nobody passes SIGKILL on: then the only sign is another parent.
 * @param {() => void} onGone
 * @returns {() => void}
 */
function watchParent(onGone) {
  const parent = process.ppid
  if (process.env['npm_lifecycle_event'] === undefined) return () => {}
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, 500)
  return () => clearInterval(timer)
}
