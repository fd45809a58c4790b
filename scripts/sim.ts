// `npm run sim -- --seeds N --seed S`: lives through worlds in which everything goes wrong, and says whether money was lost.
// `--trace` prints what happened. `--jobs J` uses so many processes. `--mutants` takes out one guard after the other and says
// how soon it is missed; `--mutant M3` takes out one. docs/money.md says what is checked.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runNamedTest } from './run-named-test.ts'
import { runFromSources } from './sources.mjs'

/** What some seeds showed together. */
interface Sum {
  seeds: number
  payments: number
  effects: number
  steps: number
  /** How often each fault struck, by its name. */
  faults: Record<string, number>
}

/** What a process of the simulation says, a line of JSON each: a part of its seeds, or a seed that failed. */
type Report = Sum | { readonly seed: number; readonly violation: string; readonly seeds: number }

interface Mutant {
  readonly id: string
  readonly without: string
  /** Is asked in place of the simulation, which would need luck. */
  readonly test?: string
  readonly edits: Parameters<typeof runFromSources>[0]
}

const ROOT = new URL('../', import.meta.url)
const SIMULATION = 'packages/server/src/simulation'
/** So many seeds a mutant may live. */
const MUTANT_SEEDS = 3000
const MUTANT_TIMEOUT_MS = 1_800_000
/** Seeds between two reports of a process. */
const PART = 20
const TELL_EVERY_MS = 20_000
/** A process starts anew after so many, so that whatever it has not let go of is. */
const MOST_SEEDS_OF_A_PROCESS = 5000

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
  // Refusals are errors, and a trace of calls for each costs more than the rest of it.
  if (!values.trace) Error.stackTraceLimit = 0
  const report = createReport()
  let part = emptySum()
  for (let seed = first; seed < first + count; seed++) {
    const lived = await runSeed(seed, { wire: values.wire })
    add(part, { ...lived, seeds: 1 })
    const violations = [...lived.violations]
    // A seed that does not repeat itself proves nothing.
    if (seed % 100 === 0 && (await runSeed(seed, { wire: values.wire })).traceHash !== lived.traceHash)
      violations.push('the second run of this seed went another way')
    if (values.trace) console.log(lived.trace.join('\n'))
    if (violations.length > 0) {
      const [violation = ''] = violations
      if (values.json) console.log(JSON.stringify({ seed, violation, seeds: seed - first + 1 }))
      else {
        if (!values.trace) console.error(lived.trace.join('\n'))
        console.error(violations.map((line) => `✗ ${line}`).join('\n'))
        console.error(againWith(seed))
      }
      return 1
    }
    if (part.seeds === PART && seed + 1 < first + count) {
      if (values.json) console.log(JSON.stringify(part))
      else report.tell(part)
      part = emptySum()
    }
  }
  if (values.json) console.log(JSON.stringify(part))
  else report.end(part)
  return 0
}

function againWith(seed: number): string {
  return `seed ${seed}; again with: npm run sim -- --seeds 1 --seed ${seed} --trace`
}

function emptySum(): Sum {
  return { seeds: 0, payments: 0, effects: 0, steps: 0, faults: {} }
}

function add(
  sum: Sum,
  part: Readonly<Omit<Sum, 'faults'>> & { readonly faults: Partial<Sum['faults']> },
): void {
  for (const name of ['seeds', 'payments', 'effects', 'steps'] as const) sum[name] += part[name]
  for (const [kind, times] of Object.entries(part.faults))
    sum.faults[kind] = (sum.faults[kind] ?? 0) + (times ?? 0)
}

/** Adds parts up and says now and then how far it is. */
function createReport() {
  const started = performance.now()
  const sum = emptySum()
  let toldAt = started
  const inWords = (): string => {
    const seconds = (performance.now() - started) / 1000
    const faults = Object.values(sum.faults).reduce((total, times) => total + times, 0)
    return `${sum.seeds} seeds, 0 violations; ${(sum.seeds / seconds).toFixed(1)} seeds/s; ${sum.payments} payments, ${sum.effects} webhooks with effect, ${faults} faults, ${sum.steps} steps`
  }
  return {
    tell(part: Sum): void {
      add(sum, part)
      if (performance.now() - toldAt < TELL_EVERY_MS) return
      toldAt = performance.now()
      console.log(`${new Date().toISOString().slice(0, 19)}Z ${inWords()}`)
    },
    end(part: Sum): void {
      add(sum, part)
      console.log(inWords())
      const faults = Object.entries(sum.faults).sort(([, a], [, b]) => b - a)
      console.log(`faults injected: ${faults.map(([kind, times]) => `${kind} ${times}`).join(', ')}`)
    },
  }
}

/** Runs this file in a process of its own, which reports in lines of JSON. */
function child(
  args: readonly string[],
  { timeoutMs, onPart }: { readonly timeoutMs?: number; readonly onPart?: (part: Sum) => void } = {},
): Promise<Report | null> {
  return new Promise((resolve) => {
    const node = spawn(
      process.execPath,
      ['--no-warnings', '--max-old-space-size=800', fileURLToPath(import.meta.url), '--json', ...args],
      { stdio: ['ignore', 'pipe', 'inherit'], timeout: timeoutMs },
    )
    let last: Report | null = null
    createInterface(node.stdout).on('line', (line) => {
      if (!line.startsWith('{')) return
      last = JSON.parse(line) as Report
      if (!('violation' in last)) onPart?.(last)
    })
    node.on('close', (code) => resolve(code === 0 || (last !== null && 'violation' in last) ? last : null))
  })
}

async function runJobs(): Promise<number> {
  const report = createReport()
  const chunk = Math.min(MOST_SEEDS_OF_A_PROCESS, Math.ceil(count / jobs))
  let next = first
  let failed = false
  async function work(): Promise<void> {
    while (next < first + count && !failed) {
      let from = next
      next = Math.min(next + chunk, first + count)
      const end = next
      // A process that was killed from outside says nothing about its seeds: it is begun again where it had come to.
      for (let fruitless = 0; from < end && !failed; fruitless++) {
        const args = ['--seeds', String(end - from), '--seed', String(from)]
        const answer = await child(args, {
          onPart(part) {
            from += part.seeds
            fruitless = 0
            report.tell(part)
          },
        })
        if (answer !== null && 'violation' in answer) {
          failed = true
          console.error(`✗ ${answer.violation}\n${againWith(answer.seed)}`)
        } else if (answer === null && fruitless >= 3) {
          failed = true
          console.error(`✗ the process ends without an answer\n${againWith(from)}`)
        }
      }
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  if (!failed) report.end(emptySum())
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

/** The test must fail without the guard, and pass with it. */
async function fateByTest(id: string, test: string): ReturnType<typeof fateOf> {
  const [without, whole] = [await runNamedTest(test, id), await runNamedTest(test, null)]
  if (without === 'failed' && whole === 'passed') return { isKilled: true, words: `killed by ${test}` }
  return { isKilled: false, words: `${test}: ${without} without the guard, ${whole} with it` }
}

async function fateOf({ id, test }: Mutant): Promise<{ readonly isKilled: boolean; readonly words: string }> {
  if (test !== undefined) return await fateByTest(id, test)
  const timeoutMs = MUTANT_TIMEOUT_MS
  const answer = await child(['--mutant', id, '--seeds', String(MUTANT_SEEDS)], { timeoutMs })
  if (answer === null) return { isKilled: false, words: 'could not run' }
  if (!('violation' in answer)) return { isKilled: false, words: `SURVIVED ${MUTANT_SEEDS} seeds` }
  const { seed, violation } = answer
  // What is wrong with the guard in place, too, is no merit of whoever missed the guard.
  const whole = await child(['--seeds', '1', '--seed', String(seed)], { timeoutMs })
  if (whole === null || 'violation' in whole)
    return { isKilled: false, words: `seed ${seed} fails with the guard in place, too` }
  return { isKilled: true, words: `killed by seed ${seed}: ${violation.split('\n')[0]?.slice(0, 150)}` }
}
