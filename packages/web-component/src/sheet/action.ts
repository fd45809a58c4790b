import { formatRemaining } from '@teabrick/core'
import type { Device, NextAction } from '@teabrick/core/contract'
import { html, nothing, type TemplateResult } from 'lit'
import type { Texts } from '../locales/texts.ts'
import type { QrCode } from '../qr-code.ts'
import { gatedUrl, type UrlGateOptions } from '../url-gate.ts'
import { glyph, methodGlyph } from './glyphs.ts'
import { renderOutcome } from './outcome.ts'

/** One way out of the page, after the URL gate. */
export interface Way {
  readonly kind: 'appLink' | 'redirect'
  readonly url: string
}

/** Every way that the rail gave and the gate lets through, best first. */
export interface Ways {
  /** An address that the gate did not let through. */
  readonly refused: string | undefined
  /** Opens the wallet's or bank's app: the universal link, or the app's own scheme. */
  readonly app: Way | undefined
  /** The provider's page. */
  readonly page: Way | undefined
  /** A web address that can be carried to another device. */
  readonly link: string | undefined
}

export function waysOf(
  { appLink, banks, redirect, qr }: NextAction,
  gate: UrlGateOptions,
  device: Device,
): Ways {
  let refused: string | undefined
  const check = (raw: string | undefined) => {
    const url = gatedUrl(raw, gate)
    if (!url) refused ??= raw
    return url
  }
  const universal = check(appLink?.universal ?? banks?.link)
  const page = check(redirect?.url)
  const scheme = check(appLink?.scheme)
  const app = universal ?? (scheme && device.os === 'android' && page ? androidIntent(scheme, page) : scheme)
  return {
    refused,
    app: app ? { kind: 'appLink', url: app } : undefined,
    page: page ? { kind: 'redirect', url: page } : undefined,
    link: universal ?? page ?? gatedUrl(qr?.payload, { apiUrl: gate.apiUrl }),
  }
}

/**
 * A scheme link for Android that falls back to the provider's page where the app is missing, instead of doing nothing.
 * https://developer.chrome.com/docs/android/intents
 */
function androidIntent(scheme: string, fallbackUrl: string): string {
  const colon = scheme.indexOf(':')
  const rest = scheme
    .slice(colon + 1)
    .replace(/^\/\//, '')
    .replace(/#.*/, '')
  return `intent://${rest}#Intent;scheme=${scheme.slice(0, colon)};S.browser_fallback_url=${encodeURIComponent(fallbackUrl)};end`
}

export interface ActionOptions {
  readonly nextAction: NextAction
  readonly ways: Ways
  readonly device: Device
  readonly method: { readonly id: string; readonly name: string }
  readonly texts: Texts
  /** What the wallet will take, where that is in another currency than the order. */
  readonly charge: string | undefined
  /** Absent while the encoder is still loading. */
  readonly qrCode: QrCode | undefined
  readonly leftMs: number | undefined
  /** Of the time that was left when the code was first shown. */
  readonly totalMs: number
  /** A tap on the link did not leave the page, or the buyer asked for the code. */
  readonly offerMore: boolean
  readonly copied: boolean
  readonly onLeave: (event: Event, way: Way) => void
  readonly onShowQr: () => void
  readonly onCopy: (url: string) => void
  /** Ends this attempt and begins another with the same method. */
  readonly onRenew: () => void
  readonly onAnother: () => void
  /** In place of the one link to a bank: the buyer's own bank, once its part is there. */
  readonly banks?: Element | undefined
  /** The way out of an app's built-in browser. */
  readonly coach?: Element | undefined
  /** The app never opens this method's links. */
  readonly isBlocked?: boolean | undefined
  /** Said where nothing of the action can be shown here; undefined until its words are there. */
  readonly whyNothing: () => string | undefined
}

/** With less time than this a new code is offered, before the old one runs out. */
const RENEW_MS = 60_000

/** What the buyer has to do now, by the device he holds. */
export function renderAction(options: ActionOptions): TemplateResult {
  const { nextAction, ways, device, method, texts, qrCode, leftMs, offerMore, banks } = options
  const { app, page, link } = ways
  const { scanWith, scanWithBank, confirmIn, confirmInBank, confirmOnPage, openApp, openBank, openPage } =
    texts
  const { weave = html } = texts
  const renderButton = (text: string, onClick: () => void, look = 'quiet') =>
    html`<button type="button" class=${look} part="action" aria-live="polite" @click=${onClick}>${text}</button>`
  const another = renderButton(texts.anotherMethod, options.onAnother, 'link')
  // A code that ran out must not be scanned any more; whether it was, the server is being asked.
  if (leftMs !== undefined && leftMs <= 0)
    return html`${renderOutcome({ title: texts.timeUp, text: texts.timeUpNote })}<div class="foot">${renderButton(texts.newCode, options.onRenew, 'action')}${another}</div>`
  const isBank = method.id === 'sbp'
  const onPhone = device.surface === 'mobile'
  const showsQr = !!nextAction.qr && (!onPhone || !!qrCode)
  // On a phone the app is a tap away; on a desktop only its web address leads anywhere.
  const main = options.isBlocked ? undefined : onPhone || app?.url.startsWith('http') ? (app ?? page) : page
  const byMain =
    main?.kind === 'redirect'
      ? [confirmOnPage, openPage]
      : isBank
        ? [confirmInBank, openBank]
        : [confirmIn(method.name), openApp(method.name)]
  // A bridge to an app that is not around the page, an app's link on a desktop, addresses that were refused.
  const hasNothing = !main && !options.isBlocked && !nextAction.qr && !nextAction.wait
  // The list of banks, and the way out of an app that opens no wallet, say for themselves what to do.
  const hasTitle = (banks ?? options.coach)?.querySelector('h3')
  const title = showsQr
    ? isBank
      ? scanWithBank
      : scanWith(method.name)
    : main || options.isBlocked
      ? byMain[0]
      : (hasNothing && options.whyNothing()) || texts.waitingTitle
  // A real link: the tap opens the app, never a script after a request.
  const renderLink = (way: Way, text: string | undefined, look = 'quiet') =>
    html`<a class=${look} part="action" href=${way.url} rel="noreferrer" @click=${(event: Event) => options.onLeave(event, way)}>${text}</a>`
  return html`<div class="stack act" part="status">
    ${showsQr || banks || options.coach ? nothing : html`<div class="badge">${glyph(methodGlyph(method.id))}</div>`}
    ${hasTitle ? nothing : html`<h3 class="center" tabindex="-1">${title}</h3>`}
    ${options.charge ? html`<p class="charge center">${weave`${texts.quote.charge} ${options.charge}`}</p>` : nothing}
    ${showsQr ? renderQr(qrCode, texts.qrLabel) : nothing}
    ${main || !nextAction.wait ? nothing : html`<p class="center">${texts.hints.wait}</p>`}
    ${
      leftMs
        ? html`<p class="muted timer" part="timer" role="timer">${texts.left(formatRemaining(leftMs))}</p>
          <progress aria-hidden="true" max=${options.totalMs} value=${leftMs}></progress>`
        : nothing
    }
    ${options.coach}
    ${
      banks ??
      html`<div class="row">
      ${showsQr && link ? renderButton(options.copied ? texts.copied : texts.copyLink, () => options.onCopy(link)) : nothing}
      ${showsQr && !onPhone && main ? renderLink(main, texts.openHere) : nothing}
      ${nextAction.qr && !showsQr && (offerMore || !main) ? renderButton(texts.showQr, options.onShowQr) : nothing}
      ${offerMore && app && page ? renderLink(page, texts.payInBrowser) : nothing}
    </div>
    ${offerMore ? html`<p class="muted center">${texts.notOpened}</p>` : nothing}`
    }
    </div><div class="foot">
    ${leftMs && leftMs < RENEW_MS ? renderButton(texts.newCode, options.onRenew) : nothing}
    ${!banks && main && (onPhone || !showsQr) ? renderLink(main, byMain[1], 'action') : nothing}
    ${another}
  </div>`
}

function renderQr(code: QrCode | undefined, label: string): TemplateResult {
  const size = code?.size ?? 1
  return html`<svg class="qr" part="qr" role="img" aria-label=${label} viewBox=${`0 0 ${size} ${size}`} shape-rendering="crispEdges"><path d=${code?.path ?? ''} /></svg>`
}
