import { hasRightCrc } from '@teabrick/core/banks'
import { type CheckoutPayment, formatMoney, formatRemaining, type NextAction } from '@teabrick/core/contract'
import { hostedLink } from './hosted-link.ts'
import type { HostedPage } from './hosted-page.ts'
import { type Html, html } from './html.ts'
import { qrSvg } from './qr-svg.ts'
import { renderBanks } from './render-banks.ts'
import { safeHref } from './safe-href.ts'
import { titleOf } from './title-of.ts'
import { wordFor } from './word-for.ts'

/** How a buyer pays now: a code to scan, an app or a page to open, his bank to choose. */
export function renderAction(page: HostedPage, payment: CheckoutPayment, action: NextAction): Html {
  const { view, texts, key } = page
  const { charge, supersededBefore } = payment
  const sbpLink = action.banks?.link
  const isDamaged = sbpLink !== undefined && !hasRightCrc(sbpLink)
  const ways = isDamaged
    ? { heading: texts.onPage, body: html`<p class="note bad" role="alert">${texts.banks.damaged}</p>` }
    : renderWays(page, payment, action)
  return html`<div class="stack center">${supersededBefore && html`<p class="note">${texts.oldCode}</p>`}<h2>${ways.heading}</h2>${
    charge.currency !== view.amount.currency &&
    html`<p class="charge center">${formatMoney(charge, texts.locale)}</p>`
  }${ways.body}${
    action.expiresInMs !== null &&
    html`<p class="timer">${texts.left(formatRemaining(action.expiresInMs))}</p>`
  }${
    page.bankQuery === undefined && html`<p class="muted" role="status">${texts.refreshesItself}</p>`
  }<form method="post" action="${hostedLink(page, { to: '/cancel' })}"><input type="hidden" name="key" value="${key}"><button class="quiet">${texts.anotherMethod}</button></form></div>`
}

interface Ways {
  readonly heading: string
  readonly body: Html
}

/** The code first on a desktop, the links first on a phone. */
function renderWays(page: HostedPage, { method }: CheckoutPayment, action: NextAction): Ways {
  const { view, texts, isMobile, isInApp, os, banks, bankQuery, showQr } = page
  const app =
    wordFor(texts.methodNames, method) ??
    view.methods.find(({ id }) => id === method)?.name ??
    titleOf(method)
  const isBank = method === 'sbp'
  const link = safeHref(
    action.appLink?.universal ??
      action.banks?.link ??
      (isMobile ? action.appLink?.scheme : undefined) ??
      action.redirect?.url,
  )
  const code = action.qr && qrSvg(action.qr.payload, texts.qrLabel)
  if (code && (!isMobile || !link))
    return {
      heading: isBank ? texts.scanWithBank : texts.scanWith(app),
      body: html`${code}${link && html`<a class="quiet" href="${link}" rel="noreferrer">${texts.openHere}</a>`}`,
    }
  const coach = isInApp && (action.appLink || action.banks) && html`<p class="note">${texts.inApp}</p>`
  const instead =
    code &&
    (showQr ? code : html`<a class="more" href="${hostedLink(page, { query: 'qr=1' })}">${texts.showQr}</a>`)
  if (isMobile && action.banks && banks.length > 0)
    return {
      heading: texts.banks.choose,
      body: html`${coach}${renderBanks({ list: banks, link: action.banks.link, os, texts, place: page, query: bankQuery })}${instead}`,
    }
  const isApp = Boolean(action.appLink || action.banks)
  const open = isBank ? texts.openBank : isApp ? texts.openApp(app) : texts.openPage
  return {
    heading: isBank ? texts.openBank : isApp || code ? texts.continueIn(app) : texts.onPage,
    body: html`${coach}${link && html`<a class="action" href="${link}" rel="noreferrer">${open}</a>`}${instead}`,
  }
}
