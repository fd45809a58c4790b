import { expect, it } from 'vitest'
import { toYuan } from './exchange.ts'

const yuan = (kopecks: number): number => toYuan({ currency: 'RUB', minorUnits: kopecks }).minorUnits

it('divides by the rate and rounds half up to the fen', () => {
  expect(yuan(245_000)).toBe(19_600)
  expect(yuan(123_456)).toBe(9_876) // 98.7648, the example of the payment API's documentation
  expect(yuan(6)).toBe(0) // 0.48 fen
  expect(yuan(1_000_006)).toBe(80_000) // 80000.48
  expect(yuan(1_000_007)).toBe(80_001) // 80000.56
})

it('loses nothing on sums that no float holds', () => {
  expect(yuan(9_007_199_254_740_991)).toBe(720_575_940_379_279)
})
