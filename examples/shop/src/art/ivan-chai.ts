import { area, at, type Drawing, ground, ink, rod, shape } from './drawing.ts'
import { heap, rolled } from './leaves.ts'
import { createRandom } from './random.ts'

function flower(x: number, y: number, size: number, turn: number): string {
  const petals = [0, 90, 180, 270]
    .map(
      (angle) =>
        `<path fill="#b4487f" stroke="#1c2420" stroke-width="1.8" transform="rotate(${angle + 45})" d="M0 0C${at(-size * 0.55)} ${at(-size * 0.5)} ${at(-size * 0.5)} ${at(-size)} 0 ${at(-size)}S${at(size * 0.55)} ${at(-size * 0.5)} 0 0Z"/>`,
    )
    .join('')
  return `<g transform="translate(${x} ${y}) rotate(${turn})">${petals}<circle r="${at(size * 0.17)}" fill="#f4e6d6" stroke="#1c2420" stroke-width="1.4"/></g>`
}

function blossom(): string {
  const random = createRandom(4)
  const rows = Array.from({ length: 9 }, (_, i) => {
    const y = 232 - i * 16
    const reach = 30 - i * 1.6
    const size = 23 - i * 1.3
    return [
      flower(at(330 - reach + i * 2.2), y + 6, size, random() * 60),
      flower(at(330 + reach + i * 2.2), y - 2, size, random() * 60),
      flower(at(331 + i * 2.2), y, size, random() * 60),
    ].join('')
  })
  const buds = Array.from({ length: 7 }, (_, i) => {
    const y = 90 - i * 9
    const x = 350 + i * 2
    const size = 9 - i * 0.8
    return `<ellipse cx="${at(x + (i % 2 === 0 ? -7 : 7))}" cy="${y}" rx="${at(size * 0.55)}" ry="${at(size)}" transform="rotate(${i % 2 === 0 ? -30 : 30} ${x} ${y})" fill="#8c3564" stroke="#1c2420" stroke-width="1.6"/>`
  })
  return rows.join('') + buds.join('')
}

/** Fermented willowherb in a linen bag, with the plant itself. */
export const ivanChai: Drawing = {
  liquor: '#d08a3c',
  subject: [
    ground(230, 160),
    rod('M362 34C352 120 336 240 322 380', '#5d7f52', 4),
    shape('M330 292C366 282 398 262 418 232C382 238 346 258 330 292Z', '#5d7f52', 'thin'),
    shape('M324 340C358 336 392 322 416 298C380 298 342 310 324 340Z', '#6d9061', 'thin'),
    shape('M334 262C312 258 296 262 286 258C304 250 322 250 334 262Z', '#6d9061', 'thin'),
    blossom(),
    shape(
      'M112 204C96 254 84 320 94 362C98 378 120 382 190 382S280 378 284 362C296 320 284 254 266 204Z',
      '#e3d6bb',
    ),
    area('M112 204C96 254 84 320 94 362C98 378 112 380 134 381C112 330 122 260 142 204Z', '#cfbf9e'),
    shape(
      'M112 204C96 180 92 162 100 150C126 164 150 150 172 160C196 150 222 164 248 152C274 156 282 176 266 204C220 214 158 214 112 204Z',
      '#efe5cf',
    ),
    ink(
      'M142 172C140 184 140 194 142 206M180 174C180 186 181 196 182 210M222 172C224 184 224 194 220 208M250 170C250 184 248 194 244 204',
      'thin',
    ),
    ink('M108 206C156 220 222 220 270 206M110 214C156 228 222 228 270 213'),
    ink('M262 214C276 224 284 240 282 256M258 216C264 230 264 244 258 258', 'thin'),
    shape('M142 262H236V330H142Z', 'paper', 'thin'),
    ink(
      'M189 276V312M189 286C180 284 176 278 175 272M189 294C198 292 202 286 203 280M189 304C180 302 174 296 172 290M160 320H218',
      'thin',
    ),
    heap({
      seed: 40,
      cx: 260,
      base: 388,
      halfWidth: 96,
      height: 26,
      count: 46,
      leaf: rolled(7),
      tones: ['#2d2119', '#43301f', '#5b4229'],
      spread: 1.5,
    }),
  ].join(''),
}
