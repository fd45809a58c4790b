import { NotificationRefused } from './provider.ts'
import { REQUEST_LIMITS } from './request-limits.ts'

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|-?\d[\d.eE+-]*/g

/**
 * The JSON of a notification, where it has one meaning only: strict UTF-8 without a byte order mark, no member twice, none
 * that is called `__proto__`, no number that a double cannot hold, at most 32 levels. What two programs read differently
 * nobody may act on, not even by asking. Ask for it after the signature was verified, on the same bytes.
 *
 * @throws NotificationRefused 400.
 */
export function readNotification(rawBody: Uint8Array): unknown {
  let text: string
  let json: unknown
  try {
    // With `ignoreBOM` the mark stays in the text, where it is no JSON.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody)
    json = JSON.parse(text)
  } catch {
    throw new NotificationRefused(400, 'the notification is not JSON')
  }
  if (!hasOneMeaning(text)) throw new NotificationRefused(400, 'the notification could be read in two ways')
  return json
}

/** Of text that is known to be JSON. */
function hasOneMeaning(json: string): boolean {
  // Names seen in each object that is open; null for an array.
  const open: (Set<string> | null)[] = []
  let last = ''
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : null) > REQUEST_LIMITS.jsonDepth) return false
    } else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const name = JSON.parse(last) as string
      const names = open.at(-1)
      if (name === '__proto__' || names?.has(name)) return false
      names?.add(name)
    } else if (/^[-\d]/.test(token)) {
      const number = Number(token)
      if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number)))
        return false
    }
    last = token
  }
  return true
}
