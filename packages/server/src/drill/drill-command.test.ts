import { expect, it, vi } from 'vitest'
import { describeFailure } from '../run-cli.ts'
import { runDrillCommand } from './drill-command.ts'
import { ANTOM, configOf, shop } from './drill-configs.ts'

// Hundreds of purchases each, on whatever machine.
vi.setConfig({ testTimeout: 180_000 })

async function run(args: readonly string[], config: unknown = configOf([ANTOM, shop(['sbp', 'bank_card'])])) {
  let out = ''
  let error = ''
  const code = await runDrillCommand({
    args,
    print: (text) => {
      out += text
    },
    printError: (text) => {
      error += text
    },
    loadOptions: () => Promise.resolve(config as never),
    describeFailure,
  })
  return { code, out, error }
}

it('prints the timeline, and exits 0 or 1 by the threshold', async () => {
  const passed = await run(['--scenario', '2022-03', '--threshold', '90'])
  expect(passed).toMatchObject({ code: 0, error: '' })
  expect(passed.out).toMatch(/^10 Mar 00:01 +Visa and Mastercard stop at the border/m)
  expect(passed.out).toMatch(/^27 Feb – 9 Mar +100 % {2}7 of 7 paid/m)
  expect(passed.out).toMatch(/^Score +93 of 100, threshold 90: passed$/m)
  const missed = await run(['--threshold', '94'])
  expect(missed.code).toBe(1)
  expect(missed.out).toContain('threshold 94: NOT PASSED')
})

it('prints the whole report as JSON', async () => {
  const { code, out } = await run(['--json', '--seed', '7'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ scenario: '2022-03', seed: 7, threshold: 80, passed: true })
})

it.each([
  ['an unknown option', ['--fast'], undefined, /--fast/],
  ['a threshold that is no number', ['--threshold', '1e2'], undefined, /--threshold is "1e2"/],
  ['an unknown scenario', ['--scenario', '1998'], undefined, /known: 2022-03/],
  ['options that cannot work', [], {}, /publicUrl is missing/],
] as const)('exits 2 with one message for %s', async (_, args, config, message) => {
  const { code, out, error } = await run(args, config)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(error).toMatch(message)
  expect(error).not.toContain('    at ')
})

it('explains itself', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exit code:') })
})
