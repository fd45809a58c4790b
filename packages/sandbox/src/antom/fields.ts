import { valueAt } from '../json.ts'
import type { Money } from '../ledger.ts'
import { AntomRefusal } from './result.ts'

function illegal(path: string, why: string): AntomRefusal {
  return new AntomRefusal('PARAM_ILLEGAL', `Illegal parameter ${path}: ${why}.`)
}

/** A required text of at most `max` characters. Antom takes every plain value as a string. */
export function requiredText(body: unknown, path: string, max: number): string {
  const text = optionalText(body, path, max)
  if (text === undefined) throw illegal(path, 'it is required')
  return text
}

export function optionalText(body: unknown, path: string, max: number): string | undefined {
  const value = valueAt(body, path)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw illegal(path, `it must be a string, not ${typeof value}`)
  if (value.length === 0) throw illegal(path, 'it must not be empty')
  if (value.length > max) throw illegal(path, `it must have at most ${max} characters, not ${value.length}`)
  return value
}

export function oneOf<T extends string>(body: unknown, path: string, values: readonly T[]): T {
  const text = requiredText(body, path, 128)
  const found = values.find((value) => value === text)
  if (!found) throw illegal(path, `it must be one of ${values.join(', ')}, not ${text}`)
  return found
}

/** A link. App schemes pass, because a native app's return address is one; scripts do not. */
export function optionalUrl(body: unknown, path: string, max: number): string | undefined {
  const text = optionalText(body, path, max)
  if (text === undefined) return undefined
  if (!URL.canParse(text) || /^(javascript|data|vbscript):/i.test(text)) {
    throw illegal(path, `it must be an absolute URL, not ${text}`)
  }
  return text
}

export function requiredUrl(body: unknown, path: string, max: number): string {
  const url = optionalUrl(body, path, max)
  if (url === undefined) throw illegal(path, 'it is required')
  return url
}

/** Antom's documents take booleans as JSON booleans and as strings. */
export function optionalBoolean(body: unknown, path: string): boolean | undefined {
  const value = valueAt(body, path)
  if (value === undefined || value === null) return undefined
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw illegal(path, 'it must be true or false')
}

/**
 * `{ currency, value }`, where `value` is a string of minor units.
 *
 * @param options.takesNumbers `value` may be a JSON integer, as in the vendor's own example of `declare`.
 */
export function requiredAmount(
  body: unknown,
  path: string,
  { takesNumbers = false }: { readonly takesNumbers?: boolean | undefined } = {},
): Money {
  const currency = requiredText(body, `${path}.currency`, 3)
  const number = takesNumbers ? valueAt(body, `${path}.value`) : undefined
  const value = Number.isSafeInteger(number) ? String(number) : requiredText(body, `${path}.value`, 16)
  if (!/^[A-Z]{3}$/.test(currency)) throw illegal(`${path}.currency`, `${currency} is no ISO 4217 code`)
  if (!/^[1-9]\d{0,14}$/.test(value)) {
    throw illegal(`${path}.value`, `it must be a positive integer of minor units, not ${value}`)
  }
  if (!PRICING_CURRENCIES.has(currency)) {
    throw new AntomRefusal('CURRENCY_NOT_SUPPORT', `The currency ${currency} is not supported.`)
  }
  // Rupiah have two decimal places that are always 00.
  if (currency === 'IDR' && !value.endsWith('00')) {
    throw illegal(`${path}.value`, `an amount in IDR ends with 00, not ${value}`)
  }
  return { currency, minorUnits: Number(value) }
}

export function toAntomAmount({ currency, minorUnits }: Money): { currency: string; value: string } {
  return { currency, value: String(minorUnits) }
}

// Currencies of the wallets Antom lists, and of the places where it takes merchants. No RUB among them.
const PRICING_CURRENCIES: ReadonlySet<string> = new Set([
  'AUD', 'BDT', 'BRL', 'CHF', 'CNY', 'EUR', 'GBP', 'HKD', 'IDR', 'JPY', 'KRW', 'MOP', 'MYR', 'NZD', 'PHP', 'PKR',
  'SGD', 'THB', 'TWD', 'USD', 'VND',
]) // biome-ignore format: a list
