import {
  type Bank,
  type CheckoutMethod,
  type CheckoutPayment,
  type CheckoutView,
  formatMoney,
  type OperatingSystem,
} from '@teabrick/core/contract'
import { glyph, methodGlyph } from './glyph.ts'
import { elementBody, type HostedElement } from './hosted-element.ts'
import { type HostedPlace, hostedLink } from './hosted-link.ts'
import { HOSTED_STYLES } from './hosted-styles.ts'
import { type Html, html } from './html.ts'
import type { HostedTexts, NoticeCode } from './locales/texts.ts'
import { renderAction } from './render-action.ts'
import { safeHref } from './safe-href.ts'
import { titleOf } from './title-of.ts'
import { wordFor } from './word-for.ts'

export interface HostedPage extends HostedPlace {
  readonly view: CheckoutView
  readonly texts: HostedTexts
  readonly isMobile: boolean
  /** The merchant's return URL with a status token. */
  readonly backUrl: string
  /** A fresh idempotency key: the page sent twice is one payment. */
  readonly key: string
  readonly notice?: NoticeCode | undefined
  /** The buyer on a phone asked for the QR code; part of the address, so that reloading keeps it. */
  readonly showQr?: boolean | undefined
  readonly os: OperatingSystem
  /** The browser is another app's own. */
  readonly isInApp?: boolean | undefined
  /** The banks for an SBP link, in the operator's order. */
  readonly banks: readonly Bank[]
  /** The buyer looks for his bank, and has typed this; part of the address too. */
  readonly bankQuery?: string | undefined
  /** Put on top where there is JavaScript. Absent: the page has no script at all. */
  readonly element?: HostedElement | undefined
}

// While the buyer acts elsewhere, and while only an answer is missing.
const ACTION_REFRESH_SECONDS = 5
const WAITING_REFRESH_SECONDS = 3

export interface RenderedPage {
  readonly html: Html
  /**
   * When to load it again, for the `Refresh` header. Absent when nothing can change any more, and where a form is being filled
   * in: nobody's words are taken away by a reload.
   */
  readonly refreshSeconds?: number | undefined
}

/** The hosted checkout page: everything a buyer needs, without a script. */
export function renderHostedPage(page: HostedPage): RenderedPage {
  const { view, texts, element } = page
  const { body, refreshSeconds } = renderState(page)
  const layout = html`<div class="layout"><header class="summary"><div class="inner">${renderSummary(page)}</div></header><main><div class="inner">${body}</div></main></div>`
  const title = `${texts.title} – ${view.merchant.name}`
  // What is over stays as it is: there is nothing that an element could add.
  if (!element || (view.session.status !== 'open' && view.session.status !== 'closing'))
    return { html: renderDocument(texts, title, layout), refreshSeconds }
  return {
    html: renderDocument(
      texts,
      title,
      html`${layout}${elementBody(element, title, renderBack(page))}`,
      refreshSeconds,
    ),
  }
}

/** A page that says one thing, for links that lead nowhere. */
export function renderMessagePage(texts: HostedTexts, title: string, help: string): Html {
  return renderDocument(
    texts,
    title,
    html`<main class="alone"><div class="inner"><div class="outcome"><span class="badge">${glyph('stop')}</span><h1>${title}</h1><p class="muted">${help}</p></div></div></main>`,
  )
}

interface Content {
  readonly body: Html
  readonly refreshSeconds?: number | undefined
}

/** @param refreshSeconds Of a page with a script, which reloads it; a browser without scripts follows the head. */
function renderDocument(texts: HostedTexts, title: string, body: Html, refreshSeconds?: number): Html {
  return html`<!doctype html><html lang="${texts.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><link rel="icon" href="data:,"><style>${{ text: HOSTED_STYLES }}</style>${
    refreshSeconds !== undefined &&
    html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`
  }</head><body${refreshSeconds !== undefined && html` data-refresh="${refreshSeconds}"`}>${body}</body></html>`
}

function renderBack({ view, backUrl }: HostedPage): Html {
  return html`<a class="back" href="${safeHref(backUrl)}" rel="noreferrer">${glyph('back')}<span>${view.merchant.name}</span></a>`
}

function renderSummary(page: HostedPage): Html {
  const { view, texts } = page
  const { order, amount } = view
  const [only] = order.lines
  // One thing, which the description has named already, is not told twice.
  const isTold = order.lines.length === 1 && only?.quantity === '1' && only.name === order.description
  return html`${renderBack(page)}
<h1 class="muted">${order.description}</h1><p class="amount">${formatMoney(amount, texts.locale)}</p><p class="muted">${texts.order(order.reference)}</p>
${
  !isTold &&
  order.lines.length > 0 &&
  html`<ul class="lines">${order.lines.map(
    (line) =>
      html`<li><span>${line.name}${line.quantity === '1' ? '' : html` <span class="muted">× ${line.quantity.replace('.', texts.decimalPoint)}</span>`}</span><span>${formatMoney(line.total, texts.locale)}</span></li>`,
  )}</ul>`
}`
}

function renderState(page: HostedPage): Content {
  const { view, texts } = page
  const { payment, session } = view
  switch (session.status) {
    case 'complete':
      return {
        body: outcome('done', texts.paid, [texts.paidNote], backButton(page)),
      }
    case 'expired':
    case 'canceled':
      return { body: renderOver(page) }
    case 'open':
      if (payment && isUnderWay(payment)) return renderUnderWay(page, payment)
      return { body: renderChoice(page) }
    default:
      // Closing, or a state of a newer server: something is still being found out.
      return payment && isUnderWay(payment)
        ? renderUnderWay(page, payment)
        : { body: waiting(texts.waitingTitle, texts.waiting), refreshSeconds: WAITING_REFRESH_SECONDS }
  }
}

const ENDED: ReadonlySet<string> = new Set([
  'failed',
  'canceled',
  'expired',
  'superseded',
  'late_success',
  'late_refunded',
])

/** Unknown states too: what nobody knows is not over. */
function isUnderWay({ status }: CheckoutPayment): boolean {
  return !ENDED.has(status)
}

function renderOver(page: HostedPage): Html {
  const { view, texts } = page
  switch (view.payment?.status) {
    case 'late_success':
      return outcome('clock', texts.lateTitle, [texts.lateSuccess], backButton(page))
    case 'late_refunded':
      return outcome('clock', texts.lateTitle, [texts.lateRefunded], backButton(page))
  }
  const title = view.session.status === 'canceled' ? texts.canceled : texts.expired
  // "Not charged" only where nothing was ever shown that could be paid.
  const words = view.payment === null ? texts.notCharged : texts.maybeCharged
  return outcome('clock', title, [words], backButton(page))
}

function renderChoice(page: HostedPage): Html {
  const { view, texts, key, notice } = page
  const [first] = view.methods
  const requires = new Set(view.methods.flatMap((method) => method.requires))
  const off = view.unavailable.flatMap(({ id, name, reason }) => {
    const words = wordFor(texts.unavailable, reason)
    return words ? [{ id, name: wordFor(texts.methodNames, id) ?? name ?? titleOf(id), words }] : []
  })
  return html`<div class="stack">${notice && html`<p class="note" role="alert">${texts.notices[notice]}</p>`}${renderFailure(view.payment, texts)}${
    view.payment?.supersededBefore || view.payment?.status === 'superseded'
      ? html`<p class="note">${texts.oldCode}</p>`
      : ''
  }${
    first
      ? html`<form class="stack" method="post" action="${hostedLink(page, { to: '/pay' })}"><input type="hidden" name="key" value="${key}"><fieldset class="methods"><legend>${texts.chooseMethod}</legend>${view.methods.map((method) => renderMethod(method, method === first, texts))}${off.map(
          ({ id, name, words }) =>
            html`<p class="method off"><span class="mark">${methodGlyph(id)}</span><span class="name"><b>${name}</b><span class="muted">${words}</span></span></p>`,
        )}</fieldset>${
          requires.has('phone') &&
          html`<label class="field">${texts.phone}<input name="phone" type="tel" autocomplete="tel" inputmode="tel" maxlength="20"></label>`
        }${
          requires.has('email') &&
          html`<label class="field">${texts.email}<input name="email" type="email" autocomplete="email" maxlength="254"></label>`
        }<button class="action">${
          view.methods.some(({ quote }) => quote)
            ? texts.payAnyAmount
            : texts.pay(formatMoney(view.amount, texts.locale))
        }</button></form>`
      : html`<p class="note">${texts.noMethods}</p>`
  }</div>`
}

function renderFailure(payment: CheckoutPayment | null, texts: HostedTexts): Html | '' {
  const code = payment?.status === 'expired' ? 'expired' : payment?.failure?.code
  if (payment?.status !== 'failed' && payment?.status !== 'expired') return ''
  const words = wordFor(texts.failures, code ?? 'declined') ?? texts.failures.declined
  return html`<p class="note bad" role="alert"><b>${texts.failed}</b>${words} ${texts.chooseAgain}</p>`
}

function renderMethod(method: CheckoutMethod, isFirst: boolean, texts: HostedTexts): Html {
  const { quote } = method
  return html`<label class="method"><input type="radio" name="method" value="${method.id}" required${isFirst ? { text: ' checked' } : ''}><span class="mark">${methodGlyph(method.id)}</span><span class="name"><b>${wordFor(texts.methodNames, method.id) ?? method.name}</b><span class="muted">${
    quote
      ? texts.rate(decimal(quote.rate, texts), decimal(String(quote.marginBps / 100), texts))
      : hint(method, texts)
  }</span></span>${
    quote &&
    html`<span class="charge">${formatMoney(quote.charge, texts.locale)}</span><input type="hidden" name="quote.${method.id}" value="${quote.id}">`
  }</label>`
}

function hint({ id, presentations }: CheckoutMethod, { hints }: HostedTexts): string {
  if (id === 'sbp') return hints.bank
  if (presentations.includes('qr') || presentations.includes('appLink')) return hints.app
  return presentations.includes('redirect') ? hints.page : hints.wait
}

function decimal(text: string, { decimalPoint }: HostedTexts): string {
  return text.replace('.', decimalPoint)
}

function renderUnderWay(page: HostedPage, payment: CheckoutPayment): Content {
  const { texts } = page
  const { nextAction } = payment
  if (payment.status === 'requires_action' && nextAction)
    return {
      body: renderAction(page, payment, nextAction),
      // Nobody's words are taken away by a reload.
      ...(page.bankQuery === undefined ? { refreshSeconds: ACTION_REFRESH_SECONDS } : {}),
    }
  return {
    body:
      payment.status === 'canceling'
        ? waiting(texts.canceling, texts.waiting)
        : waiting(texts.waitingTitle, texts.waiting),
    refreshSeconds: WAITING_REFRESH_SECONDS,
  }
}

function waiting(title: string, words: string): Html {
  return html`<div class="outcome" role="status"><div class="dots" aria-hidden="true"><i></i><i></i><i></i></div><h2>${title}</h2><p class="muted">${words}</p></div>`
}

function outcome(badge: 'done' | 'clock', title: string, words: readonly string[], more?: Html): Html {
  return html`<div class="stack"><div class="outcome" role="status"><span class="badge${badge === 'done' ? ' good' : ''}">${glyph(badge)}</span><h2>${title}</h2>${words.map((each) => html`<p class="muted">${each}</p>`)}</div>${more}</div>`
}

function backButton({ texts, backUrl }: HostedPage): Html {
  return html`<a class="action" href="${safeHref(backUrl)}" rel="noreferrer">${texts.backToShop}</a>`
}
