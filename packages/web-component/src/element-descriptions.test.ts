import { readFile } from 'node:fs/promises'
import { beforeAll, expect, it } from 'vitest'
import { describeElements } from '../build/describe-elements.ts'
import { readElement } from '../build/read-element.ts'
import { KNOWN_VALUES } from './config.ts'
import { PayButton } from './pay-button.ts'
import { PayReturn } from './pay-return.ts'

interface Declaration {
  readonly tagName: string
  readonly attributes: readonly { readonly name: string; readonly type: { readonly text: string } }[]
  readonly members: readonly { readonly name: string }[]
  readonly events: readonly { readonly name: string; readonly type: { readonly text: string } }[]
  readonly cssParts: readonly { readonly name: string }[]
  readonly cssProperties: readonly { readonly name: string }[]
}

const root = `${import.meta.dirname}/../`
const read = (path: string) => readFile(`${root}${path}`, 'utf8')
const names = (all: readonly { readonly name: string }[] = []) => all.map(({ name }) => name).sort()

let files: Readonly<Record<string, unknown>>
let button: Declaration
let returned: Declaration

beforeAll(async () => {
  files = await describeElements(root)
  const { modules } = files['custom-elements.json'] as {
    readonly modules: readonly { readonly declarations: readonly Declaration[] }[]
  }
  ;[button, returned] = modules[0]!.declarations as [Declaration, Declaration]
})

it('describes exactly the attributes that the elements observe', () => {
  expect(names(button.attributes)).toEqual([...PayButton.observedAttributes].sort())
  // The address is read once, so the class does not observe it.
  expect(names(returned.attributes)).toEqual([...PayReturn.observedAttributes, 'api-url'].sort())
})

it('offers the values that the element knows', () => {
  const described = Object.fromEntries(
    button.attributes.map(({ name, type }) => [
      name,
      [...type.text.matchAll(/'(\w+)'/g)].map(([, value]) => value).join(' '),
    ]),
  )
  expect(described).toMatchObject(KNOWN_VALUES)
})

it('describes every event, with its class', async () => {
  const source = (await read('src/events.ts')) + (await read('src/pay-event.ts'))
  const classes = [...source.matchAll(/class (Pay(?!Event)\w+Event)[\s\S]*?super\('(pay-\w+)'/g)]
  expect(button.events.map(({ name, type }) => [type.text, name])).toEqual(
    expect.arrayContaining(classes.map(([, type, name]) => [type, name])),
  )
  expect(button.events).toHaveLength(classes.length)
})

it('names the parts that reach out of the sheet', async () => {
  const [, parts = ''] = /const PARTS = '([^']+)'/.exec(await read('src/checkout-flow.ts')) ?? []
  expect(names(button.cssParts)).toEqual(['button', 'label', ...parts.split(', ')].sort())
})

it('names the custom properties that the styles read', async () => {
  const sources = ['pay-button', 'sheet/sheet', 'sheet/surface'].map((name) => read(`src/${name}.styles.ts`))
  const used = (await Promise.all(sources)).join().match(/--pay-[\w-]+/g)
  expect(names(button.cssProperties)).toEqual([...new Set(used)].sort())
})

it('tells of the property that has no attribute', () => {
  expect(names(button.members)).toContain('createSession')
})

it('says the same to VS Code and JetBrains', () => {
  const { tags } = files['vscode.html-custom-data.json'] as {
    readonly tags: readonly {
      readonly name: string
      readonly attributes: readonly { readonly name: string }[]
    }[]
  }
  const { contributions, version } = files['web-types.json'] as {
    readonly version: string
    readonly contributions: {
      readonly html: { readonly elements: readonly { readonly name: string; readonly attributes: never[] }[] }
    }
  }
  for (const list of [tags, contributions.html.elements]) {
    expect(list.map(({ name }) => name)).toEqual(['pay-button', 'pay-return'])
    expect(names(list[0]!.attributes)).toEqual(names(button.attributes))
  }
  expect(version).toMatch(/^\d+\.\d+\.\d+/)
})

it('is shipped: the package names each file', async () => {
  const manifest = JSON.parse(await read('package.json'))
  expect(manifest.customElements).toBe('./dist/custom-elements.json')
  expect(manifest['web-types']).toBe('./dist/web-types.json')
  for (const file of Object.keys(files)) expect(manifest.exports[`./${file}`]).toBe(`./dist/${file}`)
})

it('refuses a comment that it cannot read, rather than lose a member', () => {
  expect(() => readElement('/** No tag. */\nexport class A {}')).toThrow('no class with a @tag')
  expect(() => readElement('/**\n * A.\n *\n * @tag a-b\n * @attr {string\n */\nexport class A {}')).toThrow(
    'A: cannot read @attr {string',
  )
})
