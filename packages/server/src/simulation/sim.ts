import { parseArgs } from 'node:util'
import { runSeed } from './simulated-world.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const count = Number(values.seeds)
const started = performance.now()
const sum = { payments: 0, faults: 0, crashes: 0, steps: 0 }
for (let seed = first; seed < first + count; seed++) {
  const report = await runSeed(seed)
  sum.payments += report.payments
  sum.faults += report.faults
  sum.crashes += report.crashes
  sum.steps += report.steps
  // A seed that does not repeat itself proves nothing.
  if (seed % 100 === 0 && (await runSeed(seed)).traceHash !== report.traceHash) {
    console.error(`seed ${seed} ran differently the second time`)
    process.exit(1)
  }
  if (report.violations.length > 0 || values.trace) {
    console.error(report.trace.join('\n'))
    console.error(
      `seed ${seed}: ${report.violations.length} violations; again with: npm run sim -- --seeds 1 --seed ${seed}`,
    )
    if (report.violations.length > 0) process.exit(1)
  }
}
const seconds = (performance.now() - started) / 1000
console.log(
  `${count} seeds, 0 violations; ${(count / seconds).toFixed(1)} seeds/s; ${sum.payments} payments, ${sum.faults} faults, ${sum.crashes} crashes, ${sum.steps} steps`,
)
