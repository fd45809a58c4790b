import { expect, it } from 'vitest'
import { isBankMatch } from './find-bank.ts'
import { searchKey } from './search-key.ts'

const finds = (typed: string, name: string) => isBankMatch(searchKey(name), searchKey(typed))

it.each([
  ['сбер', 'Сбербанк'],
  ['СБЕР ', 'Сбербанк'],
  ['sber', 'Сбербанк'],
  ['альфа', 'Альфа-Банк'],
  ['alfa', 'Альфа-Банк'],
  ['Alpha', 'Альфа-Банк'],
  ['втб', 'Банк ВТБ'],
  ['vtb', 'Банк ВТБ'],
  ['банк втб', 'Банк ВТБ'],
  ['т-банк', 'Т-Банк'],
  ['тбанк', 'Т-Банк'],
  ['т банк', 'Т-Банк'],
  ['t-bank', 'Т-Банк'],
  ['озон', 'Ozon Банк (Ozon)'],
  ['ozon', 'Ozon Банк (Ozon)'],
  ['юмани', 'ЮМани'],
  ['yumani', 'ЮМани'],
  ['дерз', 'Банк «Дёрзкий»'],
  ['дёрз', 'Банк «Дерзкий»'],
  ['rosselkhoz', 'Россельхозбанк'],
  ['rosselhoz', 'Россельхозбанк'],
  ['сельхоз', 'Россельхозбанк'],
  ['credit', 'Кредит Европа Банк (Россия)'],
  ['европа', 'Кредит Европа Банк (Россия)'],
  ['pochta', 'Почта Банк'],
  ['tsentr', 'Банк «Центр-инвест»'],
  ['center', 'Банк «Центер»'],
  ['yandex', 'Яндекс Банк'],
  ['яндекс', 'Яндекс Банк'],
  ['raif', 'Райффайзен Банк'],
  ['', 'Любой банк'],
  ['«»', 'Любой банк'],
])('finds %j in %s', (typed, name) => {
  expect(finds(typed, name)).toBe(true)
})

it.each([
  ['сбер', 'Газпромбанк'],
  ['б', 'Сбер'],
  ['нк', 'Банк ВТБ'],
  ['втбx', 'Банк ВТБ'],
])('does not find %j in %s', (typed, name) => {
  expect(finds(typed, name)).toBe(false)
})
