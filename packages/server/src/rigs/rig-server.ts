import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { RigServerOptions } from './rig-server-options.ts'

/** A payment API in a process of its own. */
export interface RigServer {
  readonly child: ChildProcess
  /** Resolves when it serves. Rejects if it ends before, as after a failpoint in the start. */
  readonly ready: Promise<{ readonly port: number }>
  /** Resolves with the signal or code when the process is gone. */
  readonly gone: Promise<NodeJS.Signals | number | null>
  /** The failpoint it died at, once it is gone. */
  readonly failpoint: () => string | undefined
  /** Lines of its log at level `error`. */
  readonly errors: readonly string[]
}

/**
 * @param program See `bundleRigApi`.
 * @param failpoint As `armFailpoint` reads it.
 */
export function spawnRigServer(program: string, options: RigServerOptions, failpoint?: string): RigServer {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      RIG_SERVER: JSON.stringify(options),
      ...(failpoint === undefined ? {} : { TEABRICK_FAILPOINT: failpoint }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin?.on('error', () => {})
  const gone = once(child, 'close').then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number)
  const errors: string[] = []
  let pending = ''
  let stderr = ''
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)))
  const ready = new Promise<{ port: number }>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      pending += String(chunk)
      const lines = pending.split('\n')
      pending = lines.pop() ?? ''
      for (const line of lines) {
        const port = /^listening on (\d+)$/.exec(line)?.[1]
        if (port !== undefined) resolve({ port: Number(port) })
        else if (/"level":(50|60|"error")/.test(line) && errors.length < 200) errors.push(line)
      }
    })
    void gone.then((how) => reject(new Error(`the server ended (${how}): ${stderr.slice(-2000)}`)))
  })
  ready.catch(() => {})
  const failpointOf = () => /^failpoint (\S+)$/m.exec(stderr)?.[1]
  return { child, ready, gone, failpoint: failpointOf, errors }
}
