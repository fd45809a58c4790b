import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** Takes the blanks out of `css` and `html` templates, which a minifier of scripts leaves alone. */
export const minifyTemplates: Plugin = {
  name: 'minify-templates',
  setup(build) {
    build.onLoad({ filter: /web-component[\\/]src[\\/].*\.ts$/ }, async ({ path, pluginData }) => {
      const source = (await readFile(path, 'utf8'))
        .replace(/\n\s+/g, '\n')
        // Between tags, between a tag and a part, and at the ends: no template relies on a blank there.
        .replace(/>\n(?=<|\$\{|`)/g, '>')
        .replace(/\}\n(?=<|`)/g, '}')
        .replaceAll('html`\n', 'html`')
        // Markup is where double quotes are: scripts have single ones.
        .replace(/(?<=\w)="([\w-]+)"(?=[ >\n])/g, '=$1')
      return {
        loader: 'ts',
        pluginData,
        contents: path.endsWith('.styles.ts') ? withoutBlanks(source) : source,
      }
    })
  },
}

function withoutBlanks(source: string): string {
  return source.replace(/css`[^`]*`/g, (template) =>
    template
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>]) ?/g, '$1')
      .replace(/: /g, ':')
      .replace(/;}/g, '}')
      .replaceAll(' !important', '!important')
      .replace('` ', '`')
      // In a product the blanks mean nothing.
      .replaceAll(' * ', '*')
      // The tokens' own names, which no page sees: only `--pay-*` come from outside.
      .replace(
        /--_(accent|muted|radius|danger|tint|line)\b/g,
        (_, name: string) => `--_${name[0]?.toUpperCase()}`,
      ),
  )
}
