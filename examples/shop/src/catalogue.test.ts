import { describe, expect, it } from 'vitest'
import { toSvg } from './art/drawing.ts'
import { CATALOGUE, findGood } from './catalogue.ts'
import { LOCALES } from './locale.ts'
import { TEXTS } from './texts/texts.ts'

/** Every text below a value, with the way to it. */
function textsOf(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, below]) => textsOf(below, `${path}.${name}`))
}

const SCRIPT = { ru: /\p{Script=Cyrillic}/u, 'zh-Hans': /\p{Script=Han}/u, en: /\p{Script=Latin}/u }

describe.each(CATALOGUE.map((good) => [good.sku, good] as const))('%s', (sku, good) => {
  it('has every text in every language, each in its own script', () => {
    for (const locale of LOCALES) {
      for (const text of [good.name, good.origin, good.measure, good.summary, good.description]) {
        expect(text[locale]).toMatch(SCRIPT[locale])
      }
    }
  })

  it('has a price in whole kopecks and can be found by a name that needs no escaping', () => {
    expect(good.price.currency).toBe('RUB')
    expect(Number.isSafeInteger(good.price.minorUnits)).toBe(true)
    expect(good.price.minorUnits).toBeGreaterThan(0)
    expect(sku).toMatch(/^[a-z0-9-]{1,40}$/)
    expect(findGood(sku)).toBe(good)
  })

  it('has a drawing without a broken number', () => {
    expect(toSvg(good.drawing)).not.toMatch(/NaN|undefined|Infinity/)
  })
})

it('names no good twice', () => {
  expect(new Set(CATALOGUE.map(({ sku }) => sku)).size).toBe(CATALOGUE.length)
})

it('has the same texts in every language, none of them empty, with the same places for values', () => {
  const russian = textsOf(TEXTS.ru, '')
  for (const locale of LOCALES) {
    const texts = textsOf(TEXTS[locale], '')
    expect(texts.map(([path]) => path)).toEqual(russian.map(([path]) => path))
    for (const [i, [, text]] of texts.entries()) {
      expect(text.trim()).not.toBe('')
      expect(text.match(/\{\w+\}/g)).toEqual(russian[i]?.[1].match(/\{\w+\}/g) ?? null)
    }
  }
})
