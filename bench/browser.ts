// `npm run bench:browser [loads]`: bytes, time to paint and fifty buttons, beside the peers. After a build. Downloads the peers (400 MB)
// into a temporary folder, which goes when it ends.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from '../scripts/open-browser.ts'
import { weighAll } from './bytes.ts'
import { measureButtons } from './fifty-buttons.ts'
import { measurePaint, type Paint } from './paint.ts'
import { installPeers } from './peers.ts'

const loads = Number(process.argv[2] ?? 15)
const median = (all: readonly number[]): number =>
  [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN
const quartiles = (all: readonly number[]): string => {
  const sorted = [...all].sort((a, b) => a - b)
  return `${sorted[all.length >> 2]?.toFixed(0)}–${sorted[(all.length * 3) >> 2]?.toFixed(0)}`
}

const folder = mkdtempSync(join(tmpdir(), 'teabrick-peers-'))
try {
  installPeers(folder)
  console.log('| gzip -9 | bytes |\n| --- | ---: |')
  for (const { what, bytes } of await weighAll(folder))
    console.log(`| ${what} | ${bytes.toLocaleString('en-GB', { useGrouping: 'always' })} |`)

  const browser = await openBrowser()
  try {
    for (const cpu of [1, 4]) {
      const paints = await measurePaint(browser, folder, { loads, cpu })
      console.log(
        `\n| script tag to painted, CPU ÷ ${cpu}, ${loads} interleaved loads | median ms | middle half | pay-button is |\n| --- | ---: | ---: | ---: |`,
      )
      const ours = median((paints[0] as Paint).ms)
      for (const { name, ms } of paints)
        console.log(
          `| ${name} | ${median(ms).toFixed(0)} | ${quartiles(ms)} | ${(ours / median(ms)).toFixed(2)} × |`,
        )
    }
    console.log('\n| buttons on a page | until all are drawn, ms | heap, kB |\n| ---: | ---: | ---: |')
    for (const count of [1, 50]) {
      const runs = []
      for (let i = 0; i < 5; i++) runs.push(await measureButtons(browser, count))
      console.log(
        `| ${count} | ${median(runs.map(({ upgradeMs }) => upgradeMs)).toFixed(1)} | ${(median(runs.map(({ heapBytes }) => heapBytes)) / 1000).toFixed(0)} |`,
      )
    }
    console.log(`\n${browser.version()}, ${cpus().length} × ${cpus()[0]?.model.trim()}`)
  } finally {
    await browser.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
