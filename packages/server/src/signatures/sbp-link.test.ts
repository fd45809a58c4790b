import { describe, expect, it } from 'vitest'
import vectors from './fixtures/sbp-crc.json' with { type: 'json' }
import { isSoundSbpLink } from './sbp-link.ts'

describe('isSoundSbpLink', () => {
  for (const { name, withoutCrc, crc } of vectors.vectors) {
    it(`takes a genuine link, in either case: ${name}`, () => {
      expect(isSoundSbpLink(`${withoutCrc}&crc=${crc}`)).toBe(true)
      expect(isSoundSbpLink(`${withoutCrc}&crc=${crc.toLowerCase()}`)).toBe(true)
    })
  }

  for (const { name, link } of vectors.negative) {
    it(`refuses a link that does not match: ${name}`, () => expect(isSoundSbpLink(link)).toBe(false))
  }

  const { withoutCrc, crc } = vectors.vectors[0]!
  it.each([
    ['cut before its crc', withoutCrc],
    ['without parameters', 'https://qr.nspk.ru/AS100001ORTF4GAF80KPJ53K186D9A3G'],
    ['cut in its crc', `${withoutCrc}&crc=${crc.slice(0, 3)}`],
    ['with something after its crc', `${withoutCrc}&crc=${crc}0`],
    ['with another sum', `${withoutCrc.replace(/sum=\d/, 'sum=9')}&crc=${crc}`],
    ['without its question mark', `${withoutCrc.replace('?', '')}&crc=${crc}`],
    ['with two crcs', `${withoutCrc}&crc=${crc}&crc=${crc}`],
  ])('refuses a link %s', (_, link) => expect(isSoundSbpLink(link)).toBe(false))
})
