import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Metafile, Plugin, PluginBuild } from 'esbuild'
import { minifyStyles } from './minify-styles.ts'
import { standIns } from './stand-ins.ts'

/** The lazy parts, by the member of `chunks.ts` that loads them. */
const PARTS = {
  flow: 'checkout-flow.ts',
  returnPage: 'return-page.ts',
  qrCode: 'qr-code.ts',
  ru: 'locales/ru.ts',
  zh: 'locales/zh-hans.ts',
  en: 'locales/en.ts',
} as const

/**
 * What the entry has and the parts need as well. The entry hands it over at run time, so that it is downloaded once: a part
 * cannot import the entry by name, which may have been loaded from any address and with any query.
 */
const SHARED: readonly (readonly [file: RegExp, names: readonly string[]])[] = [
  [/@lit\/reactive-element\/(production\/)?reactive-element\.js$/, ['ReactiveElement', 'css']],
  [/core\/src\/errors\.ts$/, ['PayError', 'isPayError']],
  [
    /web-component\/src\/events\.ts$/,
    [
      'PayActionEvent',
      'PayCancelEvent',
      'PayErrorEvent',
      'PayExpireEvent',
      'PayFailureEvent',
      'PayPendingEvent',
      'PayStatusEvent',
      'PaySuccessEvent',
    ],
  ],
  [/web-component\/src\/url-gate\.ts$/, ['gatedUrl', 'parseApiUrl']],
  [/web-component\/src\/marks\.ts$/, ['markOf']],
]
const NAMES = SHARED.flatMap(([, names]) => names)
const SHARED_ID = 'teabrick:shared'

/**
 * Builds the lazy parts of the script tag into `dist/chunks`, with a hash in each name, and puts a module that knows names
 * and integrity in the place of `chunks.ts`.
 *
 * @param root The package's folder.
 */
export function hashedChunks(root: string): Plugin {
  return {
    name: 'hashed-chunks',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]chunks\.ts$/ }, async () => {
        const files = await buildParts(build, root)
        return { loader: 'ts', resolveDir: join(root, 'src'), contents: tableOf(files) }
      })
    },
  }
}

/** Every part with the files it needs, itself first. */
type Files = Readonly<
  Record<keyof typeof PARTS | 'shared', readonly (readonly [name: string, integrity: string])[]>
>

async function buildParts(build: PluginBuild, root: string): Promise<Files> {
  const outdir = join(root, 'dist/chunks')
  const result = await build.esbuild.build({
    entryPoints: {
      shared: SHARED_ID,
      ...Object.fromEntries(Object.entries(PARTS).map(([name, path]) => [name, join(root, 'src', path)])),
    },
    outdir,
    absWorkingDir: root,
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['production', 'browser'],
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    write: false,
    plugins: [sharedWithEntry, standIns(root), minifyStyles],
  })
  await rm(outdir, { recursive: true, force: true })
  await mkdir(outdir, { recursive: true })
  const integrity = new Map<string, string>()
  for (const { path, contents } of result.outputFiles) {
    integrity.set(basename(path), `sha384-${createHash('sha384').update(contents).digest('base64')}`)
    await writeFile(path, contents)
  }
  return filesOf(result.metafile, integrity)
}

const sharedWithEntry: Plugin = {
  name: 'shared-with-entry',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${SHARED_ID}$`) }, () => ({
      path: SHARED_ID,
      namespace: 'shared',
    }))
    build.onLoad({ filter: /.*/, namespace: 'shared' }, () => ({
      contents: `export let ${NAMES.join(', ')}
export function provide(given) { ({ ${NAMES.join(', ')} } = given) }`,
    }))
    for (const [filter, names] of SHARED) {
      build.onLoad({ filter }, () => ({ contents: `export { ${names.join(', ')} } from '${SHARED_ID}'` }))
    }
  },
}

function filesOf({ outputs }: Metafile, integrity: ReadonlyMap<string, string>): Files {
  const withImports = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path)) return seen
    seen.add(path)
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') withImports(imported, seen)
    }
    return seen
  }
  const entry = (source: string) =>
    Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source) as string
  const listOf = (source: string) =>
    [...withImports(entry(source))].map(
      (path) => [basename(path), integrity.get(basename(path)) as string] as const,
    )
  return {
    shared: listOf(`shared:${SHARED_ID}`),
    ...(Object.fromEntries(
      Object.entries(PARTS).map(([name, path]) => [name, listOf(`src/${path}`)]),
    ) as Record<keyof typeof PARTS, Files['shared']>),
  }
}

function tableOf(files: Files): string {
  // Each file is named once: the hashes are most of the table's weight.
  const all = new Map(Object.values(files).flat())
  const names = [...all.keys()]
  const part = (name: keyof Files) => `[${files[name].map(([file]) => `f[${names.indexOf(file)}]`).join()}]`
  return `
import { ReactiveElement, css } from '@lit/reactive-element'
import { PayError, isPayError } from '@teabrick/core'
import { ${SHARED[2]?.[1].join(', ')} } from './events.ts'
import { gatedUrl, parseApiUrl } from './url-gate.ts'
import { markOf } from './marks.ts'
import { loadChunk, preloadChunks } from './script/load-chunk.ts'

const f = ${JSON.stringify([...all])}
const texts = { ru: ${part('ru')}, 'zh-Hans': ${part('zh')}, en: ${part('en')} }

// Fetched together, evaluated once they have what they share with the entry.
async function load(files) {
  preloadChunks(files)
  const { provide } = await loadChunk(${part('shared')})
  provide({ ${NAMES.join(', ')} })
  return loadChunk(files)
}

export const chunks = {
  flow: () => load(${part('flow')}),
  returnPage: () => load(${part('returnPage')}),
  qrCode: () => loadChunk(${part('qrCode')}),
  texts: (locale) => loadChunk(texts[locale]),
}
`
}
