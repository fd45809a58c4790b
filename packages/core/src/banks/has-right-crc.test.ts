import { describe, expect, it } from 'vitest'
import { hasRightCrc } from './has-right-crc.ts'

const LINK =
  'https://qr.nspk.ru/AD10000000000000000000000000TEST?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324'

describe('hasRightCrc', () => {
  // The first two are published samples, the third has an id of ours.
  it.each([
    'https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M?type=01&bank=000000000001&sum=10000&cur=RUB&crc=F3D0',
    'https://qr.nspk.ru/AS100001ORTF4GAF80KPJ53K186D9A3G?type=01&bank=100000000007&crc=0C8A',
    LINK,
    LINK.replace(/crc=.*/, (crc) => crc.toLowerCase()),
    'https://qr.nspk.ru/AS100001ORTF4GAF80KPJ53K186D9A3G?type=01&bank=100000000007&crc=0c8a',
  ])('accepts %s', (link) => {
    expect(hasRightCrc(link)).toBe(true)
  })

  it.each([
    [
      'the placeholder of some documents',
      'https://qr.nspk.ru/AS1000670LSS7DN18SJQDNP4B05KLJL2?type=01&bank=100000000001&sum=10000&cur=RUB&crc=C08B',
    ],
    ['another sum', LINK.replace('123456', '1')],
    ['another receiver', LINK.replace('100000000111', '100000000112')],
    ['another host', LINK.replace('qr.nspk.ru', 'qr.nspk.rv')],
    ['no crc', LINK.replace(/&crc=.*/, '')],
    ['something behind', `${LINK}&sum=1`],
    ['a fragment behind', `${LINK}#Intent;end`],
    ['half a crc', LINK.slice(0, -2)],
    ['nothing', ''],
  ])('refuses %s', (_, link) => {
    expect(hasRightCrc(link)).toBe(false)
  })
})
