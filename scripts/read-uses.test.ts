import { describe, expect, it } from 'vitest'
import { readUses } from './read-uses.ts'

const uses = (text: string) => readUses('file.tsx', text)

describe('readUses', () => {
  it('finds imports in every form', () => {
    const text = `
      import a from 'a'
      import type { B } from './b.ts'
      export * from '../c.ts'
      export { d } from 'd/sub'
      const e = await import('e')
      type F = import('f').F
      import 'g.css'`
    expect(uses(text).imports).toEqual(['a', './b.ts', '../c.ts', 'd/sub', 'e', 'f', 'g.css'])
  })

  it('finds names that come from nowhere, and their members', () => {
    expect(uses('export const now = () => Date.now() + window.scrollY').globals).toEqual(
      expect.arrayContaining(['Date.now', 'Date', 'window', 'window.scrollY']),
    )
    expect(uses('setTimeout(go, 1); declare function go(): void').globals).toEqual(['setTimeout'])
  })

  it('finds what is taken from globalThis under its own name', () => {
    expect(uses('globalThis.document.title').globals).toContain('document')
    expect(uses('const { navigator } = globalThis as { navigator?: Navigator }').globals).toContain(
      'navigator',
    )
  })

  it('tells the present time from a given one', () => {
    expect(uses('new Date()').globals).toContain('new-Date()')
    expect(uses('new Date(0)').globals).not.toContain('new-Date()')
  })

  it('does not take properties, types, parameters and variables for globals', () => {
    const text = `
      interface Ports { document: string; setTimeout(): void }
      type Fetch = typeof globalThis.fetch
      function f(location: string, ports: Ports) { return ports.document + location }
      const process = { window: 1 }
      export const sum = process.window`
    const { globals } = uses(text)
    for (const name of ['document', 'setTimeout', 'location', 'process', 'window', 'fetch'])
      expect(globals).not.toContain(name)
  })
})
