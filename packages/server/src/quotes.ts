import type { Money } from '@teabrick/core/contract'

/** Where rates between the order's currency and a rail's come from. */
export interface QuoteSource {
  /**
   * The rate to charge an amount in another currency, or null when this source has none for the pair. Pure and quick: it is
   * asked for every view.
   *
   * @param now Milliseconds since 1970.
   */
  rate(order: Money, chargeCurrency: string, now: number): QuotedRate | null
}

export interface QuotedRate {
  /** Order currency per one unit of the charge currency, as a decimal string with at most 8 places: `"12.50"`. */
  readonly rate: string
  /** How much worse the rate is than the reference, in hundredths of a per cent. It is already in `rate`. */
  readonly marginBps: number
  /** What the rate is compared with: `"Bank of Russia 2026-11-22"`. */
  readonly reference: string | null
  /** How long a buyer may still take it. */
  readonly validForSeconds: number
}

export interface FixedRateOptions {
  /** `RUB/CNY`: the order's currency, then the charge's. The other direction is not implied. */
  readonly pair: string
  /** Order currency per one unit of the charge currency: `"12.50"` roubles for one yuan. */
  readonly rate: string
  readonly marginBps?: number | undefined
  readonly reference?: string | undefined
  /** Default 300. */
  readonly validForSeconds?: number | undefined
}
