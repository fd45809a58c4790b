import { type Money, toDecimalString } from './money.ts'

/** Languages with own rules. Any other is written as English. */
export type MoneyLocale = 'ru' | 'zh-Hans' | 'en'

// Signs that a buyer on the Tea Road can tell apart. What is not here is written as its ISO 4217 code: many signs are
// shared (Br, L), not in usual fonts yet (som, U+20C0), or unknown to the neighbours.
const SIGNS: Readonly<Record<string, string>> = {
  RUB: '₽',
  CNY: 'CN¥',
  JPY: 'JP¥',
  USD: '$',
  EUR: '€',
  HKD: 'HK$',
  KRW: '₩',
  KZT: '₸',
  GEL: '₾',
  AMD: '֏',
  AZN: '₼',
  MNT: '₮',
}

const NBSP = '\u00a0'

/**
 * An amount for people: `1 234,56 ₽` in Russian, `CN¥1,234.56` in English, `¥1,234.56` in Chinese. In Russian and Chinese
 * a bare `¥` is the yuan and nothing else: the yen is `JP¥`. From own tables, so that servers and all browsers write the
 * same text.
 *
 * @param locale BCP 47; only the language counts.
 * @throws PayError `invalid_request` if the currency or the amount is not supported.
 */
export function formatMoney(money: Money, locale: MoneyLocale | (string & {})): string {
  const [whole = '', fraction] = toDecimalString(money).split('.')
  const language = locale.split('-')[0]?.toLowerCase()
  const isRussian = language === 'ru'
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, isRussian ? NBSP : ',')
  const number = fraction ? `${grouped}${isRussian ? ',' : '.'}${fraction}` : grouped
  const { currency } = money
  const sign = currency === 'CNY' && (isRussian || language === 'zh') ? '¥' : (SIGNS[currency] ?? currency)
  if (isRussian) return `${number}${NBSP}${sign}`
  return sign === currency ? `${sign}${NBSP}${number}` : `${sign}${number}`
}
