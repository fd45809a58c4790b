// The demo as `npm start` runs it, in a process of its own, with its data in a temporary folder. It ends, and its folder goes,
// when the program that forked it says so or is gone. Its arguments are origins of other pages that sell through it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createShop } from '@teabrick-examples/shop'

const folder = mkdtempSync(join(tmpdir(), 'teabrick-e2e-'))
const shop = await createShop({
  port: 0,
  dataFolder: folder,
  origins: process.argv.slice(2),
  logger: { info() {}, warn: report, error: report },
})

/** @param {Readonly<Record<string, unknown>>} fields @param {string} message */
function report(fields, message) {
  process.stderr.write(`shop: ${message} ${JSON.stringify(fields)}\n`)
}

let isStopping = false
async function stop() {
  if (isStopping) return
  isStopping = true
  try {
    await shop.close()
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  process.exit(0)
}

process.on('message', (message) => {
  if (message === 'stop') void stop()
  else shop.setWebhookDown(message === 'webhook down')
})
process.on('disconnect', stop)
// A Ctrl-C reaches this process too; the one that forked it decides when to stop.
process.on('SIGINT', () => {})
process.send?.(shop.origin)
