/** Markup that was built by {@link html} and may be written as it is. */
export interface Html {
  readonly text: string
}

type Part = Html | string | number | readonly Part[] | null | undefined | false

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template whose values are escaped, for text and quoted attributes. Markup inside must itself come from a template. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { text: strings.reduce((text, string, index) => text + render(parts[index - 1]) + string) }
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'string')
    return part.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
  if (typeof part === 'number') return String(part)
  return 'text' in part ? part.text : part.map(render).join('')
}
