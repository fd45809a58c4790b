import { formatMoney } from '@teabrick/core'
import type { CheckoutView } from '@teabrick/core/contract'
import { html, nothing, type TemplateResult } from 'lit'
import type { Texts } from '../locales/texts.ts'

/** Who is paid, how much, what for; and what the wallet will take where that is in another currency. */
export function renderSummary(
  { merchant, amount, order, payment }: CheckoutView,
  texts: Texts,
): TemplateResult {
  const foreign = payment?.nextAction && payment.charge.currency !== amount.currency && payment.charge
  return html`
    <h2>${merchant.name}</h2>
    <p class="amount">${formatMoney(amount, texts.locale)}</p>
    ${foreign ? html`<p>${texts.quote.charge} ${formatMoney(foreign, texts.locale)}</p>` : nothing}
    <p class="muted">${texts.order(order.reference)} · ${order.description}</p>
  `
}
