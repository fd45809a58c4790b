import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from './fixtures/sbp-crc.json' with { type: 'json' }
import { createDice, MUTATIONS } from './mutate.ts'
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

  it('is four hex digits of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^[0-9A-F]{4}$/.test(sbpCrc(text))))
  })

  // CRC-16 finds each error that lies within 16 bits. Of errors anywhere it misses one of 65,536: it is no signature.
  it(`tells each of ${MUTATIONS} slips of the pen: one or two neighbouring characters`, {
    timeout: 300_000,
  }, () => {
    const dice = createDice()
    const missed: string[] = []
    for (let round = 0; round < MUTATIONS; round++) {
      const { withoutCrc, crc } = vectors.vectors[round % vectors.vectors.length]!
      const at = dice.roll(withoutCrc.length - 1)
      const pair = withoutCrc.slice(at, at + 2)
      const any = () => String.fromCharCode(33 + dice.roll(94))
      const slips = [`${pair[1]}${pair[0]}`, `${any()}${pair[1]}`, `${any()}${any()}`]
      const mutated = withoutCrc.slice(0, at) + slips[dice.roll(3)] + withoutCrc.slice(at + 2)
      if (mutated !== withoutCrc && sbpCrc(mutated) === crc) missed.push(mutated)
    }
    expect(missed, `seed ${dice.seed}`).toEqual([])
  })
})
