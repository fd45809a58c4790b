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

/** At most 16 keys of 32 characters with texts of 512 characters. */
export function readMetadata(body: unknown): JsonObject {
  const metadata = valueAt(body, 'metadata') ?? {}
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
export function checkReceipt(body: unknown): boolean {
  const receipt = valueAt(body, 'receipt')
  if (receipt === undefined || receipt === null) return false
  const items = valueAt(receipt, 'items')
  if (!Array.isArray(items) || items.length === 0 || items.length > 100) {
    throw invalid('receipt.items', 'A receipt has from 1 to 100 items')
  }
  items.forEach((item: unknown, index) => {
    for (const field of ['description', 'quantity', 'amount', 'vat_code']) {
      if (valueAt(item, field) === undefined) {
        throw invalid(`receipt.items[${index}].${field}`, `An item of the receipt has no ${field}`)
      }
    }
    const description = valueAt(item, 'description')
    if (typeof description !== 'string' || description.length === 0 || description.length > 128) {
      throw invalid(`receipt.items[${index}].description`, 'An item is described by 1 to 128 characters')
    }
  })
  const contacts = ['customer.email', 'customer.phone', 'email', 'phone']
  if (contacts.every((path) => valueAt(receipt, path) === undefined)) {
    throw invalid('receipt.customer', 'A receipt needs an email or a phone of the customer')
  }
  return true
}
