// Pictures of every state of the sheet into test-output/, to be looked at: node build/take-screenshots.mjs [state…]
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const esbuild = createRequire(createRequire(import.meta.url).resolve('tsup'))('esbuild')
const out = `${root}test-output/states/`
await mkdir(out, { recursive: true })
const { outputFiles } = await esbuild.build({
  entryPoints: [`${root}src/fixtures/states-page.ts`],
  tsconfig: `${root}tsconfig.json`,
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'states',
  conditions: ['browser'],
})
const html = `<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width"><body><script>${outputFiles[0].text.replaceAll('</script', '<\\/script')}</script>`
const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${server.address().port}/`

const PHONE =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36'
const DEVICES = {
  desktop: { viewport: { width: 900, height: 800 } },
  phone: {
    viewport: { width: 360, height: 740 },
    userAgent: PHONE,
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  },
  narrow: { viewport: { width: 320, height: 640 } },
}
const wanted = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
for (const [device, options] of Object.entries(DEVICES)) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(device, error.message))
  await page.goto(address)
  const names = await page.evaluate(() => states.openState('ready').then(({ names }) => names))
  const banks = await page.evaluate(() => states.BANKS)
  await page.route('**/v1/checkout/banks*', (route) => route.fulfill({ json: { banks } }))
  for (const name of wanted.length ? wanted : names) {
    for (const theme of device === 'narrow' ? ['light'] : ['light', 'dark']) {
      for (const locale of device === 'narrow' ? ['ru'] : ['ru', 'zh-Hans', 'en']) {
        await page.goto(address)
        await page.evaluate(
          async ([state, look]) => {
            document.body.style.background = look.theme === 'dark' ? '#000' : '#fff'
            await states.openState(state, look)
          },
          [name, { theme, locale }],
        )
        if (name.endsWith('-banks')) await page.waitForTimeout(300)
        await page.screenshot({ path: `${out}${name}.${device}.${theme}.${locale}.png` })
      }
    }
  }
  await context.close()
}
await browser.close()
server.close()
