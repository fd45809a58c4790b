// `npm test`: builds, checks types, lints, weighs and tests. Every step and every test is counted, and the count is the
// last line: `N passed, N failed`. `--full` adds the slow rigs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { run, SIGNALS } from './child.mjs'
import { ensureChromium } from './chromium.mjs'
import { watchLeftovers } from './leftovers.ts'
import { formatCounts } from './plain-reporter.ts'
import { pnpm, root, toolchainEnv, toolchainNode } from './pnpm.mjs'

const full = process.argv.includes('--full')
const started = performance.now()
const counts = { passed: 0, failed: 0, skipped: 0 }
// What tools and browsers keep in the home directory, they keep here, and it goes when the run has ended.
const home = mkdtempSync(join(tmpdir(), 'teabrick-home-'))
const leftovers = watchLeftovers(root, { ...toolchainEnv(), XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home })

let interrupted = false
for (const signal of SIGNALS) process.on(signal, () => (interrupted = true))

try {
  await main()
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 3 })
}
console.log(`\n${seconds(started)} in all\n${formatCounts(counts)}`)
process.exitCode = counts.failed > 0 || interrupted ? 1 : 0

async function main(): Promise<void> {
  if (!(await step('build', () => script('build')))) return
  await Promise.all([step('types', () => script('typecheck')), step('lint', () => script('lint'))])
  await step('size', () => node(['scripts/size.mjs']))
  await step('sizes in the README', () => node(['scripts/readme-weights.ts', '--check']))
  const hasBrowser = await step('chromium', async () => {
    console.log(ensureChromium())
    return 0
  })
  if (hasBrowser) await tests()
  if (full) {
    await step('rigs', () => node(['node_modules/vitest/vitest.mjs', 'run', '-c', 'vitest.rigs.config.ts']))
    await step('100,000 mutations of each signature', () =>
      run(
        toolchainNode(),
        ['node_modules/vitest/vitest.mjs', 'run', '--project=node', 'packages/server/src/signatures'],
        {
          cwd: root,
          env: { ...leftovers.env, HOME: home, TEABRICK_MUTATIONS: '100000' },
        },
      ),
    )
    await step('100,000 webhooks through three days of outage', () =>
      run(
        toolchainNode(),
        [
          'node_modules/vitest/vitest.mjs',
          'run',
          '--project=node',
          'packages/server/src/simulation/many-webhooks.test.ts',
        ],
        { cwd: root, env: { ...leftovers.env, HOME: home, TEABRICK_EVENTS: '100000' } },
      ),
    )
    await step('ledger against books in each scenario', () =>
      run(
        toolchainNode(),
        [
          'node_modules/vitest/vitest.mjs',
          'run',
          '--project=node',
          'packages/server/src/engine/antom-engine.test.ts',
        ],
        { cwd: root, env: { ...leftovers.env, HOME: home, TEABRICK_LEDGER: 'all' } },
      ),
    )
    await step('packages', () => script('lint:packages'))
    await step('api docs', () => script('docs:api'))
    await step('fresh clone', () => node(['scripts/fresh-clone.ts']))
  }
  await step('nothing left behind', async () => {
    const lines = await leftovers.collect()
    for (const line of lines) console.error(line)
    return lines.length
  })
}

/** Runs and counts one step, which resolves with an exit code. A failed one does not keep the others from running. */
async function step(name: string, action: () => Promise<number>): Promise<boolean> {
  if (interrupted) return false
  const began = performance.now()
  const code = await action().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    return 1
  })
  counts[code === 0 ? 'passed' : 'failed'] += 1
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds(began)})`)
  return code === 0
}

async function tests(): Promise<void> {
  const file = join(home, 'counts.json')
  try {
    const code = await run(
      toolchainNode(),
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=default',
        '--reporter=./scripts/plain-reporter.ts',
      ],
      {
        cwd: root,
        env: { ...leftovers.env, HOME: home, TEST_COUNTS_FILE: file, CHROMIUM_PATH: ensureChromium() },
        graceMs: 20_000,
      },
    )
    const tests: typeof counts = JSON.parse(readFileSync(file, 'utf8'))
    counts.passed += tests.passed
    counts.failed += tests.failed
    counts.skipped += tests.skipped
    // An exit code without a failed test: something broke around the tests.
    if (code !== 0 && tests.failed === 0) counts.failed += 1
  } catch (error) {
    console.error(`the tests did not come to an end: ${error}`)
    counts.failed += 1
  }
}

/** Runs a script of the root's package.json; shows what it printed only when it failed. */
async function script(name: string): Promise<number> {
  let output = ''
  const code = await pnpm(['run', name], {
    env: leftovers.env,
    onOutput: (text) => (output += text),
  })
  // Some tools colour what goes into a pipe.
  if (code !== 0) process.stderr.write(process.stderr.isTTY ? output : stripVTControlCharacters(output))
  return code
}

function node(args: readonly string[]): Promise<number> {
  return run(toolchainNode(), args, { cwd: root, env: leftovers.env })
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
