import { openBrowser } from '../../../scripts/open-browser.ts'
import { DESKTOP, type Engine } from './engine.ts'

export const chromiumEngine: Engine = {
  name: 'Chromium',
  async open({ phone } = {}) {
    const browser = await openBrowser()
    const context = await browser.newContext({
      viewport: phone ?? DESKTOP,
      locale: 'ru-RU',
      ...(phone && { userAgent: phone.userAgent, hasTouch: true, isMobile: true }),
    })
    const page = await context.newPage()
    return {
      goto: async (url) => void (await page.goto(url)),
      evaluate: (expression) => page.evaluate(expression),
      press: (x, y) => (phone ? page.touchscreen.tap(x, y) : page.mouse.click(x, y)),
      screenshot: () => page.screenshot(),
      close: () => browser.close(),
    }
  },
}
