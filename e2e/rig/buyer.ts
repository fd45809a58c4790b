import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  devices,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'
import { barriers } from './barriers.ts'

export interface BuyerOptions extends BrowserContextOptions {
  /** What may stand in the console: the browser itself writes each failed request there. */
  readonly mayLog?: RegExp | undefined
  /** Whom its pages may ask besides the shop. */
  readonly mayAsk?: readonly string[] | undefined
}

/** Somebody with a browser of his own: no cookie or storage is shared with another one. */
export interface Buyer {
  readonly context: BrowserContext
  /** A new tab on a path of the shop, or on an address. */
  open(path: string): Promise<Page>
  /** Throws what went wrong in any of the tabs, and closes them. */
  leave(): Promise<void>
}

/** The buyer's phone: its camera reads the code, its wallet is a page. */
export const PHONE: BrowserContextOptions = devices['Pixel 7'] ?? {}

const OUTPUT = fileURLToPath(new URL('../../test-output/e2e/', import.meta.url))

/**
 * Opens a browser profile that writes down whatever a page should never do: errors in the console and outside of it, requests to
 * anybody but the shop, violations of the content security policy.
 */
export async function newBuyer(
  browser: Browser,
  origin: string,
  { mayLog, mayAsk = [], ...options }: BuyerOptions = {},
): Promise<Buyer> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'en-GB',
    timezoneId: 'Europe/Moscow',
    viewport: { width: 1200, height: 860 },
    ...options,
  })
  const troubles: string[] = []
  context.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`
    if (/^(error|warning)$/.test(message.type()) && !mayLog?.test(text)) troubles.push(`console: ${text}`)
  })
  context.on('weberror', (error) => troubles.push(`uncaught: ${error.error().message}`))
  context.on('request', (request) => {
    const url = request.url()
    if (/^(data|blob):/.test(url) || [origin, ...mayAsk].some((known) => url.startsWith(`${known}/`))) return
    troubles.push(`foreign request: ${url}`)
  })
  context.on('dialog', (dialog) => troubles.push(`dialog: ${dialog.message()}`))
  await context.exposeBinding('reportViolation', (_source, violation: string) => {
    troubles.push(`policy: ${violation}`)
  })
  await context.addInitScript(() => {
    const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      report(`${effectiveDirective} ${blockedURI} ${sample}`),
    )
  })
  return {
    context,
    async open(path) {
      const page = await context.newPage()
      await page.goto(path)
      return page
    },
    async leave() {
      await context.close()
      expect(troubles).toEqual([])
    },
  }
}

/** Keeps a sheet that says "paid" on the screen: its move to the shop's next page leads nowhere. */
export async function stay(page: Page): Promise<void> {
  await page.route('**/return?*', (route) => route.abort('aborted'))
}

/** Keeps what the buyer sees as `test-output/e2e/<name>.png`. */
export async function keep(page: Page, name: string): Promise<void> {
  const path = `${OUTPUT}${name}.png`
  mkdirSync(dirname(path), { recursive: true })
  await page.screenshot({ path })
}

/** Keeps it, and looks with other eyes: nothing is against WCAG 2.2 AA, nothing has to be scrolled sideways. */
export async function inspect(page: Page, name: string): Promise<void> {
  await settle(page)
  await keep(page, name)
  // An element cannot know how deep in the page's headings it is.
  expect(await barriers(page, ['heading-order']), `barriers in ${name}`).toEqual([])
  expect(await overflow(page), `pixels beyond the edge in ${name}`).toBeLessThanOrEqual(0)
}

/** Colours and places are those of the end of a movement. Endless ones, a spinner's, are not waited for. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const roots = (node: Document | ShadowRoot): (Document | ShadowRoot)[] => [
      node,
      ...[...node.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : [])),
    ]
    const moving = roots(document).flatMap((root) => root.getAnimations())
    const ending = moving.filter(
      ({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY,
    )
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
}
