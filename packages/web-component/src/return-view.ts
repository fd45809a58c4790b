import type { ReturnClient } from '@teabrick/core'
import {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from 'lit'
import {
  PayCancelEvent,
  PayErrorEvent,
  PayExpireEvent,
  PayFailureEvent,
  PayPendingEvent,
  PaySuccessEvent,
} from './events.ts'
import type { Reasons, ReasonsModule } from './locales/reasons.ts'
import type { Texts } from './locales/texts.ts'
import { RETURN_TEXTS, type ReturnTexts } from './return-texts.ts'
import { forgetKeys } from './session-memory.ts'
import { type Outcome, renderOutcome } from './sheet/outcome.ts'
import { surfaceStyles } from './sheet/surface.styles.ts'
import { toPayError } from './to-pay-error.ts'

/** A heading of each level. */
const HEADINGS: readonly ((title: string) => TemplateResult)[] = [
  (title) => html`<h1 class="title">${title}</h1>`,
  (title) => html`<h2 class="title">${title}</h2>`,
  (title) => html`<h3 class="title">${title}</h3>`,
  (title) => html`<h4 class="title">${title}</h4>`,
  (title) => html`<h5 class="title">${title}</h5>`,
  (title) => html`<h6 class="title">${title}</h6>`,
]

/** What `<pay-return>` shows. Made by it; not for direct use. */
export class ReturnView extends LitElement {
  static override get styles(): CSSResultGroup {
    return [
      surfaceStyles,
      css`
        :host { display: block; color: var(--_fg); }
        .outcome p { min-height: 4.35em; }
        .number { text-align: center; }
        code { font: .8125em ui-monospace, monospace; }
        .stack { max-width: 26em; margin: auto; padding: calc(4 * var(--_s)); }
        .title { margin: 0; font: 600 1.25em/1.3 var(--pay-font, system-ui, sans-serif); overflow-wrap: anywhere; }
      `,
    ]
  }

  static override get properties(): PropertyDeclarations {
    return {
      texts: { attribute: false },
      client: { attribute: false },
      theme: { reflect: true },
      level: { attribute: false },
      shopUrl: { attribute: false },
    }
  }

  /** Absent while they are loading. */
  declare texts: Texts | undefined
  declare theme: string
  /** Of its heading, 1 to 6. */
  declare level: number
  /** Where the buyer goes on. */
  declare shopUrl: string | undefined
  /** Absent when the page was opened by itself. */
  declare client: ReturnClient | undefined

  /** Where events go. */
  host: HTMLElement | undefined

  /** Loads the words of failures. */
  loadReasons: (() => Promise<ReasonsModule>) | undefined

  #reasons: ReasonsModule | undefined
  #followed: ReturnClient | undefined
  #unsubscribe: (() => void) | undefined
  #told: string | undefined
  /** What the buyer said, and what he was answered. */
  #answer: 'asking' | 'checked' | 'problem' | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#start()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  protected override willUpdate(): void {
    if (this.client === this.#followed) return
    this.#stop()
    this.#told = this.#answer = undefined
    if (this.isConnected) this.#start()
  }

  #start(): void {
    this.#followed ??= this.client
    this.#unsubscribe ??= this.#followed?.subscribe(this.#follow)
    this.#follow()
  }

  #stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#followed?.stop()
    this.#followed = undefined
  }

  #follow = (): void => {
    this.requestUpdate()
    const state = this.client?.getSnapshot()
    const { host } = this
    if (!state || !host) return
    const told = state.error ? state.error.code : state.status
    if (told === this.#told) return
    this.#told = told
    if (/^(succeeded|expired|canceled)$/.test(state.status)) forgetKeys()
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
      const error = toPayError(cause, 'network_error', 'the status could not be read')
      this.host?.dispatchEvent(new PayErrorEvent(error))
    }
    this.#answer = 'checked'
    this.requestUpdate()
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts } = this
    if (!texts) return nothing
    const outcome = this.#outcome(texts)
    const state = this.client?.getSnapshot()
    const unknown = state && !state.error && (state.status === 'processing' || state.status === 'loading')
    // In the place of what is known: nothing moves.
    const trouble = state && !state.error && state.connection !== 'ok' ? texts[state.connection] : undefined
    return html`<div class="stack" lang=${texts.locale} aria-live="polite">
      ${renderOutcome({ ...outcome, text: trouble ?? outcome.text, heading: HEADINGS[this.level - 1]?.(outcome.title) })}
      ${
        state?.sessionId && !unknown
          ? html`<p class="number muted"><span>${texts.reference}</span> <code>${state.sessionId}</code></p>`
          : nothing
      }
      ${unknown ? this.#renderQuestion(texts) : nothing}
      ${unknown && this.#answer !== 'problem' ? nothing : this.#renderBack(texts, unknown)}
    </div>`
  }

  /** The one step that is left; beside a question it is the lesser one. */
  #renderBack({ backToShop }: Texts, isLesser: boolean | undefined): TemplateResult | typeof nothing {
    const { shopUrl } = this
    if (!shopUrl) return nothing
    return html`<a class=${isLesser ? 'link' : 'action'} part="action" href=${shopUrl}>${backToShop}</a>`
  }

  #renderQuestion(texts: Texts): TemplateResult {
    const own = ownWords(texts)
    const answer = this.#answer
    return html`
      ${answer === 'checked' || answer === 'problem' ? html`<p class="note">${answer === 'checked' ? own.stillChecking : own.problemHelp}</p>` : nothing}
      <button type="button" class="action" part="action" aria-disabled=${answer === 'asking'} @click=${this.#ask}>${own.iPaid}</button>
      <button type="button" class="quiet" part="action" @click=${() => {
        this.#answer = 'problem'
        this.requestUpdate()
      }}>${own.iHadProblem}</button>
    `
  }

  /** The title says what happened; why comes as soon as its words are there. */
  #explain(list: keyof Reasons, code: string, texts: Texts): string | undefined {
    if (this.#reasons) return this.#reasons.reasonOf(texts, list, code)
    this.loadReasons?.().then(
      (reasons) => {
        this.#reasons = reasons
        this.requestUpdate()
      },
      () => {},
    )
    return undefined
  }

  #outcome(texts: Texts): Outcome {
    const own = ownWords(texts)
    const state = this.client?.getSnapshot()
    if (!state) return { glyph: 'clock', title: own.noReturn }
    if (state.error) return { glyph: 'clock', title: texts.loadFailed, text: texts.checking }
    switch (state.status) {
      case 'loading':
        return { title: texts.waitingTitle, text: texts.checking }
      case 'processing':
        return { title: texts.waitingTitle, text: texts.waiting[2] }
      case 'open':
        return { glyph: 'clock', title: own.notPaid, text: own.notPaidNote }
      case 'succeeded':
        return { glyph: 'done', tone: 'good', title: texts.paid, text: texts.paidNote }
      case 'failed':
        return {
          glyph: 'failed',
          tone: 'bad',
          title: texts.failed,
          text: this.#explain('failures', state.failureCode, texts),
        }
      default: {
        const { late, status } = state
        const title = late ? this.#explain('late', 'title', texts) : this.#explain('endings', status, texts)
        // A status token does not tell whether an earlier code could still be paid.
        const text = late
          ? this.#explain('late', late, texts)
          : this.#explain('endings', 'maybeCharged', texts)
        return title ? { glyph: 'clock', title, text } : { title: texts.waitingTitle, text: texts.checking }
      }
    }
  }
}

function ownWords({ locale, of }: Texts): ReturnTexts {
  return of?.(RETURN_TEXTS, 'returnPage') ?? RETURN_TEXTS[locale]
}
