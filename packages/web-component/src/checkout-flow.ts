import {
  type Checkout,
  createPayClient,
  deviceFromUserAgent,
  fullUserAgent,
  type UserAgentHints,
} from '@teabrick/core'
import { followCheckout, isOver } from './checkout-events.ts'
import type { chunks } from './chunks.ts'
import type { ButtonConfig } from './config.ts'
import { defineTag } from './define-tag.ts'
import { PayCancelEvent, PayErrorEvent } from './events.ts'
import { isPlainBrowser } from './in-app/plain-browser.ts'
import { localeOf, localesOf } from './locale.ts'
import { loadTexts } from './locales/load-texts.ts'
import type { Texts } from './locales/texts.ts'
import type { SessionSource } from './session-source.ts'
import { PaySheet } from './sheet/pay-sheet.ts'
import { toPayError } from './to-pay-error.ts'
import { gatedUrl } from './url-gate.ts'
import { within } from './within.ts'

/** How long "paid" stays before the move to the return URL. */
const PAID_MS = 2_500

/** How long the table of apps may keep the checkout waiting. */
const APPS_MS = 2_000

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
  const userAgent = fullUserAgent()
  const { maxTouchPoints, userAgentData } = navigator as Navigator & { userAgentData?: UserAgentHints }
  let device = deviceFromUserAgent(userAgent, maxTouchPoints, userAgentData)
  const create =
    options.createClient ??
    // Own members: a page may have put any on `Object.prototype`.
    ((url, clientToken) =>
      createPayClient({ apiUrl: url, clientToken, device, fetch: undefined, platform: undefined }))
  let checkout: Checkout | undefined
  let unfollow: (() => void) | undefined
  let moveTimer: ReturnType<typeof setTimeout> | undefined
  let disposed = false
  let shown: string | undefined

  const sheet = document.createElement(defineTag('pay-sheet', PaySheet)) as PaySheet
  sheet.setAttribute('exportparts', PARTS)
  sheet.texts = texts
  sheet.options = {
    apiUrl,
    device,
    // Where a browser has no dialogs it is drawn below the button.
    inline: config.presentation === 'inline' || !('HTMLDialogElement' in globalThis),
    methods: config.methods,
    parts,
    navigate,
    onRetry: start,
    canRestart: source.isRenewable,
    onClose() {
      const state = checkout?.getSnapshot()
      if (sheet.returnTo && moveTimer !== undefined) move()
      else if (state && isOver(state)) end()
      else if (!state || /^(loading|ready)$/.test(state.status))
        host.dispatchEvent(new PayCancelEvent('closed'))
    },
  }
  root.append(sheet)

  /** What the user agent says of an app around the page, where it says anything. Without the table the links still work. */
  const surroundings = isPlainBrowser(userAgent)
    ? undefined
    : within(APPS_MS, parts.inApp()).then(
        (module) => {
          const inApp = module.inAppBrowser(userAgent)
          if (!inApp) return
          device = { ...device, inApp }
          sheet.options = { ...sheet.options, device, inApp: module }
        },
        () => {},
      )

  /** The session is of no use any more: the next one is asked for, not the same again. */
  function letGo(): void {
    clearTimeout(moveTimer)
    unfollow?.()
    checkout?.stop()
    checkout = sheet.checkout = undefined
    source.forget()
  }

  async function start(): Promise<void> {
    sheet.loadError = undefined
    try {
      const state = checkout?.getSnapshot()
      if (
        state &&
        (isOver(state) || (state.status === 'loading' && /^(401|404|410)$/.test(`${state.error?.status}`)))
      )
        letGo()
      await surroundings
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
        if (!sheet.returnTo) return
        moveTimer = setTimeout(move, PAID_MS)
        // Who goes on by the link and comes back is not sent on once more.
        addEventListener('pagehide', stay, { once: true })
      },
    )
  }

  function stay(): void {
    clearTimeout(moveTimer)
    moveTimer = undefined
  }

  function move(): void {
    stay()
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
    const locales = localesOf(localeOf(host), config.secondLocale)
    if (`${locales}` === shown) return
    shown = `${locales}`
    // Where the texts do not load, it stays in the language it has.
    loadTexts(parts, locales).then(
      (loaded) => {
        sheet.texts = loaded
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
