import { formatMoney } from '@teabrick/core'
import type { CheckoutView } from '@teabrick/core/contract'
import { html, type TemplateResult } from 'lit'
import type { Texts } from '../locales/texts.ts'

/** Who is paid, how much, and what for. */
export function renderSummary({ merchant, amount, order }: CheckoutView, texts: Texts): TemplateResult {
  return html`
    <h2>${merchant.name}</h2>
    <p class="amount">${formatMoney(amount, texts.locale)}</p>
    <p class="muted">${texts.order(order.reference)} · ${order.description}</p>
  `
}
