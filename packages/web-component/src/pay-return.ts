import {
  type CSSResultGroup,
  css,
  type PropertyDeclarations,
  type PropertyValues,
  ReactiveElement,
} from '@lit/reactive-element'
import { chunks } from './chunks.ts'
import { PayErrorEvent } from './events.ts'
import { explainMistakes } from './explain-mistakes.ts'
import { unavailableText } from './labels.ts'
import { localeOf } from './locale.ts'
import type { ReturnPage } from './return-page.ts'
import { toPayError } from './to-pay-error.ts'

/**
 * The page the buyer comes back to. Takes the status token from the fragment (`#teabrick=st_…`), removes it from the
 * address, and asks the payment API how the session stands: what a query string says proves nothing.
 *
 * @tag pay-return
 * @attr {string} api-url - The payment API.
 * @attr {'auto'|'light'|'dark'} [theme=auto] - Live.
 * @attr {string} locale - BCP 47. Live.
 * @attr {string} second-locale - A second language. Live. Russian always comes first.
 * @attr {'1'|'2'|'3'|'4'|'5'|'6'} [heading-level=2] - Of the result's heading: one below the page's own. Live.
 * @attr {string} shop-url - Where the button back to the shop leads: an https address, or a path. Without it: to the root of the site, unless there are links inside. Live.
 * @slot - The merchant's own links, below the result.
 * @event {PaySuccessEvent} pay-success - Paid.
 * @event {PayPendingEvent} pay-pending - Nobody knows yet.
 * @event {PayFailureEvent} pay-failure - Declined.
 * @event {PayCancelEvent} pay-cancel - Called off.
 * @event {PayExpireEvent} pay-expire - The deadline passed.
 * @event {PayErrorEvent} pay-error - What the developer can correct, or what kept the page from asking.
 * @csspart status - The result.
 * @csspart action - Buttons.
 */
export class PayReturn extends ReactiveElement {
  /** The place of the result is held until it is there, and what it says later fits in. */
  static override get styles(): CSSResultGroup {
    return css`:host { display: block; } div { font-size: medium; min-height: 21em; }`
  }

  static override get properties(): PropertyDeclarations {
    return {
      theme: { reflect: true },
      locale: { reflect: true },
      secondLocale: { attribute: 'second-locale' },
      headingLevel: { attribute: 'heading-level' },
      shopUrl: { attribute: 'shop-url' },
    }
  }

  declare theme: string | null
  declare locale: string | null
  declare secondLocale: string | null
  declare headingLevel: string | null
  declare shopUrl: string | null

  readonly #place = document.createElement('div')
  #page: ReturnPage | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#open()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#page?.close()
    this.#page = undefined
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot()
    root.append(this.#place, document.createElement('slot'))
    explainMistakes(this)
    return root
  }

  protected override update(changed: PropertyValues): void {
    super.update(changed)
    this.#page?.update()
  }

  async #open(): Promise<void> {
    try {
      const { openReturnPage } = await chunks.returnPage()
      if (this.isConnected) this.#page ??= openReturnPage(this, this.#place, chunks)
    } catch (cause) {
      const message = document.createElement('p')
      message.role = 'alert'
      message.textContent = unavailableText(localeOf(this))
      this.#place.prepend(message)
      this.dispatchEvent(
        new PayErrorEvent(toPayError(cause, 'chunk_failed', 'a part of the script did not load')),
      )
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'pay-return': PayReturn
  }
}
