import { type Locale, resolveLocale } from './locale.ts'

/** What the button says: the merchant's word for what the buyer does. `plain` shows a glyph and keeps the name for assistive tech. */
export const BUTTON_TYPES = ['pay', 'buy', 'checkout', 'order', 'donate', 'subscribe', 'plain'] as const
export type ButtonType = (typeof BUTTON_TYPES)[number]

// These few words live in the entry, so that a button has its name before anything else is loaded.
const LABELS: Readonly<Record<Locale, Readonly<Record<ButtonType, string>>>> = {
  ru: {
    pay: 'Оплатить',
    buy: 'Купить',
    checkout: 'Оформить заказ',
    order: 'Заказать',
    donate: 'Пожертвовать',
    subscribe: 'Подписаться',
    plain: 'Оплатить',
  },
  'zh-Hans': {
    pay: '立即支付',
    buy: '立即购买',
    checkout: '去结算',
    order: '立即下单',
    donate: '捐款',
    subscribe: '订阅',
    plain: '立即支付',
  },
  en: {
    pay: 'Pay',
    buy: 'Buy',
    checkout: 'Check out',
    order: 'Order',
    donate: 'Donate',
    subscribe: 'Subscribe',
    plain: 'Pay',
  },
}

/** Said in place when the checkout cannot open. */
export const UNAVAILABLE: Readonly<Record<Locale, string>> = {
  ru: 'Не удалось открыть оплату. Проверьте связь и попробуйте ещё раз.',
  'zh-Hans': '无法打开支付页面,请检查网络后重试。',
  en: 'The checkout could not open. Check your connection and try again.',
}

export interface Label {
  readonly locale: Locale
  readonly text: string
}

/** An unknown type is `pay`. */
export function parseButtonType(value: string | null): ButtonType {
  return BUTTON_TYPES.find((type) => type === value) ?? 'pay'
}

/**
 * The words on the button, one per language. Where Russian is among them it comes first, in the same size: the law asks
 * so of consumer sites (168-FZ, in force since 2026-03-01).
 */
export function buttonLabels(type: ButtonType, locale: Locale, second: string | null): readonly Label[] {
  const other = second ? resolveLocale(second) : locale
  const locales = other === locale ? [locale] : other === 'ru' ? [other, locale] : [locale, other]
  return locales.map((each) => ({ locale: each, text: LABELS[each][type] }))
}
