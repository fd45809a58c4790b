import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { PaymentApiOptions } from './config.ts'
import { type RunningServer, serve } from './node.ts'
import { createPaymentApi } from './payment-api.ts'

const USAGE = `teabrick-server: the Teabrick payment API

  npx @teabrick/server --config ./teabrick.config.mjs [--port 8080] [--host 127.0.0.1]
  npx @teabrick/server drill --config ./teabrick.config.mjs   rehearses the departure of networks; drill --help

The file's default export is the options of createPaymentApi:

  import { yookassa } from '@teabrick/server'
  export default { publicUrl: 'https://shop.example/pay', merchant: { … }, providers: [yookassa({ … })], database: … }

--config   Default ./teabrick.config.mjs
--port     Default: PORT of the environment, else 8080
--host     Default 127.0.0.1; 0.0.0.0 listens on every address
`

export interface CliInput {
  /** Without the program's own name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
}

/** What the one who started it must change. The message needs no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Starts the payment API that a configuration file describes.
 *
 * @returns undefined if only help was asked for.
 * @throws UsageError, OptionsError, StoreError, or the system's error, see {@link describeFailure}.
 */
export async function runCli({ args, env, print }: CliInput): Promise<RunningServer | undefined> {
  const { config, port, host, help } = readArguments(args, env)
  if (help) {
    print(USAGE)
    return undefined
  }
  const api = createPaymentApi(await loadOptions(config))
  const server = await serve({ api, port, host })
  print(`Payment API for ${api.publicUrl}, listening on ${server.host}:${server.port}\n`)
  return server
}

/** A failed start as one message: what happened and the remedy, with a stack only where it is our fault. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE')
    return `${error.message}; stop what uses the port, or choose another one with --port`
  const isExpected = ['UsageError', 'OptionsError', 'StoreError', 'DrillError', 'TypeError'].includes(
    error.name,
  )
  return isExpected ? error.message : (error.stack ?? error.message)
}

function readArguments(
  args: readonly string[],
  env: CliInput['env'],
): { config: string; port: number; host: string; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string', default: './teabrick.config.mjs' },
        port: { type: 'string', default: env['PORT'] ?? '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const port = Number(values.port)
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
      throw new UsageError(`--port is ${JSON.stringify(values.port)}; write a number from 0 to 65535`)
    return { ...values, port }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

/** @throws UsageError if there is no such file, or it exports no options; what the file itself throws. */
export async function loadOptions(config: string): Promise<PaymentApiOptions> {
  const path = resolve(config)
  if (!existsSync(path))
    throw new UsageError(`there is no file ${path}; name your configuration with --config`)
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
  if (typeof module.default !== 'object' || module.default === null)
    throw new UsageError(`${path} has no default export with the options of createPaymentApi`)
  return module.default as PaymentApiOptions
}
