import { type Html, html } from './html.ts'

// The neutral drawings of the checkout element, on a 24-unit grid. No third-party marks.
const PATHS = {
  bank: 'M3 10 12 4l9 6M5 10v8m4.5-8v8m5-8v8m4.5-8v8M3 20h18',
  card: 'M3 7.5A1.5 1.5 0 0 1 4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5zM3 10h18M6.5 14.5h4',
  wallet:
    'M18 8V5.5A1.5 1.5 0 0 0 16.5 4H6a2 2 0 0 0 0 4h13.5A1.5 1.5 0 0 1 21 9.5v9a1.5 1.5 0 0 1-1.5 1.5H6a2 2 0 0 1-2-2V6m13 8h.01',
  phone:
    'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zm3 15h2',
  back: 'M19 12H5m6-6-6 6 6 6',
  done: 'm5 12.5 4.5 4.5L19 7.5',
  stop: 'M12 6v7.5m0 4v.01',
  clock: 'M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
} as const
export type Glyph = keyof typeof PATHS

/** A drawing that says nothing by itself: the text beside it does. */
export function glyph(name: Glyph): Html {
  return html`<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`
}

const METHOD_GLYPHS: ReadonlyMap<string, Glyph> = new Map([
  ['sbp', 'bank'],
  ['bank_card', 'card'],
  ['mir_pay', 'card'],
  ['mobile_balance', 'phone'],
])

export function methodGlyph(method: string): Html {
  return glyph(METHOD_GLYPHS.get(method) ?? 'wallet')
}
