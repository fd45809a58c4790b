import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { formatCounts } from './plain-reporter.ts'
import { root } from './pnpm.mjs'

// Inside the repository, where `vitest` resolves. Git ignores the folder.
mkdirSync(join(root, 'test-output'), { recursive: true })
const folder = mkdtempSync(join(root, 'test-output/reporter-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const BROKEN_RUN = {
  'a.test.ts': `
    import { expect, it } from 'vitest'
    it('passes', () => {})
    it('fails', () => expect(1).toBe(2))
    it.skip('is skipped', () => {})`,
  'does-not-load.test.ts': `import './no-such-file.ts'`,
  'hook.test.ts': `
    import { afterAll, describe, it } from 'vitest'
    describe('a suite', () => {
      afterAll(() => { throw new Error('in the hook') })
      it('passes too', () => {})
    })`,
}

it('counts files that do not load and hooks that fail, and prints the count last', () => {
  const { lastLine, status } = runVitest(BROKEN_RUN)
  expect(lastLine).toBe('2 passed, 3 failed, 1 skipped')
  expect(status).toBe(1)
})

it('writes the counts to a file that was asked for', () => {
  const file = join(folder, 'counts.json')
  const { lastLine } = runVitest(BROKEN_RUN, { TEST_COUNTS_FILE: file })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ passed: 2, failed: 3, skipped: 1 })
  expect(lastLine).not.toContain('passed')
})

it('is silent about skipped tests when there are none', () => {
  expect(formatCounts({ passed: 10, failed: 0, skipped: 0 })).toBe('10 passed, 0 failed')
})

function runVitest(files: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'vitest.config.ts'), 'export default {}')
  const args = ['run', '--root', folder, '--reporter', join(root, 'scripts/plain-reporter.ts')]
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST_COUNTS_FILE)/.test(name))
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...args],
    {
      cwd: folder,
      env: { ...Object.fromEntries(inherited), ...env },
      encoding: 'utf8',
    },
  )
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) }
}
