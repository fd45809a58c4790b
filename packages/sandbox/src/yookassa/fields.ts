import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import { invalid } from './refusal.ts'

export function optionalText(body: unknown, parameter: string, max: number): string | undefined {
  const value = valueAt(body, parameter)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalid(parameter, `The parameter ${parameter} must be a string`)
  if (value.length > max)
    throw invalid(parameter, `The parameter ${parameter} is longer than ${max} characters`)
  return value
}

export function optionalBoolean(body: unknown, parameter: string): boolean | undefined {
  const value = valueAt(body, parameter)
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw invalid(parameter, `The parameter ${parameter} must be a boolean`)
  return value
}

/** A link the buyer is sent back to. */
export function optionalUrl(body: unknown, parameter: string, max: number): string | undefined {
  const url = optionalText(body, parameter, max)
  if (url !== undefined && (!URL.canParse(url) || /^(javascript|data|vbscript):/i.test(url))) {
    throw invalid(parameter, `The parameter ${parameter} must be an absolute URL`)
  }
  return url
}

/** PHP writes an empty object as `[]`. */
export function emptied(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? {} : value
}

/** At most 16 keys of 32 characters with texts of 512 characters. */
export function readMetadata(body: unknown): JsonObject {
  const metadata = emptied(valueAt(body, 'metadata')) ?? {}
  if (!isJsonObject(metadata)) throw invalid('metadata', 'The parameter metadata must be an object')
  const entries = Object.entries(metadata)
  if (entries.length > 16) throw invalid('metadata', 'The parameter metadata has more than 16 keys')
  for (const [key, value] of entries) {
    if (key.length > 32) throw invalid(`metadata.${key}`, 'A metadata key is longer than 32 characters')
    if (typeof value !== 'string') throw invalid(`metadata.${key}`, 'A metadata value must be a string')
    if (value.length > 512) throw invalid(`metadata.${key}`, 'A metadata value is longer than 512 characters')
  }
  return metadata
}

/** The shape of a fiscal receipt. Its sums are the cash register's affair and are not checked. */
export function checkReceipt(body: unknown): JsonObject | undefined {
  const receipt = valueAt(body, 'receipt')
  if (receipt === undefined || receipt === null) return undefined
  if (!isJsonObject(receipt)) throw invalid('receipt', 'The parameter receipt must be an object')
  checkItems(valueAt(receipt, 'items'), 'receipt.items')
  const contacts = ['customer.email', 'customer.phone', 'email', 'phone']
  if (contacts.every((path) => valueAt(receipt, path) === undefined)) {
    throw invalid('receipt.customer', 'A receipt needs an email or a phone of the customer')
  }
  return receipt
}

/** The lines of a receipt: https://yookassa.ru/developers/payment-acceptance/receipts/54fz/yoomoney/parameters-values */
export function checkItems(items: unknown, place: string): void {
  if (!Array.isArray(items) || items.length === 0 || items.length > 100) {
    throw invalid(place, 'A receipt has from 1 to 100 items')
  }
  items.forEach((item: unknown, index) => {
    for (const field of ['description', 'quantity', 'amount', 'vat_code']) {
      if (valueAt(item, field) === undefined || valueAt(item, field) === null) {
        throw invalid(`${place}[${index}].${field}`, `An item of the receipt has no ${field}`)
      }
    }
    const description = valueAt(item, 'description')
    if (typeof description !== 'string' || description.length === 0 || description.length > 128) {
      throw invalid(`${place}[${index}].description`, 'An item is described by 1 to 128 characters')
    }
    const quantity = Number(valueAt(item, 'quantity'))
    if (!(quantity > 0)) throw invalid(`${place}[${index}].quantity`, 'A quantity is a number above zero')
    // 11 and 12 are of 2026: 22 % and 22/122.
    const vatCode = Number(valueAt(item, 'vat_code'))
    if (!Number.isInteger(vatCode) || vatCode < 1 || vatCode > 12) {
      throw invalid(`${place}[${index}].vat_code`, 'A VAT code is from 1 to 12')
    }
    const mode = valueAt(item, 'payment_mode')
    if (mode !== undefined && !PAYMENT_MODES.includes(String(mode))) {
      throw invalid(`${place}[${index}].payment_mode`, `A payment mode is one of ${PAYMENT_MODES.join(', ')}`)
    }
  })
}

const PAYMENT_MODES =
  'full_prepayment partial_prepayment advance full_payment partial_payment credit credit_payment'.split(' ')
