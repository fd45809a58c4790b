import { expect, it } from 'vitest'
import { createAttemptKeys } from './attempt-key.ts'
import type { CheckoutView } from './contract/checkout.ts'
import type { KeyValueStorage } from './platform.ts'
import { createFakeOrigin, createFakePlatform } from './testing/index.ts'

const view = (paymentId?: string, sessionId = 'cs_1'): CheckoutView =>
  ({
    session: { id: sessionId, status: 'open', expiresInMs: 3_600_000 },
    payment: paymentId === undefined ? null : { id: paymentId },
  }) as CheckoutView

const tab = (origin = createFakeOrigin()) => {
  const platform = createFakePlatform({ fetch: () => Promise.reject(new TypeError()), origin })
  return { platform, keys: createAttemptKeys(platform) }
}

it('is one key for one attempt, in this tab and the others', () => {
  const origin = createFakeOrigin()
  const [here, there] = [tab(origin), tab(origin)]
  const { key } = here.keys.open(view(), 'sbp')
  expect(key.length).toBeGreaterThanOrEqual(22)
  expect(here.keys.open(view(), 'sbp').key).toBe(key)
  expect(there.keys.open(view(), 'sbp').key).toBe(key)
  expect(there.keys.find(view())?.method).toBe('sbp')
})

it('is another key for another method, and once the API has shown the attempt', () => {
  const { keys } = tab()
  const { key } = keys.open(view(), 'sbp')
  expect(keys.open(view(), 'alipay').key).not.toBe(key)
  const second = keys.open(view('pay_1'), 'sbp')
  expect(second.key).not.toBe(key)
  expect(keys.find(view('pay_1'))).toMatchObject({ key: second.key })
  expect(keys.find(view('pay_2'))).toBe(undefined)
})

it('is forgotten when it is erased', () => {
  const { keys, platform } = tab()
  keys.open(view(), 'sbp')
  keys.erase(view())
  expect([keys.find(view()), platform.storage?.length]).toEqual([undefined, 0])
})

it.each([
  '',
  'null',
  '{',
  '{"key":1}',
  '{"key":"short"}',
  '{"key":"bad key with spaces in it!"}',
  '{"key":"x, 0123456789012345678901234567"}',
  '{"key":"0123456789012345678901234567, x"}',
  '{"key":"012345678901234567890"}',
  '[]',
  '"text"',
])('takes %j in the storage for nothing', (text) => {
  const { keys, platform } = tab()
  platform.storage?.setItem('teabrick:cs_1', text)
  expect(keys.find(view())).toBe(undefined)
  expect(keys.open(view(), 'sbp').key).toMatch(/^key-/)
})

it('does with memory where the storage is full', () => {
  const origin = createFakeOrigin()
  const storage: KeyValueStorage = {
    length: 0,
    key: () => null,
    getItem: () => null,
    removeItem: () => undefined,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  const { keys } = tab({ ...origin, storage })
  const { key } = keys.open(view(), 'sbp')
  expect(keys.open(view(), 'sbp').key).toBe(key)
  keys.erase(view())
  expect(keys.find(view())).toBe(undefined)
})

it('sweeps its own records a day after their deadlines, and nothing else', async () => {
  const { keys, platform } = tab()
  const { storage } = platform
  const pay = (sessionId: string) => createAttemptKeys(platform).open(view(undefined, sessionId), 'sbp')
  keys.open(view(undefined, 'cs_old'), 'sbp')
  storage?.setItem('cart', 'tea')
  storage?.setItem('teabrick:cs_broken', '{')
  await platform.advance(3_600_000 + 86_400_000 - 1)
  pay('cs_2')
  expect(names(storage)).toEqual(['teabrick:cs_old', 'cart', 'teabrick:cs_2'])
  await platform.advance(1)
  pay('cs_3')
  expect(names(storage)).toEqual(['cart', 'teabrick:cs_2', 'teabrick:cs_3'])
})

function names(storage: KeyValueStorage | undefined): (string | null | undefined)[] {
  return Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i))
}
