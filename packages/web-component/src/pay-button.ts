import {
  type CSSResultGroup,
  type PropertyDeclarations,
  type PropertyValues,
  ReactiveElement,
} from '@lit/reactive-element'
import { PayError } from '@teabrick/core'
import type { CheckoutFlow } from './checkout-flow.ts'
import { chunks } from './chunks.ts'
import { type ButtonConfig, LOCKED_ATTRIBUTES, readConfig, readLook } from './config.ts'
import { cutText } from './cut-text.ts'
import { PayClickEvent, PayErrorEvent, PayReadyEvent } from './events.ts'
import { explainMistakes } from './explain-mistakes.ts'
import { buttonLabels, unavailableText } from './labels.ts'
import { localeOf } from './locale.ts'
import { buttonStyles } from './pay-button.styles.ts'
import { type CreateSession, createSessionSource, type SessionSource } from './session-source.ts'
import { toPayError } from './to-pay-error.ts'
import { gatedWebUrl } from './web-url.ts'
import { within } from './within.ts'

/** A part that takes longer is as good as one that fails: many networks freeze a connection without an error. */
const CHUNKS_MS = 4_000

/**
 * The button. Clickable on its own; what comes after the click is loaded at the first sign of intent.
 *
 * @tag pay-button
 * @attr {string} api-url - The payment API: `https://shop.example/pay`, or a path of the page's own origin.
 * @attr {string} client-token - `ct_…` of one session. Pages with a token in them need `no-store`.
 * @attr {string} session-url - Same-origin address that creates a session: POST, answers `{clientToken, url?}`.
 * @attr {'pay'|'buy'|'checkout'|'order'|'donate'|'subscribe'|'plain'} [type=pay] - What the button says.
 * @attr {string} methods - Method ids to offer, in this order. Absent: all of the session.
 * @attr {'auto'|'modal'|'redirect'|'inline'} [presentation=auto] - A dialog, below the button, or the hosted page.
 * @attr {'auto'|'light'|'dark'} [theme=auto] - Live. `auto` follows the browser.
 * @attr {string} locale - BCP 47. Live. Absent: the document's language, then the browser's, then Russian.
 * @attr {string} second-locale - A second language on the label. Russian always comes first.
 * @attr {string} return-url - Where to go after a success when the session names nothing.
 * @attr {boolean} disabled - Live.
 * @slot - The fallback link, shown while the element is not upgraded or cannot work.
 * @slot label - Inside the native button, in place of the label.
 * @event {PayReadyEvent} pay-ready - It can be clicked.
 * @event {PayClickEvent} pay-click - Cancelable: nothing is asked for.
 * @event {PayStatusEvent} pay-status - Every change, with the whole state.
 * @event {PayActionEvent} pay-action - The buyer is about to leave. Cancelable.
 * @event {PaySuccessEvent} pay-success - Paid. Cancelable: keeps the buyer on the page. Fulfil on the webhook.
 * @event {PayPendingEvent} pay-pending - Nobody knows yet.
 * @event {PayFailureEvent} pay-failure - Declined; the buyer can choose again.
 * @event {PayCancelEvent} pay-cancel - Closed before anything was paid, or called off.
 * @event {PayExpireEvent} pay-expire - The deadline passed.
 * @event {PayErrorEvent} pay-error - What the developer can correct, or what kept the checkout from working.
 * @csspart button - The native button.
 * @csspart label - Its text.
 * @csspart dialog - The sheet. Inside: `methods method qr timer status action close`.
 * @cssprop [--pay-accent] - Button, links and marks.
 * @cssprop [--pay-accent-text] - Text on the accent.
 * @cssprop [--pay-background] - The sheet.
 * @cssprop [--pay-text] - Text on the sheet.
 * @cssprop [--pay-muted] - Secondary text.
 * @cssprop [--pay-surface] - Raised areas.
 * @cssprop [--pay-border] - Lines.
 * @cssprop [--pay-danger] - Refusals.
 * @cssprop [--pay-radius=12px] - Corners.
 * @cssprop [--pay-font] - The family.
 * @cssprop [--pay-font-size=medium] - Of plain text in the sheet; everything else follows.
 * @cssprop [--pay-space=4px] - The unit of every gap in the sheet.
 * @cssprop [--pay-motion=.25s] - How long things take to move; `0s` is not at all.
 * @cssprop [--pay-button-height=48px] - At least.
 */
export class PayButton extends ReactiveElement {
  static override get styles(): CSSResultGroup {
    return buttonStyles
  }

  static override get properties(): PropertyDeclarations {
    return {
      theme: { reflect: true },
      locale: { reflect: true },
      disabled: { type: Boolean, reflect: true },
    }
  }

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: the base reads the properties of the class it is called on
    return [...super.observedAttributes, ...LOCKED_ATTRIBUTES]
  }

  declare theme: string | null
  declare locale: string | null
  declare disabled: boolean

  /** A merchant's own way to a session, in place of `session-url`. Read at every start. */
  createSession: CreateSession | undefined

  readonly #button = make('button', 'button')
  readonly #label = make('slot')
  /** In place of a label that has no end. */
  readonly #short = make('span')
  readonly #message = make('p', 'status')
  readonly #fallback = make('slot')
  #config: ButtonConfig | undefined
  #source: SessionSource | undefined
  #flow: CheckoutFlow | undefined

  protected override firstUpdated(): void {
    this.dispatchEvent(new PayReadyEvent())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // A move in the page disconnects and connects in one go: only one that stays away ends.
    queueMicrotask(() => this.isConnected || this.#end())
  }

  override focus(options?: FocusOptions): void {
    this.#button.focus(options)
  }

  override click(): void {
    this.#button.click()
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot()
    const button = this.#button
    const label = make('span', 'label')
    this.#label.name = 'label'
    this.#label.addEventListener('slotchange', this.#shorten)
    label.append(this.#label, this.#short)
    button.type = 'button'
    button.append(label)
    button.addEventListener('click', this.#click)
    for (const intent of ['pointerenter', 'focus', 'touchstart']) {
      button.addEventListener(intent, this.#preload, { once: true, passive: true })
    }
    this.#message.role = 'alert'
    this.#say('')
    root.append(button, this.#message, this.#fallback)
    explainMistakes(this)
    return root
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value)
    if (old === value || !LOCKED_ATTRIBUTES.includes(name)) return
    if (this.#config) {
      // Not of the address that the attribute has now.
      const docUrl = `${this.#config.apiUrl}/errors#config_locked`
      this.#report(
        new PayError('config_locked', `${name} is in use; make a new element`, { path: name, docUrl }),
      )
    } else this.requestUpdate()
  }

  protected override update(changed: PropertyValues): void {
    super.update(changed)
    const { type, secondLocale } = this.#config ?? readLook(this)
    this.#label.replaceChildren(
      ...buttonLabels(type, localeOf(this), secondLocale).flatMap(({ locale, text }, i) => {
        const span = document.createElement('span')
        span.lang = locale
        span.textContent = text
        return i ? [' · ', span] : [span]
      }),
    )
    this.#button.disabled = this.disabled
    this.#flow?.update()
  }

  /** What a page puts into the button is its name, and is read aloud as one. */
  #shorten = (): void => {
    const nodes = this.#label.assignedNodes()
    const text = nodes.map(({ textContent }) => textContent).join('')
    const short = cutText(text)
    this.#label.hidden = short !== text
    this.#short.textContent = this.#label.hidden ? short : ''
  }

  #preload = (): void => {
    try {
      this.#read()
      // The click tries again, and tells.
      this.#load().catch(() => {})
    } catch {
      // Told at the click, when somebody asks for it.
    }
  }

  /** The element's own: a page may have put one on `Object.prototype`. */
  get #ownCreate(): CreateSession | undefined {
    return Object.hasOwn(this, 'createSession') ? this.createSession : undefined
  }

  #read(): ButtonConfig {
    this.#config ??= readConfig(this, !!this.#ownCreate)
    return this.#config
  }

  #load() {
    return Promise.all([
      chunks.flow(),
      chunks.texts(localeOf(this)),
      // A desktop will show a code; a phone may not.
      navigator.maxTouchPoints || chunks.qrCode(),
    ])
  }

  #click = async (): Promise<void> => {
    const button = this.#button
    if (this.disabled || !this.dispatchEvent(new PayClickEvent())) return
    if (this.#flow?.show()) return
    if (button.ariaBusy) return
    button.ariaBusy = 'true'
    this.#say('')
    try {
      await this.#start()
    } catch (cause) {
      this.#report(toPayError(cause, 'network_error', 'the checkout could not start'))
      this.#say(unavailableText(localeOf(this)))
    }
    button.ariaBusy = null
  }

  async #start(): Promise<void> {
    const config = this.#read()
    this.#source ??= createSessionSource({
      ...config,
      createSession: this.#ownCreate,
      data: { ...this.dataset },
    })
    const source = this.#source
    if (config.presentation === 'redirect') return this.#leave(config, source)
    // Asked for at once, so that it is there when the sheet is.
    source.get().catch(() => {})
    try {
      const [{ openCheckout }, { texts }] = await within(CHUNKS_MS, this.#load())
      if (!this.isConnected) return
      const root = this.renderRoot as ShadowRoot
      this.#flow = openCheckout({ host: this, root, config, source, texts, chunks, onEnd: () => this.#end() })
    } catch (cause) {
      const message =
        'a part of the script did not load: is chunks/ beside it, are trusted-types lit-html allowed?'
      this.#report(new PayError('chunk_failed', message, { cause }))
      return this.#leave(config, source)
    }
  }

  /** The redirect surface: the hosted page of the session, else the page's own link. */
  async #leave({ apiUrl }: ButtonConfig, source: SessionSource): Promise<void> {
    const link = this.querySelector<HTMLAnchorElement>('a[href]')
    let url: string | undefined
    try {
      url = gatedWebUrl((await source.get()).url, apiUrl)
    } catch (error) {
      if (!link) throw error
      this.#report(error as PayError)
    }
    // The page's own link is as good as the page: http is fine where the page itself is http.
    url ??= link && link.origin === location.origin ? link.href : gatedWebUrl(link?.href, apiUrl)
    if (!url) throw new PayError('url_refused', 'no hosted page and no fallback link to go to')
    location.assign(url)
  }

  #end(): void {
    this.#flow?.dispose()
    this.#flow = this.#source = this.#config = undefined
  }

  #say(text: string): void {
    this.#message.textContent = text
    this.#message.hidden = this.#fallback.hidden = !text
  }

  #report(error: PayError): void {
    this.dispatchEvent(new PayErrorEvent(error))
  }
}

function make<K extends 'button' | 'slot' | 'span' | 'p'>(tag: K, part = ''): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag)
  if (part) node.setAttribute('part', part)
  return node
}

declare global {
  interface HTMLElementTagNameMap {
    'pay-button': PayButton
  }
}
