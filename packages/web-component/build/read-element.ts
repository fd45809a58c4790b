/** What the doc comment and the fields of an element say about it. */
export interface ElementDescription {
  readonly tag: string
  readonly className: string
  readonly description: string
  readonly attributes: readonly AttributeDescription[]
  /** Public properties besides the platform's own. */
  readonly fields: readonly { readonly name: string; readonly type: string; readonly description: string }[]
  readonly slots: readonly Named[]
  readonly events: readonly (Named & { readonly type: string })[]
  readonly parts: readonly Named[]
  readonly properties: readonly (Named & { readonly default: string | undefined })[]
}

/** A slot, an event, a part or a custom property. The default slot has no name. */
export interface Named {
  readonly name: string
  readonly description: string
}

export interface AttributeDescription extends Named {
  /** As TypeScript: `string`, `boolean`, `'light' | 'dark'`. */
  readonly type: string
  /** Of a union of words. */
  readonly values: readonly string[]
  readonly default: string | undefined
}

/**
 * Reads the tags of the comment above a class that has a `@tag`: `@attr {type} [name=default] - text`, `@slot`, `@event {Type}`,
 * `@csspart`, `@cssprop`.
 *
 * @throws Error naming what it cannot read: a description that silently loses a member is worse than none.
 */
export function readElement(source: string): ElementDescription {
  const [, comment = '', className = ''] =
    /\/\*\*((?:(?!\*\/)[\s\S])*@tag(?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+)/.exec(source) ?? []
  if (!className) throw new Error('no class with a @tag in its comment')
  const [description = '', ...tags] = comment
    .replace(/^\s*\* ?/gm, '')
    .trim()
    .split(/^@/m)
    .map((part) => part.replace(/\s+/g, ' ').trim())
  const of = (kind: string) =>
    tags.filter((tag) => tag.startsWith(`${kind} `) || tag === kind).map((tag) => readTag(tag, className))
  const [tag] = of('tag')
  if (!tag) throw new Error(`${className} has no @tag`)
  return {
    tag: tag.name,
    className,
    description,
    attributes: of('attr').map(({ type, ...rest }) => ({
      ...rest,
      type: type.replaceAll('|', ' | ') || 'boolean',
      values: [...type.matchAll(/'([^']*)'/g)].map(([, value = '']) => value),
    })),
    fields: readFields(source),
    slots: of('slot').map(named),
    events: of('event').map((event) => ({ ...named(event), type: event.type })),
    parts: of('csspart').flatMap(({ name, description: text }) => [
      { name, description: text },
      ...insideParts(text),
    ]),
    properties: of('cssprop').map((property) => ({ ...named(property), default: property.default })),
  }
}

interface Tag extends Named {
  readonly type: string
  readonly default: string | undefined
}

const TAG = /^\w+(?: \{([^}]*)\})?(?: (?:\[([\w-]+)(?:=([^\]]*))?\]|(?!- )([\w-]+)))?(?: (?:- )?(.*))?$/

function readTag(text: string, className: string): Tag {
  const [whole, type = '', optional, fallback, name = optional ?? '', description = ''] = TAG.exec(text) ?? []
  if (whole === undefined || (!name && !text.startsWith('slot')))
    throw new Error(`${className}: cannot read @${text}`)
  return { type, name, default: fallback, description }
}

const named = ({ name, description }: Named): Named => ({ name, description })

/** `Inside: a b c` in a part's text names the parts that are reached through it. */
function insideParts(text: string): readonly Named[] {
  const [, names = ''] = /Inside: `([\w ]+)`/.exec(text) ?? []
  return names
    .split(' ')
    .filter(Boolean)
    .map((name) => ({ name, description: 'Inside the sheet.' }))
}

/** `declare name: type` and public `name: type` of the class body, with the comment above. */
function readFields(source: string): ElementDescription['fields'] {
  const fields = source.matchAll(
    /^(?: {2}\/\*\* (.*?) \*\/\n)? {2}(?:declare )?(?!static|readonly|#|return)(\w+): ([^=;{}\n]+)$/gm,
  )
  return [...fields].map(([, description = '', name = '', type = '']) => ({ name, type, description }))
}
