import { expect, it } from 'vitest'
import { buttonLabels, parseButtonType } from './labels.ts'
import { matchLocale } from './locale.ts'
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
