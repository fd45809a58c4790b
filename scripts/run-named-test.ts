import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const TIMEOUT_MS = 300_000

/** A test as mutants name it, `domain/draft.test.ts: stores no decision that …`: its file, and how its title begins. */
export function parseNamedTest(test: string): { readonly file: string; readonly title: string } {
  const [, file, title] = /^(.+?\.test\.ts): (.+)$/.exec(test) ?? []
  if (file === undefined || title === undefined)
    throw new Error(`${JSON.stringify(test)} names no test; write "folder/file.test.ts: title"`)
  return { file: `packages/server/src/${file}`, title }
}

/**
 * Runs a named test against the sources.
 *
 * @param mutant Whose guard they lack; null for the whole sources.
 */
export async function runNamedTest(
  test: string,
  mutant: string | null,
): Promise<'passed' | 'failed' | 'not run'> {
  const { file, title } = parseNamedTest(test)
  const folder = await mkdtemp(join(tmpdir(), 'teabrick-mutant-'))
  const outputFile = join(folder, 'report.json')
  const pattern = title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const { MUTANT: _, ...environment } = process.env
  try {
    await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...['--config', 'scripts/mutant-tests.config.ts', '--reporter', 'json', '--outputFile', outputFile],
        ...['-t', pattern, file],
      ],
      {
        cwd: ROOT,
        timeout: TIMEOUT_MS,
        env: mutant === null ? environment : { ...environment, MUTANT: mutant },
      },
      // It says by its exit code what the report says better.
    ).catch(() => {})
    const report = JSON.parse(await readFile(outputFile, 'utf8')) as Record<string, number>
    if (Number(report['numFailedTests']) > 0) return 'failed'
    return Number(report['numPassedTests']) > 0 ? 'passed' : 'not run'
  } catch {
    return 'not run'
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
