import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './webhook-address.ts'

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.170',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    '2a00:1450:4010::8a%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    '3fff::1',
    '5f00::1',
    'localhost',
    '',
    '0x7f000001',
    '017700000001',
  ])('refuses %s (NW-20)', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each([
    '8.8.8.8',
    '185.71.76.1',
    '172.32.0.1',
    '100.128.0.1',
    '2a00:1450:4010::8a',
    '2606:4700:4700::1111',
  ])('allows %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it('refuses every address of every private range, plain and mapped into IPv6', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const ranges = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    )
    fc.assert(
      fc.property(ranges, (octets) => {
        const address = octets.join('.')
        return !isPublicAddress(address) && !isPublicAddress(`::ffff:${address}`)
      }),
      { numRuns: 10_000 },
    )
  })
})
