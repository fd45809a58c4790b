import { type CSSResultGroup, type PropertyValues, ReactiveElement } from '@lit/reactive-element'
import { isPayError, PayError } from '@teabrick/core'
import type { CheckoutFlow } from './checkout-flow.ts'
import { chunks } from './chunks.ts'
import { type ButtonConfig, LOCKED_ATTRIBUTES, readConfig } from './config.ts'
import { PayClickEvent, PayErrorEvent, PayReadyEvent } from './events.ts'
import { buttonLabels, parseButtonType, UNAVAILABLE } from './labels.ts'
import { localeOf } from './locale.ts'
import type { Texts } from './locales/texts.ts'
import styles from './pay-button.styles.ts'
import { type CreateSession, createSessionSource, type SessionSource } from './session-source.ts'
import { gatedUrl } from './url-gate.ts'

/** A part that takes longer is as good as one that fails: many networks freeze a connection without an error. */
const CHUNKS_MS = 4_000

/** What the click needs besides the session. */
interface LoadedParts {
  readonly flow: typeof import('./checkout-flow.ts')
  readonly texts: Texts
}

const SVG = 'http://www.w3.org/2000/svg'

/**
 * The button. Clickable on its own; what comes after the click is loaded at the first sign of intent.
 *
 * @tag pay-button
 * @attr {string} api-url - The payment API: `https://shop.example/pay`, or a path of the page's own origin.
 * @attr {string} client-token - `ct_…` of one session. Pages with a token in them need `no-store`.
 * @attr {string} session-url - Same-origin address that creates a session: POST, answers `{clientToken, url?}`.
 * @attr {'pay'|'buy'|'checkout'|'order'|'donate'|'subscribe'|'plain'} [type=pay] - What the button says.
 * @attr {string} methods - Method ids to offer, in this order. Absent: all of the session.
 * @attr {'auto'|'modal'|'redirect'|'inline'} [presentation=auto]
 * @attr {'auto'|'light'|'dark'} [theme=auto] - Live.
 * @attr {string} locale - BCP 47. Live. Absent: the document's language, then the browser's, then Russian.
 * @attr {string} second-locale - A second language on the label. Russian always comes first.
 * @attr {string} return-url - Where to go after a success when the session names nothing.
 * @attr {boolean} disabled
 * @slot - The fallback link, shown while the element is not upgraded or cannot work.
 * @slot label - Inside the native button, in place of the label.
 * @event {PayReadyEvent} pay-ready
 * @event {PayClickEvent} pay-click - Cancelable.
 * @event {PayStatusEvent} pay-status
 * @event {PayActionEvent} pay-action - Cancelable.
 * @event {PaySuccessEvent} pay-success - Cancelable: keeps the buyer on the page.
 * @event {PayPendingEvent} pay-pending
 * @event {PayFailureEvent} pay-failure
 * @event {PayCancelEvent} pay-cancel
 * @event {PayExpireEvent} pay-expire
 * @event {PayErrorEvent} pay-error
 * @csspart button - The native button.
 * @csspart label - Its text.
 * @csspart dialog - The sheet. Inside: `methods method qr timer status action close`.
 * @cssprop [--pay-accent] - Button, links and marks.
 * @cssprop [--pay-accent-text] - Text on the accent.
 * @cssprop [--pay-radius=12px]
 * @cssprop [--pay-font]
 * @cssprop [--pay-button-height=48px]
 */
export class PayButton extends ReactiveElement {
  static override styles: CSSResultGroup = styles
  static override properties = {
    apiUrl: { attribute: 'api-url' },
    clientToken: { attribute: 'client-token' },
    sessionUrl: { attribute: 'session-url' },
    type: {},
    methods: {},
    presentation: {},
    theme: { reflect: true },
    locale: { reflect: true },
    secondLocale: { attribute: 'second-locale' },
    returnUrl: { attribute: 'return-url' },
    disabled: { type: Boolean, reflect: true },
  }

  declare theme: string | null
  declare locale: string | null
  declare disabled: boolean

  /** A merchant's own way to a session, in place of `session-url`. Read at every start. */
  createSession: CreateSession | undefined

  #button: HTMLButtonElement | undefined
  #label: HTMLSlotElement | undefined
  #fallback: HTMLSlotElement | undefined
  #message: HTMLElement | undefined
  #config: ButtonConfig | undefined
  #source: SessionSource | undefined
  #flow: CheckoutFlow | undefined
  #texts: Texts | undefined
  #starting = false
  #isReady = false

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('pageshow', this.#restore)
    if (this.#isReady) return
    this.#isReady = true
    // After the page's own scripts of this turn had the chance to listen.
    this.updateComplete.then(() => this.dispatchEvent(new PayReadyEvent()))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('pageshow', this.#restore)
    // A move in the page disconnects and connects in one go: only one that stays away ends.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end()
    })
  }

  override focus(options?: FocusOptions): void {
    this.#button?.focus(options)
  }

  override click(): void {
    this.#button?.click()
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot()
    const make = <K extends keyof HTMLElementTagNameMap>(tag: K, part?: string): HTMLElementTagNameMap[K] => {
      const node = document.createElement(tag)
      if (part) node.part.add(part)
      return node
    }
    const button = make('button', 'button')
    button.type = 'button'
    button.addEventListener('click', this.#click)
    for (const intent of ['pointerenter', 'focus', 'touchstart']) {
      button.addEventListener(intent, this.#preload, { once: true, passive: true })
    }
    const label = make('span', 'label')
    this.#label = make('slot')
    this.#label.name = 'label'
    label.append(this.#label)
    button.append(label)
    this.#fallback = make('slot')
    this.#fallback.hidden = true
    this.#message = make('p', 'status')
    this.#message.role = 'alert'
    this.#message.hidden = true
    root.append(button, this.#message, this.#fallback)
    this.#button = button
    return root
  }

  protected override update(changed: PropertyValues): void {
    super.update(changed)
    const locale = localeOf(this)
    this.#checkLock(changed)
    const { type, second } = this.#look()
    const labels = buttonLabels(type, locale, second)
    const words = labels.map((each) => {
      const span = document.createElement('span')
      span.lang = each.locale
      span.textContent = each.text
      return span
    })
    const button = this.#button as HTMLButtonElement
    const isPlain = type === 'plain'
    button.ariaLabel = isPlain ? labels.map(({ text }) => text).join(' · ') : null
    ;(this.#label as HTMLSlotElement).replaceChildren(
      ...(isPlain ? [walletGlyph()] : words.flatMap((span, i) => (i ? [' · ', span] : [span]))),
    )
    button.disabled = this.disabled
    if (this.#flow && (changed.has('locale') || changed.has('theme'))) void this.#renew()
  }

  /** `type` and `second-locale` as they were when the configuration was read. */
  #frozenLook: { type: ReturnType<typeof parseButtonType>; second: string | null } | undefined

  #look() {
    return (
      this.#frozenLook ?? {
        type: parseButtonType(this.getAttribute('type')),
        second: this.getAttribute('second-locale'),
      }
    )
  }

  #checkLock(changed: PropertyValues): void {
    if (!this.#config) return
    const properties = PayButton.properties as Record<string, { attribute?: string }>
    for (const name of changed.keys()) {
      const attribute = properties[String(name)]?.attribute ?? String(name)
      if (!LOCKED_ATTRIBUTES.some((each) => each === attribute)) continue
      this.#report(
        new PayError(
          'config_locked',
          `${attribute} is read at the first sign of intent; make a new element instead`,
          {
            path: attribute,
          },
        ),
      )
    }
  }

  #preload = (): void => {
    try {
      this.#read()
    } catch {
      return // Told at the click, when somebody asks for it.
    }
    this.#load().catch(() => {}) // The click tries again, and tells.
  }

  #read(): ButtonConfig {
    this.#config ??= readConfig(this, !!this.createSession)
    this.#frozenLook ??= this.#look()
    return this.#config
  }

  async #load(): Promise<LoadedParts> {
    const [flow, { texts }] = await Promise.all([
      chunks.flow(),
      chunks.texts(localeOf(this)),
      // A desktop will show a code; a phone may not.
      navigator.maxTouchPoints ? undefined : chunks.qrCode(),
    ])
    return { flow, texts }
  }

  #click = async (): Promise<void> => {
    if (this.disabled || !this.dispatchEvent(new PayClickEvent())) return
    if (this.#flow) return this.#flow.show()
    if (this.#starting) return
    this.#busy(true)
    this.#say('')
    try {
      await this.#start()
    } catch (cause) {
      const error = isPayError(cause)
        ? cause
        : new PayError('network_error', 'the checkout could not start', { cause })
      this.#report(error)
      this.#say(UNAVAILABLE[localeOf(this)])
    }
    this.#busy(false)
  }

  async #start(): Promise<void> {
    const config = this.#read()
    this.#source ??= createSessionSource({
      ...config,
      createSession: this.createSession,
      data: { ...this.dataset },
    })
    const source = this.#source
    if (config.presentation === 'redirect') return this.#leave(config, source)
    // Asked for at once, so that it is there when the sheet is.
    source.get().catch(() => {})
    let loaded: LoadedParts
    try {
      loaded = await within(CHUNKS_MS, this.#load())
    } catch (cause) {
      this.#report(
        new PayError(
          'chunk_failed',
          'a part of the script did not load; is dist/chunks beside it, and trusted-types lit-html allowed?',
          { cause },
        ),
      )
      return this.#leave(config, source)
    }
    if (!this.isConnected) return
    const { flow, texts } = loaded
    this.#texts = texts
    this.#flow = flow.openCheckout({
      host: this,
      root: this.renderRoot as ShadowRoot,
      config,
      source,
      texts,
      theme: this.theme ?? 'auto',
      loadQr: async () => (await chunks.qrCode()).drawQrCode,
      onEnd: () => this.#end(),
      navigate,
    })
  }

  /** The redirect surface: the hosted page of the session, else the page's own link. */
  async #leave({ apiUrl }: ButtonConfig, source: SessionSource): Promise<void> {
    const link = this.querySelector('a[href]') as HTMLAnchorElement | null
    let url: string | undefined
    try {
      url = gatedUrl((await source.get()).url, { apiUrl })
    } catch (error) {
      if (!link) throw error
      if (isPayError(error)) this.#report(error)
    }
    // The page's own link is as good as the page: http is fine where the page itself is http.
    url ??= link && link.origin === location.origin ? link.href : gatedUrl(link?.href, { apiUrl })
    if (!url) throw new PayError('url_refused', 'there is no hosted page and no fallback link to go to')
    navigate(url)
  }

  async #renew(): Promise<void> {
    try {
      this.#texts = (await chunks.texts(localeOf(this))).texts
    } catch {
      // The sheet stays in the language it has.
    }
    if (this.#texts) this.#flow?.update(this.#texts, this.theme ?? 'auto')
  }

  #end(): void {
    this.#flow?.dispose()
    this.#flow = this.#source = this.#config = this.#frozenLook = undefined
  }

  /** Back from another page by the back/forward cache: nothing may look as if it were still going on. */
  #restore = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#busy(false)
  }

  #busy(isBusy: boolean): void {
    this.#starting = isBusy
    const button = this.#button as HTMLButtonElement
    button.ariaBusy = isBusy ? 'true' : null
  }

  #say(text: string): void {
    const message = this.#message as HTMLElement
    message.textContent = text
    message.hidden = !text
    ;(this.#fallback as HTMLSlotElement).hidden = !text
  }

  #report(error: PayError): void {
    this.dispatchEvent(new PayErrorEvent(error))
  }
}

function navigate(url: string): void {
  location.assign(url)
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new PayError('timeout', `not loaded within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function walletGlyph(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  const path = document.createElementNS(SVG, 'path')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.ariaHidden = 'true'
  path.setAttribute(
    'd',
    'M18 8V5.5A1.5 1.5 0 0 0 16.5 4H6a2 2 0 0 0 0 4h13.5A1.5 1.5 0 0 1 21 9.5v9a1.5 1.5 0 0 1-1.5 1.5H6a2 2 0 0 1-2-2V6m13 8h.01',
  )
  svg.append(path)
  return svg
}

declare global {
  interface HTMLElementTagNameMap {
    'pay-button': PayButton
  }
}
