import { isPayError, PayError, type ReturnClient } from '@teabrick/core'
import { type CSSResultGroup, css, html, LitElement, nothing, type TemplateResult } from 'lit'
import {
  PayCancelEvent,
  PayErrorEvent,
  PayExpireEvent,
  PayFailureEvent,
  PayPendingEvent,
  PaySuccessEvent,
} from './events.ts'
import type { Texts } from './locales/texts.ts'
import { type Outcome, renderOutcome } from './sheet/outcome.ts'
import { surfaceStyles } from './sheet/surface.styles.ts'

/** What `<pay-return>` shows. Made by it; not for direct use. */
export class ReturnView extends LitElement {
  static override styles: CSSResultGroup = [
    surfaceStyles,
    css`
      :host { display: block; color: var(--_fg); }
      .stack { max-width: 26rem; margin: auto; }
    `,
  ]
  static override properties = { texts: { attribute: false }, theme: { reflect: true } }

  declare texts: Texts
  declare theme: string

  /** Where events go. */
  host: HTMLElement | undefined
  /** Absent when the page was opened by itself. */
  client: ReturnClient | undefined

  #unsubscribe: (() => void) | undefined
  #told: string | undefined
  /** What the buyer said, and what he was answered. */
  #answer: 'asking' | 'checked' | 'problem' | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#unsubscribe ??= this.client?.subscribe(this.#follow)
    this.#follow()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.client?.stop()
  }

  #follow = (): void => {
    this.requestUpdate()
    const state = this.client?.getSnapshot()
    const { host } = this
    if (!state || !host) return
    const told = state.error ? state.error.code : state.status
    if (told === this.#told) return
    this.#told = told
    if (state.error) host.dispatchEvent(new PayErrorEvent(state.error))
    else if (state.status === 'succeeded') host.dispatchEvent(new PaySuccessEvent(undefined, undefined))
    else if (state.status === 'processing') host.dispatchEvent(new PayPendingEvent(undefined))
    else if (state.status === 'failed') host.dispatchEvent(new PayFailureEvent(state.failureCode))
    else if (state.status === 'expired') host.dispatchEvent(new PayExpireEvent(state.late))
    else if (state.status === 'canceled') host.dispatchEvent(new PayCancelEvent('session'))
  }

  #ask = async (): Promise<void> => {
    this.#answer = 'asking'
    this.requestUpdate()
    try {
      await this.client?.load()
    } catch (cause) {
      const error = isPayError(cause)
        ? cause
        : new PayError('network_error', 'the status could not be read', { cause })
      this.host?.dispatchEvent(new PayErrorEvent(error))
    }
    this.#answer = 'checked'
    this.requestUpdate()
  }

  protected override render(): TemplateResult {
    const { texts } = this
    const outcome = this.#outcome()
    const state = this.client?.getSnapshot()
    const unknown = state && !state.error && (state.status === 'processing' || state.status === 'loading')
    const note =
      !state || state.connection === 'ok'
        ? ''
        : state.connection === 'offline'
          ? texts.offline
          : texts.retrying
    return html`<div class="stack" lang=${texts.locale} aria-live="polite">
      ${renderOutcome(outcome)}
      ${note ? html`<p class="note">${note}</p>` : nothing}
      ${unknown ? this.#renderQuestion() : nothing}
    </div>`
  }

  #renderQuestion(): TemplateResult {
    const { texts } = this
    const answer = this.#answer
    return html`
      ${answer === 'checked' || answer === 'problem' ? html`<p class="note">${answer === 'checked' ? texts.stillChecking : texts.problemHelp}</p>` : nothing}
      <button type="button" class="action" part="action" aria-disabled=${answer === 'asking'} @click=${this.#ask}>${texts.iPaid}</button>
      <button type="button" class="quiet" part="action" @click=${() => {
        this.#answer = 'problem'
        this.requestUpdate()
      }}>${texts.iHadProblem}</button>
    `
  }

  #outcome(): Outcome {
    const { texts } = this
    const state = this.client?.getSnapshot()
    if (!state) return { glyph: 'clock', title: texts.noReturn }
    if (state.error) return { glyph: 'clock', title: texts.loadFailed, text: texts.checking }
    switch (state.status) {
      case 'loading':
        return { title: texts.waitingTitle }
      case 'processing':
        return { title: texts.waitingTitle, text: texts.waiting[2] }
      case 'open':
        return { glyph: 'clock', title: texts.notPaid, text: texts.notPaidNote }
      case 'succeeded':
        return { glyph: 'done', tone: 'good', title: texts.paid, text: texts.paidNote }
      case 'failed':
        return { glyph: 'failed', tone: 'bad', title: texts.failed, text: texts.failures[state.failureCode] }
      default: {
        if (state.late) return { glyph: 'clock', title: texts.lateTitle, text: texts.late[state.late] }
        const title = state.status === 'expired' ? texts.expired : texts.canceled
        // A status token does not tell whether an earlier code could still be paid.
        return { glyph: 'clock', title, text: texts.maybeCharged }
      }
    }
  }
}
