import { type Money, minorUnitExponent } from '@teabrick/core/contract'

/**
 * The amount in another currency at a rate, rounded half up to the minor unit, by integer arithmetic only.
 *
 * @param rate Units of the amount's currency per one unit of `currency`, as a decimal string: 1,234.56 RUB at `"12.50"` are 98.76 CNY.
 * @returns null when the result is less than one minor unit, or no safe integer.
 */
export function convert(amount: Money, currency: string, rate: string): Money | null {
  const match = /^(\d{1,12})(?:\.(\d{1,8}))?$/.exec(rate)
  if (!match) return null
  const places = match[2]?.length ?? 0
  const scaledRate = BigInt(`${match[1]}${match[2] ?? ''}`)
  if (scaledRate === 0n) return null
  const numerator =
    BigInt(amount.minorUnits) * 10n ** BigInt(places) * 10n ** BigInt(minorUnitExponent(currency))
  const denominator = scaledRate * 10n ** BigInt(minorUnitExponent(amount.currency))
  const minorUnits = Number((2n * numerator + denominator) / (2n * denominator))
  return Number.isSafeInteger(minorUnits) && minorUnits > 0 ? { currency, minorUnits } : null
}
