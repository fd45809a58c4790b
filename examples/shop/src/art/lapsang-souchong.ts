import { type Drawing, ground, ink, shape } from './drawing.ts'
import { heap, twisted } from './leaves.ts'

const needles = (x: number, y: number, side: number): string =>
  [-38, -20, -4, 14, 30].map((turn) => `M${x} ${y}l${side * (34 - Math.abs(turn) / 3)} ${turn}`).join('')

/** Twisted leaves on a plate, a pine twig and the smoke it gives. */
export const lapsangSouchong: Drawing = {
  liquor: '#c8683a',
  subject: [
    ground(240, 150),
    '<path class="free" d="M196 150C176 126 214 112 196 88S210 56 198 40M240 146C220 118 260 104 240 74S254 42 242 22M284 150C264 126 302 112 284 88S298 62 288 48"/>',
    shape('M92 322C104 372 162 382 240 382S376 372 388 322Z', 'paper'),
    shape('M92 322a148 24 0 0 1 296 0a148 24 0 0 1 -296 0Z', 'shade'),
    heap({
      seed: 5,
      cx: 240,
      base: 330,
      halfWidth: 122,
      height: 142,
      count: 230,
      leaf: twisted(46, 3.6, 9),
      tones: ['#241a16', '#35241d', '#4a3024', '#6a4330'],
      spread: 0.85,
      outline: '#120d0b',
    }),
    ink('M112 346C150 362 190 368 240 368S330 362 368 346', 'thin'),
    ink('M300 356C336 344 368 322 402 282'),
    `<path fill="none" stroke="#2f6b4f" stroke-width="3" stroke-linecap="round" d="${needles(334, 342, 1)}${needles(358, 324, 1)}${needles(382, 304, 1)}${needles(346, 334, -0.8)}${needles(372, 314, -0.9)}${needles(400, 284, 0.9)}"/>`,
  ].join(''),
}
