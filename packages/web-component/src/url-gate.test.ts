import { isPayError } from '@teabrick/core'
import { describe, expect, it } from 'vitest'
import { gatedUrl } from './url-gate.ts'
import { gatedWebUrl, parseApiUrl } from './web-url.ts'

const API = 'https://pay.example/pay'
const LOCAL_API = 'http://127.0.0.1:4242/pay'

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    return isPayError(error) ? error.code : 'another error'
  }
  return undefined
}

describe('gatedUrl', () => {
  it('lets https through, as the parser writes it', () => {
    expect(gatedUrl('https://Pay.Example/a b'.replace(' ', '%20'), { apiUrl: API })).toBe(
      'https://pay.example/a%20b',
    )
  })

  it('lets http through only on this machine, and only when the API is there too', () => {
    expect(gatedUrl('http://localhost:4242/u', { apiUrl: LOCAL_API })).toBe('http://localhost:4242/u')
    expect(gatedUrl('http://localhost:4242/u', { apiUrl: API })).toBeUndefined()
    expect(gatedUrl('http://shop.example/u', { apiUrl: LOCAL_API })).toBeUndefined()
  })

  it.each([
    ['DL-04', 'javascript://%0aalert(1)'],
    ['DL-05', 'file:///etc/passwd'],
    ['DL-07', 'sms:900?body=send'],
    ['DL-08', 'market://details?id=com.evil'],
    ['AS-08', 'javascript:__pwn()'],
    ['AS-09', 'data:text/html,<script>opener.__pwn()</script>'],
    ['BA-12', 'JaVaScRiPt:__pwn()'],
    ['BA-16', ' javascript:__pwn()'],
    ['a tab inside the scheme', 'java\tscript:alert(1)'],
    ['a blob of the shop', 'blob:https://shop.example/x'],
    ['a login inside', 'https://shop.example@evil.test/'],
    ['a backslash, which some read as a slash', 'https://shop.example\\@evil.test/'],
    ['no address', 'pay me'],
    ['DL-11', 'https://qr.nspk.ru.evil.test/AS1'],
    ['DL-11, behind another name', 'https://pay.qr.alipay.com.evil.test/x'],
    ['DL-11, under a bank’s scheme', 'bank100000000004://qr.nspk.ru.evil.test/AS1'],
    ['an intent of the server', 'intent://x#Intent;scheme=alipays;end'],
  ])('%s: refuses %s for every method', (_, url) => {
    for (const method of [undefined, 'alipay', 'sbp', 'vk_pay', '__proto__', 'constructor']) {
      expect(gatedUrl(url, { apiUrl: API, method })).toBeUndefined()
    }
  })

  it('DL-09: opens a bank’s SBP scheme for SBP and for nothing else', () => {
    const url = 'bank100000000004://qr.nspk.ru/AS1'
    expect(gatedUrl(url, { apiUrl: API, method: 'sbp' })).toBe(url)
    expect(gatedUrl(url, { apiUrl: API, method: 'alipay' })).toBeUndefined()
    expect(gatedUrl(url, { apiUrl: API })).toBeUndefined()
  })

  it('opens the hosts that those only look like', () => {
    for (const url of ['https://qr.nspk.ru/AS1', 'https://qr.alipay.com/x', 'https://yookassa.ru/p?x=1'])
      expect(gatedUrl(url, { apiUrl: API, method: 'sbp' })).toBe(url)
  })

  it.each([
    ['alipay', 'alipay:'],
    ['alipay', 'alipays:'],
    ['alipay_hk', 'alipayhk:'],
    ['wechat_pay', 'weixin:'],
    ['sbp', 'bank100000000111:'],
    ['vk_pay', 'vk:'],
    ['mir_pay', 'mirpay:'],
    ['sber_pay', 'sberpay:'],
    ['sber_pay', 'sbolonline:'],
    ['sber_pay', 'sberbankonline:'],
    ['t_pay', 'tinkoffbank:'],
    ['t_pay', 'bank100000000004:'],
    ['yoomoney', 'yoomoney:'],
    ['kaspi', 'kaspi:'],
  ])('DL-09: opens for %s its %s, and for no method that is only like it', (method, scheme) => {
    const url = `${scheme}//pay/x`
    expect(gatedUrl(url, { apiUrl: API, method })).toBe(url)
    for (const other of [`x${method}`, `${method}x`, `x ${method}`, '', undefined])
      expect(gatedUrl(url, { apiUrl: API, method: other })).toBeUndefined()
    expect(gatedUrl(`x${url}`, { apiUrl: API, method })).toBeUndefined()
  })

  it.each(['bank10000000011:', 'bank1000000001111:', 'bank10000000011x:', 'bank:'])(
    'does not take %s for a bank',
    (scheme) => expect(gatedUrl(`${scheme}//qr.nspk.ru/AS1`, { apiUrl: API, method: 'sbp' })).toBeUndefined(),
  )

  it.each(['nspk', 'alipay', 'tbank', 'tinkoff', 'yookassa', 'yoomoney', 'sberbank'])(
    'DL-11: knows %s from those in front of whose host it stands',
    (name) => {
      for (const top of ['ru', 'com']) {
        expect(gatedUrl(`https://pay.${name}.${top}/x`, { apiUrl: API })).toBeDefined()
        expect(gatedUrl(`https://pay.${name}.${top}.evil.test/x`, { apiUrl: API })).toBeUndefined()
      }
    },
  )

  it.each(['\u0000', '\t', '\n', '\r', ' ', '\u001f', '\u007f', '\\'])(
    'refuses an address with %j anywhere in it, which parsers read in several ways',
    (character) => {
      for (const at of [0, 4, 10, 20]) {
        const url = 'https://pay.example/x'
        const changed = url.slice(0, at) + character + url.slice(at)
        expect(gatedUrl(changed, { apiUrl: API }), String(at)).toBeUndefined()
        expect(gatedWebUrl(changed, API), String(at)).toBeUndefined()
      }
    },
  )

  it('refuses a login of either half', () => {
    for (const login of ['a@', ':b@', 'a:b@'])
      expect(gatedUrl(`https://${login}pay.example/`, { apiUrl: API })).toBeUndefined()
  })

  it.each(['localhost', '127.0.0.1', '[::1]'])('knows this machine as %s, and by no longer name', (host) => {
    expect(gatedUrl(`http://${host}/u`, { apiUrl: LOCAL_API })).toBe(`http://${host}/u`)
    expect(gatedUrl(`https://${host}/u`, { apiUrl: API })).toBe(`https://${host}/u`)
    expect(gatedUrl(`ftp://${host}/u`, { apiUrl: LOCAL_API })).toBeUndefined()
    for (const other of [`x${host}`, `${host}.evil.test`].filter((name) => !name.includes('[')))
      expect(gatedUrl(`http://${other}/u`, { apiUrl: LOCAL_API })).toBeUndefined()
  })

  it('opens each method’s own app', () => {
    expect(gatedUrl('alipays://platformapi/startapp?appId=1', { apiUrl: API, method: 'alipay' })).toMatch(
      /^alipays:/,
    )
    expect(gatedUrl('weixin://wxpay/x', { apiUrl: API, method: 'wechat_pay' })).toMatch(/^weixin:/)
    expect(gatedUrl('weixin://wxpay/x', { apiUrl: API, method: 'alipay' })).toBeUndefined()
  })
})

describe('gatedWebUrl', () => {
  it('knows no app schemes', () => {
    expect(gatedWebUrl('alipays://x', API)).toBeUndefined()
    expect(gatedWebUrl(undefined, API)).toBeUndefined()
    expect(gatedWebUrl('https://pay.example/c/lt_x', API)).toBe('https://pay.example/c/lt_x')
  })
})

describe('parseApiUrl', () => {
  it('resolves a path against the page and drops query and trailing slash', () => {
    expect(parseApiUrl('/pay/?a=1#b', 'https://shop.example/cart')).toBe('https://shop.example/pay')
  })

  it.each([
    ['BA-11', 'javascript:__pwn()'],
    ['BA-12', 'JaVaScRiPt:__pwn()'],
    ['BA-16', ' javascript:__pwn()'],
    ['http elsewhere', 'http://shop.example/pay'],
    ['nothing', ''],
    ['a login inside', 'https://a:b@shop.example/pay'],
  ])('%s: refuses %s', (_, url) => {
    expect(codeOf(() => parseApiUrl(url, 'https://shop.example/'))).toBe('config_invalid')
  })

  it('drops every slash at the end, and says which attribute is wrong', () => {
    expect(parseApiUrl('https://shop.example/pay///', 'https://shop.example/')).toBe(
      'https://shop.example/pay',
    )
    expect(parseApiUrl('https://shop.example', 'https://shop.example/')).toBe('https://shop.example')
    expect(() => parseApiUrl(null, 'https://shop.example/')).toThrow(
      expect.objectContaining({ code: 'config_invalid', path: 'api-url' }),
    )
  })

  it('takes http on this machine', () => {
    expect(parseApiUrl('/pay', 'http://127.0.0.1:4242/')).toBe('http://127.0.0.1:4242/pay')
  })
})
