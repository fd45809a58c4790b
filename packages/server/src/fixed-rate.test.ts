import { expect, it } from 'vitest'
import { fixedRate } from './fixed-rate.ts'

const rub = { currency: 'RUB', minorUnits: 100 }

it('gives its rate for the pair it is for, in that direction only', () => {
  const source = fixedRate({ pair: 'RUB/CNY', rate: '12.50', marginBps: 120, reference: 'Bank of Russia' })
  expect(source.rate(rub, 'CNY', 0)).toEqual({
    rate: '12.50',
    marginBps: 120,
    reference: 'Bank of Russia',
    validForSeconds: 300,
  })
  expect(source.rate(rub, 'USD', 0)).toBeNull()
  expect(source.rate({ currency: 'CNY', minorUnits: 100 }, 'RUB', 0)).toBeNull()
  expect(source.rate({ currency: 'USD', minorUnits: 100 }, 'CNY', 0)).toBeNull()
})

it.each(['', '0', '0.00', '00.0', '-1', '1e3', '12,5', '.5', '1.', ' 1', '1.123456789', '1234567890123'])(
  'refuses the rate %j',
  (rate) => {
    expect(() => fixedRate({ pair: 'RUB/CNY', rate })).toThrow(/quotes\.rate is .*write RUB per one CNY/)
  },
)

it.each(['RUB', 'RUB/', 'RUB/RUB', 'RUB/CNY/USD', 'rub/cny', 'RUB/XXX', '/CNY'])(
  'refuses the pair %j',
  (pair) => {
    expect(() => fixedRate({ pair, rate: '12.50' })).toThrow(/quotes\.pair is/)
  },
)

it('refuses margins and lives out of bounds', () => {
  const given = (options: object) => () => fixedRate({ pair: 'RUB/CNY', rate: '12.50', ...options })
  for (const marginBps of [-1, 5001, 0.5, Number.NaN])
    expect(given({ marginBps })).toThrow(/quotes\.marginBps is .*0 to 5000/)
  for (const validForSeconds of [29, 86_401, 30.5])
    expect(given({ validForSeconds })).toThrow(/quotes\.validForSeconds is .*30 to 86400/)
  for (const options of [
    { marginBps: 0 },
    { marginBps: 5000 },
    { validForSeconds: 30 },
    { validForSeconds: 86_400 },
  ])
    expect(given(options)).not.toThrow()
})
