import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, systemClock } from '@teabrick/server'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createShop, type Shop } from './create-shop.ts'

// Hundreds of purchases, on whatever machine.
vi.setConfig({ testTimeout: 180_000 })

let shop: Shop
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shop-'))
  shop = await createShop({
    port: 0,
    dataFolder: folder,
    database: createMemoryStore({ clock: systemClock }),
    logger: { info() {}, warn() {}, error() {} },
  })
})
afterAll(async () => {
  await shop.close()
  rmSync(folder, { recursive: true, force: true })
})

const read = (language: string) => fetch(`${shop.origin}/drill?lang=${language}`)

it('goes on selling through March 2022: this demo scores 80 or more', async () => {
  const answer = await read('en')
  const body = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  const { value: beginning } = await body.read()
  expect(beginning).toContain('The drill is running now')
  expect(beginning).not.toContain('</html>')
  let text = beginning ?? ''
  for (let part = await body.read(); !part.done; part = await body.read()) text += part.value
  expect(text.trimEnd()).toMatch(/<\/html>$/)
  expect(Number(/<strong>(\d+)<\/strong>/.exec(text)?.[1])).toBeGreaterThanOrEqual(80)
  expect(text.match(/<th scope="row">/g)).toHaveLength(37)
})

it('shows a drill that is over at once, with the score first, in each language', async () => {
  for (const [language, word] of [
    ['ru', 'Устойчивость'],
    ['zh', '韧性得分'],
    ['en', 'Resilience'],
  ] as const) {
    const text = await (await read(language)).text()
    expect(text.indexOf(word)).toBeGreaterThan(0)
    expect(text.indexOf(word)).toBeLessThan(text.indexOf('<table'))
  }
})

it('keeps the shop’s policy, and is linked from /how', async () => {
  const answer = await read('ru')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  const text = await answer.text()
  expect(text).not.toMatch(/<script(?! type="application\/json")|style="|http-equiv="refresh"/)
  expect(await (await fetch(`${shop.origin}/how`)).text()).toContain('href="/drill"')
})

it('touches neither the shop’s orders nor its sandbox', () => {
  expect(shop.sandbox.state().doubles.flatMap(({ ledger }) => ledger.payments)).toEqual([])
})
