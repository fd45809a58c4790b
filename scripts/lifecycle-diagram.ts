// Draws the states of the contract into docs/payment-lifecycle.md: `node scripts/lifecycle-diagram.ts` rewrites what lies
// between the markers, and a test keeps it equal to the tables.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  LIVE_PAYMENT_STATUSES,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
  SESSION_TRANSITIONS,
} from '../packages/core/src/contract/states.ts'

export const DOCUMENT = fileURLToPath(new URL('../docs/payment-lifecycle.md', import.meta.url))

type Transitions = Readonly<Record<string, readonly string[]>>

/** A Mermaid state diagram: the first state is where it begins, a state that leads nowhere ends. */
export function drawStates(transitions: Transitions, live: readonly string[] = []): string {
  const states = Object.keys(transitions)
  const arrows = states.flatMap((from) => {
    const targets = transitions[from] ?? []
    return targets.length > 0 ? targets.map((to) => `  ${from} --> ${to}`) : [`  ${from} --> [*]`]
  })
  const marks = live.length > 0 ? ['  classDef live stroke-width:3px', `  class ${live.join(',')} live`] : []
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${states[0]}`, ...arrows, ...marks, '```'].join('\n')
}

/** The document with each `<!-- states: name -->` … `<!-- /states -->` drawn anew. */
export function withDiagrams(document: string): string {
  const diagrams = new Map([
    ['session', drawStates(SESSION_TRANSITIONS)],
    ['payment', drawStates(PAYMENT_TRANSITIONS, LIVE_PAYMENT_STATUSES)],
    ['refund', drawStates(REFUND_TRANSITIONS)],
  ])
  return document.replace(/<!-- states: (\w+) -->[\s\S]*?<!-- \/states -->/g, (_, name: string) => {
    const diagram = diagrams.get(name)
    if (diagram === undefined) throw new Error(`there is no diagram named ${name}`)
    return `<!-- states: ${name} -->\n${diagram}\n<!-- /states -->`
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(DOCUMENT, withDiagrams(readFileSync(DOCUMENT, 'utf8')))
