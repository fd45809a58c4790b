import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Money } from '@teabrick/core/contract'
import type { PaymentRecord } from '../domain/records.ts'

/** What a buyer was shown and may come back with. */
export interface QuoteTerms {
  readonly sessionId: string
  readonly railId: string
  readonly amount: Money
  readonly charge: Money
  readonly quote: NonNullable<PaymentRecord['quote']>
  /** Milliseconds since 1970. */
  readonly validUntil: number
}

/** Signs and reads quote ids. Nothing is stored until a quote comes back: its id is the quote. */
export interface QuoteTokens {
  sign(terms: QuoteTerms): string
  /** Null for anything that was not signed by an active key. Says nothing about the deadline. */
  read(token: string): QuoteTerms | null
}

/** @param secrets The first signs, all verify, so that they can be rotated. */
export function createQuoteTokens(secrets: readonly string[]): QuoteTokens {
  const keys = secrets.map((secret) =>
    createSecretKey(createHmac('sha256', secret).update('teabrick quote v1').digest()),
  )
  const mac = (key: KeyObject, payload: string): Buffer => createHmac('sha256', key).update(payload).digest()
  return {
    sign(terms) {
      const payload = Buffer.from(JSON.stringify(terms)).toString('base64url')
      const [key] = keys
      if (key === undefined) throw new TypeError('no secret to sign quotes with')
      return `q_${payload}.${mac(key, payload).toString('base64url')}`
    },
    read(token) {
      const match = /^q_([A-Za-z0-9_-]{1,1800})\.([A-Za-z0-9_-]{43})$/.exec(token)
      if (!match) return null
      const [, payload = '', signature = ''] = match
      const given = Buffer.from(signature, 'base64url')
      const genuine = keys.some((key) => {
        const expected = mac(key, payload)
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
      return genuine ? (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as QuoteTerms) : null
    },
  }
}
