import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PAYMENT_TRANSITIONS, SESSION_TRANSITIONS } from '../packages/core/src/contract/states.ts'
import { DOCUMENT, drawStates, withDiagrams } from './lifecycle-diagram.ts'

const document = readFileSync(DOCUMENT, 'utf8')

it('draws the lifecycle as the contract has it', () => {
  expect(document, 'run node scripts/lifecycle-diagram.ts').toBe(withDiagrams(document))
})

it('explains every state of sessions and payments', () => {
  for (const status of [...Object.keys(SESSION_TRANSITIONS), ...Object.keys(PAYMENT_TRANSITIONS)])
    expect(document).toMatch(new RegExp(`^\\| [^|]*\`${status}\``, 'm'))
})

it('draws every arrow once, and an end for what leads nowhere', () => {
  expect(drawStates({ open: ['done', 'lost'], done: [], lost: ['done'] }, ['open'])).toBe(
    [
      '```mermaid',
      'stateDiagram-v2',
      '  [*] --> open',
      '  open --> done',
      '  open --> lost',
      '  done --> [*]',
      '  lost --> done',
      '  classDef live stroke-width:3px',
      '  class open live',
      '```',
    ].join('\n'),
  )
})
