import { html, nothing, type TemplateResult } from 'lit'
import { type Glyph, glyph } from './glyphs.ts'

/** How something ended, or that it goes on. */
export interface Outcome {
  /** Absent: a turning wheel. */
  readonly glyph?: Glyph | undefined
  readonly tone?: 'good' | 'bad' | undefined
  readonly title: string
  readonly text?: string | undefined
}

/** A drawing, a heading that can take the focus, and a line under it. */
export function renderOutcome({ glyph: name, tone, title, text }: Outcome): TemplateResult {
  return html`<div class="outcome" part="status">
    ${name ? html`<div class="badge ${tone}">${glyph(name)}</div>` : html`<div class="badge"><div class="spin"></div></div>`}
    <h3 tabindex="-1">${title}</h3>
    ${text ? html`<p class="muted">${text}</p>` : nothing}
  </div>`
}
