import { formatMoney } from './buyer-page.ts'
import type { DoubleState, SandboxState } from './control.ts'
import { DECLINE_REASONS } from './decline.ts'
import { type Html, html } from './html.ts'
import { pageResponse } from './page.ts'
import { OPERATIONS, SCENARIOS } from './scenario.ts'

/** `/_control` for people: everything in the state, and a form for every command. */
export function panelResponse(state: SandboxState, controlUrl: string): Response {
  const body = html`<main class="wide">
<h1>Payment sandbox</h1>
<p class="note">Sandbox: no money moves here. Virtual time ${state.now}</p>
${time(controlUrl)}
${scenarios(state, controlUrl)}
${state.doubles.map((double) => section(double, controlUrl))}
</main>`
  return pageResponse('en', 'Payment sandbox', body)
}

function time(controlUrl: string): Html {
  const step = (label: string, seconds: number) =>
    html`<form method="post" action="${controlUrl}"><input type="hidden" name="advanceSeconds" value="${seconds}"><button>${label}</button></form>`
  return html`<section class="card"><h2>Time</h2><div class="switches">
${[step('+ 1 minute', 60), step('+ 15 minutes', 900), step('+ 1 hour', 3_600), step('+ 1 day', 86_400), step('+ 8 days', 691_200)]}
<form method="post" action="${controlUrl}"><input type="hidden" name="reset" value="true"><button>Reset everything</button></form>
</div></section>`
}

function scenarios({ scenarios: active, doubles }: SandboxState, controlUrl: string): Html {
  const options = (values: readonly string[]) => values.map((value) => html`<option>${value}</option>`)
  return html`<section class="card"><h2>Scenarios</h2>
${
  active.length === 0
    ? html`<p>None is on.</p>`
    : html`<ul>${active.map(({ name, ...scope }) => html`<li><b>${name}</b> ${Object.entries(scope).map(([key, value]) => html` ${key}=${String(value)}`)}</li>`)}</ul>
<form method="post" action="${controlUrl}"><input type="hidden" name="clear" value="true"><button>End all</button></form>`
}
<form method="post" action="${controlUrl}"><div class="switches">
<label>Scenario<select name="scenario.name">${options(SCENARIOS)}</select></label>
<label>Provider<select name="scenario.double"><option value="">every</option>${options(doubles.map(({ id }) => id))}</select></label>
<label>Operation<select name="scenario.operation"><option value="">usual</option>${options(OPERATIONS)}</select></label>
<label>Reference<input name="scenario.reference"></label>
<label>Times<input name="scenario.times" inputmode="numeric"></label>
<label>Delay, ms<input name="scenario.delayMs" inputmode="numeric"></label>
<label>Reason<select name="scenario.reason"><option value="">none</option>${options(DECLINE_REASONS)}</select></label>
<button class="main">Turn on</button>
</div></form></section>`
}

function section(double: DoubleState, controlUrl: string): Html {
  return html`<section class="card"><h2>${double.id}</h2>
<p>${double.baseUrl}</p>
${double.accounts.map((account) => accountForm(double.id, account, controlUrl))}
${payments(double)}
${refunds(double)}
${notifications(double)}
${exchanges(double)}
</section>`
}

function accountForm(double: string, account: DoubleState['accounts'][number], controlUrl: string): Html {
  const { id, notificationUrl, ...rest } = account
  return html`<details><summary>Account ${id}</summary>
<dl>${Object.entries(rest).map(([name, value]) => html`<dt>${name}</dt><dd>${value ?? ''}</dd>`)}</dl>
<form method="post" action="${controlUrl}">
<input type="hidden" name="account.double" value="${double}"><input type="hidden" name="account.id" value="${id}">
<label>Notification URL<input name="account.notificationUrl" type="url" value="${notificationUrl ?? ''}"></label>
<button>Save</button></form></details>`
}

function payments({ ledger }: DoubleState): Html {
  if (ledger.payments.length === 0) return html`<p>No payments yet.</p>`
  return html`<h3>Payments</h3><div class="scroll" tabindex="0" role="region" aria-label="Payments"><table><thead><tr><th>Reference</th><th>Method</th><th>Amount</th><th>Taken</th><th>Back</th><th>Status</th><th>Charges</th><th>Buyer’s page</th></tr></thead><tbody>
${[...ledger.payments]
  .reverse()
  .map(
    ({ reference, method, amount, captured, refunded, status, nativeStatus, approvals, payUrl }) =>
      html`<tr><td>${reference}</td><td>${method}</td><td>${formatMoney(amount, 'en')}</td><td>${formatMoney({ ...amount, minorUnits: captured }, 'en')}</td><td>${formatMoney({ ...amount, minorUnits: refunded }, 'en')}</td><td>${status} (${nativeStatus})</td><td>${approvals}</td><td><a href="${payUrl}">open</a></td></tr>`,
  )}</tbody></table></div>`
}

function refunds({ ledger }: DoubleState): Html | undefined {
  if (ledger.refunds.length === 0) return undefined
  return html`<h3>Refunds</h3><div class="scroll" tabindex="0" role="region" aria-label="Refunds"><table><thead><tr><th>Reference</th><th>Payment</th><th>Amount</th><th>Status</th></tr></thead><tbody>
${[...ledger.refunds]
  .reverse()
  .map(
    ({ reference, paymentId, amount, status }) =>
      html`<tr><td>${reference}</td><td>${paymentId}</td><td>${formatMoney(amount, 'en')}</td><td>${status}</td></tr>`,
  )}</tbody></table></div>`
}

function notifications(double: DoubleState): Html | undefined {
  if (double.notifications.length === 0) return undefined
  return html`<details><summary>Notifications: ${double.notifications.length}</summary><div class="scroll" tabindex="0" role="region" aria-label="Notifications"><table><thead><tr><th>Event</th><th>Reference</th><th>State</th><th>Attempts</th><th>To</th></tr></thead><tbody>
${double.notifications.map(
  ({ event, reference, state, attempts, url }) =>
    html`<tr><td>${event}</td><td>${reference}</td><td>${state}</td><td>${attempts.map(({ outcome, status }) => html`${outcome} ${status ?? ''} `)}</td><td class="wrap">${url}</td></tr>`,
)}</tbody></table></div></details>`
}

function exchanges(double: DoubleState): Html | undefined {
  if (double.exchanges.length === 0) return undefined
  return html`<details><summary>Exchanges: ${double.exchanges.length}</summary>
${double.exchanges.map(
  ({
    at,
    direction,
    method,
    url,
    requestHeaders,
    requestBody,
    status,
    responseBody,
    tookMs,
  }) => html`<details><summary>${at} ${direction === 'in' ? '→' : '←'} ${method} ${url} ${status} ${tookMs} ms</summary><pre>${Object.entries(requestHeaders).map(([name, value]) => html`${name}: ${value}\n`)}
${requestBody}

${responseBody}</pre></details>`,
)}</details>`
}
