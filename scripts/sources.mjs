// Lets Node run the packages' TypeScript without a build: their names lead to their sources. Can change what a file says
// while it is loaded, which is how the simulation takes guards out.
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const packages = pathToFileURL(join(root, 'packages')).href

/**
 * @param {string} specifier
 * @returns {string | undefined} the source file that the name of an entry leads to
 */
function sourceOf(specifier) {
  const [, name, entry] = /^@teabrick\/(core|sandbox)(?:\/(.+))?$/.exec(specifier) ?? []
  if (name === undefined) return undefined
  const files = entry === undefined ? ['index.ts'] : [`${entry}/index.ts`, `${entry}.ts`]
  return files.map((file) => join(root, 'packages', name, 'src', file)).find((file) => existsSync(file))
}

/** @typedef {{ file: string, find: string, replace: string }} Edit What is changed in a file, by its path from the root. */

/** @param {readonly Edit[]} edits Each must be found exactly once. */
export function runFromSources(edits = []) {
  registerHooks({
    resolve(specifier, context, next) {
      const source = sourceOf(specifier)
      return source === undefined
        ? next(specifier, context)
        : { url: pathToFileURL(source).href, shortCircuit: true }
    },
    load(url, context, next) {
      if (!url.startsWith(packages) || !url.endsWith('.ts') || url.includes('/node_modules/'))
        return next(url, context)
      const changes = edits.filter(({ file }) => url === pathToFileURL(join(root, file)).href)
      let source = readFileSync(fileURLToPath(url), 'utf8')
      for (const { file, find, replace } of changes) {
        if (source.split(find).length !== 2) throw new Error(`${file} does not say exactly once: ${find}`)
        source = source.replace(find, () => replace)
      }
      // `transform`, because Node's own stripping stops at parameter properties.
      return {
        format: 'module',
        source: stripTypeScriptTypes(source, { mode: 'transform' }),
        shortCircuit: true,
      }
    },
  })
}
