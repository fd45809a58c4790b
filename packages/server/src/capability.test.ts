import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCapabilities } from './capability.ts'

const SESSION = 'cs_0123456789abcdefghijkl'
const NOW = Date.parse('2026-11-22T09:00:00Z')
const options = { merchantId: 'tea', secretKeys: ['sk_sandbox_one_0123456789', 'sk_sandbox_two_0123456789'] }
const capabilities = createCapabilities(options)

describe('createCapabilities', () => {
  it.each(['ct', 'lt', 'st'] as const)('reads back what it issued as %s', (scope) => {
    const token = capabilities.issue(scope, SESSION, NOW + 60_000)
    expect(token).toMatch(new RegExp(`^${scope}_[A-Za-z0-9_-]{79}$`))
    expect(capabilities.read(token, NOW)).toEqual({ scope, sessionId: SESSION })
    expect(capabilities.issue(scope, SESSION, NOW + 60_000)).toBe(token)
  })

  it('tells an expired token from a wrong one', () => {
    const token = capabilities.issue('ct', SESSION, NOW)
    expect(capabilities.read(token, NOW - 1)).toMatchObject({ scope: 'ct' })
    expect(capabilities.read(token, NOW)).toBe('expired')
  })

  it('accepts no token with one character changed, no other scope, no other spelling', () => {
    const token = capabilities.issue('st', SESSION, NOW + 60_000)
    for (let index = 3; index < token.length; index++) {
      const other = token[index] === 'A' ? 'B' : 'A'
      expect(capabilities.read(token.slice(0, index) + other + token.slice(index + 1), NOW)).toBe('invalid')
    }
    for (const text of [
      token.replace('st_', 'ct_'),
      token.replace('st_', 'lt_'),
      `${token}=`,
      `${token} `,
      `${token}A`,
      token.slice(0, -1),
      token.toUpperCase(),
      '',
      'st_',
      'sk_sandbox_one_0123456789',
    ])
      expect(capabilities.read(text, NOW)).toBe('invalid')
  })

  it('rotates: the first key signs, all keys read, a removed key reads nothing (LS-04)', () => {
    const old = createCapabilities({ ...options, secretKeys: ['sk_sandbox_old_0123456789'] })
    const token = old.issue('ct', SESSION, NOW + 60_000)
    const both = createCapabilities({
      ...options,
      secretKeys: ['sk_sandbox_new_0123456789', 'sk_sandbox_old_0123456789'],
    })
    const fresh = createCapabilities({ ...options, secretKeys: ['sk_sandbox_new_0123456789'] })
    expect(both.read(token, NOW)).toMatchObject({ sessionId: SESSION })
    expect(fresh.read(both.issue('ct', SESSION, NOW + 60_000), NOW)).toMatchObject({ sessionId: SESSION })
    expect(fresh.read(token, NOW)).toBe('invalid')
  })

  it('is signed by a key that is derived: a token is no oracle for guesses of the secret key itself', () => {
    const token = capabilities.issue('ct', SESSION, NOW)
    const bare = createHmac('sha256', options.secretKeys[0] ?? '')
      .update(`ct|tea|${SESSION}|${NOW / 1000}`)
      .digest()
    expect(Buffer.from(token.slice(3), 'base64url').subarray(-32).equals(bare)).toBe(false)
  })

  it('is of one merchant', () => {
    const other = createCapabilities({ ...options, merchantId: 'coffee' })
    expect(other.read(capabilities.issue('ct', SESSION, NOW + 60_000), NOW)).toBe('invalid')
  })
})
