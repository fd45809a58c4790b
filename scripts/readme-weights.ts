// Keeps the README's figures true: `node scripts/readme-weights.ts` writes what scripts/size.mjs measures, with `--check` it
// only compares. A figure may be off by what a small change makes, not by more.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './pnpm.mjs'

export interface Weight {
  readonly name: string
  readonly bytes: number
  readonly budget: number
}

const TOLERANCE_BYTES = 300
const SECTION = /<!-- weights -->.*<!-- \/weights -->/s

/** The rows of the measurement that are not single chunks. */
export function parseWeights(output: string): Weight[] {
  return [...output.matchAll(/^(\S.*?) {2,}(\d+) +(\d+)/gm)].map(([, name = '', bytes, budget]) => ({
    name,
    bytes: Number(bytes),
    budget: Number(budget),
  }))
}

export function formatWeights(weights: readonly Weight[]): string {
  const rows = weights.map(
    ({ name, bytes, budget }) => `| ${name} | ${kilobytes(bytes)} | ${kilobytes(budget)} |`,
  )
  return [
    '<!-- weights -->',
    '| | kB | budget |',
    '| --- | ---: | ---: |',
    ...rows,
    '<!-- /weights -->',
  ].join('\n')
}

/** What the README says that was not measured so: one line for each. */
export function staleWeights(readme: string, weights: readonly Weight[]): string[] {
  return weights.flatMap(({ name, bytes }) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| ${name} |`))
    const stated = Number(row?.split('|')[2]) * 1000
    return Math.abs(stated - bytes) <= TOLERANCE_BYTES
      ? []
      : [
          `README.md says ${row ? `${stated / 1000} kB` : 'nothing'} for "${name}", measured ${kilobytes(bytes)} kB`,
        ]
  })
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { stdout } = spawnSync(process.execPath, [join(root, 'scripts/size.mjs')], { encoding: 'utf8' })
  const weights = parseWeights(stdout)
  const path = join(root, 'README.md')
  const readme = readFileSync(path, 'utf8')
  if (process.argv.includes('--check')) {
    const stale = staleWeights(readme, weights)
    for (const line of stale) console.error(line)
    if (stale.length > 0 || weights.length === 0) {
      console.error('run node scripts/readme-weights.ts after a build')
      process.exitCode = 1
    }
  } else
    writeFileSync(
      path,
      readme.replace(SECTION, () => formatWeights(weights)),
    )
}
