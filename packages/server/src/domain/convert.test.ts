import { expect, it } from 'vitest'
import { convert } from './convert.ts'

const rub = (minorUnits: number) => ({ currency: 'RUB', minorUnits })

// The Bank of Russia vectors: 1,234.56 RUB at 11.25 per yuan, and at 109.8765 per ten.
it.each([
  [123_456, '11.25', 10_974],
  [123_456, '10.98765', 11_236],
  [123_456, '12.50', 9876],
  [125, '12.50', 10],
  [6, '12.5', null],
  [7, '12.5', 1],
  [25, '10', 3],
  [24, '10', 2],
  [5, '10', 1],
  [4, '10', null],
])('turns %i kopecks at %s into %s fen, rounded half up', (minorUnits, rate, fen) => {
  expect(convert(rub(minorUnits), 'CNY', rate)).toEqual(
    fen === null ? null : { currency: 'CNY', minorUnits: fen },
  )
})

it('knows that yen have no minor unit', () => {
  expect(convert(rub(10_000), 'JPY', '0.60')).toEqual({ currency: 'JPY', minorUnits: 167 })
  expect(convert({ currency: 'JPY', minorUnits: 167 }, 'RUB', '1.67')).toEqual(rub(10_000))
})

it.each(['0', '0.00', '1e3', '-1', '', '12,5', '٣'])('gives nothing for the rate %j', (rate) => {
  expect(convert(rub(100), 'CNY', rate)).toBeNull()
})
