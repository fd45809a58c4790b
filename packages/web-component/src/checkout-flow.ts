import { type Checkout, createPayClient, deviceFromUserAgent } from '@teabrick/core'
import { followCheckout, isOver } from './checkout-events.ts'
import type { chunks } from './chunks.ts'
import type { ButtonConfig } from './config.ts'
import { defineTag } from './define-tag.ts'
import { PayCancelEvent, PayErrorEvent } from './events.ts'
import { localeOf } from './locale.ts'
import type { Texts } from './locales/texts.ts'
import type { SessionSource } from './session-source.ts'
import { PaySheet } from './sheet/pay-sheet.ts'
import { toPayError } from './to-pay-error.ts'
import { gatedUrl } from './url-gate.ts'

/** How long "paid" stays before the move to the return URL. */
const PAID_MS = 2_500

/** The parts of the sheet that a page can style through the button: `pay-button::part(dialog)`. */
const PARTS = 'dialog, methods, method, qr, timer, status, action, close'

export interface CheckoutFlowOptions {
  /** Where events go and where the sheet belongs. */
  readonly host: HTMLElement
  readonly root: ShadowRoot
  readonly config: ButtonConfig
  readonly source: SessionSource
  readonly texts: Texts
  readonly chunks: typeof chunks
  /** The session is over and the sheet closed: the next click is another purchase. */
  readonly onEnd: () => void
  /** In place of `location.assign`. */
  readonly navigate?: ((url: string) => void) | undefined
  /** In place of the client of the payment API. */
  readonly createClient?: ((apiUrl: string, clientToken: string) => Checkout) | undefined
}

/** One run of a checkout behind a button, from its session to its end. */
export interface CheckoutFlow {
  /** Opens the sheet, or comes back to it. False when it is over: the flow has ended then. */
  readonly show: () => boolean
  /** The element's `theme` or `locale` may have changed. */
  readonly update: () => void
  /** The button left the page. A payment that is under way goes on without it. */
  readonly dispose: () => void
}

export function openCheckout(options: CheckoutFlowOptions): CheckoutFlow {
  const { host, root, config, source, texts, chunks: parts, onEnd } = options
  const navigate = options.navigate ?? ((url) => location.assign(url))
  const { apiUrl } = config
  const device = deviceFromUserAgent(navigator.userAgent, navigator.maxTouchPoints)
  const create =
    options.createClient ?? ((url, clientToken) => createPayClient({ apiUrl: url, clientToken, device }))
  let checkout: Checkout | undefined
  let unfollow: (() => void) | undefined
  let moveTimer: ReturnType<typeof setTimeout> | undefined
  let disposed = false

  const sheet = document.createElement(defineTag('pay-sheet', PaySheet)) as PaySheet
  sheet.setAttribute('exportparts', PARTS)
  sheet.texts = texts
  sheet.options = {
    apiUrl,
    device,
    inline: config.presentation === 'inline',
    methods: config.methods,
    parts,
    navigate,
    onRetry: start,
    onClose() {
      const state = checkout?.getSnapshot()
      if (sheet.returnTo && moveTimer !== undefined) move()
      else if (state && isOver(state)) end()
      else if (!state || /^(loading|ready)$/.test(state.status))
        host.dispatchEvent(new PayCancelEvent('closed'))
    },
  }
  root.append(sheet)

  async function start(): Promise<void> {
    sheet.loadError = undefined
    try {
      const refused = checkout?.getSnapshot()
      if (checkout && refused?.error?.status === 401 && refused.status === 'loading') {
        // The token is of no use any more: the next session is asked for, not the same again.
        unfollow?.()
        checkout = undefined
        source.forget()
      }
      const { clientToken } = await source.get()
      if (disposed) return
      if (!checkout) {
        checkout = create(apiUrl, clientToken)
        follow(checkout)
        sheet.checkout = checkout
      }
      await checkout.load()
    } catch (cause) {
      if (disposed) return
      const error = toPayError(cause, 'network_error', 'the checkout could not load')
      // What the checkout itself met is in its state, and told from there.
      if (checkout?.getSnapshot().error === error) return
      sheet.loadError = error
      host.dispatchEvent(new PayErrorEvent(error))
    }
  }

  function follow(followed: Checkout): void {
    unfollow = followCheckout(
      host,
      followed,
      (state) => {
        if (state.moneyMayHaveMoved || state.status === 'requires_action') source.remember()
        if (isOver(state)) {
          source.forget()
          if (!sheet.isOpen) end()
        }
      },
      ({ view }) => {
        const raw = Object.hasOwn(view, 'returnUrl') ? view.returnUrl : config.returnUrl
        sheet.returnTo = gatedUrl(raw, { apiUrl })
        if (sheet.returnTo) moveTimer = setTimeout(move, PAID_MS)
      },
    )
  }

  function move(): void {
    clearTimeout(moveTimer)
    moveTimer = undefined
    if (sheet.returnTo) navigate(sheet.returnTo)
  }

  function end(): void {
    dispose()
    onEnd()
  }

  function dispose(): void {
    disposed = true
    clearTimeout(moveTimer)
    unfollow?.()
    sheet.remove()
    checkout?.stop()
  }

  function update(): void {
    sheet.theme = host.getAttribute('theme') ?? 'auto'
    const locale = localeOf(host)
    if (locale === sheet.texts.locale) return
    // Where the texts do not load, it stays in the language it has.
    parts.texts(locale).then(
      ({ texts }) => {
        sheet.texts = texts
      },
      () => {},
    )
  }

  update()
  void sheet.show()
  void start()
  function show(): boolean {
    // Inline the sheet stays when it is over; the next click is the next purchase.
    if (checkout && isOver(checkout.getSnapshot()) && !sheet.renderRoot.querySelector('[open]')) {
      end()
      return false
    }
    void sheet.show()
    return true
  }

  return { show, update, dispose }
}
