// `npm run contact-sheet`: every state of the checkout × {desktop, phone} × {light, dark} × {ru, zh-Hans, en}, as pictures on
// one page: test-output/contact-sheet/index.html. Names of states after it draw those alone: `npm run contact-sheet -- ready paid`.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type BrowserContextOptions, chromium } from 'playwright-core'
import { findChromium } from './chromium.mjs'

const root = fileURLToPath(new URL('../packages/web-component/', import.meta.url))
const out = fileURLToPath(new URL('../test-output/contact-sheet/', import.meta.url))

const DEVICES: Readonly<Record<string, BrowserContextOptions>> = {
  desktop: { viewport: { width: 720, height: 760 } },
  phone: {
    viewport: { width: 360, height: 740 },
    userAgent:
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    hasTouch: true,
    isMobile: true,
  },
}
const THEMES = ['light', 'dark']
const LOCALES = ['ru', 'zh-Hans', 'en']

/** The page that the pictures are taken of; it has `states.openState(name, look)`. */
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
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script')
  return `<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width"><body><script>${script}</script>`
}

function indexPage(names: readonly string[], devices: readonly string[]): string {
  const columns = devices.flatMap((device) =>
    THEMES.flatMap((theme) => LOCALES.map((locale) => `${device}.${theme}.${locale}`)),
  )
  const row = (name: string) =>
    `<tr><th scope="row" id="${name}">${name}</th>${columns
      .map((column) => {
        const file = `${name}.${column}.png`
        return `<td><a href="${file}"><img src="${file}" alt="${name}, ${column}" loading="lazy"></a></td>`
      })
      .join('')}</tr>`
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>
  body { margin: 0; font: 14px/1.4 system-ui, sans-serif; background: #8a8f8d; }
  table { border-spacing: 12px; }
  th { position: sticky; background: #1b1d1c; color: #fff; padding: 6px 10px; border-radius: 6px; font-weight: 600; z-index: 1; }
  thead th { top: 0; } tbody th { left: 0; }
  img { display: block; height: 560px; }
</style>
<table><thead><tr><th>state</th>${columns.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody>${names.map(row).join('\n')}</tbody></table></html>
`
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2)
  if (!wanted.length) await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  const html = await bundlePage()
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu'],
  })
  let names: string[] = []
  try {
    for (const [device, options] of Object.entries(DEVICES)) {
      const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
      const page = await context.newPage()
      page.on('pageerror', (error) => console.error(device, error.message))
      await page.goto(address)
      const all: string[] = await page.evaluate('states.NAMES')
      const banks: unknown = await page.evaluate('states.BANKS')
      await page.route('**/v1/checkout/banks*', (route) => route.fulfill({ json: { banks } }))
      names = wanted.length ? all.filter((name) => wanted.includes(name)) : all
      for (const name of names)
        for (const theme of THEMES)
          for (const locale of LOCALES) {
            await page.goto(address)
            await page.evaluate(`states.drawState(${JSON.stringify([name, { theme, locale }])})`)
            await page.screenshot({ path: `${out}${name}.${device}.${theme}.${locale}.png` })
          }
      await context.close()
    }
  } finally {
    await browser.close()
    server.close()
  }
  await writeFile(`${out}index.html`, indexPage(names, Object.keys(DEVICES)))
  console.log(
    `${names.length} states, ${names.length * 2 * THEMES.length * LOCALES.length} pictures: ${out}index.html`,
  )
}

await main()
