// Lets Node run the packages' TypeScript without a build: their names lead to their sources. Can change what a file says
// while it is loaded, which is how the simulation takes guards out.
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const packages = pathToFileURL(join(root, 'packages')).href

/** @type {Readonly<Record<string, string>>} */
const SOURCES = {
  '@teabrick/core': 'packages/core/src/index.ts',
  '@teabrick/core/contract': 'packages/core/src/contract/index.ts',
  '@teabrick/sandbox': 'packages/sandbox/src/index.ts',
}

/** @typedef {{ file: string, find: string, replace: string }} Edit What is changed in a file, by its path from the root. */

/** @param {readonly Edit[]} edits Each must be found exactly once. */
export function runFromSources(edits = []) {
  registerHooks({
    resolve(specifier, context, next) {
      const source = SOURCES[specifier]
      return source === undefined
        ? next(specifier, context)
        : { url: pathToFileURL(join(root, source)).href, shortCircuit: true }
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
