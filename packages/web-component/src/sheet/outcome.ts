import { html, nothing, type TemplateResult } from 'lit'
import { type Glyph, glyph } from './glyphs.ts'

/** How something ended, or that it goes on. */
export interface Outcome {
  /** Absent: a turning wheel. */
  readonly glyph?: Glyph | undefined
  readonly tone?: 'good' | 'bad' | undefined
  readonly title: string
  readonly text?: string | undefined
  /** In place of the title's heading, where it is not below the sheet's own. */
  readonly heading?: TemplateResult | undefined
}

/** A drawing, a heading that can take the focus, and a line under it. */
export function renderOutcome({ glyph: name, tone, title, text, heading }: Outcome): TemplateResult {
  return html`<div class="outcome" part="status">
    <div class=${`badge ${tone}`}>${name ? glyph(name) : html`<div class="spin"></div>`}</div>
    ${heading ?? html`<h3 tabindex="-1">${title}</h3>`}
    ${text ? html`<p class="muted">${text}</p>` : nothing}
  </div>`
}
