import { expect, it } from 'vitest'
import { fingerprintOf, toCanonicalJson } from './canonical-json.ts'

it('writes equal values alike, whatever the order of their members and whether one is left out or undefined', () => {
  const value = { b: [2, { d: 1, c: null }], a: 'x', e: undefined }
  expect(toCanonicalJson(value)).toBe('{"a":"x","b":[2,{"c":null,"d":1}]}')
  expect(toCanonicalJson({ a: 'x', b: [2, { c: null, d: 1 }] })).toBe(toCanonicalJson(value))
})

it('tells every other body from the first, however small the difference and wherever it is', () => {
  const body = {
    amount: { currency: 'RUB', minorUnits: 123_456 },
    lines: ['a', 'b'],
    reason: 'a long reason that is given by the merchant, and ends in a number: 1',
  }
  const others = [
    { ...body, amount: { currency: 'RUB', minorUnits: 123_457 } },
    { ...body, amount: { currency: 'CNY', minorUnits: 123_456 } },
    { ...body, amount: { currency: 'RUB', minorUnits: '123456' } },
    { ...body, lines: ['b', 'a'] },
    { ...body, lines: ['a'] },
    { ...body, lines: [] },
    { ...body, reason: body.reason.replace('1', '2') },
    { ...body, reason: null },
    { ...body, more: 1 },
    { amount: body.amount, lines: body.lines },
    {},
    null,
  ]
  const fingerprints = new Set([body, ...others].map(fingerprintOf))
  expect(fingerprints.size).toBe(others.length + 1)
  expect(fingerprintOf(structuredClone(body))).toBe(fingerprintOf(body))
})
