import { cutText } from './cut-text.ts'
import { type Locale, localesOf } from './locale.ts'
import { ownTexts } from './own-texts.ts'

/** What the button says: the merchant's word for what the buyer does. `plain` says `pay` and has no fill. */
export type ButtonType = 'pay' | 'buy' | 'checkout' | 'order' | 'donate' | 'subscribe' | 'plain'

// These few words live in the entry, so that a button has its name before anything else is loaded.
const LABELS: Readonly<Record<Locale, Readonly<Record<Exclude<ButtonType, 'plain'>, string>>>> = {
  ru: {
    pay: 'Оплатить',
    buy: 'Купить',
    checkout: 'Оформить заказ',
    order: 'Заказать',
    donate: 'Пожертвовать',
    subscribe: 'Подписаться',
  },
  'zh-Hans': {
    pay: '立即支付',
    buy: '立即购买',
    checkout: '去结算',
    order: '立即下单',
    donate: '捐款',
    subscribe: '订阅',
  },
  en: {
    pay: 'Pay',
    buy: 'Buy',
    checkout: 'Check out',
    order: 'Order',
    donate: 'Donate',
    subscribe: 'Subscribe',
  },
}

const UNAVAILABLE: Readonly<Record<Locale, string>> = {
  ru: 'Оплата не открылась. Попробуйте ещё раз.',
  'zh-Hans': '无法打开支付页面，请重试。',
  en: 'The checkout could not open. Please try again.',
}

/** Said in place when the checkout cannot open. */
export function unavailableText(locale: Locale): string {
  return ownTexts(locale)?.button?.unavailable ?? UNAVAILABLE[locale]
}

export interface Label {
  readonly locale: Locale
  readonly text: string
}

/** An unknown type says `pay`, and so does `plain`, which is a look. */
export function parseButtonType(value: string | null): Exclude<ButtonType, 'plain'> {
  return value && Object.hasOwn(LABELS.ru, value) ? (value as 'pay') : 'pay'
}

/** The words on the button, one per language. */
export function buttonLabels(
  type: Exclude<ButtonType, 'plain'>,
  locale: Locale,
  second: string | null,
): readonly Label[] {
  return localesOf(locale, second).map((each) => ({
    locale: each,
    text: cutText(ownTexts(each)?.button?.[type] ?? LABELS[each][type]),
  }))
}
