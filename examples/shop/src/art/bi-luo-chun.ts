import { area, at, type Drawing, ground, ink } from './drawing.ts'
import { createRandom } from './random.ts'

/** One curled leaf with its white down. */
function spiral(x: number, y: number, turn: number, size: number): string {
  const path = `M0 ${at(-size)}C${at(size * 0.9)} ${at(-size * 0.9)} ${at(size)} ${at(size * 0.2)} ${at(size * 0.1)} ${at(size * 0.25)}S${at(-size * 0.5)} ${at(-size * 0.4)} ${at(size * 0.05)} ${at(-size * 0.35)}`
  return `<g transform="translate(${at(x)} ${at(y)}) rotate(${at(turn)})" fill="none" stroke-linecap="round"><path stroke="#1c2420" stroke-width="8.4" d="${path}"/><path stroke="#7b9a52" stroke-width="5.2" d="${path}"/><path stroke="#eef2dc" stroke-width="1.5" stroke-dasharray="3 5" d="${path}"/></g>`
}

function spirals(): string {
  const random = createRandom(31)
  const sinking = Array.from({ length: 9 }, (_, i) =>
    spiral(190 + random() * 100, 176 + i * 15, random() * 360, 11 + random() * 4),
  )
  const settled = Array.from({ length: 22 }, () =>
    spiral(178 + random() * 124, 338 - random() ** 2 * 44, random() * 360, 11 + random() * 4),
  )
  return [...sinking, ...settled].join('')
}

/** Snails of green tea sinking in a tall glass: the water goes in first, the leaf on top. */
export const biLuoChun: Drawing = {
  liquor: '#c3cf82',
  subject: [
    ground(240, 120),
    area('M142 84H338L322 362C321 372 312 380 302 380H178C168 380 159 372 158 362Z', 'paper', 0.82),
    area('M147 150H333L322 352C321 358 314 362 306 362H174C166 362 159 358 158 352Z', '#dbe3a4'),
    area('M147 150a93 15 0 0 1 186 0a93 15 0 0 1 -186 0Z', '#e9eec4'),
    spirals(),
    ink('M147 150a93 15 0 0 1 186 0a93 15 0 0 1 -186 0Z', 'thin'),
    ink('M142 84 158 362C159 372 168 380 178 380H302C312 380 321 372 322 362L338 84'),
    ink('M142 84a98 15 0 0 1 196 0a98 15 0 0 1 -196 0Z'),
    ink('M164 364C180 370 300 370 316 364', 'thin'),
    ink('M166 180 172 300M170 318 171 330', 'thin'),
    '<path class="free" d="M212 62C200 46 224 36 212 18M262 62C250 46 274 36 262 18"/>',
  ].join(''),
}
