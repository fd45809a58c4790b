import type { SandboxState } from '../control.ts'
import { type Html, html } from '../html.ts'
import type { Language } from '../page.ts'
import type { PanelTexts } from './panel-texts.ts'

/** What every part of the panel is drawn from. */
export interface View {
  readonly state: SandboxState
  readonly language: Language
  readonly texts: PanelTexts
  /** The path forms are sent to, with the language chosen. */
  readonly action: string
}

/** Stands for the time that the page is drawn at, so that a page differs from the last one only when something happened. */
export const NOW = '\u0000now\u0000'
export const TIMELINE_NOW = '\u0000timeline\u0000'

/** A clock that ticks where there is JavaScript. `now` is one of the two above. */
export function ticking(now: string): Html {
  return html`<time data-now="${now}">${now}text</time>`
}

export type Tone = 'good' | 'warn' | 'bad' | 'calm'

export function chip(tone: Tone, text: string): Html {
  return html`<span class="chip ${tone}">${text}</span>`
}

/** A button that says one thing to `/_control`. */
export function command(action: string, name: string, value: string, label: string): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="${name}" value="${value}"><button>${label}</button></form>`
}

export function choices(values: readonly string[]): Html[] {
  return values.map((value) => html`<option>${value}</option>`)
}

/** `19:40:12` of an ISO instant, in UTC, with the day for who asks. */
export function clockTime(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`
}
