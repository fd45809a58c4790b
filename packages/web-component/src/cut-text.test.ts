import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cutText } from './cut-text.ts'

afterEach(() => vi.unstubAllGlobals())

const CHARACTERS = {
  letter: 'A',
  'letter of two units': '𝔞',
  'Chinese character': '茶',
  'accented letter': 'и\u0306',
  emoji: '🍵',
  'emoji of a family': '👨‍👩‍👧‍👦',
  'emoji with a skin tone': '👍🏽',
  'emoji with both': '🧑🏻‍🚀',
  'heart in its colour': '❤️‍🔥',
  flag: '🇨🇳',
  keycap: '7️⃣',
} as const

describe.each([
  ['with Intl.Segmenter', Intl],
  ['without', { NumberFormat: Intl.NumberFormat }],
])('%s', (_, intl) => {
  it.each(Object.entries(CHARACTERS))(
    'BA-19: keeps 200 characters and cuts none in two: %s',
    (_, character) => {
      vi.stubGlobal('Intl', intl)
      expect(cutText(character.repeat(200))).toBe(character.repeat(200))
      expect(cutText(character.repeat(201))).toBe(`${character.repeat(199)}…`)
      expect(cutText(character.repeat(10_000))).toBe(`${character.repeat(199)}…`)
    },
  )

  it('BA-19: leaves no half character, whatever comes together', () => {
    const text = fc.array(fc.constantFrom(...Object.values(CHARACTERS), ' ', '\n', 'é'), {
      minLength: 180,
      maxLength: 260,
    })
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join('')
        vi.stubGlobal('Intl', intl)
        const cut = cutText(whole)
        vi.unstubAllGlobals()
        const boundaries = Array.from(new Intl.Segmenter().segment(whole), ({ index }) => index)
        if (cut === whole) expect(boundaries.length).toBeLessThanOrEqual(200)
        else expect(boundaries.slice(0, 200)).toContain(cut.length - 1)
      }),
    )
  })

  it('ends where one character has no end', () => {
    vi.stubGlobal('Intl', intl)
    expect(cutText(`Чай z${'\u0301'.repeat(100_000)}`)).toMatch(/^Чай .*…$/)
    for (const endless of ['\u0301', '\u200d', '\ud800', '🏽', '👨‍', '\u{e0041}'])
      expect(cutText(endless.repeat(50_000)).length).toBeLessThanOrEqual(4_001)
  })
})
