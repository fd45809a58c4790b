import * as real from 'lit'
import { describe, expect, it } from 'vitest'
import * as small from './lit.ts'

type Lit = Pick<typeof real, 'html' | 'nothing'>

/** What both are to draw, step by step. Everything that the sheet's templates do is here. */
const DRAWINGS: Readonly<Record<string, (lit: Lit) => readonly unknown[]>> = {
  text: ({ html, nothing }) =>
    ['a', 1, 0, '', null, undefined, nothing, true, '<b>', 'a'].map((value) => html`<p>${value}</p>`),
  'two in one': ({ html }) => [1, 2].map((n) => html`<p>${n} of ${n + 1}, <b>${n}</b></p>`),
  nested: ({ html, nothing }) =>
    [true, false, true].map((is) => html`<div>${is ? html`<i>${is}</i>` : nothing}<b>x</b></div>`),
  'one or the other': ({ html }) =>
    [true, false, true].map((is) => html`${is ? html`<i>a</i>` : html`<b>b</b>`}`),
  lists: ({ html }) =>
    [[], ['a'], ['a', 'b', 'c'], ['c'], [], ['d']].map(
      (items) => html`<ul>${items.map((item) => html`<li class=${item}>${item}</li>`)}</ul>`,
    ),
  'list, then text, then list': ({ html }) =>
    [['a', 'b'], 'text', ['c'], html`<i></i>`, ['d', 'e']].map((value) => html`<p>${value}</p>`),
  'lists of two': ({ html, nothing }) =>
    [true, false].map(
      (is) => html`${[1, 2].map((n) => html`<label>${n}</label>${is && n === 1 ? html`<i></i>` : nothing}`)}`,
    ),
  attributes: ({ html, nothing }) =>
    ['a', undefined, nothing, '', 0, 'b'].map((value) => html`<p class=${value} title="x" lang=${'ru'}></p>`),
  svg: ({ html }) =>
    ['M0 0h1', '', 'M1 1h1'].map(
      (path) => html`<svg viewBox=${'0 0 9 9'} aria-hidden="true"><path d=${path} /></svg>`,
    ),
  'next to text': ({ html }) => [1, 2].map((n) => html`before ${n} between ${html`<b>${n}</b>`} after`),
  'table of terms': ({ html }) =>
    [['a'], ['a', 'b']].map(
      (names) => html`<dl>${names.map((name) => html`<dt>${name}</dt><dd>${name}</dd>`)}</dl>`,
    ),
  'markup in values': ({ html }) => [
    html`<p title=${'"><img src=x onerror=alert(1)>'}>${'<img src=x onerror=alert(1)>'}</p>`,
  ],
}

const clean = (root: Element) => root.innerHTML.replace(/<!--[\s\S]*?-->/g, '')

it.each(Object.keys(DRAWINGS))('draws what lit draws: %s', (name) => {
  const roots = [document.createElement('div'), document.createElement('div')] as const
  const theirs = DRAWINGS[name]!(real)
  const ours = DRAWINGS[name]!(small as unknown as Lit)
  const draw = small.createRender(roots[1])
  theirs.forEach((value, i) => {
    real.render(value, roots[0])
    draw(ours[i])
    expect(clean(roots[1])).toBe(clean(roots[0]))
  })
})

describe('a template that is drawn again', () => {
  const { html } = small

  it('keeps its nodes', () => {
    const root = document.createElement('div')
    const draw = small.createRender(root)
    const view = (text: string, items: readonly string[]) =>
      html`<p class=${text}>${text}</p>${items.map((item) => html`<i>${item}</i>`)}`
    draw(view('a', ['1', '2']))
    const before = [...root.children]
    draw(view('b', ['3', '2', '4']))
    expect([...root.children].slice(0, 3)).toEqual(before)
    expect(root.textContent).toBe('b324')
  })

  it('calls the newest listener, once', () => {
    const root = document.createElement('div')
    const draw = small.createRender(root)
    const calls: number[] = []
    for (const n of [1, 2, 3]) draw(html`<button @click=${() => calls.push(n)}></button>`)
    root.querySelector('button')!.click()
    expect(calls).toEqual([3])
  })

  it('sets a property only when its value is another', () => {
    const root = document.createElement('div')
    const draw = small.createRender(root)
    const view = (value: string) => html`<input .value=${value} />`
    draw(view('a'))
    const input = root.querySelector('input')!
    input.value = 'typed'
    draw(view('a'))
    expect(input.value).toBe('typed')
    draw(view('b'))
    expect(input.value).toBe('b')
  })

  it('shows a node as it is, for as long as it is the same', () => {
    const root = document.createElement('div')
    const draw = small.createRender(root)
    const node = document.createElement('em')
    for (const value of [node, node, html`<b></b>`, node, undefined]) draw(html`<p>${value}</p>`)
    expect(root.querySelector('p')!.childElementCount).toBe(0)
    draw(html`<p>${node}</p>`)
    expect(root.querySelector('em')).toBe(node)
  })
})
