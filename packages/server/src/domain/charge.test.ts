import fc from 'fast-check'
import { expect, it } from 'vitest'
import { amountOf, chargeOf } from './charge.ts'

const money = (currency: string) =>
  fc.integer({ min: 1, max: 999_999_999_999 }).map((minorUnits) => ({ currency, minorUnits }))

it('AM-24: any partition of an amount has charges that add up to the whole charge, none negative', () => {
  fc.assert(
    fc.property(
      money('RUB'),
      money('CNY'),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 }),
      (amount, charge, cuts) => {
        const marks = [
          0,
          ...cuts.map((cut) => Math.floor(cut * amount.minorUnits)).sort((a, b) => a - b),
          amount.minorUnits,
        ]
        const parts = marks
          .slice(1)
          .map(
            (mark, index) =>
              chargeOf(mark, { amount, charge }) - chargeOf(marks[index] ?? 0, { amount, charge }),
          )
        expect(parts.every((part) => part >= 0)).toBe(true)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(charge.minorUnits)
      },
    ),
  )
})

it('finds the largest amount that a charged sum can stand for', () => {
  fc.assert(
    fc.property(money('RUB'), money('CNY'), fc.nat(), (amount, charge, seed) => {
      const charged = seed % (charge.minorUnits + 1)
      const found = amountOf(charged, { amount, charge })
      expect(chargeOf(found, { amount, charge })).toBeLessThanOrEqual(charged)
      if (found < amount.minorUnits) expect(chargeOf(found + 1, { amount, charge })).toBeGreaterThan(charged)
    }),
  )
})

it('is the amount itself where both are in one currency', () => {
  const amount = { currency: 'RUB', minorUnits: 123_456 }
  expect(chargeOf(777, { amount, charge: amount })).toBe(777)
  expect(amountOf(777, { amount, charge: amount })).toBe(777)
})
