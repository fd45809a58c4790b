import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { toolchainNode } from '../../scripts/pnpm.mjs'

/** The folder of an example. */
export const exampleFolder = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url))

export interface RunningProgram {
  /** Everything it has said. */
  output(): string
  stop(): Promise<void>
}

export interface ProgramOptions {
  readonly cwd: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What it says when it is ready. */
  readonly ready: RegExp
}

/** Runs a Node program until it says that it is ready. */
export async function startProgram({ cwd, args, env, ready }: ProgramOptions): Promise<RunningProgram> {
  const child = spawn(toolchainNode(), args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let output = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (ready.test(output)) resolve()
      })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${output}`)))
  })
  return {
    output: () => output,
    async stop() {
      child.kill()
      await ended
    },
  }
}

/** Runs a Node program to its end. @throws Error with what it said, when it fails. */
export async function runProgram({ cwd, args, env }: Omit<ProgramOptions, 'ready'>): Promise<string> {
  const child = spawn(toolchainNode(), args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${output}`)
  return output
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
