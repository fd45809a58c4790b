import { toDecimalString } from '@teabrick/core/contract'

/** `12.34 RUB`, for messages to developers. */
export function formatAmount(minorUnits: number, currency: string): string {
  return `${toDecimalString({ minorUnits, currency })} ${currency}`
}
