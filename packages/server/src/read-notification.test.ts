import { describe, expect, it } from 'vitest'
import { readNotification } from './read-notification.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const REFUSED = expect.objectContaining({ name: 'NotificationRefused', status: 400 })

describe('readNotification', () => {
  it.each([
    ['{"a":{"id":"1"},"b":[{"id":"1"},{"id":"2"}],"c":-1.5e3,"d":[[],{}],"e":null}'],
    ['{"id":{"id":"the name again, further in"},"text":"{\\"a\\":1,\\"a\\":2} \\\\"}'],
    ['{"constructor":"a","toString":"b","":"c"}'],
    [' [1, 9007199254740991, 0.1, -0] '],
    ['"text"'],
    [`${'['.repeat(32)}${']'.repeat(32)}`],
  ])('reads %s', (text) => {
    expect(readNotification(bytes(text))).toEqual(JSON.parse(text))
  })

  it.each([
    ['a member twice (WB-04)', '{"amount":100,"amount":1}'],
    ['a member twice, once with an escape', '{"id":"a","\\u0069d":"b"}'],
    ['a member twice, further in', '{"a":[{"b":{"c":1,"d":{},"c":2}}]}'],
    ['__proto__ (WB-05)', '{"event":"x","object":{"id":"1","__proto__":{"status":"succeeded"}}}'],
    ['__proto__ with an escape', '{"\\u005f_proto__":1}'],
    ['33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
    ['ten thousand levels (WB-06)', '['.repeat(10_000)],
    ['a byte order mark (WB-10)', '\ufeff{"a":1}'],
    ['a number that no double holds (WB-12)', '{"value":9007199254740993}'],
    ['an endless number (WB-12)', '{"value":-1e400}'],
    ['two values', '{}{}'],
    ['a number of two writings', '{"a":01}'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => readNotification(bytes(text))).toThrow(REFUSED)
  })

  it('refuses bytes that are not UTF-8', () => {
    for (const raw of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x31, 0],
    ])
      expect(() => readNotification(Uint8Array.from(raw))).toThrow(REFUSED)
  })
})
