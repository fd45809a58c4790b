/** Markup that is safe to send. Only {@link html} and {@link trusted} make it. */
export class Html {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Html) return part.toString()
  if (typeof part === 'object') return part.map(render).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** A template whose values are escaped unless they are {@link Html} themselves. Attributes must be in quotes. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.reduce((markup, literal, i) => markup + render(parts[i - 1]) + literal))
}

/** Marks text as markup. For own constants and the output of other renderers, never for anything that came from outside. */
export function trusted(markup: string): Html {
  return new Html(markup)
}

/**
 * Data for a script, in a block that no browser runs. `<` is written as an escape, so that the data cannot close the block.
 */
export function jsonBlock(id: string, data: unknown): Html {
  return html`<script type="application/json" id="${id}">${trusted(JSON.stringify(data).replaceAll('<', '\\u003c'))}</script>`
}
