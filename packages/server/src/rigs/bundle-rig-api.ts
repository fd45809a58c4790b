import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll } from 'vitest'

let bundled: Promise<string> | undefined

// The program of a rig ends with it.
afterAll(async () => {
  const folder = await bundled?.catch(() => undefined)
  bundled = undefined
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

/** The rigs' server as one file, as fast to start as a published one. Made of the sources, once per rig. */
export async function bundleRigApi(): Promise<string> {
  bundled ??= bundle()
  return join(await bundled, 'server.mjs')
}

async function bundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'teabrick-rig-'))
  const packages = fileURLToPath(new URL('../../../', import.meta.url))
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: [
        { find: /^@teabrick\/(core|sandbox)$/, replacement: `${packages}$1/src/index.ts` },
        { find: /^@teabrick\/(core|sandbox)\/(.+)$/, replacement: `${packages}$1/src/$2/index.ts` },
      ],
    },
    ssr: { noExternal: true, external: ['pg-native'] },
    build: {
      ssr: fileURLToPath(new URL('./serve-rig-api.ts', import.meta.url)),
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'server.mjs', codeSplitting: false } },
    },
  })
  return folder
}
