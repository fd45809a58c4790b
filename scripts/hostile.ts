// `npm run hostile`: which of the hostile cases (packages/server/src/hostile/cases.json) a test names, and which none does.
// A test or rig covers a case by its id in the file: in a title, or beside the lines that play it. `--run` runs the server's
// tests; the rigs (`*.rig.ts`) run with `npm run test:full`.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toolchainEnv } from './pnpm.mjs'

interface HostileCase {
  readonly id: string
  readonly group: string
  /** `P0`: money, or seen to happen. */
  readonly priority: string
  readonly title: string
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The files of tests and rigs that name each id. */
export function findCoverage(
  cases: readonly HostileCase[],
  tests: ReadonlyMap<string, string>,
): Map<string, string[]> {
  const files = new Map<string, string[]>(cases.map(({ id }) => [id, []]))
  for (const [file, text] of tests)
    for (const id of new Set(text.match(/\b[A-Z]{2}-\d{2}\b/g))) files.get(id)?.push(file)
  return files
}

function readTests(): Map<string, string> {
  const tests = new Map<string, string>()
  for (const folder of ['packages', 'examples', 'e2e', 'scripts'].filter((name) =>
    existsSync(join(root, name)),
  ))
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (/\.(test|rig)\.tsx?$/.test(name) && !/(^|[\\/])(node_modules|dist)[\\/]/.test(name))
        tests.set(join(folder, name), readFileSync(join(root, folder, name), 'utf8'))
  return tests
}

function main(): number {
  const cases = JSON.parse(
    readFileSync(join(root, 'packages/server/src/hostile/cases.json'), 'utf8'),
  ) as readonly HostileCase[]
  const coverage = findCoverage(cases, readTests())
  const isCovered = ({ id }: HostileCase) => (coverage.get(id)?.length ?? 0) > 0
  for (const group of new Set(cases.map(({ group }) => group))) {
    const all = cases.filter((each) => each.group === group)
    const missing = all.filter((each) => !isCovered(each))
    console.log(`${group.padEnd(20)} ${String(all.length - missing.length).padStart(3)} of ${all.length}`)
    for (const { id, priority, title } of missing) console.log(`  ${id} ${priority} ${title}`)
  }
  const covered = cases.filter(isCovered)
  const urgent = cases.filter(({ priority }) => priority === 'P0')
  console.log(
    `${covered.length} of ${cases.length} cases are named by a test; of P0 ${urgent.filter(isCovered).length} of ${urgent.length}`,
  )
  if (!process.argv.includes('--run')) return 0
  const { status } = spawnSync('vitest', ['run', 'packages/server/src/hostile', '--project', 'node'], {
    cwd: root,
    env: toolchainEnv(),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return status ?? 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
