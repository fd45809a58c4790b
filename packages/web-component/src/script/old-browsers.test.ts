// @vitest-environment node
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBrowser } from '../../../../scripts/open-browser.ts'
import { type ScriptServer, startScriptServer } from '../fixtures/script-server.ts'

let browser: Browser
let server: ScriptServer
let page: Page
let lines: string[]

beforeAll(async () => {
  server = await startScriptServer()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(() => {
  server.reset()
  lines = []
})
afterEach(() => page?.close())

/** The page as a browser shows it that lacks something: `without` runs before any script. */
async function openWithout(without: () => void, path = '/'): Promise<void> {
  page = await browser.newPage()
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
      lines.push(message.text())
  })
  await page.addInitScript(without)
  await page.goto(server.origin + path)
}

async function buyByCode(): Promise<void> {
  await page.locator('pay-button button[part=button]').click()
  await page.getByRole('dialog').locator('form button.action').click()
  await page.getByRole('img', { name: 'QR-код для оплаты' }).waitFor()
  server.settle('succeeded')
  await page.waitForURL(`${server.origin}/paid`)
}

it.each([
  ['custom elements', '/', () => Object.defineProperty(globalThis, 'customElements', { value: undefined })],
  ['Object.hasOwn', '/', () => Reflect.deleteProperty(Object, 'hasOwn')],
  ['Object.hasOwn', '/classic', () => Reflect.deleteProperty(Object, 'hasOwn')],
])(
  'a browser without %s, %s: one line says that it is too old, and the link inside the element pays',
  async (_, path, without) => {
    await openWithout(without, path)
    await expect.poll(() => lines).toEqual(['<pay-button>: this browser is too old, the link inside stays'])
    await page.getByRole('link', { name: 'Купить' }).click()
    await page.waitForURL(`${server.origin}/buy`)
  },
)

describe('a browser that is older than most', () => {
  it('has no style sheets made by scripts: the purchase looks and goes as in any other', async () => {
    server.policy = ''
    await openWithout(() => {
      for (const { prototype } of [Document, ShadowRoot])
        Reflect.deleteProperty(prototype, 'adoptedStyleSheets')
      Object.defineProperty(globalThis, 'CSSStyleSheet', {
        value: class {
          constructor() {
            throw new TypeError('Illegal constructor')
          }
        },
      })
    })
    const box = await page.locator('pay-button button').boundingBox()
    expect([box?.width, box?.height]).toEqual([288, 48])
    await buyByCode()
    expect(lines).toEqual([])
  })

  it('has no segmenter, time limits of signals, locks or module preload', async () => {
    await openWithout(() => {
      Reflect.deleteProperty(Intl, 'Segmenter')
      Reflect.deleteProperty(AbortSignal, 'timeout')
      Reflect.deleteProperty(AbortSignal, 'any')
      Reflect.deleteProperty(Navigator.prototype, 'locks')
      const { supports } = DOMTokenList.prototype
      DOMTokenList.prototype.supports = function (token) {
        return token !== 'modulepreload' && supports.call(this, token)
      }
    })
    await buyByCode()
    expect(lines).toEqual([])
  })
})
