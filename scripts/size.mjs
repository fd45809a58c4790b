// Weighs what buyers download, with gzip -9, and fails above the budgets. 1 kB = 1000 bytes.
//   node scripts/size.mjs            (after a build)
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../packages/web-component/dist/', import.meta.url))
const weigh = (path) => gzipSync(readFileSync(path), { level: 9 }).length

const entry = `${dist}pay-button.js`
const chunkNames = readdirSync(`${dist}chunks`).filter((name) => name.endsWith('.js'))

/** The files that a chunk imports statically, itself first. The names are hashed, so they are unique. */
function graphOf(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  const code = readFileSync(`${dist}chunks/${name}`, 'utf8')
  for (const [, imported] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) graphOf(imported, seen)
  return seen
}

/** The one file of a part: `flow-ABCD1234.js`. */
function part(prefix) {
  const found = chunkNames.filter((name) => name.startsWith(`${prefix}-`))
  if (found.length !== 1) throw new Error(`dist/chunks has ${found.length} files ${prefix}-*.js; build again`)
  return found[0]
}

// What `<pay-button>` loads at the click: see `chunks.ts` and `PayButton`. A QR purchase in Russian.
const purchase = new Set(['flow', 'qrCode', 'ru'].flatMap((name) => [...graphOf(part(name))]))
const sizes = new Map(chunkNames.map((name) => [name, weigh(`${dist}chunks/${name}`)]))
const entrySize = weigh(entry)
const purchaseSize = [...purchase].reduce((sum, name) => sum + sizes.get(name), entrySize)

/** What a part weighs with its imports, where the purchase is there already. */
function addedBy(prefix) {
  return [...graphOf(part(prefix))]
    .filter((name) => !purchase.has(name))
    .reduce((sum, name) => sum + sizes.get(name), 0)
}

// Core as a bundler takes it in, with ky and zod.
const { build } = createRequire(`${dist}../package.json`)('esbuild')
const { outputFiles } = await build({
  stdin: { contents: "export { createPayClient } from '@teabrick/core'", resolveDir: `${dist}..` },
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  write: false,
})
const coreSize = gzipSync(outputFiles[0].contents, { level: 9 }).length

const rows = [
  ['clickable: pay-button.js', entrySize, 8_000],
  ['one Alipay purchase by QR, ru: entry + chunks', purchaseSize, 30_000],
  ...[...sizes]
    .sort((a, b) => b[1] - a[1])
    .map(([name, size]) => [
      `  chunks/${name}${purchase.has(name) ? '' : ' (not in that purchase)'}`,
      size,
      12_000,
    ]),
  // All files that they import: with one of the purchase's they would be no parts of their own any more.
  ['the SBP banks on a phone, inside an app: what they add', addedBy('banks') + addedBy('inApp'), 8_000],
  // Three languages, the banks, the return page and every state, by design without chunks: the limit per file is not for it.
  ['classic one-file build: pay-button.classic.js', weigh(`${dist}pay-button.classic.js`), 43_500],
  ['core alone from npm, with ky and zod: createPayClient', coreSize, 20_000],
]

let failed = 0
console.log(`${'gzip -9, bytes'.padEnd(64)}${'size'.padStart(8)}${'budget'.padStart(9)}`)
for (const [name, size, budget] of rows) {
  const over = size > budget
  if (over) failed++
  console.log(
    `${name.padEnd(64)}${String(size).padStart(8)}${String(budget).padStart(9)}${over ? '  TOO HEAVY' : ''}`,
  )
}
if (failed) {
  console.error(`${failed} over budget`)
  process.exit(1)
}
