import type { Money } from '@teabrick/core/contract'

/**
 * The part of a payment's charge that belongs to the first `part` minor units of its amount: ⌊part · charge / amount⌋. Parts
 * cut by differences of this add up to the charge exactly, however an amount is divided.
 */
export function chargeOf(
  part: number,
  { amount, charge }: { readonly amount: Money; readonly charge: Money },
): number {
  return Number((BigInt(part) * BigInt(charge.minorUnits)) / BigInt(amount.minorUnits))
}

/** The largest part of the amount whose charge is not above `charged`: the way back from {@link chargeOf}. */
export function amountOf(
  charged: number,
  { amount, charge }: { readonly amount: Money; readonly charge: Money },
): number {
  if (charged >= charge.minorUnits) return amount.minorUnits
  // The largest x with ⌊x · c / a⌋ ≤ charged, that is x · c < (charged + 1) · a.
  const a = BigInt(amount.minorUnits)
  const c = BigInt(charge.minorUnits)
  return Number(((BigInt(charged) + 1n) * a - 1n) / c)
}
