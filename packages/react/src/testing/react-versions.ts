/// <reference types="node" />
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** What a page built with one version of React has. */
export interface ReactPage {
  readonly React: typeof import('react')
  readonly client: typeof import('react-dom/client')
  readonly server: typeof import('react-dom/server')
  readonly bindings: typeof import('../index.ts')
  readonly remove: () => Promise<void>
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Bundles the bindings with one version of React, as a merchant's build does. Both versions are installed; only a bundle
 * makes `react-dom` 18 meet `react` 18.
 */
export async function buildReactPage(version: 18 | 19): Promise<ReactPage> {
  const outDir = await mkdtemp(join(tmpdir(), 'teabrick-react-'))
  const suffix = version === 18 ? '-18' : ''
  await build({
    configFile: false,
    logLevel: 'error',
    root: at('.'),
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: {
      // Without `development`, whose builds of Lit talk to the console.
      conditions: ['browser', 'module', 'import', 'default'],
      alias: [
        { find: /^react(\/.*)?$/, replacement: at(`../../node_modules/react${suffix}$1`) },
        { find: /^react-dom(\/.*)?$/, replacement: at(`../../node_modules/react-dom${suffix}$1`) },
        { find: /^@teabrick\/core$/, replacement: at('../../../core/src/index.ts') },
        { find: /^@teabrick\/core\/contract$/, replacement: at('../../../core/src/contract/index.ts') },
        { find: /^@teabrick\/web-component$/, replacement: at('../../../web-component/src/index.ts') },
      ],
    },
    build: {
      outDir,
      minify: false,
      target: 'es2022',
      lib: { entry: at('./react-page.ts'), formats: ['es'], fileName: () => 'page.mjs' },
      rolldownOptions: { output: { chunkFileNames: '[name]-[hash].mjs' } },
    },
  })
  // Past the test runner, which finds nothing outside the repository: what was built is what runs.
  const page: Omit<ReactPage, 'remove'> = createRequire(import.meta.url)(join(outDir, 'page.mjs'))
  return { ...page, remove: () => rm(outDir, { recursive: true, force: true }) }
}
