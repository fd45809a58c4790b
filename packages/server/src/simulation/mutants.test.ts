import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { MUTANTS } from './mutants.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

describe('mutants', () => {
  it('take out what is there, exactly once', () => {
    for (const { id, edits } of MUTANTS)
      for (const { file, find } of edits)
        expect(readFileSync(join(ROOT, file), 'utf8').split(find).length - 1, `${id}: ${find}`).toBe(1)
  })

  it('name tests that are there', () => {
    for (const { id, test } of MUTANTS) {
      if (test === undefined) continue
      const [, file = '', title = ''] = /^(.+?\.test\.ts): (.+)$/.exec(test) ?? []
      const folder = join(ROOT, 'packages/server/src')
      // The contract of all stores is tested in the file of each.
      const sources = [file, 'store/describe-store.ts'].map((each) =>
        readFileSync(join(folder, each), 'utf8'),
      )
      const words = title.replaceAll("'", "\\'")
      expect(
        sources.some((source) => source.includes(title) || source.includes(words)),
        `${id}: ${test}`,
      ).toBe(true)
    }
  })

  // All of them: `npm run sim -- --mutants`.
  it.each(['M1', 'M2-bare', 'M5', 'M6-bare', 'M9', 'close-without-proof'])(
    '%s does not live through four hundred seeds',
    { timeout: 120_000 },
    async (id) => {
      expect(await liveWithout(id)).toMatchObject({ code: 1, answer: { violation: expect.any(String) } })
    },
  )
})

/** Four hundred seeds in a process of their own, whose sources lack the guard. */
function liveWithout(id: string): Promise<{ readonly code: number | null; readonly answer: unknown }> {
  return new Promise((resolve) => {
    const sim = spawn(
      'node',
      ['--no-warnings', 'scripts/sim.ts', '--json', '--mutant', id, '--seeds', '400'],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let text = ''
    sim.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    sim.on('close', (code) => {
      const line = text.split('\n').findLast((each) => each.startsWith('{'))
      resolve({ code, answer: line === undefined ? text : JSON.parse(line) })
    })
  })
}
