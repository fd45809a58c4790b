import { PayError } from './errors.ts'

/** An amount of money, never a bare number. */
export interface Money {
  /** ISO 4217 alphabetic code, upper case. */
  readonly currency: string
  /** Count of the currency's minor units: kopecks, fen, whole yen. A safe integer, not negative. */
  readonly minorUnits: number
}

// Decimal places from ISO 4217 (list-one.xml, 2024-06-25), added one by one: a currency nobody has checked is refused.
// Not taken from Intl, which answers with display digits (0 for IDR, where ISO 4217 says 2).
const EXPONENTS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  Object.entries({
    AMD: 2,
    AZN: 2,
    BYN: 2,
    CNY: 2,
    EUR: 2,
    GEL: 2,
    HKD: 2,
    JPY: 0,
    KGS: 2,
    KRW: 0,
    KZT: 2,
    MDL: 2,
    MNT: 2,
    RUB: 2,
    TJS: 2,
    TMT: 2,
    USD: 2,
    UZS: 2,
  }),
)

/** Whether amounts in this currency can be expressed. Exact ISO 4217 upper case only: `rub` and `RUR` are not. */
export function isSupportedCurrency(currency: string): boolean {
  return EXPONENTS.has(currency)
}

/** Every supported ISO 4217 code, in alphabetic order. */
export function supportedCurrencies(): readonly string[] {
  return [...EXPONENTS.keys()]
}

/**
 * Decimal places between the minor and the major unit.
 *
 * @throws PayError `invalid_request` if the currency is not supported.
 */
export function minorUnitExponent(currency: string): number {
  const exponent = EXPONENTS.get(currency)
  if (exponent === undefined) {
    throw new PayError(
      'invalid_request',
      `currency ${JSON.stringify(currency)} is not supported; use one of ${[...EXPONENTS.keys()].join(', ')}`,
    )
  }
  return exponent
}

/**
 * `{ minorUnits: 1050, currency: 'RUB' }` → `'10.50'`, for providers that take decimal strings.
 *
 * @param exponent Decimal places, where a provider differs from ISO 4217.
 * @throws PayError `invalid_request` if the amount is not a safe non-negative integer.
 */
export function toDecimalString(
  { minorUnits, currency }: Money,
  exponent: number = minorUnitExponent(currency),
): string {
  if (!Number.isSafeInteger(minorUnits) || minorUnits < 0) {
    throw new PayError('invalid_request', `minorUnits must be a safe non-negative integer, got ${minorUnits}`)
  }
  const digits = String(minorUnits).padStart(exponent + 1, '0')
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/**
 * `'10.50'` → `{ minorUnits: 1050, currency: 'RUB' }`. Plain digits with at most one point, no sign, no exponent, no
 * more places than the currency has; computed on the string, never through a float.
 *
 * @param exponent Decimal places, where a provider differs from ISO 4217.
 * @throws PayError `invalid_request` for any other string, or one beyond a safe integer.
 */
export function fromDecimalString(
  value: string,
  currency: string,
  exponent: number = minorUnitExponent(currency),
): Money {
  const match = /^(\d{1,16})(?:\.(\d{1,4}))?$/.exec(value)
  const fraction = match?.[2] ?? ''
  // Zeros beyond the currency's places lose nothing ("10.500"); any other digit there would.
  if (!match || /[^0]/.test(fraction.slice(exponent))) {
    throw new PayError(
      'invalid_request',
      `${JSON.stringify(value)} is not an amount in ${currency} with at most ${exponent} decimal places`,
    )
  }
  const minorUnits = Number(`${match[1]}${fraction.slice(0, exponent).padEnd(exponent, '0')}`)
  if (!Number.isSafeInteger(minorUnits)) {
    throw new PayError('invalid_request', `${JSON.stringify(value)} ${currency} is too large`)
  }
  return { currency, minorUnits }
}
