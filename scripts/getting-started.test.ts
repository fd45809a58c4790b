import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import type { Session, SessionList } from '../packages/core/src/contract/index.ts'
import { root, toolchainNode } from './pnpm.mjs'

const guide = readFileSync(join(root, 'docs/getting-started.md'), 'utf8')
// Inside the shop, where the imports of the configuration resolve. Git ignores the folder.
const parent = join(root, 'examples/shop/test-output')
mkdirSync(parent, { recursive: true })
const folder = mkdtempSync(join(parent, 'getting-started-'))
const children: ChildProcess[] = []

afterAll(async () => {
  for (const child of children) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

/** Ports of its own in place of the printed ones. */
const ports = new Map([
  ['4250', await freePort()],
  ['8080', await freePort()],
])

it('ends with a paid order, as the guide says', async () => {
  const [
    sandboxCommand = '',
    serverCommand = '',
    notificationsCommand = '',
    createCommand = '',
    listCommand = '',
  ] = blocks('sh')
  const [config = ''] = blocks('js')
  writeFileSync(
    join(folder, 'teabrick.config.mjs'),
    config.replace('./teabrick-data', join(folder, 'database')),
  )

  await start(sandboxCommand, 'ready')
  await start(serverCommand.replace('examples/shop', folder), 'listening')
  await curl(notificationsCommand)
  const session = await curl<Session>(createCommand)
  expect((await curl<Session>(createCommand)).id, 'the same key gives the same session').toBe(session.id)

  const payment = await (
    await fetch(`http://127.0.0.1:${ports.get('8080')}/v1/checkout/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${session.clientToken}`,
        'content-type': 'application/json',
        'idempotency-key': 'getting-started-payment-1',
      },
      body: JSON.stringify({ method: 'alipay' }),
    })
  ).json()
  const link = new URL(payment.payment.nextAction.qr.payload)
  link.pathname += '/approve'
  expect((await fetch(link, { method: 'POST' })).ok).toBe(true)

  let list = await curl<SessionList>(listCommand)
  for (let tries = 0; tries < 100 && list.items[0]?.status !== 'complete'; tries++) {
    await sleep(100)
    list = await curl(listCommand)
  }
  expect(list.items).toMatchObject([{ id: session.id, status: 'complete' }])
})

/** The guide's fenced blocks of one language, with the ports of this run. */
function blocks(language: string): string[] {
  const found = [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  )
  return found.map((code) =>
    [...ports].reduce((text, [printed, port]) => text.replaceAll(printed, port), code),
  )
}

/** Starts a program that the guide starts with node, and waits until it says the word. */
async function start(command: string, word: string): Promise<void> {
  const [, ...args] = command.trim().split(' ')
  const child = spawn(toolchainNode(), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let output = ''
  const said = new Promise<void>((resolve, reject) => {
    const read = (text: string): void => {
      output += text
      if (output.includes(word)) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${output}`)))
  })
  await said
}

/** Does what a `curl -s` command of the guide does, on machines without curl too. */
async function curl<T>(command: string): Promise<T> {
  const words = [...command.matchAll(/'([^']*)'|([^\s'\\]+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  )
  const after = (option: string): string[] => words.filter((_, index) => words[index - 1] === option)
  const [body] = after('-d')
  const url = words.find((word) => word.startsWith('http')) ?? ''
  const response = await fetch(url, {
    headers: after('-H').map((header) => header.split(': ', 2) as [string, string]),
    ...(body !== undefined && { method: 'POST', body }),
  })
  const text = await response.text()
  expect(response.ok, `${command}\n${text}`).toBe(true)
  return JSON.parse(text)
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return String(address.port)
}
