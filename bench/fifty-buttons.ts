import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'

const ENTRY = fileURLToPath(new URL('../packages/web-component/dist/pay-button.js', import.meta.url))

export interface Fifty {
  /** From before the script's evaluation until every button is drawn. */
  readonly upgradeMs: number
  /** Of JavaScript, after a collection, over the page without the script. */
  readonly heapBytes: number
}

/** A page with a number of buttons, upgraded together. */
export async function measureButtons(browser: Browser, count: number): Promise<Fifty> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await page.route('http://shop.test/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Shop</title>${'<pay-button api-url="/pay" session-url="/session" locale="en"></pay-button>'.repeat(count)}`,
      }),
    )
    await page.route('http://shop.test/pay-button.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: readFileSync(ENTRY, 'utf8') }),
    )
    await page.goto('http://shop.test/')
    const heap = async () => {
      for (let i = 0; i < 3; i++) await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize
    }
    const before = await heap()
    const upgradeMs = await page.evaluate(async () => {
      // Fetched before, so that only evaluation, upgrade and drawing are measured.
      await fetch('/pay-button.js', { cache: 'force-cache' })
      const began = performance.now()
      await import('/pay-button.js' as string)
      const all = [...document.querySelectorAll('pay-button')] as (Element & {
        updateComplete: Promise<unknown>
      })[]
      await Promise.all(all.map((element) => element.updateComplete))
      return performance.now() - began
    })
    return { upgradeMs, heapBytes: (await heap()) - before }
  } finally {
    await context.close()
  }
}
