import { type Money, toDecimalString } from '@teabrick/core/contract'
import type { HostedTexts } from './locales/texts.ts'

const SIGNS: Readonly<Record<string, string>> = {
  RUB: '₽',
  CNY: 'CN¥',
  USD: '$',
  EUR: '€',
  KZT: '₸',
  HKD: 'HK$',
}
const NBSP = '\u00a0'

/** An amount as the checkout element writes it: `1 234,56 ₽`, `CN¥98.76`, in Chinese `¥98.76`. */
export function formatMoney(money: Money, locale: HostedTexts['locale']): string {
  const [whole = '', fraction] = toDecimalString(money).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, locale === 'ru' ? NBSP : ',')
  const number = fraction ? `${grouped}${locale === 'ru' ? ',' : '.'}${fraction}` : grouped
  const { currency } = money
  const sign = locale === 'zh-Hans' && currency === 'CNY' ? '¥' : (SIGNS[currency] ?? currency)
  if (locale === 'ru') return `${number}${NBSP}${sign}`
  return sign === currency ? `${sign}${NBSP}${number}` : `${sign}${number}`
}

/** Time left as `m:ss`, from an hour on as `h:mm:ss`, rounded up. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const pad = (value: number): string => String(value).padStart(2, '0')
  const tail = `:${pad(seconds % 60)}`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}${tail}` : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}${tail}`
}
