import type { DoubleState } from '../control.ts'
import { type Html, html } from '../html.ts'
import type { View } from './view.ts'

/** Where each double stands and who it knows, ready to be copied. */
export function providersPart(view: View): Html {
  const { state, texts } = view
  return html`<section class="card" id="providers" aria-labelledby="providers-title">
<div class="head"><h2 id="providers-title">${texts.providers}</h2></div>
${state.doubles.map(
  (double) => html`<div class="provider" id="provider-${double.id}"><b>${double.id}</b>
<dl class="keys"><div><dt>${texts.address}</dt><dd>${copyable(texts, double.baseUrl)}</dd></div></dl>
${double.accounts.map((account) => accountOf(view, double, account))}</div>`,
)}</section>`
}

function accountOf(
  { texts, action }: View,
  double: DoubleState,
  account: DoubleState['accounts'][number],
): Html {
  const { id, notificationUrl, ...fields } = account
  return html`<details class="more" id="account-${double.id}-${id}"><summary>${texts.account} <code>${id}</code></summary>
<dl class="keys">${Object.entries(fields).map(([name, value]) =>
    value === null ? html`` : html`<div><dt>${name}</dt><dd>${copyable(texts, value)}</dd></div>`,
  )}</dl>
<form method="post" action="${action}" class="save">
<input type="hidden" name="account.double" value="${double.id}"><input type="hidden" name="account.id" value="${id}">
<label>${texts.notificationUrl}<input name="account.notificationUrl" type="url" value="${notificationUrl ?? ''}" autocomplete="off"></label>
<button>${texts.save}</button></form></details>`
}

function copyable(texts: View['texts'], value: string): Html {
  return html`<span class="value"><code>${value}</code><button type="button" class="copy" data-copy="${value}" data-done="${texts.copied}"><span class="hush">${texts.copy}</span><svg viewBox="0 0 24 24" aria-hidden="true"><path class="before" d="M9 9h11v11H9zM5 15H4V4h11v1"/><path class="after" d="m5 13 4.5 4.5L19 8"/></svg></button></span>`
}
