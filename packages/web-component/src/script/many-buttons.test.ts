// @vitest-environment node
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

let browser: Browser
let server: ScriptServer
let page: Page
let devtools: CDPSession

beforeAll(async () => {
  server = await startScriptServer()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(async () => {
  server.reset()
  page = await browser.newPage()
  devtools = await page.context().newCDPSession(page)
  await page.goto(server.origin)
  await page.locator('pay-button button[part=button]').waitFor()
})
afterEach(() => page?.context().close())

/** What is alive in the page after everything that can go has gone. */
async function alive(): Promise<Record<'JSEventListeners' | 'Nodes', number>> {
  await devtools.send('Performance.enable')
  for (let i = 0; i < 3; i++) await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  const read = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return { JSEventListeners: read('JSEventListeners'), Nodes: read('Nodes') }
}

it('fifty buttons share one registry and one runtime: each part is loaded once, each click is its own purchase', async () => {
  await page.evaluate(async () => {
    const original = document.querySelector('pay-button') as HTMLElement
    for (let i = 0; i < 49; i++) {
      const copy = original.cloneNode(true) as HTMLElement
      copy.dataset['sku'] = `tea-${i}`
      document.body.append(copy)
    }
    const all = [...document.querySelectorAll('pay-button')]
    const ready = all.map(
      (element) =>
        new Promise<void>((resolve) =>
          element.addEventListener('pay-status', ({ status }) => status === 'ready' && resolve()),
        ),
    )
    for (const element of all) element.click()
    await Promise.all(ready)
  })
  const parts = server.requests.filter((request) => request.includes('/chunks/'))
  expect(new Set(parts).size).toBe(parts.length)
  expect(server.requests.filter((request) => request === 'GET /dist/pay-button.js')).toHaveLength(1)
  expect(new Set(server.sessionKeys).size).toBe(50)
  const classes = await page.evaluate(
    () => new Set([...document.querySelectorAll('pay-button')].map((element) => element.constructor)).size,
  )
  expect(classes).toBe(1)
}, 60_000)

it('BA-21: a thousand mounts, moves and unmounts leave nothing alive', async () => {
  const cycle = (count: number) =>
    page.evaluate(async (count) => {
      const kept = globalThis as unknown as { seen?: WeakRef<Element>[] }
      kept.seen ??= []
      for (let i = 0; i < count; i++) {
        const element = document.createElement('pay-button')
        element.setAttribute('api-url', '/pay')
        element.setAttribute('session-url', '/session')
        document.body.append(element)
        await element.updateComplete
        document.body.prepend(element)
        element.setAttribute('type', 'buy')
        await element.updateComplete
        element.remove()
        kept.seen.push(new WeakRef(element))
      }
      // A turn of the event loop: a WeakRef keeps its target until the end of the present one.
      await new Promise((resolve) => setTimeout(resolve))
    }, count)
  const count = () =>
    page.evaluate(
      () => (globalThis as unknown as { seen: WeakRef<Element>[] }).seen.filter((ref) => ref.deref()).length,
    )
  await cycle(20)
  const before = await alive()
  await cycle(1_000)
  const after = await alive()
  expect(await count()).toBe(0)
  expect(after).toEqual(before)
}, 120_000)

it('sheets that were opened and taken away with their buttons leave nothing alive', async () => {
  const cycle = (count: number) =>
    page.evaluate(async (count) => {
      for (let i = 0; i < count; i++) {
        const element = document.createElement('pay-button')
        element.setAttribute('api-url', '/pay')
        element.createSession = async () => 'ct_1'
        document.body.append(element)
        const ready = new Promise<void>((resolve) =>
          element.addEventListener('pay-status', ({ status }) => status === 'ready' && resolve()),
        )
        await element.updateComplete
        element.click()
        await ready
        element.remove()
        await new Promise((resolve) => setTimeout(resolve))
      }
    }, count)
  await cycle(5)
  const before = await alive()
  await cycle(40)
  // Of forty sheets two may still be held by what they had begun.
  await expect
    .poll(
      async () => {
        const after = await alive()
        return [after.Nodes - before.Nodes, after.JSEventListeners - before.JSEventListeners]
      },
      { timeout: 30_000, interval: 500 },
    )
    .toSatisfy(([nodes = 9_999, listeners = 999]) => nodes <= 450 && listeners <= 30)
}, 120_000)
