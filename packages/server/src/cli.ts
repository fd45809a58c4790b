#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { PaymentApiOptions } from './config.ts'
import { serve } from './node.ts'
import { createPaymentApi } from './payment-api.ts'

const USAGE = `teabrick-server: the Teabrick payment API

  npx @teabrick/server --config ./teabrick.config.mjs [--port 8080] [--host 127.0.0.1]

The file's default export is the options of createPaymentApi:

  import { yookassa } from '@teabrick/server'
  export default { publicUrl: 'https://shop.example/pay', merchant: { … }, providers: [yookassa({ … })], database: … }

--config   Default ./teabrick.config.mjs
--port     Default: PORT of the environment, else 8080
--host     Default 127.0.0.1; 0.0.0.0 listens on every address
`

/** A message for the one who started it, without a stack. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const { config, port, host, help } = readArguments()
  if (help) {
    process.stdout.write(USAGE)
    return
  }
  const api = createPaymentApi(await loadOptions(config))
  const server = await serve({ api, port, host })
  process.stdout.write(`Payment API at ${api.publicUrl}, listening on ${server.host}:${server.port}\n`)

  let isStopping = false
  const stop = (): void => {
    if (isStopping) process.exit(1)
    isStopping = true
    server.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function readArguments(): { config: string; port: number; host: string; help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string', default: './teabrick.config.mjs' },
        port: { type: 'string', default: process.env['PORT'] ?? '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const port = Number(values.port)
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
      throw new UsageError(`--port is ${JSON.stringify(values.port)}; write a number from 0 to 65535`)
    return { ...values, port }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${messageOf(error)}\n\n${USAGE}`)
  }
}

async function loadOptions(config: string): Promise<PaymentApiOptions> {
  const path = resolve(config)
  if (!existsSync(path))
    throw new UsageError(`there is no file ${path}; name your configuration with --config`)
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
  if (typeof module.default !== 'object' || module.default === null)
    throw new UsageError(`${path} has no default export with the options of createPaymentApi`)
  return module.default as PaymentApiOptions
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function fail(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isExpected =
    error instanceof UsageError ||
    (error instanceof Error && ['OptionsError', 'StoreError', 'TypeError'].includes(error.name))
  const text =
    code === 'EADDRINUSE'
      ? `${messageOf(error)}; stop what uses the port or choose another one with --port`
      : isExpected || !(error instanceof Error)
        ? messageOf(error)
        : (error.stack ?? error.message)
  process.stderr.write(`teabrick-server: ${text}\n`)
  process.exit(1)
}

main().catch(fail)
