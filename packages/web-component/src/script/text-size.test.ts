// @vitest-environment node
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

let server: ScriptServer

beforeAll(async () => {
  server = await startScriptServer()
})
afterAll(() => server?.close())

/** Font sizes in px, and how wide the sheet is. */
function measure(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(() => {
    const button = document.querySelector('pay-button')?.shadowRoot
    const sheet = button?.querySelector('pay-sheet')?.shadowRoot
    const size = (node: Element | null | undefined) =>
      node ? Number.parseFloat(getComputedStyle(node).fontSize) : 0
    return {
      button: size(button?.querySelector('button')),
      alert: size(button?.querySelector('p')),
      amount: size(sheet?.querySelector('.amount')),
      method: size(sheet?.querySelector('.name b')),
      hint: size(sheet?.querySelector('.name .muted')),
      charge: size(sheet?.querySelector('.quote dd')),
      rate: size(sheet?.querySelector('.quote .muted')),
      pay: size(sheet?.querySelector('.action')),
      width: sheet?.querySelector('dialog')?.clientWidth ?? 0,
    }
  })
}

describe.each([
  [
    16,
    { button: 16, alert: 16, amount: 36, method: 16, hint: 14, charge: 16, rate: 14, pay: 16, width: 416 },
  ],
  [
    24,
    { button: 24, alert: 24, amount: 54, method: 24, hint: 21, charge: 24, rate: 21, pay: 24, width: 624 },
  ],
])('a buyer who has set %d px', (textSizePx, expected) => {
  it('reads that size, whatever the page makes of its rem', async () => {
    const browser = await openBrowser({ textSizePx })
    try {
      for (const ofPage of ['', '62.5%']) {
        server.reset()
        const page = await browser.newPage({ viewport: { width: 900, height: 1100 } })
        await page.goto(server.origin)
        await page.evaluate((size) => {
          document.documentElement.style.fontSize = size
        }, ofPage)
        await page.locator('pay-button button[part=button]').click()
        await page.getByRole('dialog').locator('.quote').waitFor()
        const measured = await measure(page)
        const rounded = Object.fromEntries(
          Object.entries(measured).map(([name, px]) => [name, Math.round(px)]),
        )
        expect([ofPage, rounded]).toEqual([ofPage, expected])
        await page.close()
      }
    } finally {
      await browser.close()
    }
  }, 60_000)
})
