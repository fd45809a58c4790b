import { type PropertyValues, ReactiveElement } from '@lit/reactive-element'

export { css } from '@lit/reactive-element'

/**
 * In the place of lit in the script-tag builds: templates with values in text, properties, listeners, and attributes that are
 * one value and nothing else, for a quarter of lit's bytes. The same templates give the same page (see the test); no value is ever markup. The npm build uses lit.
 */
export interface Template {
  readonly strings: TemplateStringsArray
  readonly values: readonly unknown[]
}

/** Draws nothing in text, and takes an attribute away. */
export const nothing = Symbol('nothing')

export const html = (strings: TemplateStringsArray, ...values: readonly unknown[]): Template => ({
  strings,
  values,
})

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
  readonly places: readonly (Place | undefined)[]
}

const compiled = new WeakMap<TemplateStringsArray, Compiled>()

const nodesOf = (root: Node) => document.createTreeWalker(root, 129)

function compile(strings: TemplateStringsArray): Compiled {
  const known = compiled.get(strings)
  if (known) return known
  let markup = ''
  strings.forEach((text, i) => {
    markup += text
    if (i < strings.length - 1)
      markup += markup.lastIndexOf('<') > markup.lastIndexOf('>') ? MARK : `<!--${MARK}-->`
  })
  const template = document.createElement('template')
  template.innerHTML = policy ? policy.createHTML(markup) : markup
  const { content } = template
  const places: Place[] = []
  const walker = nodesOf(content)
  for (let number = 0, node = walker.nextNode(); node; node = walker.nextNode(), number++) {
    if (node instanceof Element) {
      const names = [...node.attributes].filter(({ value }) => value === MARK).map(({ name }) => name)
      if (!names.length) continue
      for (const name of names) node.removeAttribute(name)
      places[number] = (element) => names.map((name) => attributeSetter(element as Element, name))
    } else if ((node as Comment).data === MARK)
      places[number] = (comment) => [childSetter(comment as Comment)]
  }
  const made = { content, places }
  compiled.set(strings, made)
  return made
}

/** `.property`, `@event`, or an attribute. */
function attributeSetter(element: Element, name: string): Setter {
  const own = name.slice(1)
  let last: unknown = nothing
  if (name[0] === '@') {
    element.addEventListener(own, (event) => (last as (event: Event) => void)(event))
    return (value) => {
      last = value
    }
  }
  return (value) => {
    if (value === last) return
    last = value
    if (name[0] === '.') (element as unknown as Record<string, unknown>)[own] = value
    else if (value === nothing) element.removeAttribute(name)
    else element.setAttribute(name, `${value ?? ''}`)
  }
}

/** What is drawn before a comment: text, a node, a template, or a list of them. */
function childSetter(end: ChildNode): Setter {
  const start = document.createComment('')
  end.before(start)
  let last: unknown
  let setters: readonly Setter[] = []

  return (value) => {
    // A list and a template are drawn into what is there of their own; all else takes its place.
    const shape = Array.isArray(value) ? setters : isTemplate(value) ? value.strings : value
    const isSame = shape === last
    if (!isSame) {
      while (end.previousSibling !== start) end.previousSibling?.remove()
      last = shape
    }
    if (Array.isArray(value)) {
      if (!isSame) last = setters = []
      const items = setters as Setter[]
      for (let i = 0; i < Math.max(value.length, items.length); i++) {
        items[i] ??= placeBefore(end)
        items[i]?.(i < value.length ? value[i] : nothing)
      }
    } else if (isTemplate(value)) {
      if (isSame) return fill(value)
      const { content, places } = compile(value.strings)
      const copy = document.importNode(content, true)
      const walker = nodesOf(copy)
      const found: [Place, Node][] = []
      for (let number = 0, node = walker.nextNode(); node; node = walker.nextNode(), number++) {
        const place = places[number]
        if (place) found.push([place, node])
      }
      // After the walk: places in text add comments. Filled before it is shown.
      setters = found.flatMap(([place, node]) => place(node))
      fill(value)
      end.before(copy)
    } else if (!isSame && value !== nothing && value !== undefined && value !== null)
      end.before(value instanceof Node ? value : String(value))
  }

  function fill({ values }: Template): void {
    values.forEach((value, i) => setters[i]?.(value))
  }
}

function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && 'strings' in value
}

function placeBefore(end: ChildNode): Setter {
  const place = document.createComment('')
  end.before(place)
  return childSetter(place)
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
