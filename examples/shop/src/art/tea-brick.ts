import { area, type Drawing, ground, shape } from './drawing.ts'
import { pressed } from './leaves.ts'

/** A raised line: light from above on its upper edge, shade below. */
function relief(path: string): string {
  return `<path fill="none" stroke="#2a1711" stroke-width="5" stroke-linecap="round" stroke-linejoin="round" transform="translate(0 2)" d="${path}"/><path fill="none" stroke="#8d6350" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round" d="${path}"/>`
}

const meander = (x: number, y: number, sx: number, sy: number): string =>
  `M${x} ${y}v${24 * sy}h${26 * sx}v${-16 * sy}h${-16 * sx}v${7 * sy}h${7 * sx}`

const RICE = 'M240 222V326M188 274H292M208 240l16 17M272 240l-16 17M228 288l-22 24M252 288l22 24'

/** Pressed dust of black tea, scored so that a piece can be broken off, with the character for rice in the middle. */
export const teaBrick: Drawing = {
  liquor: '#c06a3a',
  subject: [
    ground(252, 176),
    shape('M84 168 112 140H420L396 168Z', '#7d5644'),
    shape('M396 168 420 140V352L396 380Z', '#3b241b'),
    shape('M84 168H396V380H84Z', '#523327'),
    pressed({
      seed: 7,
      inside: () => true,
      box: [92, 176, 388, 374],
      count: 620,
      tones: ['#5f3d2f', '#47291f', '#694638'],
      length: 9,
    }),
    area('M240 200a74 74 0 1 0 .1 0Z', '#4a2c21', 0.8),
    relief('M100 184H380V364H100Z'),
    relief('M160 184V364M320 184V364M100 274H160M320 274H380'),
    relief('M240 200a74 74 0 1 0 .1 0Z'),
    relief(
      [
        meander(114, 200, 1, 1),
        meander(366, 200, -1, 1),
        meander(114, 348, 1, -1),
        meander(366, 348, -1, -1),
      ].join(''),
    ),
    relief(RICE),
  ].join(''),
}
