import { EVENT_ID } from '@teabrick/core/contract'
import { StoreError } from './store.ts'

/** The parts of `evt_<22 base62>_<number>`: which session an event belongs to, and its place there. */
export interface EventKey {
  readonly sessionId: string
  readonly number: number
}

/** The parts of an event's id; null if it has no such form. */
export function parseEventId(id: string): EventKey | null {
  if (!EVENT_ID.test(id)) return null
  return { sessionId: `cs_${id.slice(4, 26)}`, number: Number(id.slice(27)) }
}

/** @throws StoreError `invariant_violated` for an id of our own making that has another form. */
export function mustParseEventId(id: string): EventKey {
  const key = parseEventId(id)
  if (!key) throw new StoreError('invariant_violated', `${id} is no event id`)
  return key
}

export function toEventId({ sessionId, number }: EventKey): string {
  return `evt_${sessionId.slice(3)}_${number}`
}
