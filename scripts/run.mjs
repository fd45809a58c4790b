#!/usr/bin/env node
// What `npm start` and `npm test` do on a machine that has only Node and npm: install from the lockfile when the
// install is missing or out of date, then run the task with the toolchain's own Node.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { install, pnpm, root, toolchainEnv, toolchainNode } from './pnpm.mjs'

/** @type {Readonly<Record<string, () => Promise<number>>>} Each resolves with an exit code. */
const TASKS = {
  setup: async () => 0,
  demo,
  check: () => node(['scripts/check.ts', ...process.argv.slice(3)], { graceMs: 40_000 }),
}

const [name = 'setup'] = process.argv.slice(2)
process.exitCode = await main(name)

/** @param {string} name */
async function main(name) {
  const task = TASKS[name]
  if (!task) return fail(`unknown task ${name}: one of ${Object.keys(TASKS).join(', ')}`)
  const needed = nodeTooOld()
  if (needed) return fail(`Node ${process.versions.node} is too old here: install Node ${needed} or newer`)
  const code = await install()
  return code === 0 ? task() : code
}

async function demo() {
  console.log('Building…')
  const code = await build()
  if (code !== 0) return code
  const main = join('examples', 'shop', 'dist', 'main.js')
  if (!existsSync(join(root, main))) return fail(`the build made no ${main}`)
  return node([main], { graceMs: 20_000 })
}

/** JavaScript only: the demo needs no type declarations, which cost most of a full build's time. */
async function build() {
  let output = ''
  const code = await pnpm(
    ['--filter', './packages/*', '--filter', './examples/shop', 'run', 'build', '--no-dts'],
    { onOutput: (text) => (output += text) },
  )
  if (code !== 0) process.stderr.write(output)
  return code
}

/**
 * Runs a program that stops its own children, in its own order, when it is told to stop or when this process is gone.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
function node(args, options) {
  return run(toolchainNode(), ['--import', './scripts/stop-with-parent.mjs', ...args], {
    cwd: root,
    env: toolchainEnv(),
    signalTo: 'leader',
    link: true,
    ...options,
  })
}

/** The oldest Node that can run this repository on this machine, if the present one is older. */
function nodeTooOld() {
  // No Node comes from the registry for macOS: the tools run on the user's own there.
  const needed = process.platform === 'darwin' ? '22.18.0' : '20.0.0'
  return process.versions.node.localeCompare(needed, 'en', { numeric: true }) < 0 ? needed : undefined
}

/** @param {string} message */
function fail(message) {
  console.error(message)
  return 1
}
