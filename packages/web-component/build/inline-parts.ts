import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { handOver, symbolOf } from './from-entry.ts'
import { PART_OPTIONS, partPlugins } from './part-options.ts'

// Words beside words: that compresses best.
const PARTS = `
export { drawQrCode } from './qr-code.ts'
export { openCheckout } from './checkout-flow.ts'
export { createBankChooser } from './banks/bank-chooser.ts'
export { createCoach, inAppBrowser, isAtHome, isBlocked } from './in-app/in-app.ts'
export { openReturnPage } from './return-page.ts'
export { texts as zh } from './locales/zh-hans.ts'
export { texts as en } from './locales/en.ts'
export { texts as ru } from './locales/ru.ts'
export { composeTexts, endingOf, reasonOf, refusalOf } from './locales/reasons.ts'
`

/**
 * Puts the lazy parts into the classic script as one function, in the place of `chunks.ts`. It runs at the first use, not
 * with the script: lit asks for its Trusted Types policy then, and a page that refuses it keeps a working button.
 *
 * @param root The package's folder.
 */
export function inlineParts(root: string): Plugin {
  return {
    name: 'inline-parts',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]chunks\.ts$/ }, async () => {
        const symbol = await symbolOf(root)
        const resolveDir = join(root, 'src')
        const { outputFiles } = await build.esbuild.build({
          ...PART_OPTIONS,
          stdin: { contents: PARTS, resolveDir, loader: 'ts' },
          absWorkingDir: root,
          format: 'iife',
          globalName: 'parts',
          write: false,
          plugins: partPlugins(root, symbol),
        })
        const code = outputFiles[0]?.text
        const contents = `${handOver(symbol)}
function run() { ${code}; return parts }
let parts
async function load() { return (parts ??= run()) }
export const chunks = {
  flow: load,
  returnPage: load,
  qrCode: load,
  reasons: load,
  banks: load,
  inApp: load,
  texts: async (locale) => {
    const { ru, zh, en } = await load()
    return { texts: { ru, 'zh-Hans': zh, en }[locale] }
  },
}
`
        return { loader: 'js', resolveDir, contents }
      })
    },
  }
}
