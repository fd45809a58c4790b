import type { Plugin } from 'esbuild'

/**
 * Gives every part that makes nodes by hand its own copy of the few lines that do: what two parts share would become a file of
 * its own, to be loaded by both.
 */
export const ownHelpers: Plugin = {
  name: 'own-helpers',
  setup(build) {
    build.onResolve(
      { filter: /\/make-node\.ts$/ },
      async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (pluginData === 'asked') return undefined
        const found = await build.resolve(path, { kind, resolveDir, importer: '', pluginData: 'asked' })
        return { ...found, suffix: `?${importer.replace(/.*\//, '')}` }
      },
    )
  },
}
