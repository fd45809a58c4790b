import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const MARK = 'TEABRICK_TEST_RUN'

/**
 * Watches over what a run leaves behind: processes that carry its mark in their environment (on Linux, where that can be
 * read) and files in the work tree that git would show.
 */
export function watchLeftovers(
  root: string,
  env: NodeJS.ProcessEnv,
): {
  /** For the programs of the run: the given environment with the mark. */
  readonly env: NodeJS.ProcessEnv
  /** Ends what is still running and resolves with one line for each thing that was left. */
  collect(): Promise<readonly string[]>
} {
  const mark = `${process.pid}-${Date.now()}`
  const filesBefore = new Set(changedFiles(root))
  return {
    env: { ...env, [MARK]: mark },

    async collect() {
      let processes = markedProcesses(mark)
      for (let wait = 0; wait < 20 && processes.length > 0; wait++) {
        await sleep(250)
        processes = markedProcesses(mark)
      }
      for (const { pid } of processes) process.kill(pid, 'SIGKILL')
      const files = changedFiles(root).filter((line) => !filesBefore.has(line))
      return [
        ...processes.map(({ pid, command }) => `process ${pid} still runs: ${command}`),
        ...files.map((line) => `file changed in the work tree: ${line}`),
      ]
    },
  }
}

function markedProcesses(mark: string): { readonly pid: number; readonly command: string }[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${mark}`))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // ended meanwhile, or somebody else's
  }
}

function changedFiles(root: string): string[] {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    cwd: root,
    encoding: 'utf8',
  })
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : [] // an unpacked archive has no history
}
