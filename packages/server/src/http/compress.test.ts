import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { compress } from './compress.ts'

const TEXT = 'Оплатить '.repeat(200)

it.each([
  [null, undefined],
  ['', undefined],
  ['identity', undefined],
  ['*', undefined],
  ['gzip, deflate, br, zstd', 'br'],
  ['BR', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['br; q=0.000,gzip;q=0', undefined],
  ['xbr, gzipped', undefined],
  [`${'x,'.repeat(500)}br`, undefined],
])('whoever takes %j gets %s', (accepted, encoding) => {
  const encoded = compress(TEXT, accepted)
  expect(encoded.encoding).toBe(encoding)
  const decode = { br: brotliDecompressSync, gzip: gunzipSync }
  const text = encoding ? decode[encoding as 'br'](encoded.body).toString() : encoded.body
  expect(text).toBe(TEXT)
})
