import { area, type Drawing, ground, ink, shape } from './drawing.ts'

const COBALT = 'fill="none" stroke="#2c4f8f" stroke-width="2.6" stroke-linecap="round"'

/** Lid, bowl and saucer: heaven, man and earth. A plum branch in cobalt. */
export const gaiwan: Drawing = {
  liquor: '#a9c4b6',
  subject: [
    ground(240, 150),
    shape('M108 348C116 372 176 382 240 382S364 372 372 348Z', 'shade'),
    shape('M108 348a132 20 0 0 1 264 0a132 20 0 0 1 -264 0Z', 'paper'),
    shape('M172 346a68 10 0 0 1 136 0a68 10 0 0 1 -136 0Z', 'shade', 'thin'),
    shape('M120 196C126 268 158 318 192 340C204 348 276 348 288 340C322 318 354 268 360 196Z', 'paper'),
    area('M120 196C126 268 158 318 192 340C198 344 212 346 226 346C182 316 158 262 152 200Z', 'shade'),
    shape('M120 196a120 20 0 0 1 240 0a120 20 0 0 1 -240 0Z', 'shade'),
    area('M136 197a104 14 0 0 1 208 0a104 14 0 0 1 -208 0Z', '#d9b25a'),
    ink('M136 197a104 14 0 0 1 208 0a104 14 0 0 1 -208 0Z', 'thin'),
    `<path ${COBALT} d="M334 232C308 244 292 258 270 262C246 268 226 284 214 306M292 256C288 242 292 232 300 222M252 268C246 256 236 250 224 250M232 284C244 292 258 294 268 290"/>`,
    ...[
      [300, 220],
      [222, 248],
      [270, 291],
      [318, 240],
      [212, 308],
    ].map(
      ([x, y]) =>
        `<g transform="translate(${x} ${y})" fill="#fbfaf4" stroke="#2c4f8f" stroke-width="2"><circle cy="-6.4" r="5"/><circle cx="6" cy="-2" r="5"/><circle cx="3.8" cy="5.2" r="5"/><circle cx="-3.8" cy="5.2" r="5"/><circle cx="-6" cy="-2" r="5"/><circle r="2" fill="#2c4f8f"/></g>`,
    ),
    '<g transform="rotate(-13 240 150)">',
    shape('M128 178C140 128 184 108 240 108S340 128 352 178Z', 'paper'),
    area('M128 178C140 128 184 108 240 108C190 122 166 146 160 178Z', 'shade'),
    shape('M128 178a112 16 0 0 1 224 0a112 16 0 0 1 -224 0Z', 'paper'),
    area(
      'M128 178C140 128 184 108 240 108S340 128 352 178C340 172 300 166 240 166S140 172 128 178Z',
      'paper',
    ),
    ink('M128 178C140 128 184 108 240 108S340 128 352 178'),
    `<path ${COBALT} d="M146 162C180 150 300 150 334 162M154 152C186 142 294 142 326 152"/>`,
    shape('M214 108C210 92 216 86 240 86S270 92 266 108C258 112 222 112 214 108Z', 'paper'),
    shape('M210 90a30 7 0 0 1 60 0a30 7 0 0 1 -60 0Z', 'shade', 'thin'),
    '</g>',
    '<path class="free" d="M196 74C184 58 208 48 196 28M240 66C228 48 252 38 240 16"/>',
  ].join(''),
}
