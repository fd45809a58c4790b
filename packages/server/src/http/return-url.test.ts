import { describe, expect, it } from 'vitest'
import { checkReturnUrl } from './return-url.ts'

const ORIGINS = ['https://shop.example', 'http://127.0.0.1:4242']

describe('checkReturnUrl', () => {
  it.each([
    ['RU-01', '//evil.test'],
    ['RU-02', '/\\evil.test'],
    ['RU-03', '/\t/evil.test'],
    ['RU-04', 'https:/\\evil.test'],
    ['RU-06', 'https://shop.example@evil.test'],
    ['RU-07', 'https://shop.example\\@evil.test'],
    ['RU-08', 'https://shop.example.evil.test'],
    ['RU-09', 'https://evilshop.example'],
    ['RU-10', 'https://shop.example.'],
    ['RU-14', 'http://shop.example/'],
    ['RU-15', 'https://a:b@shop.example/'],
    ['RU-20', 'https://shop.example/\r\nSet-Cookie: a=b'],
    ['a script', 'javascript://shop.example/%0aalert(1)'],
    ['data', 'data:text/html,https://shop.example/'],
    ['no scheme', 'shop.example/thanks'],
    ['another port', 'https://shop.example:8443/'],
    ['no host', 'https:///shop.example/'],
    ['one slash', 'https:/shop.example/'],
    ['a space', 'https://shop.example/ x'],
    ['another local port', 'http://127.0.0.1:4243/'],
    ['empty', ''],
    ['an empty user name', 'https://@shop.example/'],
    ['an empty user name and password', 'https://:@shop.example/'],
    ['an at-sign that is written otherwise', 'https://shop.example%40evil.test/'],
    ['a look-alike letter', 'https://\u0455hop.example/'],
    ['the same in Punycode', 'https://xn--hop-y8c.example/'],
    ['a dot that is written otherwise', 'https://shop.example%2eevil.test/'],
    ['a dot of another script', 'https://shop.example\u3002evil.test/'],
    ['a slash of another script', 'https://shop.example\uff0fevil.test/'],
    ['a host of ours behind a foreign one', 'https://evil.test/https://shop.example/'],
    ['a host of ours as a query', 'https://evil.test?https://shop.example/'],
    ['a host of ours as a fragment', 'https://evil.test#https://shop.example/'],
    ['a sub-domain', 'https://pay.shop.example/'],
    ['port 80', 'https://shop.example:80/'],
    ['a blob of the origin', 'blob:https://shop.example/x'],
    ['a file system of the origin', 'filesystem:https://shop.example/temporary/x'],
    ['a view of the source', 'view-source:https://shop.example/'],
    ['an intent', 'intent://shop.example/#Intent;scheme=https;end'],
    ['a no-break space before', '\u00a0https://shop.example/'],
    ['what cannot be seen before', '\u200bhttps://shop.example/'],
    ['an address as a number', 'https://2130706433/'],
  ])('refuses %s: %j', (_, url) => {
    expect(() => checkReturnUrl(url, ORIGINS)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', path: 'returnUrl' }),
    )
  })

  it.each([
    ['https://shop.example/thanks?order=1', 'https://shop.example/thanks?order=1'],
    ['HTTPS://SHOP.EXAMPLE/Thanks', 'https://shop.example/Thanks'],
    ['https://shop.example:443/', 'https://shop.example/'],
    ['http://127.0.0.1:4242/thanks', 'http://127.0.0.1:4242/thanks'],
    // RU-18: serialised again, and the same origin for every parser.
    ['https://shop.example/%2e%2e//evil.test', 'https://shop.example//evil.test'],
    // RU-19: what a merchant's own page does is the merchant's.
    [
      'https://shop.example/redirect?u=https://evil.test',
      'https://shop.example/redirect?u=https://evil.test',
    ],
    // RU-23
    ['https://shop.example/return#access_token=x', 'https://shop.example/return#access_token=x'],
    // What looks like a host behind the host is none.
    ['https://shop.example#@evil.test/', 'https://shop.example/#@evil.test/'],
    ['https://shop.example?@evil.test/', 'https://shop.example/?@evil.test/'],
    ['https://shop.example/%0d%0aSet-Cookie:a', 'https://shop.example/%0d%0aSet-Cookie:a'],
    ['https://shop.example/\u202e', 'https://shop.example/%E2%80%AE'],
    // RU-24
    ['https://shop.example/return?session_id={SESSION}', 'https://shop.example/return?session_id={SESSION}'],
  ])('takes %s as %s', (url, kept) => {
    expect(checkReturnUrl(url, ORIGINS)).toBe(kept)
  })
})
