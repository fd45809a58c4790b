import { BUYER_TEXTS, type BuyerPageKind } from './buyer-texts.ts'
import { DECLINE_REASONS, type DeclineReason, isDeclineReason } from './decline.ts'
import type { World } from './double.ts'
import { type Html, html } from './html.ts'
import { connectionReset } from './interfere.ts'
import { isJsonObject, parseJson } from './json.ts'
import type { LedgerStatus, Money } from './ledger.ts'
import { chooseLanguage, type Language, pageResponse, wantsHtml } from './page.ts'
import type { CardIssuer } from './scenario.ts'

/** One payment as its buyer sees it, and what he can do about it. */
export interface BuyerPayment {
  readonly kind: BuyerPageKind
  readonly methodName: string
  readonly merchantName: string
  readonly description: string
  readonly reference: string
  readonly amount: Money
  readonly status: LedgerStatus
  readonly nativeStatus: string
  /** Epoch milliseconds, virtual time. */
  readonly expiresAt: number
  /** Where the provider sends the buyer afterwards. */
  readonly returnUrl: string | undefined
  /** The buyer's yes. `closed` when the payment has ended and nothing was taken now. */
  approve(): 'done' | 'closed'
  /** The buyer's bank says no. `closed` when the payment has ended otherwise. */
  decline(reason: DeclineReason): 'done' | 'closed'
}

type BuyerAction = 'show' | 'approve' | 'decline' | 'abandon'

/** A buyer's request, and the payment behind it. */
export interface BuyerVisit {
  readonly double: string
  /** The page's address, without a query. */
  readonly pageUrl: string
  /** What stands behind the page's address: nothing, or the name of a form. */
  readonly action: string | undefined
  readonly references: readonly string[]
  readonly find: () => BuyerPayment | undefined
}

const ACTIONS: ReadonlyMap<string | undefined, BuyerAction> = new Map([
  [undefined, 'show'],
  ['approve', 'approve'],
  ['decline', 'decline'],
  ['abandon', 'abandon'],
])

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ['JPY', 0],
  ['KRW', 0],
])

/**
 * The page behind a QR code, an app link or a redirect, and the forms on it. Browsers (`Accept: text/html`) are
 * redirected as the real one does: to the merchant when they came by a link (`?flow=redirect`, `?flow=app`), else
 * back to this page, because a code is scanned by another device. Everybody else gets `{ status }` as JSON.
 */
export async function answerBuyer(
  { scenarios }: World,
  request: Request,
  { double, pageUrl, action: name, references, find }: BuyerVisit,
): Promise<Response> {
  const occasion = { double, operation: 'approve' as const, references }
  if (scenarios.strike('down', occasion)) return connectionReset(503)
  const action = ACTIONS.get(name)
  if (action === undefined) return new Response('Not found', { status: 404 })
  if ((action !== 'show') !== (request.method === 'POST')) {
    const allow = action === 'show' ? 'GET, HEAD' : 'POST'
    return new Response('Method not allowed', { status: 405, headers: { allow } })
  }
  const language = chooseLanguage(request)
  const texts = BUYER_TEXTS[language]
  const payment = find()
  const visit = { ...occasion, method: payment?.kind }
  if (scenarios.strike('reset', visit)) return connectionReset(503, 'abrupt')
  if (!payment) {
    if (!wantsHtml(request) && action !== 'show') {
      return Response.json({ code: 'not_found', message: texts.notFound }, { status: 404 })
    }
    const body = html`<main><p class="note">${texts.sandbox}</p><div class="card"><p class="state">${texts.notFound}</p></div></main>`
    return pageResponse(language, texts.notFound, body, 404)
  }
  if (action === 'show') return show(payment, pageUrl, request, language)

  const form = await readForm(request)
  const departed =
    action === 'approve' && payment.status === 'pending'
      ? scenarios.strike('departure-2022-03', { ...visit, issuer: form.issuer })
      : undefined
  const outcome =
    action === 'decline' || departed
      ? payment.decline(departed ? (departed.reason ?? 'general_decline') : form.reason)
      : action === 'approve'
        ? payment.approve()
        : 'done'
  const after = find() ?? payment
  if (!wantsHtml(request)) return answerScript(after, outcome, texts.closed)
  if (outcome === 'closed') return show(after, pageUrl, request, language, 409)
  const { search, searchParams } = new URL(request.url)
  const isByLink = searchParams.has('flow') && after.returnUrl !== undefined
  return new Response(null, {
    status: 303,
    headers: {
      location: isByLink ? (after.returnUrl ?? '') : `${pageUrl}${search}`,
      'cache-control': 'no-store',
    },
  })
}

function answerScript(
  { status, nativeStatus, reference, returnUrl }: BuyerPayment,
  outcome: 'done' | 'closed',
  closed: string,
) {
  const body = { status, nativeStatus, reference, returnUrl: returnUrl ?? null }
  return outcome === 'done'
    ? Response.json(body)
    : Response.json({ ...body, code: 'payment_closed', message: closed }, { status: 409 })
}

/** What the buyer says beside yes or no: a form or JSON with `reason` and, for cards, `issuer`. */
async function readForm(request: Request): Promise<{ reason: DeclineReason; issuer: CardIssuer }> {
  const text = await request.text()
  const body = parseJson(text)
  const read = (name: string) => (isJsonObject(body) ? body[name] : new URLSearchParams(text).get(name))
  const reason = read('reason')
  return {
    reason: isDeclineReason(reason) ? reason : 'general_decline',
    issuer: read('issuer') === 'abroad' ? 'abroad' : 'RU',
  }
}

function show(payment: BuyerPayment, pageUrl: string, request: Request, language: Language, status = 200) {
  const texts = BUYER_TEXTS[language]
  const { search } = new URL(request.url)
  const title = `${payment.methodName}: ${texts.kinds[payment.kind]}`
  const amount = formatMoney(payment.amount, language)
  const body = html`<main>
<p class="note">${texts.sandbox}</p>
<div class="card">
${glyph(payment.kind)}
<p class="kind">${payment.methodName} · ${texts.kinds[payment.kind]}</p>
<h1 class="merchant">${payment.merchantName}</h1>
<p class="amount">${amount}</p>
<p class="about">${payment.description}</p>
<dl><dt>${texts.order}</dt><dd>${payment.reference}</dd>
${payment.status === 'pending' ? html`<dt>${texts.payUntil}</dt><dd><time datetime="${new Date(payment.expiresAt).toISOString()}">${formatTime(payment.expiresAt, language)}</time></dd>` : undefined}</dl>
${payment.status === 'pending' ? choices(payment, pageUrl, search, language) : result(payment, language, status)}
</div>
${languages(pageUrl, search, texts.language)}
</main>`
  return pageResponse(language, title, body, status)
}

// Neutral drawings of our own, no provider's mark.
const GLYPHS: Readonly<Record<BuyerPageKind, string>> = {
  wallet: 'M4 8h16v11H4zM4 8l11-4v4M16 13.5h1',
  yoomoney: 'M4 8h16v11H4zM4 8l11-4v4M16 13.5h1',
  bank: 'M3 9l9-5 9 5zM5 9v9M10 9v9M14 9v9M19 9v9M3 20h18',
  card: 'M3 6h18v13H3zM3 10h18M6 15h4',
  phone: 'M7 3h10v18H7zM11 18h2',
}

function glyph(kind: BuyerPageKind): Html {
  return html`<svg class="glyph" viewBox="0 0 24 24" aria-hidden="true"><path d="${GLYPHS[kind]}"/></svg>`
}

function choices(payment: BuyerPayment, pageUrl: string, search: string, language: Language): Html {
  const texts = BUYER_TEXTS[language]
  return html`<form method="post" action="${pageUrl}/approve${search}">${payment.kind === 'card' ? html`<label>${texts.issuer}<select name="issuer"><option value="RU">${texts.issuers.RU}</option><option value="abroad">${texts.issuers.abroad}</option></select></label>` : undefined}<button class="main">${payment.kind === 'card' ? texts.confirmCard : texts.approve}</button></form>
<form method="post" action="${pageUrl}/abandon${search}"><button>${texts.abandon}</button></form>
<details><summary>${texts.decline}</summary>
<form method="post" action="${pageUrl}/decline${search}">
<label>${texts.reason}<select name="reason">${DECLINE_REASONS.map((reason) => html`<option value="${reason}">${texts.reasons[reason]}</option>`)}</select></label>
<button>${texts.refuse}</button></form></details>`
}

function result({ status, returnUrl }: BuyerPayment, language: Language, httpStatus: number): Html {
  const texts = BUYER_TEXTS[language]
  if (status === 'pending') return html``
  const tone = status === 'succeeded' || status === 'authorized' ? 'good' : 'bad'
  return html`<p class="state ${tone}" role="status">${texts.statuses[status]}</p>
${httpStatus === 409 ? html`<p class="about">${texts.closed}</p>` : undefined}
<p class="about">${texts.close}</p>
${returnUrl === undefined ? undefined : html`<a class="button" href="${returnUrl}" rel="noreferrer">${texts.back}</a>`}`
}

function languages(pageUrl: string, search: string, label: string): Html {
  const link = (language: Language, name: string) => {
    const params = new URLSearchParams(search)
    params.set('lang', language)
    return html`<a href="${pageUrl}?${params.toString()}" lang="${language}" hreflang="${language}">${name}</a>`
  }
  return html`<nav aria-label="${label}">${[link('ru', 'Русский'), link('zh', '中文'), link('en', 'English')]}</nav>`
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en', ru: 'ru-RU', zh: 'zh-CN' }

export function formatMoney({ currency, minorUnits }: Money, language: Language): string {
  const exponent = EXPONENTS.get(currency) ?? 2
  return new Intl.NumberFormat(LOCALES[language], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  }).format(minorUnits / 10 ** exponent)
}

function formatTime(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: '2-digit', minute: '2-digit' }).format(at)
}
