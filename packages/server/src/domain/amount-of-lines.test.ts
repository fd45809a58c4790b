import { describe, expect, it } from 'vitest'
import { amountOfLines } from './amount-of-lines.ts'

const RUB = (minorUnits: number) => ({ currency: 'RUB', minorUnits })
const ORDER = {
  reference: 'A-1001',
  description: 'Чай',
  lines: [
    { id: 'puer', name: 'Шу пуэр', quantity: '2', total: RUB(100_000) },
    { id: 'oolong', name: 'Улун', quantity: '0.250', total: RUB(23_400) },
    { name: 'Доставка', quantity: '1', total: RUB(56) },
  ],
}
const refused = (path: string) => expect.objectContaining({ code: 'invalid_request', path })

describe('amountOfLines', () => {
  it('is the lines that are named, whole ones, whatever is named first', () => {
    expect(amountOfLines({ lines: ['oolong'] }, ORDER)).toBe(23_400)
    expect(amountOfLines({ lines: [{ id: 'oolong' }, { id: 'puer', quantity: '2.0' }] }, ORDER)).toBe(123_400)
  })

  it('is the amount where there is one, beside lines too', () => {
    expect(amountOfLines({ amount: RUB(7) }, ORDER)).toBe(7)
    expect(amountOfLines({ amount: RUB(7), lines: [{ id: 'puer', quantity: '1' }] }, ORDER)).toBe(7)
  })

  it('is nobody’s guess where neither is there', () => {
    expect(amountOfLines({}, ORDER)).toBeUndefined()
  })

  it('refuses lines that the order has not, and one that is named twice', () => {
    for (const id of ['tea', 'Доставка', '__proto__'])
      expect(() => amountOfLines({ lines: [{ id: 'puer' }, { id }] }, ORDER)).toThrow(refused('lines[1]'))
    expect(() => amountOfLines({ amount: RUB(1), lines: ['tea'] }, ORDER)).toThrow(refused('lines[0]'))
    expect(() => amountOfLines({ lines: ['puer', 'puer'] }, ORDER)).toThrow(refused('lines[1]'))
  })

  it('refuses a part of a line that nobody put a price on', () => {
    expect(() => amountOfLines({ lines: [{ id: 'puer', quantity: '1' }] }, ORDER)).toThrow(
      refused('lines[0].quantity'),
    )
  })
})
