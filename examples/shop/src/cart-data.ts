import { type CartLine, cartTotal, countGoods, formatCart, lineTotal } from './cart.ts'
import { toYuan } from './exchange.ts'
import { formatPrice } from './format-price.ts'
import type { Locale } from './locale.ts'

/** A cart as the page shows it. All amounts are texts of the server: the browser never computes one. */
export interface CartData {
  readonly lines: readonly {
    readonly sku: string
    readonly name: string
    readonly measure: string
    readonly quantity: number
    readonly total: string
  }[]
  /** For the button's `data-items`. Empty when the cart is. */
  readonly items: string
  readonly count: number
  readonly total: string
  readonly totalOther: string
}

export function toCartData(lines: readonly CartLine[], locale: Locale): CartData {
  const total = cartTotal(lines)
  return {
    lines: lines.map((line) => ({
      sku: line.good.sku,
      name: line.good.name[locale],
      measure: line.good.measure[locale],
      quantity: line.quantity,
      total: formatPrice(lineTotal(line), locale),
    })),
    items: formatCart(lines),
    count: countGoods(lines),
    total: formatPrice(total, locale),
    totalOther: formatPrice(toYuan(total), locale),
  }
}
