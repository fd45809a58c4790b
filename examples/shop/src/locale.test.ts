import { expect, it } from 'vitest'
import { chooseLocale } from './locale.ts'

it('is Russian when nobody says anything the shop speaks', () => {
  expect(chooseLocale(undefined, undefined, undefined)).toBe('ru')
  expect(chooseLocale('xx', 'yy', 'fr-FR, de;q=0.8')).toBe('ru')
})

it('takes what was chosen before what was remembered before what the browser wishes', () => {
  expect(chooseLocale('en', 'zh-Hans', 'ru')).toBe('en')
  expect(chooseLocale(undefined, 'zh-Hans', 'ru')).toBe('zh-Hans')
  expect(chooseLocale(undefined, undefined, 'zh-CN,zh;q=0.9,en;q=0.8')).toBe('zh-Hans')
})

it('follows the weights of the browser’s wishes, where 0 is a refusal', () => {
  expect(chooseLocale(undefined, undefined, 'en;q=0.5, zh-TW;q=0.9')).toBe('zh-Hans')
  expect(chooseLocale(undefined, undefined, 'en;q=0, fr')).toBe('ru')
})
