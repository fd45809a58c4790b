import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const OWN = /web-component\/src\/(?!script\/)|core\/src\/(index|return-client)|^from-entry$/

/**
 * Gives one part its own copy of our modules, and to itself what only it needs of core. What two parts share becomes a file of
 * its own, and that file is loaded by both: lit and the rest of core belong there. What is small is not worth a name that one
 * file exports and another imports.
 *
 * @param entry The part's file name.
 */
export function ownCopy(entry: string): Plugin {
  return {
    name: 'own-copy',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        const isInside = pluginData === entry || importer.endsWith(`/${entry}`)
        if (!isInside || kind !== 'import-statement') return undefined
        const found = await build.resolve(path, { kind, resolveDir, importer: '', pluginData: 'asked' })
        return OWN.test(found.path) ? { ...found, suffix: '?own', pluginData: entry } : found
      })
      // A module hands on whose copy it is only where a plugin reads it.
      build.onLoad({ filter: /core\/src\/(index|return-client)\.ts$/ }, async ({ path, pluginData }) =>
        pluginData === entry
          ? {
              contents: await readFile(path, 'utf8'),
              loader: path.endsWith('.ts') ? 'ts' : 'js',
              pluginData,
            }
          : undefined,
      )
    },
  }
}
