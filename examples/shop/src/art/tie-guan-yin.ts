import { area, type Drawing, ground, ink, shape } from './drawing.ts'
import { heap, rolled } from './leaves.ts'
import { teaCharacter } from './tea-character.ts'

/** A tin caddy with a paper label, its lid aside, and rolled oolong in front. */
export const tieGuanYin: Drawing = {
  liquor: '#e0b84c',
  subject: [
    ground(246, 164),
    shape('M150 132V340C150 358 190 370 230 370S310 358 310 340V132Z', '#2f5f55'),
    area('M150 132V340C150 358 160 362 176 366V140Z', '#24493f'),
    shape('M150 132a80 20 0 0 1 160 0a80 20 0 0 1 -160 0Z', '#24493f'),
    shape('M164 132a66 15 0 0 1 132 0a66 15 0 0 1 -132 0Z', '#16302a', 'thin'),
    ink('M150 158C150 172 186 182 230 182S310 172 310 158', 'thin'),
    shape('M192 206C214 212 246 212 268 206V318C246 324 214 324 192 318Z', 'paper', 'thin'),
    ink(teaCharacter(206, 222, 48)),
    area('M223 286h14v14h-14Z', '#b3382c'),
    '<g transform="rotate(24 374 330)">',
    shape('M316 312V346C316 358 342 366 374 366S432 358 432 346V312Z', '#2f5f55'),
    shape('M316 312a58 15 0 0 1 116 0a58 15 0 0 1 -116 0Z', '#3d7568'),
    '</g>',
    heap({
      seed: 12,
      cx: 216,
      base: 380,
      halfWidth: 128,
      height: 46,
      count: 62,
      leaf: rolled(10),
      tones: ['#3c4a2c', '#4d6037', '#64783f', '#7f9350'],
      spread: 1.5,
    }),
  ].join(''),
}
