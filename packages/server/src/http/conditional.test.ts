import { expect, it } from 'vitest'
import { matchesTag, readPreferredWait, toETag } from './conditional.ts'

const named = (value: string) => matchesTag(new Headers({ 'if-none-match': value }), '7.3')
const wait = (value: string) => readPreferredWait(new Headers({ prefer: value }))

it.each([
  'W/"7.3"',
  '"7.3"',
  ' "7.3" ',
  '"1.1", W/"7.3"',
  'W/"7.3-gzip"',
  '"7.3-br"',
  '"7.3-df"',
  '*',
  ' * ',
])('takes %j for the tag', (value) => expect(named(value)).toBe(true))

it.each([
  '',
  '7.3',
  '"7.3',
  'w/"7.3"',
  '"7.3"x',
  'x"7.3"',
  '"7.30"',
  '"17.3"',
  '"7.3-gzip-br"',
  '"7.3-zip"',
  '**',
])('does not take %j for the tag', (value) => expect(named(value)).toBe(false))

it('writes a tag that it knows again, and knows none where none is named', () => {
  expect(toETag('7.3')).toBe('W/"7.3"')
  expect(named(toETag('7.3'))).toBe(true)
  expect(matchesTag(new Headers(), '7.3')).toBe(false)
})

it('reads the first 32 tags of a list', () => {
  const others = (count: number) => '"0.0",'.repeat(count)
  expect(named(`${others(31)}"7.3"`)).toBe(true)
  expect(named(`${others(32)}"7.3"`)).toBe(false)
})

it.each([
  ['wait=25', 25],
  ['respond-async, wait=25', 25],
  ['wait=5; foo, bar', 5],
  ['WAIT = 5', 5],
  ['wait="5"', 5],
  ['foo="a \\", wait=9", wait=5', 5],
  ['foo="wait=9"', 0],
  ['foo; wait=5', 5],
  ['wait=99999', 99_999],
  ['wait=100000', 0],
  ['wait=5s', 0],
  ['wait="5x"', 0],
  ['nowait=5', 0],
  ['wait', 0],
  ['', 0],
])('waits for Prefer: %s as many seconds: %i', (value, seconds) => expect(wait(value)).toBe(seconds))

it('does not wait where nothing is preferred', () => expect(readPreferredWait(new Headers())).toBe(0))
