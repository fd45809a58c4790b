import { afterEach, expect, it } from 'vitest'
import { recentBanks, rememberBank } from './recent-banks.ts'

const id = (n: number) => `10000000000${n}`
afterEach(() => localStorage.clear())

it('keeps four ids, latest first, each once, and nothing else', () => {
  for (const n of [1, 2, 3, 4, 5, 3]) rememberBank(id(n))
  expect(recentBanks()).toEqual([id(3), id(5), id(4), id(2)])
  expect(localStorage.length).toBe(1)
  expect(localStorage.getItem('teabrick:banks')).toBe(JSON.stringify([id(3), id(5), id(4), id(2)]))
})

it.each(['', '{', 'null', '7', '{"length":9}', '["javascript:x", 7, null, "1000000000011"]'])(
  'reads %j, which somebody else wrote, as nothing',
  (text) => {
    localStorage.setItem('teabrick:banks', text)
    expect(recentBanks()).toEqual([])
    rememberBank(id(1))
    expect(recentBanks()).toEqual([id(1)])
  },
)

it('goes without where storage is refused', () => {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'localStorage') as PropertyDescriptor
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  expect(recentBanks()).toEqual([])
  expect(() => rememberBank(id(1))).not.toThrow()
  Object.defineProperty(globalThis, 'localStorage', descriptor)
})
