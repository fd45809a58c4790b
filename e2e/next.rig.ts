import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser } from '../scripts/open-browser.ts'
import { installNext } from './rig/install-next.ts'
import { sheetOf } from './rig/sheet.ts'
import { freePort, type RunningProgram, runProgram, startProgram } from './rig/start-example.ts'
import { type RunningShop, startShop } from './rig/start-shop.ts'
import { createVisitor, type Visitor } from './rig/visitor.ts'

const folder = mkdtempSync(join(tmpdir(), 'teabrick-next-'))
const NEXT = 'node_modules/next/dist/bin/next'
const QUIET = { NEXT_TELEMETRY_DISABLED: '1' }

let browser: Browser
let shop: RunningShop
let visitor: Visitor
const programs: RunningProgram[] = []
const origins = { production: '', development: '' }

beforeAll(async () => {
  for (const mode of ['production', 'development'] as const)
    origins[mode] = `http://127.0.0.1:${await freePort()}`
  await installNext(folder)
  await runProgram({ cwd: folder, args: [NEXT, 'build'], env: QUIET })
  shop = await startShop({ origins: Object.values(origins) })
  browser = await openBrowser()
  visitor = createVisitor(browser, shop)
  for (const [mode, command] of [
    ['production', 'start'],
    ['development', 'dev'],
  ] as const)
    programs.push(
      await startProgram({
        cwd: folder,
        args: [NEXT, command, '--hostname', '127.0.0.1', '--port', new URL(origins[mode]).port],
        env: { ...QUIET, PAY_API_URL: `${shop.origin}/pay`, SHOP_ORIGIN: origins[mode] },
        ready: /Ready in/,
      }),
    )
  // The development server makes each page when it is first asked for, and takes its time for it.
  for (const path of ['/', '/return']) await fetch(origins.development + path)
}, 600_000)

afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()))
  await browser?.close()
  await shop?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}, 60_000)

it.each(['production', 'development'] as const)(
  'Next.js in %s: taken over without a warning, sells a tea; nothing moves',
  async (mode) => {
    const { buyer, page } = await visitor.visit(origins[mode])
    await visitor.buy(page, /Paid|Thank you/)
    // What went to the console, warnings of hydration included, fails here.
    await buyer.leave()
  },
  180_000,
)

it('hands events to the props of a client component', async () => {
  const { buyer, page } = await visitor.visit(origins.production)
  await sheetOf(page).open()
  await page.locator('output', { hasText: 'ready' }).waitFor()
  await buyer.leave()
}, 60_000)

it('opens from a button that a server component rendered', async () => {
  const { buyer, page } = await visitor.visit(origins.production)
  const second = page.locator('pay-button').nth(1)
  await second.locator('button[part=button]').click()
  await second.locator('input[value=sbp]').waitFor()
  await buyer.leave()
}, 60_000)

it('sells without JavaScript, and keeps everything in its place when there is some', async () => {
  const without = await visitor.visit(origins.production, { javaScriptEnabled: false })
  const before = await without.page.locator('.after').boundingBox()
  const { buyer, page } = await visitor.visit(origins.production)
  await sheetOf(page).button.waitFor()
  expect(await page.locator('.after').boundingBox()).toEqual(before)
  await buyer.leave()
  await without.page.locator('pay-button a').first().click()
  await without.page.waitForURL('**/pay/c/lt_*')
  await without.buyer.leave()
}, 60_000)
