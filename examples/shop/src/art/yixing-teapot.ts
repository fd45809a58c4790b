import { area, type Drawing, ground, ink, rod, shape } from './drawing.ts'
import { teaCharacter } from './tea-character.ts'

/** A small teapot of unglazed purple clay, with its maker's seal. */
export const yixingTeapot: Drawing = {
  liquor: '#d9a06a',
  subject: [
    ground(244, 150),
    rod('M334 216C404 196 424 262 378 308C364 322 346 330 326 332', '#8a4a35', 15),
    shape('M150 252C122 244 104 222 92 186L72 178C76 166 92 158 106 164C130 176 146 200 172 208Z', '#8a4a35'),
    area(
      'M92 186L72 178C74 172 80 166 88 164C98 196 118 226 152 244L150 252C122 244 104 222 92 186Z',
      '#6e3626',
    ),
    shape(
      'M138 270C138 214 184 186 244 186S350 214 350 270C350 330 318 376 244 376S138 330 138 270Z',
      '#9c5840',
    ),
    area(
      'M138 270C138 214 184 186 244 186C196 202 170 236 172 284C174 330 196 362 226 375C166 370 138 324 138 270Z',
      '#7d4130',
    ),
    area('M296 214C322 228 334 250 332 282C330 304 322 322 310 336C322 296 320 250 296 214Z', '#bd7a5e'),
    shape(
      'M184 372C184 380 206 386 244 386S304 380 304 372C290 376 268 378 244 378S198 376 184 372Z',
      '#7d4130',
      'thin',
    ),
    shape(
      'M178 204C180 174 206 162 244 162S308 174 310 204C292 194 270 190 244 190S196 194 178 204Z',
      '#a9644a',
    ),
    area('M178 204C180 174 206 162 244 162C222 168 206 180 202 196C192 198 184 200 178 204Z', '#86473a'),
    ink('M178 204C196 194 218 190 244 190S292 194 310 204'),
    shape('M230 164C226 150 232 140 244 140S262 150 258 164C252 168 236 168 230 164Z', '#8a4a35'),
    `<path fill="none" stroke="#5a2a1e" stroke-width="2.6" stroke-linecap="round" d="${teaCharacter(220, 258, 52)}"/>`,
    area('M286 300h18v18h-18Z', '#b3382c'),
    '<path fill="none" stroke="#fbfaf4" stroke-width="1.6" d="M290 304h10v10h-10ZM295 304v10"/>',
    '<path class="free" d="M74 140C62 124 86 114 74 96M96 132C86 118 106 108 96 92"/>',
  ].join(''),
}
