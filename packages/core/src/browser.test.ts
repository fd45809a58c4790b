import { expect, it } from 'vitest'
import { browserPlatform } from './browser.ts'

it('works without a document, as a page that is always visible', async () => {
  const platform = browserPlatform()
  expect([platform.isVisible(), platform.isOnline(), platform.storage]).toEqual([true, true, undefined])
  expect(platform.device()).toMatchObject({ surface: 'desktop' })
  expect(() => platform.onAttention(() => undefined)()).not.toThrow()
  expect(await platform.exclusive?.('name', new AbortController().signal, async () => 'ran')).toBe('ran')
})

it('makes keys that nobody can guess, and no two alike', () => {
  const { newKey } = browserPlatform()
  const keys = Array.from({ length: 1000 }, newKey)
  expect(new Set(keys).size).toBe(1000)
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
})

it('sets one timer, and takes it back', async () => {
  const { after } = browserPlatform()
  let called = 0
  after(0, () => called++)()
  await new Promise<void>((resolve) => after(5, resolve))
  expect(called).toBe(0)
})

it.each([
  ['TelegramWebviewProxy', 'on an iPhone'],
  ['TelegramWebview', 'on Android'],
])('knows Telegram by %s, %s, where the user agent does not tell', (name) => {
  const platform = browserPlatform()
  expect(platform.device().inApp).toBeUndefined()
  Reflect.set(globalThis, name, {})
  try {
    expect(platform.device().inApp).toBe('telegram')
  } finally {
    Reflect.deleteProperty(globalThis, name)
  }
})
