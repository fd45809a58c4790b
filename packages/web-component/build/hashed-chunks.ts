import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { Metafile, Plugin, PluginBuild } from 'esbuild'
import { fileName } from '../src/script/file-name.ts'
import { handOver, symbolOf } from './from-entry.ts'
import { minifyScript } from './minify-script.ts'
import { ownCopy } from './own-copy.ts'
import { ownHelpers } from './own-helpers.ts'
import { PART_OPTIONS, partPlugins } from './part-options.ts'

/** The lazy parts, by the member of `chunks.ts` that loads them. */
const PARTS = {
  flow: 'checkout-flow.ts',
  returnPage: 'return-page.ts',
  qrCode: 'qr-code.ts',
  reasons: 'locales/reasons.ts',
  banks: 'banks/bank-chooser.ts',
  inApp: 'in-app/in-app.ts',
  ru: 'locales/ru.ts',
  zh: 'locales/zh-hans.ts',
  en: 'locales/en.ts',
} as const

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
        const symbol = await symbolOf(root)
        const built = await buildParts(build, root, symbol)
        return { loader: 'ts', resolveDir: join(root, 'src'), contents: tableOf(built, symbol) }
      })
    },
  }
}

interface Built {
  /** The SHA-384 of every file, in base64, by its stem. The file's name is made of both: see `load-chunk.ts`. */
  readonly hashes: Readonly<Record<string, string>>
  /** The stems of the files that each part needs, itself first. */
  readonly stems: Readonly<Record<keyof typeof PARTS, readonly string[]>>
}

async function buildParts({ esbuild }: PluginBuild, root: string, symbol: string): Promise<Built> {
  const outdir = join(root, 'dist/chunks')
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: {
      ...Object.fromEntries(Object.entries(PARTS).map(([name, path]) => [name, join(root, 'src', path)])),
    },
    outdir,
    absWorkingDir: root,
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    ...PART_OPTIONS,
    splitting: true,
    format: 'esm',
    metafile: true,
    write: false,
    plugins: [ownCopy('return-page.ts'), ownHelpers, ...partPlugins(root, symbol)],
  })
  await rm(outdir, { recursive: true, force: true })
  await mkdir(outdir, { recursive: true })

  const code = new Map(outputFiles.map(({ path, text }) => [relative(root, path), text]))
  const hashes = new Map<string, string>()
  const stemOf = (path: string) => basename(path, '.js').replace(/-[A-Z0-9]{8}$/, '')
  // The files that a file imports come first: their names, which hold the hashes of their bytes, are part of its bytes.
  async function finish(path: string): Promise<string> {
    const stem = stemOf(path)
    const known = hashes.get(stem)
    if (known) return fileName(stem, known)
    let text = code.get(path) as string
    for (const imported of importsOf(metafile, path)) {
      text = text.replaceAll(basename(imported), await finish(imported))
    }
    const bytes = await minifyScript(text)
    const hash = createHash('sha384').update(bytes).digest('base64')
    hashes.set(stem, hash)
    await writeFile(join(outdir, fileName(stem, hash)), bytes)
    return fileName(stem, hash)
  }
  for (const path of code.keys()) await finish(path)
  if (hashes.size !== code.size)
    throw new Error('two files would have the same name; give the shared ones names')

  const stems = Object.entries(PARTS).map(([name, source]) => {
    const isIts = (path: string) => metafile.outputs[path]?.entryPoint === `src/${source}`
    const entry = Object.keys(metafile.outputs).find(isIts) as string
    return [name, [...withImports(metafile, entry)].map(stemOf)]
  })
  return { hashes: Object.fromEntries(hashes), stems: Object.fromEntries(stems) }
}

function importsOf({ outputs }: Metafile, path: string): string[] {
  const imports = outputs[path]?.imports ?? []
  return imports.filter(({ kind }) => kind === 'import-statement').map((each) => each.path)
}

function withImports(metafile: Metafile, path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const imported of importsOf(metafile, path)) withImports(metafile, imported, seen)
  return seen
}

function tableOf({ hashes, stems }: Built, symbol: string): string {
  const more = Object.entries(stems).flatMap(([name, [, ...rest]]) => (rest.length ? [[name, rest]] : []))
  return `
import { loadChunk } from './script/load-chunk.ts'
${handOver(symbol)}
const hashes = ${JSON.stringify(hashes)}
const more = new Map(${JSON.stringify(more)})
const load = (name) => loadChunk(hashes, [name, ...(more.get(name) ?? [])])
export const chunks = { texts: (locale) => load(locale.slice(0, 2)) }
for (const name of Object.keys(hashes)) chunks[name] = () => load(name)
`
}
