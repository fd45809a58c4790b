import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const root = fileURLToPath(new URL('../packages/web-component/', import.meta.url))

/** What every state is looked at on. */
export const DEVICES: Readonly<Record<string, BrowserContextOptions>> = {
  desktop: { viewport: { width: 720, height: 760 } },
  phone: {
    viewport: { width: 360, height: 740 },
    userAgent:
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    hasTouch: true,
    isMobile: true,
  },
}
export const THEMES = ['light', 'dark'] as const
export const LOCALES = ['ru', 'zh-Hans', 'en'] as const

/** How a state is drawn. */
export interface Look {
  readonly theme: string
  readonly locale: string
}

/** Every state of the elements, one at a time, on a page of their own. */
export interface StatesPage {
  readonly names: readonly string[]
  /** Draws a state on a page that is new, and resolves when nothing moves any more. */
  draw(name: string, look: Look): Promise<void>
  readonly page: Page
  readonly close: () => Promise<void>
}

/** The page that the states are drawn on; it has `states.drawState([name, look])`. */
async function bundlePage(): Promise<string> {
  const esbuild = createRequire(`${root}package.json`)('esbuild')
  const { outputFiles } = await esbuild.build({
    entryPoints: [`${root}src/fixtures/states-page.ts`],
    tsconfig: `${root}tsconfig.json`,
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'states',
    conditions: ['browser'],
  })
  return outputFiles[0].text.replaceAll('</script', '<\\/script')
}

let bundled: Promise<string> | undefined

/**
 * Opens the page of the states in a browser.
 *
 * @param body Of the page, before its script.
 */
export async function openStatesPage(
  browser: Browser,
  options: BrowserContextOptions,
  body = '',
): Promise<StatesPage> {
  bundled ??= bundlePage()
  const script = await bundled
  const html = `<!doctype html><html lang="en"><meta charset=utf-8><title>States</title><meta name=viewport content="width=device-width"><body>${body}<script>${script}</script>`
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(error.message))
  await page.goto(address)
  const banks: unknown = await page.evaluate('states.BANKS')
  await page.route('**/v1/checkout/banks*', (route) => route.fulfill({ json: { banks } }))
  return {
    names: await page.evaluate('states.NAMES'),
    async draw(name, look) {
      await page.goto(address)
      await page.evaluate(`states.drawState(${JSON.stringify([name, look])})`)
    },
    page,
    async close() {
      await context.close()
      server.close()
    },
  }
}
