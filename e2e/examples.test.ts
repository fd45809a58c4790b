import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../scripts/open-browser.ts'
import { sheetOf } from './rig/sheet.ts'
import {
  exampleFolder,
  freePort,
  type RunningProgram,
  runProgram,
  startProgram,
} from './rig/start-example.ts'
import { type RunningShop, startShop } from './rig/start-shop.ts'
import { createVisitor, type Visitor } from './rig/visitor.ts'

const VITE = exampleFolder('react-vite')

let browser: Browser
let shop: RunningShop
let visitor: Visitor
const programs: RunningProgram[] = []
const origins: Record<'vite' | 'viteDevelopment' | 'tag', string> = { vite: '', viteDevelopment: '', tag: '' }

beforeAll(async () => {
  for (const name of Object.keys(origins) as (keyof typeof origins)[])
    origins[name] = `http://127.0.0.1:${await freePort()}`
  const isBuilding = buildForDevelopment()
  ;[browser, shop] = await Promise.all([
    openBrowser(),
    startShop({ origins: Object.values(origins) }),
    isBuilding,
  ])
  visitor = createVisitor(browser, shop)
  const start = async (origin: string, cwd: string, program: string, env = {}) =>
    programs.push(
      await startProgram({
        cwd,
        args: [program],
        env: { PORT: new URL(origin).port, PAY_API_URL: `${shop.origin}/pay`, ...env },
        ready: /Tea at/,
      }),
    )
  await start(origins.vite, VITE, 'dist/server/main.js', { NODE_ENV: 'production' })
  await start(origins.viteDevelopment, VITE, 'dist/development/server/main.js', { NODE_ENV: 'development' })
  await start(origins.tag, exampleFolder('script-tag'), 'src/main.mjs')
})
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()))
  await browser?.close()
  await shop?.stop()
})

/** React tells of a page that the browser draws otherwise than the server only in its development build. */
async function buildForDevelopment(): Promise<void> {
  if (!existsSync(`${VITE}dist/server/main.js`))
    throw new Error('examples/react-vite is not built: npm run build')
  for (const args of [[], ['--ssr']])
    await runProgram({
      cwd: VITE,
      args: [
        'node_modules/vite/bin/vite.js',
        'build',
        '--mode=development',
        `--outDir=dist/development/${args.length ? 'server' : 'client'}`,
        ...args,
      ],
      env: { NODE_ENV: 'development' },
    })
}

describe.concurrent('the React page of Vite', () => {
  it.each(['vite', 'viteDevelopment'] as const)(
    '%s: rendered by the server, taken over without a warning, sells a tea; nothing moves',
    async (name) => {
      const { buyer, page } = await visitor.visit(origins[name])
      await visitor.buy(page, /Thank you/)
      // What went to the console, warnings of hydration included, fails here.
      await buyer.leave()
    },
  )

  it('hands events to props, with their fields', async () => {
    const { buyer, page } = await visitor.visit(origins.viteDevelopment)
    const sheet = sheetOf(page)
    await sheet.open()
    await page.locator('output', { hasText: 'ready' }).waitFor()
    await sheet.choose('sbp')
    await sheet.scan()
    await page.locator('output', { hasText: 'requires_action' }).waitFor()
    await buyer.leave()
  })

  it('keeps everything where the server’s page had it', async () => {
    const without = await visitor.visit(origins.vite, { javaScriptEnabled: false })
    const place = (page: Page) => page.locator('.after').boundingBox()
    const before = await place(without.page)
    await without.buyer.leave()
    const withScript = await visitor.visit(origins.vite)
    await sheetOf(withScript.page).button.waitFor()
    expect(await place(withScript.page)).toEqual(before)
    await withScript.buyer.leave()
  })

  it('sells without JavaScript, by the link inside', async () => {
    const { buyer, page } = await visitor.visit(origins.vite, { javaScriptEnabled: false })
    await page.locator('pay-button a').click()
    await page.waitForURL('**/pay/c/lt_*')
    await buyer.leave()
  })
})

describe.concurrent('the page with a script tag', () => {
  it('sells a tea under its strict policy; nothing moves', async () => {
    const { buyer, page } = await visitor.visit(origins.tag)
    await visitor.buy(page, /Оплачено/)
    await buyer.leave()
  })
})
