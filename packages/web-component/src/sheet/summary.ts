import { formatMoney } from '@teabrick/core'
import type { CheckoutView } from '@teabrick/core/contract'
import { html, nothing, type TemplateResult } from 'lit'
import type { Texts } from '../locales/texts.ts'

/** Who is paid, how much, what for; and what the wallet will take where that is in another currency. */
export function renderSummary(
  { merchant, amount, order: { reference, description, lines }, payment }: CheckoutView,
  { locale, quote, order, decimalPoint }: Texts,
): TemplateResult {
  const foreign = payment?.nextAction && payment.charge.currency !== amount.currency && payment.charge
  const what = `${order(reference)} · ${description}`
  return html`
    <h2>${merchant.name}</h2>
    <p class="amount">${formatMoney(amount, locale)}</p>
    ${foreign ? html`<p class="charge">${quote.charge} ${formatMoney(foreign, locale)}</p>` : nothing}
    ${
      lines.length
        ? html`<details class="muted"><summary>${what}</summary><dl>${lines.map(
            ({ name, quantity, total }) =>
              html`<dt>${name}${quantity === '1' ? nothing : ` × ${quantity.replace('.', decimalPoint)}`}</dt><dd>${formatMoney(total, locale)}</dd>`,
          )}</dl></details>`
        : html`<p class="muted">${what}</p>`
    }
  `
}
