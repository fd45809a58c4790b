import { area, at, type Drawing, ground, ink, shape } from './drawing.ts'
import { pressed } from './leaves.ts'
import { teaCharacter } from './tea-character.ts'

/** The wrapper's edge behind the cake: paper that was folded in pleats. */
function wrapper(): string {
  const points = Array.from({ length: 26 }, (_, i) => {
    const angle = (i / 26) * Math.PI * 2
    const r = i % 2 === 0 ? 161 : 149
    return `${at(240 + r * Math.cos(angle))} ${at(222 + r * Math.sin(angle) * 0.98)}`
  })
  return `M${points.join('L')}Z`
}

/** A cake of ripe pu-erh on its paper, the factory's ticket pressed into the leaf. */
export const puerCake: Drawing = {
  liquor: '#7a2f1c',
  subject: [
    ground(240, 150, 392),
    shape('M150 392 186 330H204L180 392ZM330 392 294 330H276L300 392Z', '#9c6b3f'),
    shape(wrapper(), 'paper'),
    ink(
      'M240 222 330 92M240 222 102 150M240 222 118 318M240 222 372 300M240 222 252 380M240 222 398 202M240 222 84 232M240 222 206 66',
      'thin',
    ),
    shape('M240 96a126 126 0 1 0 .1 0Z', '#3d241a'),
    pressed({
      seed: 21,
      inside: (x, y) => (x - 240) ** 2 + (y - 222) ** 2 < 117 ** 2,
      box: [114, 96, 366, 348],
      count: 900,
      tones: ['#57372a', '#2b1811', '#6d4a37', '#8a5f42'],
      length: 15,
    }),
    ink('M156 168C178 128 222 112 262 118', 'thin'),
    '<g transform="rotate(-8 240 222)">',
    shape('M206 196H274V248H206Z', 'paper', 'thin'),
    area('M213 203H267V241H213Z', '#b3382c'),
    `<path fill="none" stroke="#fbfaf4" stroke-width="2.4" stroke-linecap="round" d="${teaCharacter(224, 206, 32)}"/>`,
    '</g>',
  ].join(''),
}
