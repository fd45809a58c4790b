import { expect, it } from 'vitest'
import { findCoverage } from './hostile.ts'

it('finds the tests that name a case, and no case that only looks like one', () => {
  // Put together here, so that this file covers none.
  const [asked, other] = [['AM', '01'].join('-'), ['AM', '011'].join('-')]
  const hostile = { id: asked, group: 'amounts', priority: 'P0', title: '' }
  const tests = new Map([
    ['a.test.ts', `it('refuses (${asked}, ${asked})')`],
    ['b.test.ts', `it('refuses ${other}')`],
  ])
  expect(findCoverage([hostile], tests)).toEqual(new Map([[asked, ['a.test.ts']]]))
})
