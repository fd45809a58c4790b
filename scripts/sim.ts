// `npm run sim -- --seeds N --seed S`: lives through worlds in which everything goes wrong, and says whether money was lost.
// `--trace` prints what happened. `--jobs J` uses so many processes. `--mutants` takes out one guard after the other and says
// how soon it is missed; `--mutant M3` takes out one. docs/money.md says what is checked.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runFromSources } from './sources.mjs'

interface Sum {
  seeds: number
  payments: number
  effects: number
  faults: number
  crashes: number
  steps: number
}

interface Mutant {
  readonly id: string
  readonly without: string
  /** Notices for certain what the simulation notices by luck. */
  readonly test?: string
  readonly edits: Parameters<typeof runFromSources>[0]
}

const ROOT = new URL('../', import.meta.url)
const SIMULATION = 'packages/server/src/simulation'
/** So many seeds a mutant may live. */
const MUTANT_SEEDS = 3000
const MUTANT_TIMEOUT_MS = 1_800_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    wire: { type: 'boolean' },
    jobs: { type: 'string', default: '1' },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const count = Number(values.seeds)
const jobs = Number(values.jobs)

if (values.mutants) process.exitCode = await tryMutants()
else if (jobs > 1) process.exitCode = await runJobs()
else process.exitCode = await run()

async function load<T>(file: string): Promise<T> {
  return (await import(new URL(`${SIMULATION}/${file}`, ROOT).href)) as T
}

async function run(): Promise<number> {
  const { MUTANTS } = await load<{ MUTANTS: readonly Mutant[] }>('mutants.ts')
  const mutant = MUTANTS.find(({ id }) => id === values.mutant)
  if (values.mutant !== undefined && mutant === undefined) {
    console.error(`there is no mutant ${values.mutant}; there are: ${MUTANTS.map(({ id }) => id).join(', ')}`)
    return 2
  }
  runFromSources(mutant?.edits)
  const { runSeed } =
    await load<typeof import('../packages/server/src/simulation/simulated-world.ts')>('simulated-world.ts')
  const started = performance.now()
  const sum: Sum = { seeds: 0, payments: 0, effects: 0, faults: 0, crashes: 0, steps: 0 }
  for (let seed = first; seed < first + count; seed++) {
    const report = await runSeed(seed, { wire: values.wire })
    sum.seeds++
    for (const name of ['payments', 'effects', 'faults', 'crashes', 'steps'] as const)
      sum[name] += report[name]
    const violations = [...report.violations]
    // A seed that does not repeat itself proves nothing.
    if (seed % 100 === 0 && (await runSeed(seed, { wire: values.wire })).traceHash !== report.traceHash)
      violations.push('the second run of this seed went another way')
    if (values.trace) console.log(report.trace.join('\n'))
    if (violations.length === 0) continue
    if (values.json) console.log(JSON.stringify({ seed, violation: violations[0], seeds: sum.seeds }))
    else {
      if (!values.trace) console.error(report.trace.join('\n'))
      console.error(violations.map((line) => `✗ ${line}`).join('\n'))
      console.error(`seed ${seed}; again with: npm run sim -- --seeds 1 --seed ${seed} --trace`)
    }
    return 1
  }
  if (values.json) console.log(JSON.stringify(sum))
  else console.log(inWords(sum, (performance.now() - started) / 1000))
  return 0
}

function inWords({ seeds, payments, effects, faults, crashes, steps }: Sum, seconds: number): string {
  const rate = (seeds / seconds).toFixed(1)
  return `${seeds} seeds, 0 violations; ${rate} seeds/s; ${payments} payments, ${effects} webhooks with effect, ${faults} faults, ${crashes} crashes, ${steps} steps`
}

/** Runs this file in a process of its own, which answers in one line of JSON. */
function child(
  args: readonly string[],
  timeoutMs?: number,
): Promise<(Partial<Sum> & { seed?: number; violation?: string }) | null> {
  return new Promise((resolve) => {
    const node = spawn(
      process.execPath,
      ['--no-warnings', '--max-old-space-size=800', fileURLToPath(import.meta.url), '--json', ...args],
      { stdio: ['ignore', 'pipe', 'inherit'], timeout: timeoutMs },
    )
    let answer: Partial<Sum> | null = null
    createInterface(node.stdout).on('line', (line) => {
      if (line.startsWith('{')) answer = JSON.parse(line) as Partial<Sum>
    })
    node.on('close', () => resolve(answer))
  })
}

async function runJobs(): Promise<number> {
  const CHUNK = 500
  const started = performance.now()
  const sum: Sum = { seeds: 0, payments: 0, effects: 0, faults: 0, crashes: 0, steps: 0 }
  let next = first
  let failed = false
  async function work(): Promise<void> {
    while (next < first + count && !failed) {
      const from = next
      const seeds = Math.min(CHUNK, first + count - from)
      next += seeds
      const answer = await child(['--seeds', String(seeds), '--seed', String(from)])
      if (answer === null || answer.violation !== undefined) {
        failed = true
        const what = answer === null ? 'the process ended without an answer' : answer.violation
        console.error(
          `✗ ${what}\nseed ${answer?.seed ?? from}; again with: npm run sim -- --seeds 1 --seed ${answer?.seed ?? from} --trace`,
        )
        return
      }
      for (const name of Object.keys(sum) as (keyof Sum)[]) sum[name] += answer[name] ?? 0
      if (sum.seeds % (10 * CHUNK) === 0) console.log(inWords(sum, (performance.now() - started) / 1000))
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  if (!failed) console.log(inWords(sum, (performance.now() - started) / 1000))
  return failed ? 1 : 0
}

async function tryMutants(): Promise<number> {
  const { MUTANTS } = await load<{ MUTANTS: readonly Mutant[] }>('mutants.ts')
  const wanted = MUTANTS.filter(({ id }) => values.mutant === undefined || id === values.mutant)
  const survivors: string[] = []
  const queue = [...wanted]
  async function work(): Promise<void> {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const fate = await fateOf(mutant)
      if (!fate.isKilled) survivors.push(mutant.id)
      console.log(`${mutant.id.padEnd(22)} without: ${mutant.without}\n${' '.repeat(23)}${fate.words}`)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  console.log(`${wanted.length - survivors.length} of ${wanted.length} mutants killed`)
  return survivors.length === 0 ? 0 : 1
}

async function fateOf({ id, test }: Mutant): Promise<{ readonly isKilled: boolean; readonly words: string }> {
  const answer = await child(['--mutant', id, '--seeds', String(MUTANT_SEEDS)], MUTANT_TIMEOUT_MS)
  if (answer === null) return { isKilled: false, words: 'could not run' }
  const { seed, violation } = answer
  if (violation === undefined && test !== undefined)
    return { isKilled: true, words: `lived through ${answer.seeds} seeds; left to ${test}` }
  if (violation === undefined) return { isKilled: false, words: `SURVIVED ${answer.seeds} seeds` }
  // What is wrong with the guard in place, too, is no merit of whoever missed the guard.
  const whole = await child(['--seeds', '1', '--seed', String(seed)], MUTANT_TIMEOUT_MS)
  if (whole === null || whole.violation !== undefined)
    return { isKilled: false, words: `seed ${seed} fails with the guard in place, too` }
  return { isKilled: true, words: `killed by seed ${seed}: ${violation.split('\n')[0]?.slice(0, 150)}` }
}
