#!/usr/bin/env node
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const stamp = join(root, 'node_modules', '.teabrick-install')

/**
 * Runs the pinned pnpm, which npx fetches once, with the toolchain's Node first on the path.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function pnpm(args, options = {}) {
  // `--yes` also overrides a user's own `yes=false`.
  return run('npx', ['--yes', packageManager, ...args], {
    cwd: root,
    shell: process.platform === 'win32',
    env: toolchainEnv(),
    ...options,
  })
}

/** The environment in which `node` and the tools are the ones of this repository. */
export function toolchainEnv() {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`
  return { ...process.env, PATH: path, npm_config_update_notifier: 'false' }
}

/** The Node that the lockfile pins, where a package of it exists for this machine; else the one that runs this. */
export function toolchainNode() {
  const suffix = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const pinned = join(root, 'node_modules', `node-${platform}-${process.arch}`, suffix)
  return existsSync(pinned) ? pinned : process.execPath
}

/** Installs from the lockfile unless the last install saw the same lockfile and the same manifests. Resolves with an exit code. */
export async function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()) return 0
  console.log('Installing packages (the first time takes about a minute)…')
  const code = await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'])
  if (code === 0) {
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, fingerprint())
  }
  return code
}

/** By content, not by time: a checkout gives old files new times, and a restored cache gives new files old ones. */
function fingerprint() {
  const manifests = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`),
  )
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.npmrc',
    'package.json',
    'e2e/package.json',
    'docs/package.json',
  ]
  for (const file of [...files, ...manifests.sort()]) {
    const path = join(root, file)
    if (existsSync(path)) hash.update(`${file}\n`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await pnpm(process.argv.slice(2))
