import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../scripts/open-browser.ts'
import { DEVICES, LOCALES, openStatesPage, THEMES } from '../scripts/states-page.ts'
import { barriers } from './rig/barriers.ts'
import { HOSTED_NAMES, renderHostedState } from './rig/hosted-states.ts'

const LOOKS = THEMES.flatMap((theme) => LOCALES.map((locale) => ({ theme, locale })))

// A document as a shop's is, with a heading that can be read on both backgrounds.
const SHOP = '<main><h1 style="color:#808080;font-size:32px">Shop</h1></main>'

let browser: Browser
let hosted: Server
beforeAll(async () => {
  browser = await openBrowser()
  hosted = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const isMobile = searchParams.has('phone')
    const html = renderHostedState(pathname.slice(1), {
      locale: searchParams.get('locale') ?? 'ru',
      isMobile,
    })
    response.setHeader('content-type', 'text/html; charset=utf-8').end(html)
  })
  await new Promise<void>((resolve) => hosted.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await browser?.close()
  hosted?.close()
})

/** What axe has against it, and what has to be scrolled sideways. */
async function findings(page: Page): Promise<string[]> {
  const found = await barriers(page)
  const beyond = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  return beyond > 0 ? [...found, `${beyond} px beyond the edge`] : found
}

describe.each(Object.entries(DEVICES))('on a %s', (device, options) => {
  it('no state of the elements has a barrier, in any theme and language', async () => {
    const states = await openStatesPage(browser, options, SHOP)
    const found: Record<string, string[]> = {}
    for (const name of states.names)
      for (const look of LOOKS) {
        await states.draw(name, look)
        const each = await findings(states.page)
        if (each.length) found[`${name} ${look.theme} ${look.locale}`] = each
      }
    await states.close()
    expect(found).toEqual({})
    expect(states.names.length).toBeGreaterThanOrEqual(43)
  })

  it('no state of the hosted page has a barrier, in any theme and language', async () => {
    const { port } = hosted.address() as AddressInfo
    const found: Record<string, string[]> = {}
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ ...options, colorScheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      for (const name of HOSTED_NAMES)
        for (const locale of LOCALES) {
          const query = `?locale=${locale}${device === 'phone' ? '&phone' : ''}`
          await page.goto(`http://127.0.0.1:${port}/${name}${query}`)
          const each = await findings(page)
          if (each.length) found[`${name} ${colorScheme} ${locale}`] = each
        }
      await context.close()
    }
    expect(found).toEqual({})
    expect(HOSTED_NAMES.length).toBeGreaterThan(30)
  })
})

it('at 400 % zoom of a small desktop the hosted page is read by scrolling down alone', async () => {
  const { port } = hosted.address() as AddressInfo
  const found: Record<string, string[]> = {}
  for (const device of ['phone', 'desktop']) {
    const context = await browser.newContext({ viewport: { width: 320, height: 256 } })
    const page = await context.newPage()
    for (const name of HOSTED_NAMES)
      for (const locale of LOCALES) {
        const query = `?locale=${locale}${device === 'phone' ? '&phone' : ''}`
        await page.goto(`http://127.0.0.1:${port}/${name}${query}`)
        // Wider than the screen, or hidden below something else where it is tapped.
        const bad = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          const covered = [
            ...document.querySelectorAll<HTMLElement>('a, button, input:not([type=hidden])'),
          ].filter((node) => {
            node.scrollIntoView({ block: 'center' })
            const { left, right, top, bottom } = node.getBoundingClientRect()
            const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
            return !hit || !(node.contains(hit) || hit.contains(node))
          })
          return [
            ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px beyond the edge`] : []),
            ...covered.map(({ outerHTML }) => outerHTML.slice(0, 120)),
          ]
        })
        if (bad.length) found[`${name} ${device} ${locale}`] = bad
      }
    await context.close()
  }
  expect(found).toEqual({})
})
