import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * Gives one part its own copy of lit and of the views. What two parts share becomes a file of its own, and two small files
 * weigh more than the copy: a page that pays and the page that the buyer returns to are seldom the same.
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
        const isView =
          /node_modules|web-component\/src\/(sheet\/|return-view)|core\/src\/(index|return-client)/.test(
            found.path,
          )
        return isView ? { ...found, suffix: '?own', pluginData: entry } : found
      })
      // A module hands on whose copy it is only where a plugin reads it.
      build.onLoad(
        { filter: /node_modules\/lit(-html|-element)?\/[^@]*\.js$|core\/src\/(index|return-client)\.ts$/ },
        async ({ path, pluginData }) =>
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
