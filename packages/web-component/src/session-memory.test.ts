import { afterEach, beforeEach, expect, it } from 'vitest'
import { forgetKeys, recallKey, rememberKey } from './session-memory.ts'

const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage') as PropertyDescriptor
beforeEach(() => sessionStorage.clear())
afterEach(() => Object.defineProperty(globalThis, 'sessionStorage', descriptor))

it('keeps a key until it is forgotten', () => {
  rememberKey('tea', 'key-1')
  rememberKey('cup', 'key-2')
  expect([recallKey('tea'), recallKey('cup'), recallKey('pot')]).toEqual(['key-1', 'key-2', undefined])
  rememberKey('tea', undefined)
  expect([recallKey('tea'), recallKey('cup')]).toEqual([undefined, 'key-2'])
})

it('forgets all purchases at once, and nothing of the page', () => {
  sessionStorage.setItem('cart', 'tea')
  rememberKey('tea', 'key-1')
  rememberKey('cup', 'key-2')
  forgetKeys()
  expect([sessionStorage.length, sessionStorage.getItem('cart')]).toEqual([1, 'tea'])
})

it('goes without where storage is refused', () => {
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get() {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  rememberKey('tea', 'key-1')
  forgetKeys()
  expect(recallKey('tea')).toBe(undefined)
})
