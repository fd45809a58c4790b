import { isJsonObject } from '../json.ts'
import type { Money } from '../ledger.ts'
import { invalid } from './refusal.ts'

// All of them have two decimal places. No CNY.
const CURRENCIES = ['RUB', 'EUR', 'USD', 'KZT', 'BYN', 'UAH', 'UZS', 'TRY', 'INR', 'MDL', 'AZN', 'AMD']

/** `{ value: '1234.56', currency: 'RUB' }`, where `value` is a decimal string. */
export function readAmount(value: unknown, parameter: string): Money {
  if (!isJsonObject(value)) throw invalid(parameter, `The parameter ${parameter} is missing`)
  const { currency } = value
  // A decimal string by the documents; a number, as some published clients send it, is read too.
  const decimal = typeof value['value'] === 'number' ? String(value['value']) : value['value']
  if (typeof decimal !== 'string' || !/^\d{1,12}(\.\d{1,2})?$/.test(decimal)) {
    throw invalid(`${parameter}.value`, 'The amount must be a decimal string such as "1234.56"')
  }
  if (typeof currency !== 'string' || !CURRENCIES.includes(currency)) {
    throw invalid(`${parameter}.currency`, `The currency ${String(currency)} is not supported`)
  }
  const [major = '0', minor = ''] = decimal.split('.')
  const minorUnits = Number(major + minor.padEnd(2, '0'))
  if (minorUnits === 0) throw invalid(`${parameter}.value`, 'The amount must be greater than zero')
  return { currency, minorUnits }
}

export function toYookassaAmount({ currency, minorUnits }: Money): { value: string; currency: string } {
  const digits = String(minorUnits).padStart(3, '0')
  return { value: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency }
}
