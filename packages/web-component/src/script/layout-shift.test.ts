// @vitest-environment node
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

let browser: Browser
let server: ScriptServer
let css: string

beforeAll(async () => {
  css = await readFile(`${import.meta.dirname}/../../dist/pay-button.css`, 'utf8')
  server = await startScriptServer()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(() => {
  server.reset()
  server.policy = ''
})

/** A shop's page with text all around the element. */
const around = (element: string) =>
  `<style>${css}</style><h1>Чай</h1><p>До кнопки.</p>${element}<p>После кнопки.</p>${'<p>Ещё о чае.</p>'.repeat(30)}`

/** Opens a page that notes everything that moves in it, whoever is to blame: what follows a tap counts as well. */
async function open(path: string, options: Parameters<Browser['newContext']>[0]): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.addInitScript(() => {
    const shifts: string[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { sources: Source[] })[])
        for (const { node, previousRect, currentRect } of entry.sources) {
          const what = node instanceof Element ? node.outerHTML.slice(0, 90) : node?.textContent
          const [from, to] = [previousRect, currentRect].map(({ x, y, width, height }) => [
            x,
            y,
            width,
            height,
          ])
          shifts.push(`${what}: ${from} → ${to}`)
        }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(server.origin + path)
  return page
}

interface Source {
  readonly node: Node | null
  readonly previousRect: DOMRectReadOnly
  readonly currentRect: DOMRectReadOnly
}

/** What has moved, once two more frames are drawn. */
const shiftsOf = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    return (globalThis as unknown as { shifts: readonly string[] }).shifts
  })

describe.each([
  ['a desktop', { viewport: { width: 1280, height: 900 } }],
  ['a phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
])('on %s', (_, options) => {
  it('nothing moves during a purchase, from the script tag to paid', async () => {
    server.body = around(server.body)
    const page = await open('/', options)
    await page.locator('pay-button button[part=button]').click()
    const sheet = page.getByRole('dialog')
    await sheet.locator('form button.action').click()
    await sheet.getByRole('button', { name: 'Другой способ' }).waitFor()
    server.process()
    await sheet.getByRole('heading', { name: 'Ждём подтверждения' }).waitFor()
    // Before the move to the shop's own page.
    await page.evaluate(() => addEventListener('pay-success', (event) => event.preventDefault()))
    server.settle('succeeded')
    await sheet.getByRole('heading', { name: 'Оплачено' }).waitFor()
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)))
    expect(await shiftsOf(page)).toEqual([])
    await page.context().close()
  })

  it('nothing moves on the return page, from the script tag to paid', async () => {
    server.body = around('<pay-return api-url="/pay"></pay-return>')
    server.process()
    const page = await open('/return#teabrick=st_test', options)
    await page.getByRole('button', { name: 'Да, оплата прошла' }).waitFor()
    expect(await shiftsOf(page)).toEqual([])
    server.settle('succeeded')
    await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
    expect(await shiftsOf(page)).toEqual([])
    await page.context().close()
  })

  it('a buyer who wants no motion sees none', async () => {
    server.body = around('<pay-return api-url="/pay"></pay-return>')
    server.settle('succeeded')
    const page = await open('/return#teabrick=st_test', { ...options, reducedMotion: 'reduce' })
    await page.getByRole('heading', { name: 'Оплачено' }).waitFor()
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
    await page.context().close()
  })
})
