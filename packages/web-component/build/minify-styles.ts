import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** Takes the blanks out of `css` templates, which a minifier of scripts leaves alone. */
export const minifyStyles: Plugin = {
  name: 'minify-styles',
  setup(build) {
    build.onLoad({ filter: /\.styles\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(/css`[^`]*`/g, (template) =>
        template
          .replace(/\s+/g, ' ')
          .replace(/ ?([{};,>]) ?/g, '$1')
          .replace(/: /g, ':')
          .replace(/;}/g, '}'),
      ),
    }))
  },
}
