import { formatMoney } from '../buyer-page.ts'
import { type Html, html } from '../html.ts'
import type { LedgerPayment, LedgerRefund, LedgerStatus } from '../ledger.ts'
import { chip, clockTime, type Tone, type View } from './view.ts'

const TONES: Readonly<Record<LedgerStatus, Tone>> = {
  pending: 'warn',
  authorized: 'calm',
  succeeded: 'good',
  failed: 'bad',
  canceled: 'calm',
  expired: 'calm',
}

/** Every double's payments, newest first. */
export function paymentsPart(view: View): Html {
  const { state, texts } = view
  const rows = state.doubles
    .flatMap(({ id, ledger }) => ledger.payments.map((payment) => ({ double: id, payment })))
    .sort((a, b) => b.payment.createdAt.localeCompare(a.payment.createdAt))
  return html`<section class="card" id="payments" aria-labelledby="payments-title">
<div class="head"><h2 id="payments-title">${texts.payments}</h2><span class="count">${rows.length}</span></div>
${
  rows.length === 0
    ? html`<p class="nothing">${texts.noPayments}</p>`
    : table(
        texts.payments,
        [
          texts.reference,
          texts.amount,
          texts.status,
          texts.rail,
          texts.moved,
          texts.created,
          texts.buyerPage,
        ],
        rows.map(({ double, payment }) => paymentRow(view, double, payment)),
      )
}</section>`
}

function paymentRow({ texts, language }: View, double: string, payment: LedgerPayment): Html {
  const { id, reference, method, amount, captured, refunded, status, nativeStatus, approvals } = payment
  const money = (minorUnits: number) => formatMoney({ ...amount, minorUnits }, language)
  const hasMoved = captured > 0 || refunded > 0
  return html`<tr role="row" id="payment-${double}-${id}" data-row>
<td role="cell"><span class="mono">${reference}</span>${reference === id ? undefined : html`<small class="mono">${id}</small>`}</td>
<td role="cell" class="sum">${money(amount.minorUnits)}</td>
<td role="cell">${chip(TONES[status], texts.statuses[status])}${approvals > 1 ? html` ${chip('bad', `${texts.charged}: ${approvals}`)}` : undefined}<small>${nativeStatus}</small></td>
<td role="cell" class="end">${method}<small>${double}</small></td>
<td role="cell" class="${hasMoved ? 'wide' : 'nothing-moved'}">${hasMoved ? undefined : '—'}${captured > 0 ? html`<span class="moved">${texts.taken} ${money(captured)}</span>` : undefined}${refunded > 0 ? html`<small>${texts.back} ${money(refunded)}</small>` : undefined}</td>
<td role="cell">${clockTime(payment.createdAt)}</td>
<td role="cell" class="end"><a href="${payment.payUrl}">${texts.open}<span class="hush"> ${reference}</span></a></td></tr>`
}

/** Every double's refunds, newest first. */
export function refundsPart(view: View): Html {
  const { state, texts } = view
  const rows = state.doubles.flatMap(({ id, ledger }) =>
    [...ledger.refunds].reverse().map((refund) => refundRow(view, id, refund)),
  )
  return html`<section class="card" id="refunds" aria-labelledby="refunds-title">
<div class="head"><h2 id="refunds-title">${texts.refunds}</h2><span class="count">${rows.length}</span></div>
${
  rows.length === 0
    ? html`<p class="nothing">${texts.noRefunds}</p>`
    : table(texts.refunds, [texts.reference, texts.amount, texts.status, texts.payment], rows)
}</section>`
}

function refundRow(
  { texts, language }: View,
  double: string,
  { id, reference, amount, status, paymentId }: LedgerRefund,
): Html {
  return html`<tr role="row" id="refund-${double}-${id}" data-row>
<td role="cell"><span class="mono">${reference}</span>${reference === id ? undefined : html`<small class="mono">${id}</small>`}</td>
<td role="cell" class="sum">${formatMoney(amount, language)}</td>
<td role="cell">${chip(TONES[status], status === 'succeeded' ? texts.back : texts.statuses[status])}</td>
<td role="cell" class="end"><span class="mono">${paymentId}</span><small>${double}</small></td></tr>`
}

// The roles keep it a table where narrow screens draw it as blocks.
function table(label: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<table role="table" aria-label="${label}"><thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead><tbody role="rowgroup">${rows}</tbody></table>`
}
