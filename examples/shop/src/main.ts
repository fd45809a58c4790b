import { fileURLToPath } from 'node:url'
import { createShop, type Shop } from './create-shop.ts'
import { SECRET_KEY, WEBHOOK_SECRET } from './keys.ts'

const DEFAULT_PORT = 4242
/** After this, whatever still hangs is left to the end of the process. */
const STOP_PATIENCE_MS = 8_000

/** Ends the program with one line for the person at the terminal. */
function fail(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    fail(`PORT is ${JSON.stringify(text)}; write a number from 1 to 65535, such as PORT=4243`)
  }
  return port
}

function describe(error: unknown, port: number): string {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: String(error) }
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user. Choose another one: PORT=4243 npm start`
  return `The demo cannot start: ${message}`
}

const port = readPort(process.env['PORT'])
let shop: Shop | undefined
let isStopping = false

function stop(): void {
  // The second Ctrl-C of somebody who has waited enough.
  if (isStopping) process.exit(130)
  isStopping = true
  setTimeout(() => process.exit(1), STOP_PATIENCE_MS).unref()
  const closing = shop?.close() ?? starting.then((late) => late.close())
  closing.then(
    () => process.exit(0),
    (error: unknown) =>
      fail(`The demo stopped with an error: ${error instanceof Error ? error.message : error}`),
  )
}

process.on('SIGINT', stop)
process.on('SIGTERM', stop)

const starting = createShop({
  port,
  dataFolder: fileURLToPath(new URL('../../../.teabrick/', import.meta.url)),
  database: process.env['DATABASE_URL'] || undefined,
  webhookUrl: process.env['WEBHOOK_URL'] || undefined,
  origins: (process.env['ORIGINS'] ?? '').split(/[\s,]+/).filter(Boolean),
  logger: { info() {}, warn: report, error: report },
}).catch((error: unknown) => fail(describe(error, port)))

/** Only what needs somebody's attention, on the other stream: the first one is for the address and the keys. */
function report(fields: Readonly<Record<string, unknown>>, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)
}

shop = await starting
if (!isStopping) {
  const { origin } = shop
  process.stdout.write(
    `
  Shop      ${origin}
  Payments  ${origin}/pay         key ${SECRET_KEY}
  Sandbox   ${origin}/sandbox     wallets, banks, scenarios
  Orders    ${origin}/orders/A-1001
  Webhooks  secret ${WEBHOOK_SECRET}${process.env['WEBHOOK_URL'] ? `, also sent to ${process.env['WEBHOOK_URL']}` : ''}
  Stop with Ctrl-C.

Teabrick demo ready at ${origin}
`,
  )
}
