import { expect, it } from 'vitest'
import { fromWireAmount, toWireAmount } from './wire-amount.ts'

it('writes and reads whole minor units', () => {
  const most = { currency: 'CNY', minorUnits: Number.MAX_SAFE_INTEGER }
  expect(toWireAmount({ currency: 'CNY', minorUnits: 9876 })).toEqual({ currency: 'CNY', value: '9876' })
  expect(fromWireAmount(toWireAmount(most))).toEqual(most)
  expect(fromWireAmount({ currency: 'CNY', value: '0' })).toEqual({ currency: 'CNY', minorUnits: 0 })
})

it.each([
  '',
  ' 1',
  '1.0',
  '-1',
  '+1',
  '1e3',
  '0x10',
  '٣',
  '9007199254740992',
  '9007199254740993',
  '99999999999999999',
])('does not read %j as an amount, and takes it for no answer', (value) => {
  expect(() => fromWireAmount({ currency: 'CNY', value })).toThrow(
    expect.objectContaining({ kind: 'unknown', code: 'answer_unexpected' }),
  )
})
