import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * The `Token` of a request to T-Bank: lower-case hex SHA-256 over the root's values in the order of their names, the
 * password among them. Objects, arrays and null are left out, and so is a `Token` that is there already; booleans are
 * `true` and `false`, numbers their JSON text.
 *
 * https://developer.tbank.ru/eacq/intro/developer/token
 */
export function tbankToken(params: Readonly<Record<string, unknown>>, password: string): string {
  const texts = new Map<string, string>()
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string') texts.set(name, value)
    else if (typeof value === 'boolean' || typeof value === 'number') texts.set(name, JSON.stringify(value))
  }
  return hash(texts, password).toString('hex')
}

/**
 * Whether the JSON of a notification (or of a request) carries the right `Token`. Reads the bytes as they came, so that
 * a number counts as it was written. False for whatever cannot be read: it never throws.
 *
 * What the scheme cannot tell apart, no verification can: names, empty values, null, objects and arrays are not in the
 * hash, and neither are the borders between values (`"Amount":11,"CardId":"12"` and `"Amount":111,"CardId":"2"` are
 * one). A message is therefore only good enough to know what to ask about. Beyond the scheme this refuses a message
 * without `TerminalKey`, a name that stands twice, one that is a slip of the pen away from a name that T-Bank uses, and
 * JSON whose root no single writer would write: something before or behind it, spaces here and none there, a character
 * escaped in one place and plain in another, half a character.
 */
export function verifyTbankToken(rawBody: Uint8Array | string, password: string): boolean {
  try {
    const root = readRoot(
      typeof rawBody === 'string'
        ? rawBody
        : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody),
    )
    if (root === undefined) return false
    const { texts, writing } = root
    const token = texts.get('Token') ?? ''
    // Every message names its terminal, and none the password.
    if (
      !texts.has('TerminalKey') ||
      texts.has('Password') ||
      typeof password !== 'string' ||
      password === '' ||
      !/^[0-9a-f]{64}$/.test(token)
    )
      return false
    return (
      timingSafeEqual(hash(texts, password), Buffer.from(token, 'hex')) &&
      !hasSlip(texts) &&
      isOneHand(writing)
    )
  } catch {
    return false
  }
}

function hash(texts: ReadonlyMap<string, string>, password: string): Buffer {
  const all = new Map(texts).set('Password', password)
  all.delete('Token')
  const names = [...all.keys()].sort((a, b) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(names.map((name) => all.get(name)).join(''), 'utf8')
    .digest()
}

const STRING = '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"'
// One member of an object that is known to be JSON. An object or array is only recognized by its first character.
const MEMBER = new RegExp(`(\\s*)(${STRING})(\\s*:\\s*)(?:(${STRING})|([[{])|([^\\s,}\\]]+))`, 'y')
const SEPARATOR = /(\s*)([,}])/y
const INSIDE = new RegExp(`${STRING}|[[{]|[\\]}]`, 'g')

/** What stands around the values of an object's members, as it was written. */
interface Writing {
  readonly strings: string[]
  readonly indents: string[]
  readonly colons: Set<string>
  readonly end: string
}

/** The root's strings, numbers and booleans as text; undefined unless the root is an object whose names all differ. */
function readRoot(
  json: string,
): { readonly texts: Map<string, string>; readonly writing: Writing } | undefined {
  const root: unknown = JSON.parse(json) // throws unless the whole is JSON, which the expressions below rely on
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return undefined
  const texts = new Map<string, string>()
  const names = new Set<string>()
  const writing: Writing = { strings: [], indents: [], colons: new Set(), end: '' }
  if (!json.startsWith('{') || !json.endsWith('}')) return undefined
  let at = 1
  for (;;) {
    MEMBER.lastIndex = at
    const member = MEMBER.exec(json)
    if (!member) return undefined // nothing but brackets
    const [, indent = '', name = '', colon = '', text, opening, literal] = member
    const key = JSON.parse(name) as string
    if (names.has(key)) return undefined
    names.add(key)
    writing.indents.push(indent)
    writing.colons.add(colon)
    writing.strings.push(name, ...(text === undefined ? [] : [text]))
    at = opening === undefined ? MEMBER.lastIndex : endOfNested(json, MEMBER.lastIndex)
    if (text !== undefined) {
      const value = JSON.parse(text) as string
      if (/\p{Surrogate}/u.test(value)) return undefined // would be hashed as U+FFFD
      texts.set(key, value)
    } else if (literal !== undefined && literal !== 'null') texts.set(key, literal)
    SEPARATOR.lastIndex = at
    const [, space = '', separator] = SEPARATOR.exec(json) ?? []
    if (separator === undefined) return undefined
    if (separator === '}') return { texts, writing: { ...writing, end: space } }
    if (space !== '') return undefined
    at = SEPARATOR.lastIndex
  }
}

/** `{"a":1}`, `{"a": 1, "b": 2}` and indented JSON are each one hand; so are strings whose characters are written alike. */
function isOneHand({ strings, indents: [first = '', ...others], colons, end }: Writing): boolean {
  const between = others[0] ?? first
  const isIndented = /^\r?\n[ \t]*$/.test(between)
  return (
    colons.size === 1 &&
    [...colons].every((colon) => colon === ':' || colon === ': ') &&
    others.every((indent) => indent === between) &&
    (isIndented
      ? first === between && /^\r?\n$/.test(end) && between.startsWith(end)
      : first === '' && end === '' && (between === '' || between === ' ')) &&
    isWrittenAlike(strings)
  )
}

const CHARACTER = /\\(?:u([0-9a-fA-F]{4})|.)|[^\\]/gs

/**
 * Writers of JSON differ in what they escape: other alphabets, slashes, what HTML reads as markup. Each escapes a character
 * always or never, hex digits are of one case, and nobody escapes letters and digits of ASCII.
 */
function isWrittenAlike(strings: readonly string[]): boolean {
  const writings = new Map<string, string>()
  let hexDigits = ''
  for (const string of strings) {
    for (const [written, hex = ''] of string.slice(1, -1).matchAll(CHARACTER)) {
      hexDigits += hex
      const character = JSON.parse(`"${written}"`) as string
      if (/[A-Za-z0-9]/.test(character) && written !== character) return false
      if ((writings.get(character) ?? written.toLowerCase()) !== written.toLowerCase()) return false
      writings.set(character, written.toLowerCase())
    }
  }
  return !/[a-f]/.test(hexDigits) || !/[A-F]/.test(hexDigits)
}

/** Behind the bracket that closes what was opened just before `from`. */
function endOfNested(json: string, from: number): number {
  INSIDE.lastIndex = from
  for (let depth = 1; depth > 0; ) {
    const found = INSIDE.exec(json)?.[0]
    if (found === undefined) return json.length
    if (found === '{' || found === '[') depth++
    else if (found === '}' || found === ']') depth--
  }
  return INSIDE.lastIndex
}

// Scalars of requests and notifications: the models of the OpenAPI document 1.80, and the fields seen beside them.
const NAMES: readonly string[] = (
  'AccountToken Amount Arn BankId BankMemberId BankMemberName Bin CalculationPlace CardData CardId CardType ' +
  'CashierName CustomerKey DataType Description Descriptor Details ErrorCode ErrorMessage ExpDate ' +
  'ExternalRequestId FailURL FiscalDocumentAttribute FiscalDocumentNumber FiscalNumber FnNumber EcrRegNumber IP ' +
  'Language Message NewAmount NotificationType NotificationURL Ofd OrderId OriginalAmount Pan PayType PaymentId ' +
  'PaymentMethod PaymentURL QrCodeUrl QrMemberId RRN RebillId ReceiptDatetime Recurrent RedirectDueDate ' +
  'RequestKey Route Rrn SbpCustomerId SbpPaymentId SettlePlace ShiftNumber Source SpAccumulationId Status Success ' +
  'SuccessURL TerminalKey Token Type Url'
).split(' ')

/** Whether a name looks like a known one that is missing: a name can be changed without changing the hash. */
function hasSlip(texts: ReadonlyMap<string, string>): boolean {
  const missing = NAMES.filter((name) => !texts.has(name))
  return [...texts.keys()].some(
    (name) => !NAMES.includes(name) && (!/^\w+$/.test(name) || missing.some((known) => isLike(name, known))),
  )
}

/**
 * One is the other with something put in, taken out or changed in one place, with two letters changed, or with its
 * letters in another order.
 */
function isLike(name: string, known: string): boolean {
  if (name.length === known.length && [...name].sort().join('') === [...known].sort().join('')) return true
  const shorter = Math.min(name.length, known.length)
  const kept = keptAround(name, known)
  if (shorter <= 4) return kept === shorter || (name.length === known.length && kept > 0)
  return kept >= shorter - 2 || isWithinTwoEdits(name, known)
}

/** How many characters two words share at their beginning and at their end. */
function keptAround(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head++
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  return head + tail
}

function isWithinTwoEdits(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return (row[b.length] ?? 0) <= 2
}
