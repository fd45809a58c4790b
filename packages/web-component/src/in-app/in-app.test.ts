import { expect, it } from 'vitest'
import { isAtHome, isBlocked } from './in-app.ts'
import { isPlainBrowser } from './plain-browser.ts'

it.each([
  ['wechat', 'wechat_pay'],
  ['alipay', 'alipay'],
  ['alipay_hk', 'alipay_hk'],
  ['taobao', 'alipay'],
  ['vk', 'vk_pay'],
  ['sber', 'sber_pay'],
  ['tbank', 't_pay'],
])('%s is the home of %s, and of nothing else', (app, method) => {
  for (const each of ['wechat_pay', 'alipay', 'alipay_hk', 'vk_pay', 'sber_pay', 't_pay', 'sbp'])
    expect(isAtHome(app, each)).toBe(each === method)
})

it('no app is a home because of its name', () => {
  for (const app of ['constructor', '__proto__', 'qq']) expect(isAtHome(app, 'wechat_pay')).toBe(false)
})

it('rivals do not open each other’s links, and everybody else’s are free', () => {
  const apps = ['wechat', 'qq', 'alipay', 'alipay_hk', 'taobao', 'dingtalk', 'lazada', 'vk', 'xwechat', 'qqx']
  const blocked = (method: string) => apps.filter((app) => isBlocked(app, method))
  expect(blocked('alipay')).toEqual(['wechat', 'qq'])
  expect(blocked('alipay_hk')).toEqual(['wechat', 'qq'])
  expect(blocked('wechat_pay')).toEqual(['alipay', 'alipay_hk', 'taobao', 'dingtalk', 'lazada'])
  for (const method of ['sbp', 'vk_pay', 'not_alipay']) expect(blocked(method)).toEqual([])
})

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0'

it.each([
  `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`,
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0 Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Mobile Safari/537.36`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/141.0.0.0`,
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} YaBrowser/25.8.0.0 Safari/537.36`,
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
])('needs no table of apps for %s', (userAgent) => expect(isPlainBrowser(userAgent)).toBe(true))

it.each([
  '',
  `Mozilla/5.0 (Linux; Android 14; wv) ${CHROME} Mobile Safari/537.36 MicroMessenger/8.0.49`,
  `Mozilla/5.0 (Linux; Android 14; wv) ${CHROME} Mobile Safari/537.36 Telegram`,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 AlipayClient/10.5',
  `VK/8.1 Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`,
])('looks into the table of apps for %j', (userAgent) => expect(isPlainBrowser(userAgent)).toBe(false))
