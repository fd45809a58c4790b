import { type Checkout, type CheckoutState, formatMoney, PayError } from '@teabrick/core'
import type { CheckoutMethod, CheckoutView, Device, Money } from '@teabrick/core/contract'
import {
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import type { BankChooser } from '../banks/bank-chooser.ts'
import type { chunks } from '../chunks.ts'
import { cutText } from '../cut-text.ts'
import { PayActionEvent, PayErrorEvent } from '../events.ts'
import type * as InApp from '../in-app/in-app.ts'
import type { Ending, Reasons, ReasonsModule, Refusal } from '../locales/reasons.ts'
import type { Texts } from '../locales/texts.ts'
import { markOf } from '../marks.ts'
import type { QrCode } from '../qr-code.ts'
import { gatedUrl } from '../url-gate.ts'
import { renderAction, type Way, type Ways, waysOf } from './action.ts'
import { glyph, isCredit } from './glyphs.ts'
import { type Choice, methodName, renderMethods } from './methods.ts'
import { renderOutcome } from './outcome.ts'
import { sheetStyles } from './sheet.styles.ts'
import { renderSummary } from './summary.ts'
import { surfaceStyles } from './surface.styles.ts'

/** How long a tap on an app link may take to leave the page before other ways are offered. */
const LEAVE_MS = 2_500
/** When the words of waiting change: see `Texts.waiting`. */
const WAITING_STAGES_MS = [15_000, 60_000, 300_000]

type Loaded = Exclude<CheckoutState, { status: 'loading' }>
type Choosing = Extract<CheckoutState, { status: 'ready' | 'failed' }>
type Acting = Extract<CheckoutState, { status: 'requires_action' }>

/** What lasts as long as one status. */
interface Moment {
  readonly status?: CheckoutState['status'] | undefined
  readonly sinceMs: number
  qr?: { payload: string; code: QrCode }
  wantsQr?: boolean
  /** A tap on the app's link did not leave the page. */
  offerMore?: boolean
  copied?: boolean
  /** What is explained was asked for. */
  isExplained?: boolean
  /** How long a code lasts that is on the screen. */
  totalMs?: number
  /** The page was told that an address was refused. */
  isRefused?: boolean
}

/** What the sheet is given by who makes it. */
export interface PaySheetOptions {
  readonly apiUrl: string
  readonly device: Device
  readonly inline: boolean
  /** Method ids to offer, in this order; undefined: all of the view. */
  readonly methods: readonly string[] | undefined
  /** What is loaded when it is needed: the QR encoder, the words of refusals, the banks. */
  readonly parts: typeof chunks
  readonly onClose: () => void
  /** Asks again: for another session where the one that the page has is over. */
  readonly onRetry: () => void
  /** The page can have another session. */
  readonly canRestart: boolean
  /** Inside an app's built-in browser: what works there, and how to leave it. */
  readonly inApp?: typeof InApp | undefined
  readonly navigate: (url: string) => void
}

/**
 * The checkout on the screen: a modal dialog (a bottom sheet on phones), or inline. It draws what the checkout says and
 * knows nothing of its own about money. Made by `<pay-button>`; not for direct use.
 */
export class PaySheet extends LitElement {
  static override get styles(): CSSResultGroup {
    return [surfaceStyles, sheetStyles]
  }

  static override get properties(): PropertyDeclarations {
    return {
      checkout: { attribute: false },
      texts: { attribute: false },
      loadError: { attribute: false },
      returnTo: { attribute: false },
      theme: { reflect: true },
    }
  }

  declare checkout: Checkout | undefined
  declare texts: Texts
  declare theme: string
  /** Why there is no checkout. */
  declare loadError: PayError | undefined
  /** Where the buyer goes after a success. */
  declare returnTo: string | undefined

  declare options: PaySheetOptions

  #isOpen = false
  #unfollow: (() => void) | undefined
  #release: (() => void) | undefined
  #ticker: ReturnType<typeof setInterval> | undefined
  #leaveTimer: ReturnType<typeof setTimeout> | undefined
  #choice: Choice = { method: undefined, contact: {} }
  #moment: Moment = { sinceMs: 0 }
  #goesAlone = false
  /** What was to be charged when the buyer last agreed to it. */
  #agreed: Money | undefined
  #renewed: CheckoutView | undefined
  #reasons: ReasonsModule | undefined
  #isExplaining = false
  #chooser: BankChooser | undefined
  #coach: { readonly key: string; readonly element: Element } | undefined
  /** The buyer asked for a new code: with which method, as soon as the old attempt has ended. */
  #renewing: string | undefined
  #minutesLeft = ''
  #said: readonly [what: string, minutesLeft: string] = ['', '']
  #hadFocus = false
  readonly #marks = new Map<string, Element | undefined>()

  /** From {@link PaySheet.show} until the buyer closes it. Inline it never closes. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  get #loaded(): Loaded | undefined {
    const state = this.checkout?.getSnapshot()
    return state?.status === 'loading' ? undefined : state
  }

  /** Opens, or comes back to what is going on. */
  async show(): Promise<void> {
    this.#isOpen = true
    await this.updateComplete
    if (!this.isConnected) return
    const dialog = this.renderRoot.querySelector('dialog')
    if (dialog && !dialog.open) {
      dialog.showModal()
      // Not on the first control, which is the one that closes: the dialog says its name, Tab goes to the methods.
      dialog.focus()
    }
    this.#hold()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#follow()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  #follow(): void {
    this.#unfollow ??= this.checkout?.subscribe(() => this.requestUpdate())
  }

  #stop(): void {
    this.#unfollow?.()
    this.#release?.()
    this.#unfollow = this.#release = undefined
    this.#tick(false)
    clearTimeout(this.#leaveTimer)
  }

  #hold(): void {
    if (this.isConnected && this.#isOpen) this.#release ??= this.checkout?.hold()
  }

  #tick(ticks: boolean): void {
    // An update may come after the sheet was taken away: nothing would stop its clock any more.
    if (ticks && this.isConnected) this.#ticker ??= setInterval(() => this.requestUpdate(), 1000)
    else this.#ticker = clearInterval(this.#ticker) as undefined
  }

  /** Notes what the buyer did or met in this status. */
  #note(what: Partial<Moment>): void {
    Object.assign(this.#moment, what)
    this.requestUpdate()
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#hadFocus = !!(this.renderRoot as ShadowRoot).activeElement
    if (changed.has('checkout')) {
      this.#stop()
      if (this.isConnected) this.#follow()
      this.#hold()
    }
    const status = this.checkout?.getSnapshot().status
    if (status === this.#moment.status) return
    this.#moment = { status, sinceMs: performance.now() }
    clearTimeout(this.#leaveTimer)
  }

  protected override updated(): void {
    const root = this.renderRoot as ShadowRoot
    const box = root.querySelector<HTMLElement>('dialog[open], section')
    // What was focused is gone with the state before: go on at the new heading, not at the top of the page. Who had left
    // for the browser's own bar is not called back.
    if (box && this.#hadFocus && !root.activeElement) (root.querySelector<HTMLElement>('h3') ?? box).focus()
    this.#speak(root)
    const state = this.#loaded
    if (state?.status === 'requires_action') this.#act(state)
    if (state && this.#renewing && isChoosing(state)) {
      this.#choice = { ...this.#choice, method: this.#renewing }
      this.#renewing = undefined
      // Not after a refusal: that is the buyer's to read first.
      if (state.status === 'ready' || state.failureCode === 'expired') this.#begin(state)
    }
    const quote = state && isChoosing(state) ? this.#chosen(state)?.quote : undefined
    if (state && quote && quote.validForMs <= elapsed(state) && this.#renewed !== state.view) {
      this.#renewed = state.view
      this.checkout?.load().catch(() => {})
    }
    this.#tick(!!quote || state?.status === 'requires_action' || state?.status === 'processing')
  }

  /** Says what changed. The clock is said at minute marks only. */
  #speak(root: ShadowRoot): void {
    const words = [
      ...root.querySelectorAll(
        '.trouble, :is(.body, .foot) :is(p.note, .note p, h3, .outcome p, [aria-disabled=true])',
      ),
    ]
    const what = words.map((node) => node.textContent?.trim() ?? '')
    const [said, minutes] = this.#said
    const region = root.querySelector('[role=status]')
    const isNews = `${what}` !== said
    // Why is said with what, not after it.
    if (!region || this.#isExplaining || (!isNews && this.#minutesLeft === minutes)) return
    this.#said = [`${what}`, this.#minutesLeft]
    // When only a minute has passed, the rest has been said already.
    const parts = isNews ? [...what, this.#minutesLeft] : [this.#minutesLeft]
    const { locale, locales = [locale] } = this.texts
    // One language after the other, each in its voice.
    region.replaceChildren(
      ...locales.map((lang, i) => {
        const textContent = parts
          .map((text) => (locales[1] ? text.split('\n')[i] : text))
          .filter(Boolean)
          .join('. ')
          .replace(/([.!?…。])\./g, '$1')
        return Object.assign(document.createElement('span'), { lang, textContent })
      }),
    )
  }

  /** What happens by itself once the answer is there: the code is drawn; a page that is the only way is opened. */
  #act(state: Acting): void {
    const { qr, appLink, banks } = state.nextAction
    const { page, refused } = this.#ways(state)
    if (refused) this.#refuse(refused)
    const goesAlone = this.#goesAlone
    this.#goesAlone = false
    if (goesAlone && page && !qr && !appLink && !banks && this.#mayLeave(page))
      this.options.navigate(page.url)
    const { wantsQr, qr: drawn } = this.#moment
    const { device, parts } = this.options
    if (!qr || (device.surface === 'mobile' && !wantsQr) || drawn?.payload === qr.payload) return
    const { payload } = qr
    // Without the encoder the links are still there.
    this.#use(parts.qrCode(), ({ drawQrCode }) => {
      this.#moment.qr = { payload, code: drawQrCode(payload) }
    })
  }

  /** Draws again with what has come. What does not come is done without. */
  #use<T>(coming: Promise<T> | undefined, use: (come: T) => void): void {
    coming?.then(
      (come) => {
        use(come)
        this.requestUpdate()
      },
      () => {},
    )
  }

  #refuse = (url: string): void => {
    if (this.#moment.isRefused) return
    this.#moment.isRefused = true
    this.dispatchEvent(
      new PayErrorEvent(new PayError('url_refused', `the next action leads to ${url.slice(0, 80)}`)),
    )
  }

  #ways({ nextAction, payment }: Acting): Ways {
    const { apiUrl, device } = this.options
    return waysOf(nextAction, { apiUrl, method: payment.method }, device)
  }

  #mayLeave({ kind, url }: Way): boolean {
    return this.dispatchEvent(new PayActionEvent(kind, this.#loaded?.view.payment?.method ?? '', url))
  }

  #leave = (event: Event, way: Way): void => {
    if (!this.#mayLeave(way)) event.preventDefault()
    clearTimeout(this.#leaveTimer)
    if (way.kind === 'appLink' && !event.defaultPrevented) {
      this.#leaveTimer = setTimeout(() => document.hidden || this.#note({ offerMore: true }), LEAVE_MS)
    }
  }

  #copy = (text: string): void => {
    // Without permission the code and the links beside the button remain, and the number can be read.
    this.#use(navigator.clipboard?.writeText(text), () => {
      this.#moment.copied = true
    })
  }

  #offered({ view }: Loaded): readonly CheckoutMethod[] {
    const { methods, inApp, device } = this.options
    if (methods) return methods.flatMap((id) => view.methods.find((method) => method.id === id) ?? [])
    // What is at home in the app comes first, then the session's order.
    const rank = ({ id }: CheckoutMethod) => Number(!inApp?.isAtHome(device.inApp ?? '', id))
    return [...view.methods].sort((a, b) => rank(a) - rank(b))
  }

  #chosen(state: Loaded): CheckoutMethod | undefined {
    const offered = this.#offered(state)
    // His choice survives a code that ran out and a reload of the page. Credit is nobody's choice but his.
    const wanted = this.#choice.method ?? state.view.payment?.method
    return offered.find(({ id }) => id === wanted) ?? offered.find(({ id }) => !isCredit(id)) ?? offered[0]
  }

  #pay = (event: SubmitEvent): void => {
    event.preventDefault()
    // Whoever presses Enter in a field goes on at the button, which says what happens: the field cannot keep the focus.
    event.submitter?.focus()
    const state = this.#loaded
    if (state && isChoosing(state)) this.#begin(state)
  }

  #begin(state: Loaded): void {
    const method = this.#chosen(state)
    if (!method) return
    const contact = Object.fromEntries(
      method.requires.map((kind) => [kind, this.#choice.contact[kind]?.replace(/[\s()-]/g, '')]),
    )
    this.#goesAlone = true
    this.#agreed = method.quote?.charge
    const { device, parts } = this.options
    // On its way while the answer is, so that the banks are there when the link is.
    if (method.id === 'sbp' && device.surface === 'mobile') parts.banks().catch(() => {})
    // What only a page can draw, such as YooKassa's widget, is asked for as the provider's own page.
    const presentation = method.presentations.every((each) => each === 'bridge') ? 'redirect' : undefined
    // A refusal is in the state, with words for the buyer; the button tells the page.
    this.checkout
      ?.pay(method.id, { device, presentation, ...(method.requires.length && { contact }) })
      .catch(() => {})
  }

  #another = (): void => {
    this.checkout?.cancel().catch(() => {
      this.#renewing = undefined
    })
  }

  #renew = (): void => {
    this.#renewing = this.#loaded?.view.payment?.method
    this.#another()
  }

  #markOf = (method: string): Element | undefined => {
    if (!this.#marks.has(method)) this.#marks.set(method, markOf(method))
    return this.#marks.get(method)
  }

  /** The title says what happened; why comes as soon as its words are there. */
  #explain = (): void => {
    // Once in a status: what does not load is not asked for with every second that passes.
    if (this.#reasons || this.#moment.isExplained) return
    this.#moment.isExplained = this.#isExplaining = true
    const done = (reasons?: ReasonsModule) => {
      this.#reasons = reasons
      this.#isExplaining = false
      this.requestUpdate()
    }
    this.options.parts.reasons().then(done, () => done())
  }

  protected override render(): TemplateResult {
    const { texts } = this
    const { inline, onClose } = this.options
    const state = this.#loaded
    const label = `${texts.title}${state ? `: ${cutText(state.view.merchant.name)}` : ''}`
    this.#minutesLeft = ''
    const inside = html`${state ? this.#renderLoaded(state) : this.#renderLoading()}<p class="heard" role="status"></p>`
    if (inline)
      return html`<section part="dialog" lang=${texts.locale} aria-label=${label} tabindex="-1">${inside}</section>`
    const close = () => {
      this.#isOpen = false
      this.#release = this.#release?.() as undefined
      onClose()
    }
    return html`<dialog part="dialog" lang=${texts.locale} aria-label=${label} tabindex="-1" @close=${close}>${inside}
      <form method="dialog"><button class="close" part="close" aria-label=${texts.close}>${glyph('close')}</button></form>
    </dialog>`
  }

  #renderLoading(): TemplateResult {
    const { texts } = this
    const state = this.checkout?.getSnapshot()
    const error = this.loadError ?? state?.error
    // In the place of the merchant's name, so that no level of headings is left out.
    const heading = html`<h2 class="heard">${texts.title}</h2>`
    if (!error) {
      const text = state && state.connection !== 'ok' ? texts[state.connection] : undefined
      return html`<div class="body">${heading}${renderOutcome({ title: texts.loading, text })}</div>`
    }
    const { canRestart, onRetry } = this.options
    const { text, again } = this.#refusal(error)
    return html`<div class="body">${heading}
      ${renderOutcome({ glyph: 'failed', tone: 'bad', title: texts.loadFailed, text })}
      <div class="foot">${this.#renderButton((canRestart && again) || texts.tryAgain, onRetry)}</div>
    </div>`
  }

  #renderButton(text: string, onClick: () => void, look = 'action'): TemplateResult {
    return html`<button type="button" class=${look} part="action" @click=${onClick}>${text}</button>`
  }

  /** The connection is to blame only where nobody answered. */
  #refusal(error: PayError): Partial<Refusal> {
    this.#explain()
    const refusal = this.#reasons?.refusalOf(this.texts, error)
    return refusal?.text || (error.status ?? 0) >= 400 ? { ...refusal } : { text: this.texts.notDone }
  }

  #why(list: keyof Reasons, code: string): string | undefined {
    return this.#reasons?.reasonOf(this.texts, list, code)
  }

  #renderLoaded(state: Loaded): TemplateResult {
    const { texts } = this
    const { view, connection, error, moneyMayHaveMoved, status } = state
    const note = (text: string | undefined, isBad = false) =>
      text ? html`<p class=${isBad ? 'note bad' : 'note'}>${text}</p>` : nothing
    const body = html`<div class="body">
        ${error && moneyMayHaveMoved && status !== 'processing' ? note(texts.checking) : nothing}
        ${status !== 'succeeded' && hasOldCode(view) ? note(texts.oldCode) : nothing}
        ${error && !moneyMayHaveMoved && isChoosing(state) ? note(this.#refusal(error).text, error.code !== 'quote_changed') : nothing}
        ${this.#renderStatus(state)}
      </div>`
    return html`
      <header>${renderSummary(view, texts, connection === 'ok' ? undefined : texts[connection])}</header>
      ${(status === 'starting' || isChoosing(state)) && this.#offered(state).length ? this.#renderForm(state, body) : body}
    `
  }

  /** The button stands below what scrolls, and covers none of it. */
  #renderForm(state: Loaded, body: TemplateResult): TemplateResult {
    const { texts } = this
    const busy = state.status === 'starting'
    // What will leave the account, in its currency.
    const charge = this.#chosen(state)?.quote?.charge ?? state.view.amount
    return html`<form class="fit" @submit=${this.#pay}>${body}
      <div class="foot"><button class="action" part="action" aria-disabled=${busy}>${busy ? texts.starting : texts.pay(formatMoney(charge, texts.locale))}</button></div>
    </form>`
  }

  #renderStatus(state: Loaded): TemplateResult {
    const { texts } = this
    switch (state.status) {
      case 'ready':
      case 'starting':
        return this.#renderChoice(state)
      case 'failed': {
        this.#explain()
        const why = this.#why('failures', state.failureCode) ?? this.#why('failures', 'declined')
        const title = state.failureCode === 'expired' ? texts.timeUp : texts.failed
        return html`<div class="note bad" part="status">
            <h3 tabindex="-1">${title}</h3>
            <p>${why}</p>
          </div>
          ${this.#renderChoice(state)}`
      }
      case 'requires_action':
        return this.#renderAction(state)
      case 'succeeded':
        return html`
          ${renderOutcome({ glyph: 'done', tone: 'good', title: texts.paid, text: texts.paidNote })}
          ${this.#renderReference(state)}
          ${this.returnTo ? html`<div class="foot"><a class="action" part="action" href=${this.returnTo}>${texts.backToShop}</a></div>` : nothing}
        `
      case 'processing':
        return html`${renderOutcome(
          state.reason === 'canceling'
            ? { title: texts.canceling }
            : { title: texts.waitingTitle, text: state.error ? texts.checking : this.#patience() },
        )}${this.#renderReference(state)}`
      default:
        return this.#renderEnding(state)
    }
  }

  /** What the buyer can tell the seller, or his bank. */
  #renderReference({ view: { payment } }: Loaded): TemplateResult | typeof nothing {
    if (!payment) return nothing
    const { texts } = this
    return html`<button type="button" class="reference muted" title=${texts.copyReference} aria-live="polite" @click=${() => this.#copy(payment.id)}>
      <span>${this.#moment.copied ? texts.copied : texts.reference}</span> <code>${payment.id}</code>${glyph('copy')}
    </button>`
  }

  #patience(): string | undefined {
    const waitedMs = performance.now() - this.#moment.sinceMs
    const stage = WAITING_STAGES_MS.filter((ms) => waitedMs >= ms).length
    const { waiting } = this.texts
    if (!waiting[stage]) this.#explain()
    return waiting[stage] ?? this.#why('delay', 'long') ?? waiting[2]
  }

  /** What to do next is said with how it ended; until its words are there nothing is promised. */
  #renderEnding(state: Loaded): TemplateResult {
    this.#explain()
    const { texts } = this
    const { inline, canRestart, onRetry } = this.options
    const ending: Ending = this.#reasons?.endingOf(texts, state, canRestart) ?? {
      title: texts.loading,
      text: state.moneyMayHaveMoved ? texts.checking : undefined,
    }
    const { step, isQuiet } = ending
    return html`${renderOutcome(ending)}${this.#renderReference(state)}
    <div class="foot">
      ${step ? this.#renderButton(step, onRetry, isQuiet ? 'quiet' : 'action') : nothing}
      ${inline ? nothing : this.#renderButton(texts.backToShop, this.#close, 'quiet')}
    </div>`
  }

  #close = (): void => this.renderRoot.querySelector('dialog')?.close()

  #renderChoice(state: Loaded): TemplateResult {
    const { texts } = this
    const methods = this.#offered(state)
    if (!methods.length) return this.#renderEnding(state)
    return html`<div class="stack">${renderMethods({
      view: state.view,
      methods,
      choice: { ...this.#choice, method: this.#chosen(state)?.id },
      texts,
      elapsedMs: elapsed(state),
      busy: state.status === 'starting',
      oldCharge: state.error?.code === 'quote_changed' ? this.#agreed : undefined,
      whyNot: (reason) => this.#why('unavailable', reason),
      markOf: this.#markOf,
      onExplain: this.#explain,
      onChoose: (choice) => {
        this.#choice = choice
        this.#agreed = undefined
        this.requestUpdate()
      },
    })}</div>`
  }

  /** SBP on a phone: the banks, once their part is there. A desktop shows the code. */
  #renderBanks({ payment }: Acting): Element | undefined {
    const { options, texts } = this
    if (!payment.nextAction?.banks?.list || options.device.surface !== 'mobile') return undefined
    if (!this.#chooser) {
      this.#chooser = () => undefined
      this.#use(options.parts.banks(), ({ createBankChooser }) => {
        const root = this.renderRoot as ShadowRoot
        this.#chooser = createBankChooser({
          ...options,
          root,
          gatedUrl,
          onLeave: this.#leave,
          onRefuse: this.#refuse,
        })
      })
    }
    return this.#chooser(payment, texts, this.#moment.offerMore)
  }

  #renderAction(state: Acting): TemplateResult {
    const { texts } = this
    const { nextAction, payment, view } = state
    const { qr, offerMore, copied } = this.#moment
    const leftMs = nextAction.expiresInMs === null ? undefined : nextAction.expiresInMs - elapsed(state)
    if (leftMs && leftMs > 0) this.#minutesLeft = `${texts.minutesLeft(Math.ceil(leftMs / 60_000))}`
    this.#moment.totalMs ??= leftMs ?? 0
    const ways = this.#ways(state)
    const { inApp, device } = this.options
    const { method } = payment
    return renderAction({
      nextAction,
      ways,
      device,
      method: { id: method, name: methodName(texts, method, view.methods) },
      texts,
      charge:
        payment.charge.currency === view.amount.currency
          ? undefined
          : formatMoney(payment.charge, texts.locale),
      qrCode: qr?.payload === nextAction.qr?.payload ? qr?.code : undefined,
      leftMs,
      totalMs: this.#moment.totalMs,
      offerMore: !!offerMore,
      copied: !!copied,
      onLeave: this.#leave,
      onShowQr: () => this.#note({ wantsQr: true }),
      onCopy: this.#copy,
      onRenew: this.#renew,
      onAnother: this.#another,
      banks: this.#renderBanks(state),
      coach: this.#renderCoach(state, ways),
      whyNothing: () => {
        this.#explain()
        return this.#why('refusals', 'method_unavailable')
      },
      isBlocked: inApp?.isBlocked(device.inApp ?? '', method),
    })
  }

  /** On a phone, inside an app where the method is not at home: how to leave it. */
  #renderCoach({ payment: { method }, view }: Acting, { link }: Ways): Element | undefined {
    const { inApp, device } = this.options
    const { inApp: app, os, surface } = device
    if (!inApp || !app || surface !== 'mobile' || inApp.isAtHome(app, method)) return undefined
    const { texts } = this
    const url = link ?? gatedUrl(view.url, this.options) ?? location.href
    const key = [method, url, texts.locale].join()
    if (this.#coach?.key !== key) {
      const root = this.renderRoot as ShadowRoot
      this.#coach = { key, element: inApp.createCoach({ app, os, method, texts, url, root }) }
    }
    return this.#coach.element
  }
}

function isChoosing(state: Loaded): state is Choosing {
  return state.status === 'ready' || state.status === 'failed'
}

/** Whether a code that was withdrawn may still be on some screen, to be paid. */
function hasOldCode({ payment }: CheckoutView): boolean {
  return payment?.status === 'superseded' || !!payment?.supersededBefore
}

/** Milliseconds since the view arrived. */
function elapsed(state: Loaded): number {
  return performance.now() - state.receivedAtMs
}
