import { spawn } from 'node:child_process'

export interface CommandResult {
  /** null if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}

/**
 * What commands of the embedded PostgreSQL may know of this process's environment: nothing of PGDATA and the like, and
 * messages in one language.
 */
export function commandEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }
}

/** Runs a command to its end. Rejects if it cannot be started. */
export function runCommand(
  [command = '', ...args]: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // The working directory may be closed to the user the command runs as.
    const child = spawn(command, args, {
      ...options,
      cwd: '/',
      env: commandEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
