import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * What the entry has and the parts need as well: downloaded once, handed over at run time under a symbol of this version.
 * A part cannot import the entry by name, which may have been loaded from any address and with any query.
 */
const SHARED: readonly (readonly [file: RegExp, source: string, names: readonly string[]])[] = [
  [/web-component\/src\/script\/reactive-element\.ts$/, '@lit/reactive-element', ['ReactiveElement', 'css']],
  [/core\/src\/errors\.ts$/, '@teabrick/core', ['PayError', 'isPayError']],
  [/core\/src\/new-key\.ts$/, '@teabrick/core', ['newKey']],
  [/web-component\/src\/pay-event\.ts$/, './pay-event.ts', ['PayEvent', 'PayErrorEvent']],
  [/web-component\/src\/cut-text\.ts$/, './cut-text.ts', ['cutText']],
  [/web-component\/src\/web-url\.ts$/, './web-url.ts', ['isWebUrl', 'parseUrl', 'parseApiUrl']],
  [/web-component\/src\/marks\.ts$/, './marks.ts', ['markOf']],
  [/web-component\/src\/locale\.ts$/, './locale.ts', ['localeOf', 'localesOf']],
  [/web-component\/src\/own-texts\.ts$/, './own-texts.ts', ['ownTexts']],
  [/web-component\/src\/to-pay-error\.ts$/, './to-pay-error.ts', ['toPayError']],
  [/web-component\/src\/within\.ts$/, './within.ts', ['within']],
]

// By place, not by name: names would stay as long as they are.
const NAMES = SHARED.flatMap(([, , names]) => names)

/** The expression of the symbol that entry and parts of one version meet under. */
export async function symbolOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return `Symbol.for('teabrick ${version}')`
}

/** Statements of the entry that hand everything over. */
export function handOver(symbol: string): string {
  const imports = SHARED.map(([, source, names]) => `import { ${names.join(', ')} } from '${source}'`)
  return `${imports.join('\n')}\nglobalThis[${symbol}] = [${NAMES.join(', ')}]`
}

/** Makes the parts take it from there. */
export function fromEntry(symbol: string): Plugin {
  return {
    name: 'from-entry',
    setup(build) {
      for (const [filter, , names] of SHARED) {
        build.onLoad({ filter }, ({ pluginData }) => ({
          contents: `export { ${names.join(', ')} } from 'from-entry'`,
          resolveDir: '/',
          pluginData,
        }))
      }
      // Once in the file of core and lit, once in each part.
      build.onResolve({ filter: /^from-entry$/ }, ({ path, importer }) => ({
        path,
        namespace: path,
        suffix: /core\/src|src\/script\//.test(importer) ? '?shared' : '',
      }))
      build.onLoad({ filter: /.*/, namespace: 'from-entry' }, () => ({
        contents: `export const [${NAMES.join(', ')}] = globalThis[${symbol}]`,
      }))
    },
  }
}
