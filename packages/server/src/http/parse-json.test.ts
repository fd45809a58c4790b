import { describe, expect, it } from 'vitest'
import { ApiProblem } from '../api-problem.ts'
import { parseJson } from './parse-json.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const problemOf = (body: Uint8Array): ApiProblem => {
  try {
    parseJson(body)
  } catch (error) {
    if (error instanceof ApiProblem) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('parseJson', () => {
  it.each([
    '{}',
    '[]',
    ' {"a": [1, -2, 0, true, false, null, "x\\u00e9\\n\\"\\\\"], "b": {"c": {}}} ',
    '"чай 茶"',
    '{"a":"\\ud83c\\udf75"}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
  })

  it('refuses a member that is there twice, with its path (WB-04)', () => {
    expect(problemOf(bytes('{"order":{"lines":[{"total":1,"total":2}]}}'))).toMatchObject({
      code: 'invalid_request',
      path: 'order.lines[0].total',
    })
    // The same name spelt with an escape.
    expect(problemOf(bytes('{"amount":1,"\\u0061mount":2}')).path).toBe('amount')
  })

  it('refuses __proto__ (WB-05)', () => {
    expect(problemOf(bytes('{"__proto__":{"status":"succeeded"}}')).code).toBe('invalid_request')
    expect(({} as { status?: unknown }).status).toBeUndefined()
  })

  it('allows 32 levels and refuses 33, and ten thousand without a stack overflow (WB-06)', () => {
    expect(parseJson(bytes(`${'['.repeat(32)}${']'.repeat(32)}`))).toHaveLength(1)
    expect(problemOf(bytes(`${'['.repeat(33)}${']'.repeat(33)}`)).message).toContain('32 levels')
    expect(problemOf(bytes('['.repeat(10_000))).message).toContain('32 levels')
  })

  it('refuses a byte order mark, UTF-16 and broken UTF-8 (WB-10)', () => {
    expect(problemOf(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])).message).toContain('byte order mark')
    expect(problemOf(new Uint8Array([0x7b, 0, 0x7d, 0])).code).toBe('invalid_request')
    expect(problemOf(new Uint8Array([0x22, 0xff, 0x22])).message).toContain('UTF-8')
  })

  it.each(['1e3', '1.5', '1.0', '9007199254740993', '1e400', '01', '-', '+5', 'NaN', '0x10', '١٢'])(
    'refuses the number %s: amounts are plain integers (AM-04, AM-05, AM-09, AM-10, AM-12, AM-14, WB-12)',
    (number) => {
      expect(problemOf(bytes(`{"minorUnits":${number}}`))).toMatchObject({
        code: 'invalid_request',
        path: 'minorUnits',
      })
    },
  )

  it.each(['{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"a":"\u0001"}', '{"a":"\\x"}'])(
    'refuses text that cannot be stored or read: %j',
    (text) => {
      expect(problemOf(bytes(text)).path).toBe('a')
    },
  )

  it.each([
    '',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '{} {}',
    'tru',
    '"a',
    "{'a':1}",
    '{a:1}',
  ])('refuses what is not JSON: %j', (text) => {
    expect(problemOf(bytes(text)).code).toBe('invalid_request')
  })

  it('never repeats what it was given', () => {
    expect(problemOf(bytes('{"canary@example.test":1,"canary@example.test":2}')).message).not.toContain(
      'canary',
    )
  })
})
