import { formatRemaining } from '@teabrick/core'
import type { Device, NextAction } from '@teabrick/core/contract'
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Texts } from '../locales/texts.ts'
import type { QrCode } from '../qr-code.ts'
import { gatedUrl, type UrlGateOptions } from '../url-gate.ts'
import { glyph } from './glyphs.ts'
import { renderOutcome } from './outcome.ts'

/** One way out of the page, after the URL gate. */
export interface Way {
  readonly kind: 'appLink' | 'redirect'
  readonly url: string
}

/** Every way that the rail gave and the gate lets through, best first. */
export interface Ways {
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
  const universal = gatedUrl(appLink?.universal ?? banks?.link, gate)
  const page = gatedUrl(redirect?.url, gate)
  const scheme = gatedUrl(appLink?.scheme, gate)
  const app = universal ?? (scheme && device.os === 'android' && page ? androidIntent(scheme, page) : scheme)
  return {
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
  /** Absent while the encoder is still loading. */
  readonly qrCode: QrCode | undefined
  readonly leftMs: number | undefined
  /** A tap on the link did not leave the page, or the buyer asked for the code. */
  readonly offerMore: boolean
  readonly copied: boolean
  readonly onLeave: (event: Event, way: Way) => void
  readonly onShowQr: () => void
  readonly onCopy: (url: string) => void
}

/** What the buyer has to do now, by the device he holds. */
export function renderAction(options: ActionOptions): TemplateResult {
  const { nextAction, ways, device, method, texts, leftMs, qrCode } = options
  const isBank = method.id === 'sbp'
  const onPhone = device.surface === 'mobile'
  // A code that ran out must not be scanned any more; whether it was, the server is being asked.
  const isOut = leftMs !== undefined && leftMs <= 0
  const showsQr = !!nextAction.qr && (!onPhone || !!qrCode)
  if (isOut) return renderOutcome({ title: texts.timeUp })
  const title = showsQr
    ? isBank
      ? texts.scanWithBank
      : texts.scanWith(method.name)
    : ways.app
      ? isBank
        ? texts.confirmInBank
        : texts.confirmIn(method.name)
      : ways.page
        ? texts.confirmOnPage
        : texts.waitingTitle
  return html`<div class="stack" part="status">
    <div class="center"><h3 tabindex="-1">${title}</h3></div>
    ${showsQr ? renderQr(qrCode, texts) : nothing}
    ${!ways.app && !ways.page && nextAction.wait ? html`<p class="center">${nextAction.wait.hint}</p>` : nothing}
    ${
      leftMs === undefined
        ? nothing
        : html`<p class="center muted timer" part="timer" role="timer">${glyph('clock')}
          ${texts.left(formatRemaining(leftMs))}</p>`
    }
    ${onPhone ? renderPhone(options, showsQr, isBank) : renderDesktop(options, showsQr)}
  </div>`
}

function renderQr(code: QrCode | undefined, texts: Texts): TemplateResult {
  const size = code?.size ?? 1
  return html`<div class="qr"><svg part="qr" role="img" aria-label=${texts.qrLabel} viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
    ${code ? svg`<path d=${code.path} />` : nothing}
  </svg></div>`
}

function renderDesktop(options: ActionOptions, showsQr: boolean): TemplateResult {
  const { ways, texts, copied, onCopy } = options
  const { link, app, page } = ways
  const here = app?.url.startsWith('http') ? app : page
  if (!showsQr) return here ? renderLink('action', here, texts.openPage, options) : html`${nothing}`
  return html`<div class="row">
    ${link ? html`<button type="button" class="quiet" @click=${() => onCopy(link)}>${copied ? texts.copied : texts.copyLink}</button>` : nothing}
    ${here ? renderLink('quiet', here, texts.openHere, options) : nothing}
  </div>`
}

function renderPhone(options: ActionOptions, showsQr: boolean, isBank: boolean): TemplateResult {
  const { nextAction, ways, texts, method, offerMore, copied, onShowQr, onCopy } = options
  const { app, page, link } = ways
  const first = app ?? page
  return html`
    ${first ? renderLink('action', first, first.kind === 'redirect' ? texts.openPage : isBank ? texts.openBank : texts.openApp(method.name), options) : nothing}
    ${offerMore && first ? html`<p class="muted center">${texts.notOpened}</p>` : nothing}
    ${nextAction.qr && !showsQr && (offerMore || !first) ? html`<button type="button" class="quiet" @click=${onShowQr}>${texts.showQr}</button>` : nothing}
    ${offerMore && app && page ? renderLink('quiet', page, texts.payInBrowser, options) : nothing}
    ${showsQr && link ? html`<button type="button" class="quiet" @click=${() => onCopy(link)}>${copied ? texts.copied : texts.copyLink}</button>` : nothing}
  `
}

// A real link: the tap opens the app, never a script after a request.
function renderLink(
  kind: 'action' | 'quiet',
  way: Way,
  text: string,
  { onLeave }: ActionOptions,
): TemplateResult {
  return html`<a class=${kind} part="action" href=${way.url} rel="noreferrer" @click=${(event: Event) => onLeave(event, way)}>${text}</a>`
}
