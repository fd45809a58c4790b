import jsQR from 'jsqr'
import { expect, it } from 'vitest'
import { qrSvg } from './qr-svg.ts'

const SCALE = 4

/** Paints the path as a browser does: moves and horizontal strokes one module thick. */
function paint(svg: string): { data: Uint8ClampedArray; side: number } {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) * SCALE
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  let x = 0
  let y = 0
  for (const [, command, first, second] of (/stroke="#000" d="([^"]+)"/.exec(svg)?.[1] ?? '').matchAll(
    /([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g,
  )) {
    if (command === 'M') [x, y] = [Number(first), Number(second) - 0.5]
    else if (command === 'm') x += Number(first)
    else {
      for (let dy = 0; dy < SCALE; dy++)
        for (let dx = 0; dx < Number(first) * SCALE; dx++)
          data.fill(
            0,
            ((y * SCALE + dy) * side + x * SCALE + dx) * 4,
            ((y * SCALE + dy) * side + x * SCALE + dx) * 4 + 3,
          )
      x += Number(first)
    }
  }
  return { data, side }
}

it.each([
  'https://qr.nspk.ru/AD10006M8KH234K782OQM0L13JI31LQD?type=02&bank=100000000009&sum=123456&cur=RUB&crc=C63A',
  'https://qr.alipay.com/281002040092ABCDEF',
  'Пуэр 茶',
  `https://example.org/${'x'.repeat(300)}`,
])('draws a code that reads back: %s', (payload) => {
  const { data, side } = paint(qrSvg(payload, 'QR').text)
  expect(jsQR(data, side, side)?.data).toBe(payload)
})

it('escapes its label', () => {
  expect(qrSvg('x', '"<b>').text).toContain('aria-label="&quot;&lt;b&gt;"')
})
