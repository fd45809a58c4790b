import { html, type TemplateResult } from 'lit'

// Our own neutral drawings on a 24-unit grid, as strokes.
const PATHS = {
  bank: 'm3 10 9-6 9 6M5 10v8m5-8v8m4-8v8m5-8v8M3 20h18',
  card: 'M3 6h18v12H3zM3 10h18M6 15h4',
  wallet: 'M18 8V4H6a2 2 0 0 0 0 4h14v12H4V6m12 8h.01',
  phone: 'M7 3h10v18H7zM11 18h2',
  close: 'm6 6 12 12m0-12L6 18',
  done: 'm5 12 5 5 9-10',
  failed: 'M12 6v8m0 4v.01',
  clock: 'M12 7v5l4 2m5-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0',
} as const
export type Glyph = keyof typeof PATHS

/** A drawing that says nothing by itself: the text beside it does. */
export function glyph(name: Glyph): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`
}

const METHOD_GLYPHS: Readonly<Record<string, Glyph>> = {
  sbp: 'bank',
  bank_card: 'card',
  mir_pay: 'card',
  mobile_balance: 'phone',
}

/** A neutral glyph for a method. */
export function methodGlyph(method: string): TemplateResult {
  return glyph(Object.hasOwn(METHOD_GLYPHS, method) ? (METHOD_GLYPHS[method] as Glyph) : 'wallet')
}
