import { describe, expect, it } from 'vitest'
import vectors from './fixtures/sbp-crc.json' with { type: 'json' }
import { sbpCrc } from './sbp-crc.ts'

describe('sbpCrc', () => {
  // https://reveng.sourceforge.io/crc-catalogue/16.htm#crc.cat.crc-16-ibm-3740
  it('is CRC-16/CCITT-FALSE', () => expect(sbpCrc('123456789')).toBe('29B1'))

  for (const { name, withoutCrc, crc } of vectors.vectors) {
    it(`agrees with the link: ${name}`, () => expect(sbpCrc(withoutCrc)).toBe(crc))
  }

  for (const { name, link, computed } of vectors.negative) {
    it(`tells a link that does not match: ${name}`, () => {
      expect(sbpCrc(link.slice(0, link.indexOf('&crc=')))).toBe(computed)
      expect(link.endsWith(computed)).toBe(false)
    })
  }
})
