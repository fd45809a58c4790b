import jsQR from 'jsqr'
import { correction, generate, mode } from 'lean-qr'
import { describe, expect, it } from 'vitest'
import { drawQrCode } from './qr-code.ts'
import { encodeQr } from './qr-encoder.ts'

const text = (length: number) => Array.from({ length }, (_, i) => String.fromCharCode(97 + (i % 26))).join('')

/** The longest text of each version at level M, and one more, which needs the next. */
const LENGTHS = [
  1, 14, 15, 26, 27, 42, 62, 84, 106, 122, 152, 180, 213, 214, 251, 287, 331, 362, 412, 450, 504,
]

function read(modules: readonly (readonly number[])[]): string | undefined {
  const scale = 4
  const size = (modules.length + 8) * scale
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return
      for (let i = 0; i < scale * scale; i++) {
        const at = (((y + 4) * scale + (i % scale)) * size + (x + 4) * scale + ((i / scale) | 0)) * 4
        pixels.fill(0, at, at + 3)
      }
    })
  })
  return jsQR(pixels, size, size)?.data
}

// lean-qr is the outside source: the same version, level and mask must give the same modules.
describe('draws the same modules as an encoder of somebody else', () => {
  it.each(LENGTHS)('%d bytes', (length) => {
    for (let mask = 0; mask < 8; mask++) {
      const theirs = generate(text(length), {
        minCorrectionLevel: correction.M,
        maxCorrectionLevel: correction.M,
        mask: mask as 0,
        modes: [mode.ascii],
      })
      const ours = encodeQr(text(length), mask)
      expect(ours.length).toBe(theirs.size)
      const lines = ours.map((row) => row.join(''))
      const expected = ours.map((row, y) => row.map((_, x) => +theirs.get(x, y)).join(''))
      expect(lines).toEqual(expected)
    }
  })
})

it.each([
  [
    'https://qr.nspk.ru/AD10006M00IQMRTC8OTAAOAMUPOFDHIB?type=02&bank=100000000111&sum=123456&cur=RUB&crc=7324',
  ],
  ['https://qr.alipay.com/_d?_b=peerpay&enableWK=YES&biz_no=2026112204200364341000095710_a2f4'],
  ['Чайная лавка 茶砖 🍵'],
  [text(600)],
  [text(1200)],
])('is read back: %s', (payload) => {
  expect(read(encodeQr(payload))).toBe(payload)
})

it('refuses what no code can hold', () => {
  expect(encodeQr(text(2331)).length).toBe(177)
  expect(() => encodeQr(text(2332))).toThrow(RangeError)
})

it('draws one rectangle per run of dark modules inside a quiet zone of four', () => {
  const { size, path } = drawQrCode('a')
  expect(size).toBe(21 + 8)
  expect(path.startsWith('M4 4h7v1H4z')).toBe(true)
})
