import type { Money } from '@teabrick/core'

/** Roubles for one yuan, in the shop's window and in its quotes. Margin included. */
export const ROUBLES_PER_YUAN = '12.50'
/** Yuan for one rouble: the other direction, for orders in yuan that are paid in roubles. */
export const YUAN_PER_ROUBLE = '0.08'
/** The margin in the rate, in hundredths of a per cent. */
export const MARGIN_BPS = 120
/** What the rate is compared with. */
export const RATE_REFERENCE = 'Bank of Russia 2026-11-22'

/**
 * The price in yuan that stands beside the price in roubles: what Alipay will charge, rounded half up to the fen, by
 * integer arithmetic only.
 */
export function toYuan({ minorUnits }: Money): Money {
  const hundredths = BigInt(ROUBLES_PER_YUAN.replace('.', ''))
  return { currency: 'CNY', minorUnits: Number((BigInt(minorUnits) * 200n + hundredths) / (2n * hundredths)) }
}
