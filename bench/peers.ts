// Beside whom we are measured: exact versions, downloaded into a temporary folder and never a dependency of this repository.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { toolchainEnv } from '../scripts/pnpm.mjs'

export const PEERS: Readonly<Record<string, string>> = {
  '@adyen/adyen-web': '6.45.2',
  '@alipay/ams-checkout': '1.47.2',
  '@primer-io/primer-js': '1.9.2',
  '@google-pay/button-element': '4.1.0',
}

/** Installs them without running anything of theirs. @throws Error with what npm said. */
export function installPeers(folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }))
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'],
    { cwd: folder, env: toolchainEnv(), encoding: 'utf8', shell: process.platform === 'win32' },
  )
  if (status !== 0) throw new Error(`the peers could not be installed: ${stderr}`)
}

interface Bundler {
  readonly build: (options: Readonly<Record<string, unknown>>) => Promise<{
    readonly outputFiles: readonly { readonly path: string; readonly text: string }[]
  }>
}

// The bundler of the element's own build.
const { build }: Bundler = createRequire(new URL('../packages/web-component/package.json', import.meta.url))(
  'esbuild',
)

/** One file as a merchant's bundler makes it: for browsers, minified, everything inside. CSS comes apart. */
export async function bundle(
  contents: string,
  resolveDir: string,
): Promise<{ readonly js: string; readonly css: string }> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    outdir: resolveDir,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    conditions: ['production', 'browser', 'import'],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'silent',
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'dataurl' },
    write: false,
  })
  const find = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  return { js: find('.js'), css: find('.css') }
}

export const gzipped = (text: string | Uint8Array): number => gzipSync(text, { level: 9 }).length
