import * as real from '@lit/reactive-element'
import { expect, it } from 'vitest'
import * as small from './reactive-element.ts'

type Kind = 'real' | 'small'

/** What both are to do, and each call of them in its order. */
function define(kind: Kind, log: string[]) {
  const { ReactiveElement, css } = (kind === 'real' ? real : small) as typeof real
  const own = css`b { color: rgb(1, 2, 3); }`
  class Sample extends ReactiveElement {
    // Getters: a block that sets them is syntax that many browsers do not know yet.
    static override get styles(): real.CSSResultGroup {
      return [own, css`i { color: rgb(4, 5, 6); }`]
    }
    static override get properties(): real.PropertyDeclarations {
      return {
        theme: { reflect: true },
        disabled: { type: Boolean, reflect: true },
        secondLocale: { attribute: 'second-locale' },
        texts: { attribute: false },
      }
    }
    static override get observedAttributes(): string[] {
      // biome-ignore lint/complexity/noThisInStatic: as the pay button has it
      return [...super.observedAttributes, 'api-url']
    }
    declare theme: string | null | undefined
    declare disabled: boolean
    declare secondLocale: string | null
    declare texts: unknown

    protected override createRenderRoot(): HTMLElement | DocumentFragment {
      log.push('createRenderRoot')
      return super.createRenderRoot()
    }
    override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
      super.attributeChangedCallback(name, old, value)
      log.push(`attribute ${name} ${value}`)
    }
    protected override willUpdate(changed: real.PropertyValues): void {
      log.push(`willUpdate ${[...changed].map(([name, value]) => `${String(name)} was ${value}`)}`)
      if (changed.has('secondLocale')) this.texts = `in ${this.secondLocale}`
    }
    protected override update(changed: real.PropertyValues): void {
      super.update(changed)
      log.push(`update ${[...changed.keys()].map(String)}`)
    }
    protected override firstUpdated(): void {
      log.push('firstUpdated')
    }
    protected override updated(changed: real.PropertyValues): void {
      log.push(`updated ${[...changed.keys()].map(String)}`)
      if (this.texts === 'again') this.texts = 'done'
    }
  }
  const tag = `sample-${kind}-${Math.random().toString(36).slice(2)}`
  return { Sample, tag, define: () => customElements.define(tag, Sample) }
}

type Element = InstanceType<ReturnType<typeof define>['Sample']>
type Part = ReturnType<typeof define> & { readonly log: string[] }

const attributes = (element: HTMLElement) =>
  [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort()

const PLAYS: Readonly<Record<string, (part: Part) => Promise<unknown>>> = {
  'is made, changed and connected': async ({ tag, define, log }) => {
    define()
    const element = document.createElement(tag) as Element
    element.theme = 'dark'
    element.setAttribute('second-locale', 'zh')
    element.setAttribute('api-url', '/pay')
    log.push('connects')
    document.body.append(element)
    log.push('is connected')
    await element.updateComplete
    return [attributes(element), element.secondLocale, element.texts, !!element.shadowRoot]
  },
  'draws several changes at once, and none for the same value': async ({ tag, define, log }) => {
    define()
    const element = document.createElement(tag) as Element
    document.body.append(element)
    await element.updateComplete
    element.theme = 'dark'
    element.theme = 'light'
    element.disabled = true
    log.push('changed')
    await element.updateComplete
    log.push(...attributes(element))
    element.theme = 'light'
    element.disabled = false
    await element.updateComplete
    log.push(...attributes(element))
    element.theme = null
    await element.updateComplete
    element.requestUpdate()
    element.requestUpdate()
    await element.updateComplete
    return attributes(element)
  },
  'reads attributes back': async ({ tag, define, log }) => {
    document.body.insertAdjacentHTML('beforeend', `<${tag} theme="dark" disabled></${tag}>`)
    const element = document.body.lastElementChild as Element
    define()
    await element.updateComplete
    log.push(String(element.theme), String(element.disabled))
    element.removeAttribute('theme')
    element.removeAttribute('disabled')
    element.setAttribute('theme', 'light')
    await element.updateComplete
    return [element.theme, element.disabled, attributes(element)]
  },
  'keeps what was set before it was defined, over attributes': async ({ tag, define }) => {
    document.body.insertAdjacentHTML('beforeend', `<${tag} theme="dark" second-locale="en"></${tag}>`)
    const element = document.body.lastElementChild as Element
    Object.assign(element, { theme: 'light', texts: 'mine', other: 1 })
    define()
    await element.updateComplete
    return [
      element.theme,
      element.texts,
      element.secondLocale,
      Object.keys(element).includes('theme'),
      Reflect.get(element, 'other'),
      attributes(element),
    ]
  },
  'draws again for what changed while it drew': async ({ tag, define }) => {
    define()
    const element = document.createElement(tag) as Element
    document.body.append(element)
    await element.updateComplete
    element.texts = 'again'
    await element.updateComplete
    await element.updateComplete
    return element.texts
  },
  'keeps its root when it is moved': async ({ tag, define }) => {
    define()
    const element = document.createElement(tag) as Element
    document.body.append(element)
    await element.updateComplete
    const root = element.renderRoot
    const place = document.createElement('div')
    document.body.append(place)
    place.append(element)
    element.theme = 'dark'
    await element.updateComplete
    return [root === element.renderRoot, root === element.shadowRoot]
  },
  'is dressed': async ({ tag, define }) => {
    define()
    const element = document.createElement(tag) as Element
    document.body.append(element)
    element.renderRoot.append(...['b', 'i'].map((name) => document.createElement(name)))
    return ['b', 'i'].map((name) => getComputedStyle(element.renderRoot.querySelector(name)!).color)
  },
}

it.each(Object.keys(PLAYS))('does what Lit does: %s', async (name) => {
  const logs = await Promise.all(
    (['real', 'small'] as const).map(async (kind) => {
      const log: string[] = []
      const result = await PLAYS[name]!({ ...define(kind, log), log })
      return [...log, result]
    }),
  )
  expect(logs[1]).toEqual(logs[0])
  expect(logs[1]!.length).toBeGreaterThan(1)
})

it('draws on after a drawing that failed', async () => {
  let fails = true
  class Failing extends small.ReactiveElement {
    static override get styles(): [] {
      return []
    }
    static override get properties(): Record<string, never> {
      return {}
    }
    drawn = 0
    protected override update(changed: small.PropertyValues): void {
      super.update(changed)
      if (fails) throw new Error('no drawing')
      this.drawn++
    }
  }
  customElements.define('failing-sample', Failing)
  const told = new Promise<unknown>((resolve) => {
    // Before the test runner hears of it.
    const hear = (event: PromiseRejectionEvent) => {
      event.preventDefault()
      event.stopImmediatePropagation()
      removeEventListener('unhandledrejection', hear, true)
      resolve(event.reason)
    }
    addEventListener('unhandledrejection', hear, true)
  })
  const element = document.createElement('failing-sample') as Failing
  document.body.append(element)
  expect(await told).toEqual(new Error('no drawing'))
  fails = false
  element.requestUpdate()
  await element.updateComplete
  expect(element.drawn).toBe(1)
})
