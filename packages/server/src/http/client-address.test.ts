import { expect, it } from 'vitest'
import { clientAddress } from './client-address.ts'

const forwarded = (value: string) => new Headers({ 'x-forwarded-for': value })

it('ignores forwarded headers without a trusted proxy (WB-20)', () => {
  expect(clientAddress(forwarded('185.71.76.1'), '203.0.113.9', 0)).toBe('203.0.113.9')
})

it('takes what the last trusted proxy saw, not what the client claimed', () => {
  const headers = forwarded('185.71.76.1, 198.51.100.7')
  expect(clientAddress(headers, '10.0.0.1', 1)).toBe('198.51.100.7')
  expect(clientAddress(headers, '10.0.0.1', 2)).toBe('185.71.76.1')
  expect(clientAddress(headers, '10.0.0.1', 9)).toBe('185.71.76.1')
  expect(clientAddress(headers, null, 1)).toBe('198.51.100.7')
  expect(clientAddress(new Headers(), '10.0.0.1', 1)).toBe('10.0.0.1')
  expect(clientAddress(new Headers(), null, 1)).toBeNull()
})

it('writes IPv4 as IPv4', () => {
  expect(clientAddress(new Headers(), '::ffff:192.0.2.1', 0)).toBe('192.0.2.1')
})
