import { formatMoney, type Money } from '@teabrick/core'
import type { Locale } from './locale.ts'

/** A price for the shop's window: `1 490 ₽`. Zeros behind the point are left out; anything else there stays. */
export function formatPrice(price: Money, locale: Locale): string {
  return formatMoney(price, locale).replace(/[.,]00(?!\d)/, '')
}
