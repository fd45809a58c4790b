import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from './child.mjs'
import { root } from './pnpm.mjs'

const node = process.execPath

it('resolves with the exit code of the program', async () => {
  expect(await run(node, ['-e', 'process.exit(3)'])).toBe(3)
})

it('resolves with 128 and the number of the signal that ended the program', async () => {
  expect(await run(node, ['-e', 'process.kill(process.pid, "SIGTERM")'])).toBe(143)
})

it('rejects when there is no such program', async () => {
  await expect(run(join(root, 'no-such-program'), [])).rejects.toThrow('ENOENT')
})

it('gives the output to who asked for it', async () => {
  let output = ''
  await run(node, ['-e', 'console.log("out"); console.error("error")'], {
    onOutput: (text) => (output += text),
  })
  expect(output).toContain('out\n')
  expect(output).toContain('error\n')
})

it('ends what a program left in its group', async () => {
  // Would hold the output open for a minute.
  const leave = 'require("child_process").spawn("sleep", ["60"], { stdio: "inherit" }).unref()'
  expect(await run(node, ['-e', leave], { onOutput: () => {} })).toBe(0)
})

/** Counts the signals it gets, and ends by itself a while after the first. */
const counter = `
  let count = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => { if (++count === 1) setTimeout(() => { console.log(signal, count); process.exit(0) }, 300) })
  setTimeout(() => {}, 20_000)
  console.log('started')`

it.each([
  ['SIGINT', 'SIGINT 1'],
  ['SIGTERM', 'SIGTERM 1'],
  ['SIGHUP', 'SIGTERM 1'],
] as const)('passes %s on once, however often it comes at once', async (signal, line) => {
  const runner = startRunner(
    `run(process.execPath, ['-e', ${JSON.stringify(counter)}], { signalTo: 'leader' })`,
  )
  await runner.says('started')
  runner.child.kill(signal)
  runner.child.kill('SIGTERM')
  // Two that arrive in one moment come in either order: what counts is that one is passed on.
  const output = await runner.says(' 1\n')
  expect([`started\n${line}\n`, 'started\nSIGTERM 1\n']).toContain(output)
  expect(await runner.exitCode()).toBe(0)
})

it('kills a program that does not stop in time', async () => {
  const deaf = 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 20_000); console.log("started")'
  const runner = startRunner(`run(process.execPath, ['-e', ${JSON.stringify(deaf)}], { graceMs: 200 })`)
  await runner.says('started')
  runner.child.kill('SIGTERM')
  expect(await runner.exitCode()).toBe(137)
})

it('stops a linked program when its runner was killed', async () => {
  const linked =
    'process.on("SIGTERM", () => { console.log("stopped"); process.exit() }); setTimeout(() => {}, 20_000)'
  const args = JSON.stringify([
    '--import',
    join(root, 'scripts/stop-with-parent.mjs'),
    '-e',
    `${linked}; console.log("started")`,
  ])
  const runner = startRunner(`run(process.execPath, ${args}, { link: true })`)
  await runner.says('started')
  runner.child.kill('SIGKILL')
  await runner.says('stopped')
})

/** A process of its own that evaluates a call of `run` and exits with what it resolves with. */
function startRunner(expression: string) {
  const code = `import { run } from ${JSON.stringify(join(root, 'scripts/child.mjs'))}\nprocess.exitCode = await ${expression}`
  const child = spawn(node, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = once(child, 'exit')
  return {
    child,
    says: async (text: string) => {
      await expect.poll(() => output, { timeout: 10_000 }).toContain(text)
      return output
    },
    exitCode: async (): Promise<number | null> => (await exited)[0],
  }
}
