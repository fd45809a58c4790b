import { describe, expect, it } from 'vitest'
import { createLinks } from './links.ts'

const { merchantReturnUrl } = createLinks({
  publicUrl: 'https://shop.example/pay',
  capabilities: { issue: () => 'st_ours', read: () => 'invalid' },
  graceSeconds: 900,
})
const back = (returnUrl: string) =>
  merchantReturnUrl({ id: 'cs_0123456789abcdefghijkl', expiresAt: 0, returnUrl })

describe('the address of the return', () => {
  it.each([
    ['https://shop.example/thanks', 'https://shop.example/thanks#teabrick=st_ours'],
    ['https://shop.example/thanks#', 'https://shop.example/thanks#teabrick=st_ours'],
    ['https://shop.example/?a=1#/order/1', 'https://shop.example/?a=1#/order/1&teabrick=st_ours'],
    ['https://shop.example/#a=1#b', 'https://shop.example/#a=1#b&teabrick=st_ours'],
  ])('carries the token behind what the merchant has in %s', (returnUrl, url) => {
    expect(back(returnUrl)).toBe(url)
  })

  it('carries one token, whatever the merchant was made to put there (RU-24)', () => {
    for (const forged of ['teabrick=st_evil', 'a=1&teabrick=st_evil&teabrick=', 'teabrick=st_evil&a=1'])
      expect(back(`https://shop.example/#${forged}`).match(/teabrick=[^&]*/g)).toEqual(['teabrick=st_ours'])
    expect(back('https://shop.example/#a=1&teabrick=st_evil&b=2')).toBe(
      'https://shop.example/#a=1&b=2&teabrick=st_ours',
    )
  })
})
