/**
 * Takes secrets and personal data out of text that leaves the process: logs and error messages. By form, because text comes
 * from everywhere: tokens, keys, Bearer credentials, e-mail addresses, card and phone numbers, `secret=…` pairs.
 */
export function redactText(text: string): string {
  return PATTERNS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)
}

/** Whether {@link redactText} would change it. */
export function looksSensitive(text: string): boolean {
  return redactText(text) !== text
}

/** A copy for a log: text redacted at every depth, members with telling names replaced whole. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(fields, 0)
}

// Linear-time patterns only: the text may be hostile.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(ct|lt|st)_[A-Za-z0-9_-]{8,}/g, '$1_[redacted]'],
  [/\b(sk|pk|whsec|whsk)_[A-Za-z0-9+/=_-]+/g, '$1_[redacted]'],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]+/gi, '$1 [redacted]'],
  [/\b(password|secret|token|signature|authorization)(["']?\s?[:=]\s?["']?)[^\s"',;&}]+/gi, '$1$2[redacted]'],
  [/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}/g, '[redacted e-mail]'],
  // 13 to 19 digits, with or without single separators: a card; 10 to 12 with a plus or a Russian 7 or 8: a phone.
  [/(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g, '[redacted number]'],
  [/\+\d(?:[ ()-]?\d){9,14}(?!\d)/g, '[redacted phone]'],
  [/(?<![\w.-])[78]9\d{9}(?![\w-])/g, '[redacted phone]'],
]

const TELLING_NAME =
  /^(authorization|cookie|token|client_?token|secrets?|secret_?keys?|password|signature|phone|email|contact|buyer|customer|url|raw_?body|card)$/i
const MAX_DEPTH = 6
const MAX_TEXT = 4_000

function redactObject(fields: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      TELLING_NAME.test(name) && value !== null && value !== undefined
        ? '[redacted]'
        : redactValue(value, depth),
    ]),
  )
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value.slice(0, MAX_TEXT))
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
  if (depth >= MAX_DEPTH) return '[deeper]'
  if (value instanceof Error) {
    const { name, message, stack, cause } = value
    const code = 'code' in value ? value.code : undefined
    return redactObject({ name, code, message, stack, cause }, depth + 1)
  }
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, 50).map((each) => redactValue(each, depth + 1))
  return redactObject(value as Record<string, unknown>, depth + 1)
}
