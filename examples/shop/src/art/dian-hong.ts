import { area, type Drawing, ground, ink, shape } from './drawing.ts'
import { heap, twisted } from './leaves.ts'

/** Yunnan red with golden tips on a half of bamboo, the tray it is shown in before brewing. */
export const dianHong: Drawing = {
  liquor: '#c9502a',
  subject: [
    ground(240, 178, 376),
    shape('M58 300C58 350 92 372 140 372H372C404 372 424 346 424 300Z', '#c79a5b'),
    shape(
      'M58 300C58 282 78 274 104 274H398C414 274 424 284 424 300C424 312 412 318 396 318H96C74 318 58 314 58 300Z',
      '#e2bf82',
    ),
    heap({
      seed: 9,
      cx: 240,
      base: 312,
      halfWidth: 152,
      height: 124,
      count: 250,
      leaf: twisted(40, 4.2, 12),
      tones: ['#3a1f17', '#57301f', '#2a1712', '#8a5326', '#d39a3c', '#e7b95a'],
      spread: 0.8,
      outline: '#170d0a',
    }),
    area(
      'M58 300C58 350 92 372 140 372H372C404 372 424 346 424 300C424 312 412 320 396 320H96C74 320 58 314 58 300Z',
      '#d3a968',
    ),
    ink(
      'M58 300C58 350 92 372 140 372H372C404 372 424 346 424 300C424 312 412 320 396 320H96C74 320 58 314 58 300Z',
    ),
    ink(
      'M150 321C146 338 148 356 156 371M160 321C156 338 158 356 166 371M338 321C342 338 340 356 332 371',
      'thin',
    ),
    ink('M182 340H308M190 352H262', 'thin'),
  ].join(''),
}
