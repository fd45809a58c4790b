#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { serveSandbox } from './node.ts'

const HELP = `Usage: teabrick-sandbox [--port 4250] [--host 127.0.0.1] [--seed 1]

Plays payment providers on this machine. Nothing is real: no money, no accounts, no keys.

  --port   where to listen; 0 takes a free port
  --host   the address to listen on
  --seed   makes ids repeat from run to run
`

async function main(): Promise<number | undefined> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4250' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const port = toInteger('--port', values.port, 65_535)
  const seed = values.seed === undefined ? undefined : toInteger('--seed', values.seed, 2 ** 32 - 1)
  const sandbox = await serveSandbox({ port, host: values.host, seed })
  process.stdout.write(`Payment sandbox ready at ${sandbox.url}\n`)
  for (const { id, baseUrl, accounts } of sandbox.control.state().doubles) {
    process.stdout.write(
      `  ${id.padEnd(10)}${baseUrl}  account ${accounts.map((account) => account.id).join(', ')}\n`,
    )
  }
  process.stdout.write(`  control   ${sandbox.url}/_control\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)))
  }
  return undefined
}

function toInteger(name: string, text: string, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > max)
    throw new Error(`${name} is ${text}: give a whole number up to ${max}.`)
  return value
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'The port is taken. Choose another with --port.'
  if (code === 'EACCES') return 'The port needs more rights. Choose one above 1023 with --port.'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'This machine has no such address. Check --host.'
  return error.message
}

try {
  const code = await main()
  if (code !== undefined) process.exitCode = code
} catch (error) {
  process.stderr.write(`teabrick-sandbox: ${explain(error)}\n`)
  process.exitCode = 1
}
