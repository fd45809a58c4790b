import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from './run-command.ts'

/** A process that a later one can recognize, although process ids come again. */
export interface ProcessMark {
  readonly pid: number
  /** When it started, in the operating system's own words; null where that cannot be told. */
  readonly started: string | null
}

export async function markOf(pid: number): Promise<ProcessMark> {
  return { pid, started: await startOf(pid) }
}

/** Whether this very process still runs. One whose start cannot be told is taken for running. */
export async function isRunning({ pid, started }: ProcessMark): Promise<boolean> {
  if (!exists(pid) || (await isZombie(pid))) return false
  const now = await startOf(pid)
  return started === null || now === null || started === now
}

/** The command line of a process, if it can be seen. */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
    return line?.replaceAll('\0', ' ') ?? null
  }
  return psColumn(pid, 'command')
}

/** Sends the signal and waits for the process to end. @returns whether it did. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  try {
    process.kill(pid, signal)
  } catch {}
  while (exists(pid) && !(await isZombie(pid))) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isZombie(pid: number): Promise<boolean> {
  return process.platform === 'linux' && (await statFields(pid))?.[0] === 'Z'
}

async function startOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? ((await statFields(pid))?.[19] ?? null) : psColumn(pid, 'lstart')
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, from `state` (3) on: the name before may hold anything. */
async function statFields(pid: number): Promise<readonly string[] | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

async function psColumn(pid: number, column: string): Promise<string | null> {
  const result = await runCommand(['ps', '-o', `${column}=`, '-p', String(pid)]).catch(() => null)
  return result?.code === 0 ? result.stdout.trim() || null : null
}
