import { expect, it } from 'vitest'
import { addToCart, cartTotal, formatCart, parseCart, setQuantity } from './cart.ts'

it('reads what it wrote', () => {
  const lines = parseCart('gaiwan:1,dian-hong:12')
  expect(formatCart(lines)).toBe('gaiwan:1,dian-hong:12')
  expect(cartTotal(lines)).toEqual({ currency: 'RUB', minorUnits: 168_000 + 12 * 64_000 })
})

it('leaves out what a cookie cannot mean', () => {
  expect(formatCart(parseCart('gaiwan:0,gaiwan:-1,nothing:1,dian-hong:1e3,samovar:1.5,constructor:1'))).toBe(
    '',
  )
  expect(formatCart(parseCart(undefined))).toBe('')
  expect(formatCart(parseCart('gaiwan:2,gaiwan:3'))).toBe('gaiwan:3')
})

it('adds, changes and takes out goods, and stops at 99', () => {
  const one = addToCart([], 'gaiwan', 1)
  expect(formatCart(addToCart(one, 'gaiwan', 2))).toBe('gaiwan:3')
  expect(formatCart(addToCart(one, 'gaiwan', 500))).toBe('gaiwan:99')
  expect(formatCart(setQuantity(one, 'gaiwan', 0))).toBe('')
  expect(setQuantity(one, 'nothing', 1)).toBe(one)
})
