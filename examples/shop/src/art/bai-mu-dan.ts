import { area, type Drawing, ground, ink, shape } from './drawing.ts'
import { heap, twisted } from './leaves.ts'

/** A bud between two leaves, which is all that white peony is made of, over a little of the dry tea. */
export const baiMuDan: Drawing = {
  liquor: '#ecd7a0',
  subject: [
    ground(240, 140),
    shape('M236 330C222 262 232 204 240 150C250 206 258 262 246 330Z', '#c9d3b8'),
    ink('M240 172V300M233 216 239 226M232 246 239 256M247 232 241 240M249 262 241 270', 'thin'),
    shape('M240 326C176 318 120 268 104 176C160 190 226 236 240 326Z', '#7d9a72'),
    area('M240 326C198 276 150 224 104 176C160 190 226 236 240 326Z', '#98b088'),
    ink(
      'M240 326C198 276 150 224 104 176M208 288C192 288 172 282 160 274M182 256C166 254 148 246 138 236M158 230C146 226 132 218 124 208M200 276C202 262 198 248 192 238M174 248C176 236 172 224 166 214',
      'thin',
    ),
    shape('M242 326C250 246 300 176 384 132C392 220 330 308 242 326Z', '#86a37a'),
    area('M242 326C284 262 332 196 384 132C392 220 330 308 242 326Z', '#6f8d66'),
    ink(
      'M242 326C284 262 332 196 384 132M278 272C296 270 318 260 334 248M304 234C322 230 340 220 352 208M328 200C342 196 358 186 368 176M286 258C284 242 286 226 292 212M310 224C308 210 312 194 318 182',
      'thin',
    ),
    ink('M241 326C242 344 246 356 254 372', ''),
    heap({
      seed: 17,
      cx: 236,
      base: 386,
      halfWidth: 132,
      height: 36,
      count: 46,
      leaf: twisted(44, 7, 10),
      tones: ['#6f7f62', '#8b9a78', '#b9c3a6', '#e3e6d2'],
      spread: 0.6,
    }),
  ].join(''),
}
