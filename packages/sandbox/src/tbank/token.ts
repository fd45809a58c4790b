import { createHash } from 'node:crypto'
import type { JsonObject } from '../json.ts'

/**
 * The `Token` of a request or notification: SHA-256 over the root's scalar values in the order of their names, with the
 * password among them: https://developer.tbank.ru/eacq/intro/developer/token
 */
export function tbankToken(params: JsonObject, password: string): string {
  const { Token: _, ...rest } = params
  const values = Object.entries({ ...rest, Password: password })
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => String(value))
  return createHash('sha256').update(values.join(''), 'utf8').digest('hex')
}
