import { ApiProblem } from '../api-problem.ts'
import { REQUEST_LIMITS } from '../request-limits.ts'
import { formatPath, type PathSegment } from './format-path.ts'

/**
 * Reads a JSON body so that it has one meaning: strict UTF-8 without a byte order mark, no member twice, no `__proto__`, at
 * most 32 levels, numbers only as plain safe integers (amounts are minor units), text that a database can store.
 *
 * @throws ApiProblem `invalid_request` with the path of what is wrong.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes)
  let at = 0
  const path: PathSegment[] = []

  const refused = (what: string): ApiProblem =>
    new ApiProblem('invalid_request', `the body is not acceptable JSON: ${what}`, { path: formatPath(path) })
  const unexpected = (): ApiProblem =>
    refused(
      at < text.length
        ? `unexpected character at position ${at}`
        : 'it ends before the last value is complete',
    )

  function skipSpace(): void {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  }

  function take(token: string): void {
    if (!text.startsWith(token, at)) throw unexpected()
    at += token.length
  }

  function readString(): string {
    const from = at
    take('"')
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    if (at >= text.length) throw unexpected()
    at++
    let value: string
    try {
      value = JSON.parse(text.slice(from, at)) as string
    } catch {
      throw refused(`the string at position ${from} has a control character or a wrong escape`)
    }
    if (value.includes('\0') || /\p{Surrogate}/u.test(value))
      throw refused(`the string at position ${from} has a NUL or half of a surrogate pair`)
    return value
  }

  function readNumber(): number {
    const [literal = ''] = /^-?\d[\w.+-]*/.exec(text.slice(at, at + 64)) ?? []
    if (!/^-?(0|[1-9]\d*)$/.test(literal) || !Number.isSafeInteger(Number(literal)))
      throw refused(
        literal
          ? 'write numbers as plain integers, such as 123456'
          : `unexpected character at position ${at}`,
      )
    at += literal.length
    return Number(literal)
  }

  function readMembers(close: string, readMember: (index: number) => void): void {
    if (path.length > REQUEST_LIMITS.jsonDepth - 1)
      throw refused(`more than ${REQUEST_LIMITS.jsonDepth} levels of nesting`)
    at++
    skipSpace()
    if (text[at] === close) {
      at++
      return
    }
    for (let index = 0; ; index++) {
      skipSpace()
      readMember(index)
      skipSpace()
      if (text[at] === close) {
        at++
        return
      }
      take(',')
    }
  }

  function readObject(): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    readMembers('}', () => {
      const name = readString()
      path.push(name)
      if (name === '__proto__') throw refused('a member must not be called __proto__')
      if (Object.hasOwn(object, name)) throw refused('this member is there twice')
      skipSpace()
      take(':')
      object[name] = readValue()
      path.pop()
    })
    return object
  }

  function readArray(): unknown[] {
    const array: unknown[] = []
    readMembers(']', (index) => {
      path.push(index)
      array.push(readValue())
      path.pop()
    })
    return array
  }

  function readValue(): unknown {
    skipSpace()
    switch (text[at]) {
      case '{':
        return readObject()
      case '[':
        return readArray()
      case '"':
        return readString()
      case 't':
        take('true')
        return true
      case 'f':
        take('false')
        return false
      case 'n':
        take('null')
        return null
      default:
        return readNumber()
    }
  }

  const value = readValue()
  skipSpace()
  if (at < text.length) throw refused(`there is more after the value, at position ${at}`)
  return value
}

function decodeUtf8(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new ApiProblem('invalid_request', 'the body begins with a byte order mark: send UTF-8 without it')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ApiProblem('invalid_request', 'the body is not UTF-8')
  }
}
