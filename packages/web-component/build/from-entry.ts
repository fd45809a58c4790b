import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * What the entry has and the parts need as well: downloaded once, handed over at run time under a symbol of this version.
 * A part cannot import the entry by name, which may have been loaded from any address and with any query.
 */
const SHARED: readonly (readonly [file: RegExp, source: string, names: readonly string[]])[] = [
  [/@lit\/reactive-element\/.*reactive-element\.js$/, '@lit/reactive-element', ['ReactiveElement', 'css']],
  [/core\/src\/errors\.ts$/, '@teabrick/core', ['PayError', 'isPayError']],
  [/web-component\/src\/web-url\.ts$/, './web-url.ts', ['isWebUrl', 'parseUrl', 'parseApiUrl']],
  [/web-component\/src\/marks\.ts$/, './marks.ts', ['markOf']],
  [/web-component\/src\/locale\.ts$/, './locale.ts', ['localeOf', 'localesOf']],
  [/web-component\/src\/own-texts\.ts$/, './own-texts.ts', ['ownTexts']],
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
        build.onLoad({ filter }, () => ({
          contents: names
            .map((name) => `export const ${name} = globalThis[${symbol}][${NAMES.indexOf(name)}]`)
            .join('\n'),
        }))
      }
    },
  }
}
