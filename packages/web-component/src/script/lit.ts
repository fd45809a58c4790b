import { type PropertyValues, ReactiveElement } from '@lit/reactive-element'

export { css } from '@lit/reactive-element'

/**
 * In the place of lit in the script-tag builds: templates with values in text, attributes, properties and listeners, nothing
 * else of lit's, for a third of its bytes. The same templates give the same page (see the test); no value is ever markup. The npm build uses lit.
 */
export interface Template {
  readonly strings: TemplateStringsArray
  readonly values: readonly unknown[]
  readonly isSvg: boolean
}

/** Draws nothing in text, and takes an attribute away. */
export const nothing = Symbol('nothing')

const tag =
  (isSvg: boolean) =>
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Template => ({ strings, values, isSvg })
export const html = tag(false)
export const svg = tag(true)

// Under lit's name, so that a page allows both with one word. Asked for with the first part that draws: a page that refuses
// it keeps a working button.
const policy = (
  globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createHTML(html: string): string } }
  }
).trustedTypes?.createPolicy('lit-html', { createHTML: (html: string) => html })

/** Where a value goes: into attributes it is written, and a comment stands for it in text. */
const MARK = '?teabrick?'

/** Sets one value of a drawn template. */
type Setter = (value: unknown) => void
/** Of a place in a template: makes its setters, one for each value that goes there. */
type Place = (node: Node) => readonly Setter[]

interface Compiled {
  readonly content: DocumentFragment
  /** By the number of the node, elements and comments counted as they come. */
  readonly places: ReadonlyMap<number, Place>
}

const compiled = new WeakMap<TemplateStringsArray, Compiled>()

const nodesOf = (root: Node) => document.createTreeWalker(root, 129)

function compile({ strings, isSvg }: Template): Compiled {
  const known = compiled.get(strings)
  if (known) return known
  let markup = ''
  strings.forEach((text, i) => {
    markup += text
    if (i < strings.length - 1)
      markup += markup.lastIndexOf('<') > markup.lastIndexOf('>') ? MARK : `<!--${MARK}-->`
  })
  const template = document.createElement('template')
  if (isSvg) markup = `<svg>${markup}</svg>`
  template.innerHTML = policy ? policy.createHTML(markup) : markup
  const { content } = template
  if (isSvg)
    content.firstElementChild?.replaceWith(...(content.firstElementChild.childNodes as Iterable<Node>))
  const places = new Map<number, Place>()
  const walker = nodesOf(content)
  for (let number = 0, node = walker.nextNode(); node; node = walker.nextNode(), number++) {
    if (node instanceof Element) {
      const marked = [...node.attributes].filter(({ value }) => value.includes(MARK))
      if (!marked.length) continue
      const attributes = marked.map(({ name, value }) => [name, value.split(MARK)] as const)
      for (const { name } of marked) node.removeAttribute(name)
      places.set(number, (element) =>
        attributes.flatMap(([name, texts]) => attributeSetters(element as Element, name, texts)),
      )
    } else if ((node as Comment).data === MARK) places.set(number, (comment) => [childSetter(comment)])
  }
  const made = { content, places }
  compiled.set(strings, made)
  return made
}

/** `.property`, `?attribute` that is there or not, `@event`, or an attribute of texts and values. */
function attributeSetters(element: Element, name: string, texts: readonly string[]): Setter[] {
  const own = name.slice(1)
  let last: unknown
  if (name.startsWith('@')) {
    element.addEventListener(own, (event) => (last as (event: Event) => void)(event))
    return [
      (value) => {
        last = value
      },
    ]
  }
  if (name.startsWith('.'))
    return [
      (value) => {
        if (value !== last) (element as unknown as Record<string, unknown>)[own] = last = value
      },
    ]
  if (name.startsWith('?')) return [(value) => element.toggleAttribute(own, !!value)]
  const values: unknown[] = []
  return texts.slice(1).map((_, i) => (value) => {
    values[i] = value
    if (values.length < texts.length - 1) return
    const text = values.includes(nothing)
      ? nothing
      : texts.reduce((all, part, j) => `${all}${values[j - 1] ?? ''}${part}`)
    if (text === last) return
    last = text
    if (text === nothing) element.removeAttribute(name)
    else element.setAttribute(name, text as string)
  })
}

/** What is drawn before a comment: text, a node, a template, or a list of them. */
function childSetter(end: Node): Setter {
  const start = document.createComment('')
  ;(end as ChildNode).before(start)
  let last: unknown
  let setters: readonly Setter[] = []
  let strings: TemplateStringsArray | undefined
  let items: { readonly first: Node; readonly end: ChildNode; readonly set: Setter }[] | undefined

  function clear(): void {
    while (end.previousSibling !== start) end.previousSibling?.remove()
    strings = items = undefined
  }

  return (value) => {
    if (Array.isArray(value)) {
      if (!items) {
        clear()
        items = []
      }
      last = items
      value.forEach((item, i) => {
        let place = items?.[i]
        if (!place) {
          const comment = document.createComment('')
          ;(end as ChildNode).before(comment)
          const set = childSetter(comment)
          place = { first: comment.previousSibling as Node, end: comment, set }
          items?.push(place)
        }
        place.set(item)
      })
      for (const { first, end: comment } of items.splice(value.length)) {
        while (first.nextSibling !== comment) first.nextSibling?.remove()
        ;(first as ChildNode).remove()
        comment.remove()
      }
    } else if (isTemplate(value)) {
      if (strings !== value.strings) {
        clear()
        const { content, places } = compile(value)
        const copy = document.importNode(content, true)
        const walker = nodesOf(copy)
        const made: Setter[] = []
        const found: [Place, Node][] = []
        for (let number = 0, node = walker.nextNode(); node; node = walker.nextNode(), number++) {
          const place = places.get(number)
          if (place) found.push([place, node])
        }
        // After the walk: places in text add comments.
        for (const [place, node] of found) made.push(...place(node))
        setters = made
        strings = value.strings
        // Filled before it is shown.
        value.values.forEach((each, i) => setters[i]?.(each))
        ;(end as ChildNode).before(copy)
      } else value.values.forEach((each, i) => setters[i]?.(each))
      last = strings
    } else if (value !== last) {
      clear()
      last = value
      if (value !== nothing && value !== undefined && value !== null)
        (end as ChildNode).before(value instanceof Node ? value : String(value))
    }
  }
}

function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && 'strings' in value
}

/** Draws into a root, again and again. */
export function createRender(root: Node): Setter {
  return childSetter(root.appendChild(document.createComment('')))
}

/** An element that draws itself. */
export class LitElement extends ReactiveElement {
  #draw: Setter | undefined

  protected override update(changed: PropertyValues): void {
    const drawn = this.render()
    super.update(changed)
    this.#draw ??= createRender(this.renderRoot)
    this.#draw(drawn)
  }

  protected render(): unknown {
    return nothing
  }
}
