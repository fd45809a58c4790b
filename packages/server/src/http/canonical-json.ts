import { createHash } from 'node:crypto'

/** JSON with members in code unit order and without those that are undefined: equal values give equal text. */
export function toCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${toCanonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** SHA-256 of the canonical JSON, hex: tells whether a key comes back with the same body. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(toCanonicalJson(value)).digest('hex')
}
