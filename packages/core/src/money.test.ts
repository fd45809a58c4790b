import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPayError } from './errors.ts'
import { formatMoney } from './format-money.ts'
import { formatRemaining } from './format-remaining.ts'
import {
  fromDecimalString,
  isSupportedCurrency,
  minorUnitExponent,
  supportedCurrencies,
  toDecimalString,
} from './money.ts'

const anAmount = fc.record({
  currency: fc.constantFrom(...supportedCurrencies()),
  minorUnits: fc.maxSafeNat(),
})

it('comes back from a decimal string to the last minor unit', () => {
  fc.assert(
    fc.property(anAmount, (money) => {
      expect(fromDecimalString(toDecimalString(money), money.currency)).toEqual(money)
    }),
    { numRuns: 2000 },
  )
})

it('comes back with the exponent of a provider too', () => {
  fc.assert(
    fc.property(anAmount, fc.integer({ min: 0, max: 4 }), (money, exponent) => {
      expect(fromDecimalString(toDecimalString(money, exponent), money.currency, exponent)).toEqual(money)
    }),
  )
})

// Strings that parseFloat, Number or BigInt take, and money must not.
it.each([
  '',
  ' 1',
  '1 ',
  '+1',
  '-1',
  '1e3',
  '0x10',
  '1,5',
  '1.',
  '.5',
  '1.005',
  '1.0.0',
  '12abc',
  'NaN',
  '١',
  '1_000',
])('refuses %j as an amount', (text) => {
  expect(() => fromDecimalString(text, 'RUB')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

it('loses nothing with zeros beyond the places of a currency', () => {
  expect(fromDecimalString('10.500', 'RUB')).toEqual({ currency: 'RUB', minorUnits: 1050 })
  expect(fromDecimalString('10.00', 'JPY')).toEqual({ currency: 'JPY', minorUnits: 10 })
})

it('refuses what a safe integer cannot hold', () => {
  expect(() => fromDecimalString('9007199254740993', 'JPY')).toThrow()
  expect(() => fromDecimalString('90071992547409.93', 'RUB')).toThrow()
  expect(fromDecimalString('90071992547409.91', 'RUB').minorUnits).toBe(Number.MAX_SAFE_INTEGER)
})

it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %s minor units', (minorUnits) => {
  expect(() => toDecimalString({ currency: 'RUB', minorUnits })).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  )
})

it.each(['rub', 'RUR', 'XXX', '', 'constructor', '__proto__'])(
  'does not know the currency %j',
  (currency) => {
    expect(isSupportedCurrency(currency)).toBe(false)
    try {
      minorUnitExponent(currency)
      expect.unreachable()
    } catch (error) {
      expect(isPayError(error) && error.code).toBe('invalid_request')
    }
  },
)

describe('an amount for people', () => {
  const rows: readonly (readonly [string, number, string, string, string])[] = [
    // currency, minor units, ru, zh-Hans, en; _ stands for a no-break space
    ['RUB', 123_456, '1_234,56_₽', '₽1,234.56', '₽1,234.56'],
    ['RUB', 0, '0,00_₽', '₽0.00', '₽0.00'],
    ['RUB', 5, '0,05_₽', '₽0.05', '₽0.05'],
    ['RUB', 100_000_000, '1_000_000,00_₽', '₽1,000,000.00', '₽1,000,000.00'],
    ['RUB', 99_999, '999,99_₽', '₽999.99', '₽999.99'],
    ['CNY', 9_876, '98,76_¥', '¥98.76', 'CN¥98.76'],
    ['JPY', 1_500, '1_500_JP¥', 'JP¥1,500', 'JP¥1,500'],
    ['USD', 100, '1,00_$', '$1.00', '$1.00'],
    ['EUR', 100, '1,00_€', '€1.00', '€1.00'],
    ['HKD', 100, '1,00_HK$', 'HK$1.00', 'HK$1.00'],
    ['KRW', 12_000, '12_000_₩', '₩12,000', '₩12,000'],
    ['KZT', 100, '1,00_₸', '₸1.00', '₸1.00'],
    ['GEL', 100, '1,00_₾', '₾1.00', '₾1.00'],
    ['AMD', 100, '1,00_֏', '֏1.00', '֏1.00'],
    ['AZN', 100, '1,00_₼', '₼1.00', '₼1.00'],
    ['MNT', 100, '1,00_₮', '₮1.00', '₮1.00'],
    ['BYN', 100, '1,00_BYN', 'BYN_1.00', 'BYN_1.00'],
    ['UZS', 1_234_567, '12_345,67_UZS', 'UZS_12,345.67', 'UZS_12,345.67'],
    ['KGS', 100, '1,00_KGS', 'KGS_1.00', 'KGS_1.00'],
    ['TJS', 100, '1,00_TJS', 'TJS_1.00', 'TJS_1.00'],
    ['TMT', 100, '1,00_TMT', 'TMT_1.00', 'TMT_1.00'],
    ['MDL', 100, '1,00_MDL', 'MDL_1.00', 'MDL_1.00'],
  ]
  it.each(rows)('%s %i is %s, %s, %s', (currency, minorUnits, ...texts) => {
    const money = { currency, minorUnits }
    const written = ['ru', 'zh-Hans', 'en'].map((locale) =>
      formatMoney(money, locale).replaceAll('\u00a0', '_'),
    )
    expect(written).toEqual(texts)
  })

  it('covers every supported currency', () => {
    expect(new Set(rows.map(([currency]) => currency))).toEqual(new Set(supportedCurrencies()))
  })

  it('goes by the language of a locale, and writes English for any other', () => {
    const money = { currency: 'CNY', minorUnits: 100 }
    expect(
      ['ru-RU', 'RU', 'zh-CN', 'zh', 'zh-Hant-HK', 'de', ''].map((locale) => formatMoney(money, locale)),
    ).toEqual(['1,00\u00a0¥', '1,00\u00a0¥', '¥1.00', '¥1.00', '¥1.00', 'CN¥1.00', 'CN¥1.00'])
  })

  it('never writes a bare yen sign for two currencies', () => {
    fc.assert(
      fc.property(anAmount, fc.constantFrom('ru', 'zh-Hans', 'en'), (money, locale) => {
        const isBare = /(^|[\d\u00a0])¥/.test(formatMoney(money, locale))
        expect(isBare).toBe(money.currency === 'CNY' && locale !== 'en')
      }),
    )
  })
})

it.each([
  [840_000, '14:00'],
  [61_000, '1:01'],
  [59_001, '1:00'],
  [1, '0:01'],
  [0, '0:00'],
  [-5, '0:00'],
  [3_600_000, '1:00:00'],
  [3_599_001, '1:00:00'],
  [90_061_000, '25:01:01'],
])('%i ms left is %s', (ms, text) => {
  expect(formatRemaining(ms)).toBe(text)
})
