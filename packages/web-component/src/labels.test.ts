import { expect, it, vi } from 'vitest'
import { buttonLabels, parseButtonType } from './labels.ts'
import { localeOf, localesOf, matchLocale } from './locale.ts'
import { pluralRu } from './locales/plural.ts'

it('puts Russian first, whichever attribute it came in', () => {
  const texts = (locale: 'ru' | 'en', second: string) =>
    buttonLabels('pay', locale, second).map((each) => each.text)
  expect(texts('ru', 'zh')).toEqual(['Оплатить', '立即支付'])
  expect(texts('en', 'ru')).toEqual(['Оплатить', 'Pay'])
  expect(texts('en', 'zh-CN')).toEqual(['Pay', '立即支付'])
  expect(texts('en', 'en-GB')).toEqual(['Pay'])
})

it('reads an unknown type, and one from Object.prototype, as pay', () => {
  expect(parseButtonType('donate')).toBe('donate')
  for (const type of ['plain', 'constructor', '<img>', '', null]) expect(parseButtonType(type)).toBe('pay')
})

it('takes the first language that has texts', () => {
  expect(matchLocale('fr', 'zh_TW', 'en')).toBe('zh-Hans')
  expect(matchLocale(null, undefined, 'EN-us')).toBe('en')
  expect(matchLocale('enm', 'rue', '<img>')).toBeUndefined()
})

it('asks the element first, then the document, then the browser, then nobody', () => {
  const element = document.createElement('pay-button')
  const { lang } = document.documentElement
  const browser = vi.spyOn(navigator, 'language', 'get').mockReturnValue('zh-TW')
  try {
    document.documentElement.lang = 'en-GB'
    element.setAttribute('locale', 'ru-RU')
    expect(localeOf(element)).toBe('ru')
    element.setAttribute('locale', 'de')
    expect(localeOf(element)).toBe('en')
    document.documentElement.lang = ''
    expect(localeOf(element)).toBe('zh-Hans')
    browser.mockReturnValue('de-DE')
    expect(localeOf(element)).toBe('ru')
  } finally {
    document.documentElement.lang = lang
    browser.mockRestore()
  }
})

it('shows one language once, and an unknown second one not at all', () => {
  expect(localesOf('ru', null)).toEqual(['ru'])
  expect(localesOf('en', 'de')).toEqual(['en'])
  expect(localesOf('ru', 'ru-RU')).toEqual(['ru'])
  expect(localesOf('ru', 'en')).toEqual(['ru', 'en'])
})

it('counts in Russian', () => {
  const minutes = [1, 2, 5, 11, 12, 14, 21, 22, 25, 100, 101, 111].map((n) =>
    pluralRu(n, 'one', 'few', 'many'),
  )
  expect(minutes).toEqual([
    'one',
    'few',
    'many',
    'many',
    'many',
    'many',
    'one',
    'few',
    'many',
    'many',
    'one',
    'many',
  ])
})
