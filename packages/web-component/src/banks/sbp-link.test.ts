import { describe, expect, it } from 'vitest'
import { appUrl, hasRightCrc, webUrl } from './sbp-link.ts'

const LINK =
  'https://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324'

describe('hasRightCrc', () => {
  // The first two are published samples, the third has an id of ours.
  it.each([
    'https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01&bank=000000000001&sum=10000&cur=RUB&crc=F3D0',
    'https://qr.nspk.ru/AS100001ORTF4GAF80KPJ53K186D9A3G?type=01&bank=100000000007&crc=0C8A',
    LINK,
    LINK.replace(/crc=.*/, (crc) => crc.toLowerCase()),
    'https://qr.nspk.ru/AS100001ORTF4GAF80KPJ53K186D9A3G?type=01&bank=100000000007&crc=0c8a',
  ])('accepts %s', (link) => {
    expect(hasRightCrc(link)).toBe(true)
  })

  it.each([
    [
      'the placeholder of some documents',
      'https://qr.nspk.ru/AS1000670LSS7DN18SJQDNP4B05KLJL2?type=01&bank=100000000001&sum=10000&cur=RUB&crc=C08B',
    ],
    ['another sum', LINK.replace('123456', '1')],
    ['another receiver', LINK.replace('100000000111', '100000000112')],
    ['another host', LINK.replace('qr.nspk.ru', 'qr.nspk.rv')],
    ['no crc', LINK.replace(/&crc=.*/, '')],
    ['something behind', `${LINK}&sum=1`],
    ['a fragment behind', `${LINK}#Intent;end`],
    ['half a crc', LINK.slice(0, -2)],
    ['nothing', ''],
  ])('refuses %s', (_, link) => {
    expect(hasRightCrc(link)).toBe(false)
  })
})

describe('appUrl', () => {
  const sber = { id: '100000000111', name: 'Сбербанк', packageName: 'ru.sberbankmobile' }

  it('puts the bank’s scheme in the place of https', () => {
    const url = LINK.replace('https', 'bank100000000111')
    expect(appUrl(LINK, sber, 'ios')).toBe(url)
    expect(appUrl(LINK, sber, undefined)).toBe(url)
  })

  it('is an intent on Android, which leads to the link where the app is missing', () => {
    expect(appUrl(LINK, sber, 'android')).toBe(
      `intent://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324#Intent;scheme=bank100000000111;package=ru.sberbankmobile;S.browser_fallback_url=${encodeURIComponent(LINK)};end`,
    )
  })

  it('finds a bank without a package name by its scheme', () => {
    expect(appUrl(LINK, { id: '100000000273', name: 'Ozon Банк' }, 'android')).toMatch(
      /#Intent;scheme=bank100000000273;S\.browser_fallback_url=/,
    )
  })
})

it('joins a bank’s page, a slash, and the id with its query', () => {
  expect(webUrl(LINK, 'https://online.vtb.ru/i/paymentSbp')).toBe(
    'https://online.vtb.ru/i/paymentSbp/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324',
  )
})
