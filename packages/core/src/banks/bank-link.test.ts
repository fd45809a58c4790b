import { describe, expect, it } from 'vitest'
import { bankAppUrl, bankPageUrl } from './bank-link.ts'

const LINK =
  'https://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324'

describe('bankAppUrl', () => {
  const sber = { id: '100000000111', name: 'Сбербанк', packageName: 'ru.sberbankmobile' }

  it('puts the bank’s scheme in the place of https', () => {
    const url = LINK.replace('https', 'bank100000000111')
    expect(bankAppUrl(LINK, sber, 'ios')).toBe(url)
    expect(bankAppUrl(LINK, sber, undefined)).toBe(url)
  })

  it('is an intent on Android, which leads to the link where the app is missing', () => {
    expect(bankAppUrl(LINK, sber, 'android')).toBe(
      `intent://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324#Intent;scheme=bank100000000111;package=ru.sberbankmobile;S.browser_fallback_url=${encodeURIComponent(LINK)};end`,
    )
  })

  it('finds a bank without a package name by its scheme', () => {
    expect(bankAppUrl(LINK, { id: '100000000273', name: 'Ozon Банк' }, 'android')).toMatch(
      /#Intent;scheme=bank100000000273;S\.browser_fallback_url=/,
    )
  })
})

it('joins a bank’s page, a slash, and the id with its query', () => {
  expect(bankPageUrl(LINK, 'https://online.vtb.ru/i/paymentSbp')).toBe(
    'https://online.vtb.ru/i/paymentSbp/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324',
  )
})
