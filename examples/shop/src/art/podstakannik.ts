import { area, at, type Drawing, ground, ink, rod, shape } from './drawing.ts'

const SILVER = '#c3c9cb'

function rosettes(): string {
  return Array.from({ length: 5 }, (_, i) => {
    const x = 168 + i * 36
    return `<path class="ink thin" d="M${x} 296v44M${at(x - 12)} 318h24M${at(x - 9)} 305l18 26M${at(x + 9)} 305l-18 26"/><circle cx="${x}" cy="318" r="5.5" fill="#e6eaea" stroke="#1c2420" stroke-width="1.8"/>`
  }).join('')
}

/** Railway tea: a thin glass in a nickel-silver holder, with lemon and a spoon. */
export const podstakannik: Drawing = {
  liquor: '#d8955b',
  subject: [
    ground(248, 130),
    rod('M282 196 322 66', SILVER, 3),
    shape('M316 72C310 56 318 36 332 34C344 36 344 56 332 74C326 80 320 80 316 72Z', SILVER, 'thin'),
    area('M148 92H312L302 300H158Z', 'paper', 0.82),
    area('M151 142H309L302 300H158Z', '#b4532a'),
    area('M151 142a79 12 0 0 1 158 0a79 12 0 0 1 -158 0Z', '#cf7440'),
    ink('M151 142a79 12 0 0 1 158 0a79 12 0 0 1 -158 0Z', 'thin'),
    ink('M148 92 158 270M312 92 302 270'),
    ink('M148 92a82 13 0 0 1 164 0a82 13 0 0 1 -164 0Z'),
    ink('M166 166 170 240', 'thin'),
    '<g transform="translate(188 134) rotate(-12)"><ellipse rx="42" ry="34" fill="#f0d35a" stroke="#1c2420" stroke-width="3"/><ellipse rx="34" ry="27" fill="#f9edb0"/><path class="ink thin" d="M0-25V25M-32 0H32M-22-18 22 18M22-18-22 18"/></g>',
    rod('M312 284C366 266 386 290 380 318C376 342 348 352 304 342', SILVER, 7),
    shape('M142 262C170 272 290 272 318 262L308 360C308 372 290 380 230 380S152 372 152 360Z', SILVER),
    area('M142 262C150 266 158 268 168 269L176 374C160 370 152 366 152 360Z', '#9fa7aa'),
    area('M262 270C274 270 284 269 292 267L284 372C278 374 270 375 262 376Z', '#e6eaea'),
    ink('M143 276C172 286 288 286 317 276M150 352C178 362 282 362 309 352', 'thin'),
    rosettes(),
    shape('M330 268C334 254 352 252 358 264C352 268 344 272 338 276Z', SILVER, 'thin'),
    shape('M138 380C138 372 150 370 160 370H300C310 370 322 372 322 380Z', '#9fa7aa'),
  ].join(''),
}
