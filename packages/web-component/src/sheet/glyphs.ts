import { html, type TemplateResult } from 'lit'

// Our own neutral drawings on a 24-unit grid, as strokes.
const PATHS = {
  bank: 'm3 10 9-6 9 6M5 10v8m5-8v8m4-8v8m5-8v8M3 20h18',
  card: 'M3 6h18v12H3zM3 10h18M6 15h4',
  wallet: 'M18 8V4H6a2 2 0 0 0 0 4h14v12H4V6m12 8h.01',
  phone: 'M7 3h10v18H7zM11 18h2',
  credit: 'M4 6h16v14H4zM4 10h16M8 3v4m8-4v4M8 14h3m2 0h3m-8 3h3',
  qr: 'M4 4h6v6H4zm10 0h6v6h-6zM4 14h6v6H4zm10 0h2v2m4-2v2m-6 4h2m2 0h2v-2',
  close: 'm6 6 12 12m0-12L6 18',
  done: 'm5 12 5 5 9-10',
  failed: 'M12 6v8m0 4v.01',
  clock: 'M12 7v5l4 2m5-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
} as const

export type Glyph = keyof typeof PATHS

/** A drawing that says nothing by itself: the text beside it does. */
export function glyph(name: Glyph): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`
}

/** Payment later, or in parts: never chosen for the buyer. */
export function isCredit(method: string): boolean {
  return /credit|split|parts|later|instal|dolyami|huabei/.test(method)
}

/** A neutral glyph for the kind of a method, by its id: what nobody has seen is a wallet. */
export function methodGlyph(method: string): Glyph {
  if (isCredit(method)) return 'credit'
  if (/card/.test(method)) return 'card'
  const [kind] = /sbp|bank|qr|mobile|phone|^(mir|sber|t)_pay/.exec(method) ?? ['wallet']
  if (kind === 'sbp') return 'bank'
  return Object.hasOwn(PATHS, kind) ? (kind as Glyph) : 'phone'
}
