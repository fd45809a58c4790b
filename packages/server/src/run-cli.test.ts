import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'
import type { PaymentApiOptions } from './config.ts'
import type { RunningServer } from './node.ts'
import { yookassa } from './providers/yookassa.ts'
import { describeFailure, runCli } from './run-cli.ts'
import { createMemoryStore } from './store/memory-store.ts'

let folder: string
let running: RunningServer | undefined
let printed: string
let files = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teabrick-cli-'))
  printed = ''
})
afterEach(async () => {
  await running?.close()
  running = undefined
  rmSync(folder, { recursive: true })
})

const options: PaymentApiOptions = {
  publicUrl: 'https://shop.example/pay',
  merchant: { id: 'tea', name: 'Tea', secretKeys: ['sk_test_0123456789'], origins: [] },
  providers: [yookassa({ shopId: '1', secretKey: 'test_x', apiUrl: 'http://127.0.0.1:1/v3' })],
  database: createMemoryStore({ clock: systemClock }),
  logger: { info: () => {}, warn: () => {}, error: () => {} },
}
/** A configuration file whose default export is this. Modules outside cannot import sources, so it is handed over. */
function configOf(value: unknown): string {
  // A new name each time: a module is evaluated once.
  const path = join(folder, `teabrick-${++files}.config.mjs`)
  Object.assign(globalThis, { optionsOfThisTest: value })
  writeFileSync(path, 'export default globalThis.optionsOfThisTest')
  return path
}
const run = async (...args: string[]) => {
  running = await runCli({
    args,
    env: {},
    print: (text) => {
      printed += text
    },
  })
  return running
}
const failureOf = (...args: string[]) => run(...args).then(() => 'it started', describeFailure)

describe('the command', () => {
  it('serves what the file describes and says where', async () => {
    const server = await run('--config', configOf(options), '--port', '0')
    expect(printed).toBe(`Payment API for https://shop.example/pay, listening on 127.0.0.1:${server?.port}\n`)
    expect((await fetch(`http://127.0.0.1:${server?.port}/pay/healthz`)).status).toBe(200)
  })

  it('explains itself', async () => {
    expect(await run('--help')).toBeUndefined()
    expect(printed).toContain('--config')
  })

  it.each([
    [['--config', './nowhere.mjs'], 'there is no file'],
    [['--port', 'http'], '--port is "http"'],
    [['--port', '70000'], '--port is "70000"'],
    [['--colour'], 'Unknown option'],
  ])('says what is wrong with %j, without a stack', async (args, words) => {
    const text = await failureOf(...args)
    expect(text).toContain(words)
    expect(text).not.toContain('    at ')
  })

  it('says what is wrong in the file', async () => {
    expect(await failureOf('--config', configOf(undefined))).toContain('has no default export')
    const text = await failureOf('--config', configOf({ ...options, publicUrl: 'http://shop.example' }))
    expect(text).toContain('publicUrl must be https')
    expect(text).not.toContain('    at ')
  })

  it('says that the port is taken, and how to take another', async () => {
    const server = await run('--config', configOf(options), '--port', '0')
    const text = await failureOf('--config', configOf(options), '--port', String(server?.port))
    running = server
    expect(text).toContain('EADDRINUSE')
    expect(text).toContain('choose another one with --port')
  })
})
