// `node e2e/rig/install-next.ts <folder>`: a copy of examples/next with our packages packed as they would be published.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpm, root } from '../../scripts/pnpm.mjs'

const PACKAGES = ['core', 'web-component', 'react']

/**
 * Packs the built packages and installs them with Next.js into a copy of the example: exports, files and dependencies are
 * those that a merchant would get.
 *
 * @throws Error with what the package manager said.
 */
export async function installNext(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const name of PACKAGES)
    await run(join(root, 'packages', name), ['pack', '--out', join(folder, `${name}.tgz`)])
  cpSync(join(root, 'examples/next'), folder, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|\.next)$/.test(path),
  })
  // The tarballs stand in for the registry, inside one another's dependencies too.
  const overrides = PACKAGES.map((name) => `  "@teabrick/${name}": "file:./${name}.tgz"\n`).join('')
  writeFileSync(
    join(folder, 'pnpm-workspace.yaml'),
    `packages: []\npmOnFail: ignore\nallowBuilds:\n  sharp: false\noverrides:\n${overrides}`,
  )
  await run(folder, ['install', '--no-frozen-lockfile', '--reporter=append-only'])
  if (!existsSync(join(folder, 'node_modules/next'))) throw new Error(`${folder} has no Next.js`)
}

async function run(cwd: string, args: readonly string[]): Promise<void> {
  let output = ''
  const code = await pnpm(args, {
    cwd,
    onOutput: (text) => {
      output += text
    },
  })
  if (code !== 0) throw new Error(`pnpm ${args.join(' ')} ended with ${code}:\n${output}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv
  if (!folder) throw new Error('name a folder: node e2e/rig/install-next.ts ../next-tea')
  await installNext(resolve(folder))
}
