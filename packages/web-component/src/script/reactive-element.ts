import { adoptStyles, css } from './css-tag.ts'

export { css }

/** Of one property, as far as our elements say anything. */
export interface PropertyDeclaration {
  /** Its attribute, where that is not its name in lower case; `false`: it has none. */
  readonly attribute?: string | false | undefined
  /** `Boolean`: the attribute is there or not. Absent: text. */
  readonly type?: typeof Boolean | undefined
  /** Written to its attribute when it is set. */
  readonly reflect?: boolean | undefined
}

type Properties = Readonly<Record<string, PropertyDeclaration>>
type Styles = readonly ReturnType<typeof css>[]

/** The values that properties had before an update. */
export type PropertyValues = Map<PropertyKey, unknown>

/**
 * In the place of Lit's `ReactiveElement` in the script-tag builds, for a third of its bytes: properties with their attributes,
 * whose changes are drawn together, a microtask later. Calls come in Lit's order (see the test). What none of our elements
 * uses is not here: controllers, own converters and comparisons, inherited properties, updates that are refused.
 */
export class ReactiveElement extends HTMLElement {
  /** Each of our elements has both. */
  declare static readonly styles: Styles | Styles[number]
  declare static readonly properties: Properties

  /** Read once, as the element is defined: the time to give the class its properties. */
  static get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: of the class that is defined
    const { prototype, properties } = this
    for (const name of Object.keys(properties)) {
      Object.defineProperty(prototype, name, {
        get(this: ReactiveElement) {
          return this.#values[name]
        },
        set(this: ReactiveElement, value: unknown) {
          const old = this.#values[name]
          this.#values[name] = value
          if (!Object.is(value, old)) this.requestUpdate(name, old)
        },
      })
    }
    return attributesOf(properties).map(([attribute]) => attribute)
  }

  /** Absent until it is connected, and nothing is drawn before. */
  declare renderRoot: HTMLElement | DocumentFragment

  readonly #values: Record<string, unknown> = Object.create(null)
  #changed: PropertyValues = new Map()
  #updating: Promise<void> | undefined
  #hasUpdated = false
  /** A property is being written to its attribute. */
  #isReflecting = false
  /** What a page set before the element was defined. It would hide the properties, and counts more than attributes. */
  readonly #early: readonly [string, unknown][] = Object.entries(this).filter(([name]) =>
    Object.hasOwn(this.#properties, name),
  )

  constructor() {
    super()
    for (const [name] of this.#early) Reflect.deleteProperty(this, name)
  }

  get #properties(): Properties {
    return (this.constructor as typeof ReactiveElement).properties
  }

  /** When what has changed is drawn. */
  get updateComplete(): Promise<void> {
    return Promise.resolve(this.#updating)
  }

  connectedCallback(): void {
    if (this.renderRoot) return
    this.renderRoot = this.createRenderRoot()
    for (const [name, value] of this.#early) Reflect.set(this, name, value)
    this.requestUpdate()
  }

  disconnectedCallback(): void {}

  attributeChangedCallback(name: string, _old: string | null, value: string | null): void {
    if (this.#isReflecting) return
    for (const [attribute, property, { type }] of attributesOf(this.#properties))
      if (attribute === name) Reflect.set(this, property, type ? value !== null : value)
  }

  requestUpdate(name?: PropertyKey, old?: unknown): void {
    if (name !== undefined && !this.#changed.has(name)) this.#changed.set(name, old)
    if (this.renderRoot) this.#updating ??= this.#update()
  }

  async #update(): Promise<void> {
    // Everything that changes in one go is one drawing.
    await undefined
    const changed = this.#changed
    try {
      this.willUpdate(changed)
      this.update(changed)
    } finally {
      this.#changed = new Map()
      this.#updating = undefined
    }
    if (!this.#hasUpdated) this.firstUpdated(changed)
    this.#hasUpdated = true
    this.updated(changed)
  }

  protected createRenderRoot(): HTMLElement | DocumentFragment {
    const root = this.attachShadow({ mode: 'open' })
    adoptStyles(root, [(this.constructor as typeof ReactiveElement).styles].flat() as Styles)
    return root
  }

  protected willUpdate(_changed: PropertyValues): void {}

  protected update(changed: PropertyValues): void {
    this.#isReflecting = true
    for (const [attribute, property, { type, reflect }] of attributesOf(this.#properties)) {
      if (!reflect || !changed.has(property)) continue
      const value = this.#values[property]
      const text = type ? (value ? '' : null) : (value ?? null)
      if (text === null) this.removeAttribute(attribute)
      // Not what came from there: a page may watch the attribute.
      else if (text !== this.getAttribute(attribute)) this.setAttribute(attribute, `${text}`)
    }
    this.#isReflecting = false
  }

  protected firstUpdated(_changed: PropertyValues): void {}

  protected updated(_changed: PropertyValues): void {}
}

/** Every attribute of an element, with its property and what is said of it. */
function attributesOf(properties: Properties): readonly (readonly [string, string, PropertyDeclaration])[] {
  return Object.entries(properties).flatMap(([name, options]) => {
    const { attribute = name.toLowerCase() } = options
    return attribute ? [[attribute, name, options] as const] : []
  })
}
