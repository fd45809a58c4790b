// Does what a stranger does: clones, with an empty home directory and nothing cached, runs `npm start` and stops it, runs
// `npm test`, and looks at what is left. Part of `npm run test:full`.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { watchLeftovers } from './leftovers.ts'
import { root } from './pnpm.mjs'

const READY_WITHIN_S = 180
const TEST_WITHIN_S = 8 * 60

/** Where package managers keep their caches, from the home directory. */
const CACHES = /^(\.npm|\.cache\/(pnpm|node)|\.local\/(share|state)\/pnpm|\.config\/pnpm)(\/|$)/

const folder = mkdtempSync(join(tmpdir(), 'teabrick-clone-'))
const clone = join(folder, 'clone')
const home = join(folder, 'home')
const problems: string[] = []
try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0

async function main(): Promise<void> {
  mkdirSync(home)
  spawnSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { stdio: 'inherit' })
  const leftovers = watchLeftovers(clone, strangersEnv())

  await startAndStop({ ...leftovers.env, PORT: String(await freePort()) })
  await test(leftovers.env)

  problems.push(...(await leftovers.collect()))
  for (const path of leaves(home).filter((path) => !CACHES.test(path)))
    problems.push(`left in the home directory: ${path}`)
}

async function startAndStop(env: NodeJS.ProcessEnv): Promise<void> {
  const began = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ready = new Promise<void>((resolve) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('ready at')) resolve()
    })
  })
  await Promise.race([ready, once(child, 'exit')])
  const seconds = (performance.now() - began) / 1000
  if (child.exitCode !== null) {
    problems.push(`npm start ended with ${child.exitCode}`)
    return
  }
  console.log(`npm start: ready after ${seconds.toFixed(1)} s`)
  if (seconds > READY_WITHIN_S)
    problems.push(`npm start took ${seconds.toFixed(0)} s, more than ${READY_WITHIN_S} s`)
  const { status } = await fetch(`http://127.0.0.1:${env['PORT']}/`)
  if (status !== 200) problems.push(`the demo's page answers ${status}`)
  // What the terminal does at Ctrl-C.
  process.kill(-(child.pid ?? 0), 'SIGINT')
  const [code] = await once(child, 'exit')
  if (code !== 0) problems.push(`npm start ended with ${code} after Ctrl-C`)
}

async function test(env: NodeJS.ProcessEnv): Promise<void> {
  const began = performance.now()
  const child = spawn('npm', ['test'], { cwd: clone, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = await once(child, 'close')
  const seconds = (performance.now() - began) / 1000
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  console.log(`npm test: ${last} after ${seconds.toFixed(1)} s`)
  if (code === 0 && /^\d+ passed, 0 failed$/.test(last)) {
    if (seconds > TEST_WITHIN_S)
      problems.push(`npm test took ${seconds.toFixed(0)} s, more than ${TEST_WITHIN_S} s`)
    return
  }
  problems.push(output, `npm test ended with ${code}`)
}

/** The machine's way to the network and the programs, and nothing of the user's own. */
function strangersEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(LANG|LC_|TERM$|TZ$|NODE_EXTRA_CA_CERTS$|SSL_CERT|.*_proxy$)/i.test(name),
  )
  const path = (process.env['PATH'] ?? '').split(':').filter((part) => !part.includes('node_modules'))
  return { ...Object.fromEntries(kept), PATH: path.join(':'), HOME: home }
}

/** Files and empty folders, by their path from the folder; caches are not looked into. */
function leaves(parent: string): string[] {
  return readdirSync(parent, { withFileTypes: true }).flatMap((entry) => {
    const path = join(parent, entry.name)
    const name = relative(home, path)
    if (!entry.isDirectory() || CACHES.test(name)) return [name]
    return existsSync(path) && readdirSync(path).length > 0 ? leaves(path) : [name]
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
