import { looksSensitive } from '../redact.ts'

/** A step into a body: a member's name or an array's index. */
export type PathSegment = string | number

/**
 * `['order', 'lines', 2, 'quantity']` → `order.lines[2].quantity`. A name that is not a plain word is the client's own text
 * and is shown as `*`: it could be anything, a contact included. No path at all is undefined.
 */
export function formatPath(segments: readonly PropertyKey[]): string | undefined {
  let path = ''
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`
    else path += `${path ? '.' : ''}${isPlainName(String(segment)) ? String(segment) : '*'}`
  }
  return path || undefined
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name) && !/\d{7}/.test(name) && !looksSensitive(name)
}
