import { StoreError } from './store.ts'

/** Where a page of a newest-first list ended: the sort key of its last row. */
export interface CursorPosition {
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly id: string
}

/** Of the year 9999: what comes after it is written differently, and not by us. */
const LAST_MOMENT = 253_402_300_799_999

/** A position as the opaque text that clients send back. */
export function encodeCursor({ createdAt, id }: CursorPosition): string {
  return Buffer.from(`${createdAt}|${id}`).toString('base64url')
}

/** @throws StoreError `cursor_invalid` if the text is not one of ours. */
export function decodeCursor(cursor: string): CursorPosition {
  const match = /^(\d{1,16})\|([A-Za-z0-9_]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match?.[1] || !match[2] || Number(match[1]) > LAST_MOMENT)
    throw new StoreError(
      'cursor_invalid',
      'the cursor cannot be read: send nextCursor of a former answer as it is',
    )
  return { createdAt: Number(match[1]), id: match[2] }
}
