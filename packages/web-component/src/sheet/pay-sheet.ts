import { type Checkout, type CheckoutState, formatMoney, type PayError } from '@teabrick/core'
import type { CheckoutMethod, CheckoutView, Device } from '@teabrick/core/contract'
import { type CSSResultGroup, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { PayActionEvent } from '../events.ts'
import type { Texts, WordedError } from '../locales/texts.ts'
import type { QrCode } from '../qr-code.ts'
import type { UrlGateOptions } from '../url-gate.ts'
import { renderAction, type Way, waysOf } from './action.ts'
import { glyph } from './glyphs.ts'
import { type Choice, methodName, renderMethods } from './methods.ts'
import { type Outcome, renderOutcome } from './outcome.ts'
import { sheetStyles } from './sheet.styles.ts'
import { renderSummary } from './summary.ts'
import { surfaceStyles } from './surface.styles.ts'

/** How long a tap on an app link may take to leave the page before other ways are offered. */
const LEAVE_MS = 2_500
/** When the words of waiting change: see `Texts.waiting`. */
const WAITING_STAGES_MS = [15_000, 60_000, 300_000]

type Loaded = Exclude<CheckoutState, { status: 'loading' }>

/**
 * The checkout on the screen: a modal dialog (a bottom sheet on phones), or inline. It draws what the checkout says and
 * knows nothing of its own about money. Made by `<pay-button>`; not for direct use.
 */
export class PaySheet extends LitElement {
  static override styles: CSSResultGroup = [surfaceStyles, sheetStyles]
  static override properties = {
    checkout: { attribute: false },
    texts: { attribute: false },
    loadError: { attribute: false },
    returnTo: { attribute: false },
    theme: { reflect: true },
  }

  declare checkout: Checkout | undefined
  declare texts: Texts
  declare theme: string
  /** Why there is no checkout. */
  declare loadError: PayError | undefined
  /** Where the buyer goes after a success. */
  declare returnTo: string | undefined

  apiUrl = ''
  device: Device = { surface: 'desktop' }
  inline = false
  /** From {@link PaySheet.show} until the buyer closes it. Inline it never closes. */
  isOpen = false
  /** Method ids to offer, in this order; undefined: all of the view. */
  methods: readonly string[] | undefined
  /** Loads the QR encoder. */
  loadQr: (() => Promise<(payload: string) => QrCode>) | undefined
  onClose: (() => void) | undefined
  onRetry: (() => void) | undefined
  navigate: (url: string) => void = () => {}

  #unsubscribe: (() => void) | undefined
  #release: (() => void) | undefined
  #ticker: ReturnType<typeof setInterval> | undefined
  #leaveTimer: ReturnType<typeof setTimeout> | undefined
  #choice: Choice = { method: undefined, contact: {} }
  #status: CheckoutState['status'] | undefined
  #sinceMs = 0
  #qr: { payload: string; code: QrCode } | undefined
  #wantsQr = false
  #offerMore = false
  #copied = false
  #goesAlone = false
  #renewedFor: CheckoutView | undefined
  #heard = ''

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  /** Opens, or comes back to what is going on. */
  async show(): Promise<void> {
    this.isOpen = true
    await this.updateComplete
    if (!this.isConnected) return
    const dialog = this.#dialog
    if (dialog && !dialog.open) {
      dialog.showModal()
      // Not on the first control, which is the one that closes: the dialog says its name, Tab goes to the methods.
      dialog.focus()
    }
    this.#hold()
  }

  /** Closes. A live payment goes on: the next click on the button comes back to it. */
  close(): void {
    this.#dialog?.close()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#follow()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unfollow()
    this.#closed()
  }

  #follow(): void {
    this.#unsubscribe ??= this.checkout?.subscribe(() => this.requestUpdate())
  }

  #unfollow(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    clearInterval(this.#ticker)
    this.#ticker = undefined
    clearTimeout(this.#leaveTimer)
  }

  #hold(): void {
    if (this.isConnected && this.isOpen) this.#release ??= this.checkout?.hold()
  }

  #closed(): void {
    this.isOpen = this.inline
    this.#release?.()
    this.#release = undefined
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('checkout')) {
      this.#unfollow()
      this.#release?.()
      this.#release = undefined
      if (this.isConnected) this.#follow()
    }
    const state = this.checkout?.getSnapshot()
    if (state?.status === this.#status) return
    this.#status = state?.status
    this.#sinceMs = performance.now()
    this.#offerMore = this.#wantsQr = this.#copied = false
    this.#qr = undefined
    clearTimeout(this.#leaveTimer)
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('checkout')) this.#hold()
    const state = this.checkout?.getSnapshot()
    // What was focused is gone with the state before: go on at the new heading, not at the top of the page.
    const root = this.renderRoot as ShadowRoot
    if (this.#dialog?.open && !root.activeElement) {
      ;(root.querySelector<HTMLElement>('h3') ?? this.#dialog).focus()
    }
    if (!state || state.status === 'loading') return
    if (state.status === 'requires_action') this.#act(state)
    const quote = this.#chosen(state)?.quote
    if (
      quote &&
      this.#choosing(state) &&
      quote.validForMs <= elapsed(state) &&
      this.#renewedFor !== state.view
    ) {
      this.#renewedFor = state.view
      this.checkout?.load().catch(() => {})
    }
    const ticks =
      (state.status === 'requires_action' && state.nextAction.expiresInMs !== null) ||
      state.status === 'processing' ||
      (quote && this.#choosing(state))
    if (ticks) this.#ticker ??= setInterval(() => this.requestUpdate(), 1000)
    else {
      clearInterval(this.#ticker)
      this.#ticker = undefined
    }
  }

  #choosing(state: Loaded): boolean {
    return state.status === 'ready' || state.status === 'failed'
  }

  /** What happens by itself once the answer is there: the code is drawn; a page that is the only way is opened. */
  #act({ nextAction, payment }: Extract<CheckoutState, { status: 'requires_action' }>): void {
    const { qr, appLink, banks, redirect } = nextAction
    if (this.#goesAlone) {
      this.#goesAlone = false
      const { page } = waysOf(nextAction, this.#gate(payment.method), this.device)
      if (redirect && page && !qr && !appLink && !banks && this.#mayLeave(page)) this.navigate(page.url)
    }
    if (!qr || (this.device.surface === 'mobile' && !this.#wantsQr) || this.#qr?.payload === qr.payload)
      return
    const { payload } = qr
    this.loadQr?.().then(
      (draw) => {
        this.#qr = { payload, code: draw(payload) }
        this.requestUpdate()
      },
      () => {
        // Without the encoder the links are still there.
      },
    )
  }

  #gate(method: string): UrlGateOptions {
    return { apiUrl: this.apiUrl, method }
  }

  #mayLeave({ kind, url }: Way): boolean {
    const state = this.checkout?.getSnapshot()
    const method = state?.status === 'requires_action' ? state.payment.method : ''
    return this.dispatchEvent(new PayActionEvent(kind, method, url))
  }

  #leave = (event: Event, way: Way): void => {
    if (!this.#mayLeave(way)) {
      event.preventDefault()
      return
    }
    if (way.kind !== 'appLink') return
    clearTimeout(this.#leaveTimer)
    this.#leaveTimer = setTimeout(() => {
      if (document.visibilityState === 'hidden') return
      this.#offerMore = true
      this.requestUpdate()
    }, LEAVE_MS)
  }

  #copy = async (url: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(url)
      this.#copied = true
      this.requestUpdate()
    } catch {
      // No permission: the code and the links beside the button remain.
    }
  }

  #offered({ view }: Loaded): readonly CheckoutMethod[] {
    const wanted = this.methods
    if (!wanted) return view.methods
    return wanted.flatMap((id) => view.methods.find((method) => method.id === id) ?? [])
  }

  #chosen(state: Loaded): CheckoutMethod | undefined {
    const offered = this.#offered(state)
    return offered.find(({ id }) => id === this.#choice.method) ?? offered[0]
  }

  #pay = async (event: Event): Promise<void> => {
    event.preventDefault()
    const state = this.checkout?.getSnapshot()
    if (!state || state.status === 'loading' || !this.#choosing(state)) return
    const method = this.#chosen(state)
    if (!method) return
    const { phone, email } = this.#choice.contact
    const contact = {
      ...(phone && method.requires.includes('phone') && { phone: phone.replace(/[\s()-]/g, '') }),
      ...(email && method.requires.includes('email') && { email: email.trim() }),
    }
    this.#goesAlone = true
    // A refusal is in the state, with words for the buyer; the button tells the page.
    await this.checkout
      ?.pay(method.id, { device: this.device, ...(Object.keys(contact).length > 0 && { contact }) })
      .catch(() => {})
  }

  #another = (): void => {
    this.checkout?.cancel().catch(() => {})
  }

  protected override render(): TemplateResult {
    const { texts } = this
    const state = this.checkout?.getSnapshot()
    const content =
      state && state.status !== 'loading' ? this.#renderLoaded(state) : this.#renderLoading(state)
    const inside = html`
      ${content}
      ${this.inline ? nothing : html`<button type="button" class="close" part="close" aria-label=${texts.close} @click=${this.close}>${glyph('close')}</button>`}
      <p class="heard" role="status">${this.#heard}</p>
    `
    const label =
      state && state.status !== 'loading' ? `${texts.title}: ${state.view.merchant.name}` : texts.title
    return this.inline
      ? html`<section class="inline" part="dialog" lang=${texts.locale} aria-label=${label}>${inside}</section>`
      : html`<dialog part="dialog" lang=${texts.locale} aria-label=${label} tabindex="-1"
          @close=${() => {
            this.#closed()
            this.onClose?.()
          }}>${inside}</dialog>`
  }

  #renderLoading(state: CheckoutState | undefined): TemplateResult {
    const { texts } = this
    const error = this.loadError ?? state?.error
    if (!error) {
      this.#heard = texts.loading
      return html`<header><div class="bone low"></div></header>
        <div class="body stack" aria-hidden="true"><div class="bone"></div><div class="bone"></div><div class="bone"></div></div>`
    }
    const text = this.#words(error.code)
    this.#heard = `${texts.loadFailed}. ${text}`
    return html`<div class="body stack">
      ${renderOutcome({ glyph: 'failed', tone: 'bad', title: texts.loadFailed, text })}
      <button type="button" class="action" part="action" @click=${() => this.onRetry?.()}>${texts.tryAgain}</button>
    </div>`
  }

  #words(code: string): string {
    const { errors } = this.texts
    const worded = /^(session_not_open|unauthorized|token_expired|not_found)$/.test(code)
      ? 'session_over'
      : code
    return Object.hasOwn(errors, worded) ? errors[worded as WordedError] : errors.other
  }

  #renderLoaded(state: Loaded): TemplateResult {
    const { texts } = this
    const { view, connection, error, moneyMayHaveMoved } = state
    const notes = [
      connection === 'offline' ? texts.offline : connection === 'retrying' ? texts.retrying : '',
      error && moneyMayHaveMoved ? texts.checking : '',
      view.payment?.supersededBefore && state.status !== 'succeeded' ? texts.oldCode : '',
    ].filter(Boolean)
    const refusal = error && !moneyMayHaveMoved && this.#choosing(state) ? this.#words(error.code) : ''
    return html`
      <header>${renderSummary(view, texts)}</header>
      <div class="body stack">
        ${notes.map((note) => html`<p class="note">${note}</p>`)}
        ${refusal ? html`<p class="note bad">${refusal}</p>` : nothing}
        ${this.#renderStatus(state, [...notes, refusal])}
      </div>
    `
  }

  #renderStatus(state: Loaded, notes: readonly string[]): TemplateResult {
    const { texts } = this
    const say = (...words: (string | undefined)[]) => {
      this.#heard = [...words, ...notes].filter(Boolean).join('. ')
    }
    const outcome = (what: Outcome, more: TemplateResult | typeof nothing = nothing) => {
      say(what.title, what.text)
      return html`${renderOutcome(what)}${more}`
    }
    switch (state.status) {
      case 'ready':
      case 'starting':
        say(state.status === 'starting' ? texts.starting : '')
        return this.#renderChoice(state)
      case 'failed': {
        const text = texts.failures[state.failureCode] ?? texts.failures.declined
        say(texts.failed, text)
        return html`<div class="note bad" part="status"><h3 tabindex="-1">${texts.failed}</h3><p>${text} ${texts.chooseAgain}</p></div>
          ${this.#renderChoice(state)}`
      }
      case 'requires_action':
        return this.#renderAction(state, say)
      case 'processing': {
        if (state.reason === 'canceling') return outcome({ title: texts.canceling })
        const waitedMs = performance.now() - this.#sinceMs
        const stage = WAITING_STAGES_MS.filter((ms) => waitedMs >= ms).length
        return outcome({ title: texts.waitingTitle, text: texts.waiting[stage] })
      }
      case 'succeeded':
        return outcome(
          { glyph: 'done', tone: 'good', title: texts.paid, text: texts.paidNote },
          this.returnTo
            ? html`<a class="action" part="action" href=${this.returnTo}>${texts.backToShop}</a>`
            : nothing,
        )
      case 'expired':
        return outcome(
          state.late
            ? { glyph: 'clock', title: texts.lateTitle, text: texts.late[state.late] }
            : { glyph: 'clock', title: texts.expired, text: this.#charged(state) },
        )
      case 'canceled':
        return outcome(
          state.late
            ? { glyph: 'clock', title: texts.lateTitle, text: texts.late[state.late] }
            : { glyph: 'failed', title: texts.canceled, text: this.#charged(state) },
        )
    }
  }

  /** "You were not charged" only where no attempt was ever made that could still be paid. */
  #charged({ moneyMayHaveMoved, view }: Loaded): string {
    const { payment } = view
    const isProven =
      !moneyMayHaveMoved &&
      (!payment || (/^(failed|canceled|expired)$/.test(payment.status) && !payment.supersededBefore))
    return isProven ? this.texts.notCharged : this.texts.maybeCharged
  }

  #renderChoice(state: Loaded): TemplateResult {
    const { texts } = this
    const methods = this.#offered(state)
    if (!methods.length) return html`<p class="note">${texts.noMethods}</p>`
    const busy = state.status === 'starting'
    return html`<form class="stack" @submit=${this.#pay}>
      ${renderMethods({
        view: state.view,
        methods,
        choice: { ...this.#choice, method: this.#chosen(state)?.id },
        texts,
        elapsedMs: elapsed(state),
        busy,
        onChoose: (choice) => {
          this.#choice = choice
          this.requestUpdate()
        },
      })}
      <button class="action" part="action" aria-disabled=${busy}>${busy ? texts.starting : texts.pay(formatMoney(state.view.amount, texts.locale))}</button>
    </form>`
  }

  #renderAction(
    state: Extract<CheckoutState, { status: 'requires_action' }>,
    say: (...words: (string | undefined)[]) => void,
  ): TemplateResult {
    const { texts, device } = this
    const { nextAction, payment, view } = state
    const name = methodName(texts, payment.method, view.methods)
    const leftMs = nextAction.expiresInMs === null ? undefined : nextAction.expiresInMs - elapsed(state)
    const minutes = leftMs === undefined ? 0 : Math.ceil(leftMs / 60_000)
    say(
      name,
      leftMs === undefined ? '' : minutes > 0 ? texts.minutesLeft(minutes) : texts.timeUp,
      this.#copied ? texts.copied : '',
      this.#offerMore ? texts.notOpened : '',
    )
    return html`
      ${renderAction({
        nextAction,
        ways: waysOf(nextAction, this.#gate(payment.method), device),
        device,
        method: { id: payment.method, name },
        texts,
        qrCode: this.#qr?.payload === nextAction.qr?.payload ? this.#qr?.code : undefined,
        leftMs,
        offerMore: this.#offerMore,
        copied: this.#copied,
        onLeave: this.#leave,
        onShowQr: () => {
          this.#wantsQr = true
          this.requestUpdate()
        },
        onCopy: this.#copy,
      })}
      <button type="button" class="link" part="action" @click=${this.#another}>${texts.anotherMethod}</button>
    `
  }
}

/** Milliseconds since the view arrived. */
function elapsed(state: Loaded): number {
  return performance.now() - state.receivedAtMs
}
