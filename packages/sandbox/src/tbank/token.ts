import { createHash } from 'node:crypto'
import type { JsonObject } from '../json.ts'

/**
 * The `Token` of a request or notification: SHA-256 over the root's scalar values in the order of their names, with the
 * password among them: https://developer.tbank.ru/eacq/intro/developer/token
 *
 * @param written Numbers as they were written, where that is not how we would.
 */
export function tbankToken(
  params: JsonObject,
  password: string,
  written: ReadonlyMap<string, string> = new Map(),
): string {
  const { Token: _, ...rest } = params
  const values = Object.entries({ ...rest, Password: password })
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      typeof value === 'number' ? (written.get(name) ?? String(value)) : String(value),
    )
  return createHash('sha256').update(values.join(''), 'utf8').digest('hex')
}

const PIECES = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

/** The root's numbers as they stand in a JSON text: `1000.0` is not `1000` to a hash. */
export function writtenNumbers(json: string): Map<string, string> {
  const numbers = new Map<string, string>()
  let depth = 0
  let name = ''
  let last = ''
  for (const [piece] of json.matchAll(PIECES)) {
    if (piece === '{' || piece === '[') depth += 1
    else if (piece === '}' || piece === ']') depth -= 1
    else if (piece === ':' && depth === 1) name = last.slice(1, -1)
    else if (depth === 1 && /^-?\d/.test(piece)) numbers.set(name, piece)
    last = piece
  }
  return numbers
}
