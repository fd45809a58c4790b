import { EVENT_ID } from '@teabrick/core/contract'

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

export function toEventId({ sessionId, number }: EventKey): string {
  return `evt_${sessionId.slice(3)}_${number}`
}
