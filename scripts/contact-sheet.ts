// `npm run contact-sheet`: every state of the checkout × {desktop, phone} × {light, dark} × {ru, zh-Hans, en}, as pictures on
// one page: test-output/contact-sheet/index.html. Names of states after it draw those alone: `npm run contact-sheet -- ready paid`.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './open-browser.ts'
import { DEVICES, LOCALES, openStatesPage, THEMES } from './states-page.ts'

const out = fileURLToPath(new URL('../test-output/contact-sheet/', import.meta.url))

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
  const browser = await openBrowser()
  let names: readonly string[] = []
  try {
    for (const [device, options] of Object.entries(DEVICES)) {
      const states = await openStatesPage(browser, options)
      names = wanted.length ? states.names.filter((name) => wanted.includes(name)) : states.names
      for (const name of names)
        for (const theme of THEMES)
          for (const locale of LOCALES) {
            await states.draw(name, { theme, locale })
            await states.page.screenshot({ path: `${out}${name}.${device}.${theme}.${locale}.png` })
          }
      await states.close()
    }
  } finally {
    await browser.close()
  }
  await writeFile(`${out}index.html`, indexPage(names, Object.keys(DEVICES)))
  console.log(
    `${names.length} states, ${names.length * 2 * THEMES.length * LOCALES.length} pictures: ${out}index.html`,
  )
}

await main()
