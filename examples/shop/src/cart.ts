import type { Money } from '@teabrick/core'
import { findGood, type Good } from './catalogue.ts'

/** One good in a cart or order and how many of it. */
export interface CartLine {
  readonly good: Good
  readonly quantity: number
}

/** More of one good is a matter for a letter, not for a cart. */
export const MAX_QUANTITY = 99
const MAX_LINES = 20

/**
 * `gaiwan:1,dian-hong:2` → lines, for the cookie and for the button's `data-items`. Goods that are gone and counts that are
 * none are left out: a cookie may be old or edited.
 */
export function parseCart(text: string | undefined): readonly CartLine[] {
  return (text ?? '')
    .split(',')
    .slice(0, MAX_LINES)
    .reduce<readonly CartLine[]>((lines, part) => {
      const match = /^([a-z0-9-]{1,40}):([1-9]\d?)$/.exec(part)
      return match ? setQuantity(lines, match[1] ?? '', Number(match[2])) : lines
    }, [])
}

export function formatCart(lines: readonly CartLine[]): string {
  return lines.map(({ good, quantity }) => `${good.sku}:${quantity}`).join(',')
}

/** The cart with another count of one good; 0 takes it out. What the catalogue does not have changes nothing. */
export function setQuantity(lines: readonly CartLine[], sku: string, quantity: number): readonly CartLine[] {
  const good = findGood(sku)
  if (!good || !Number.isInteger(quantity) || quantity < 0) return lines
  const line = { good, quantity: Math.min(quantity, MAX_QUANTITY) }
  const isNew = lines.every((other) => other.good !== good)
  return (isNew ? [...lines, line] : lines.map((other) => (other.good === good ? line : other))).filter(
    (other) => other.quantity > 0,
  )
}

export function addToCart(lines: readonly CartLine[], sku: string, quantity: number): readonly CartLine[] {
  const before = lines.find(({ good }) => good.sku === sku)?.quantity ?? 0
  return setQuantity(lines, sku, before + quantity)
}

export function lineTotal({ good, quantity }: CartLine): Money {
  return { currency: good.price.currency, minorUnits: good.price.minorUnits * quantity }
}

/** All prices of the catalogue are in roubles, so a cart has one currency. */
export function cartTotal(lines: readonly CartLine[]): Money {
  return { currency: 'RUB', minorUnits: lines.reduce((sum, line) => sum + lineTotal(line).minorUnits, 0) }
}

export function countGoods(lines: readonly CartLine[]): number {
  return lines.reduce((count, { quantity }) => count + quantity, 0)
}
