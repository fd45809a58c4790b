import { formatMoney } from '@teabrick/core'
import type { CheckoutView } from '@teabrick/core/contract'
import { html, nothing, type TemplateResult } from 'lit'
import { cutText } from '../cut-text.ts'
import type { Texts } from '../locales/texts.ts'

/**
 * Who is paid, how much and what for. While the connection is bad it says so in one of the two lines of what for: the sheet
 * keeps its shape, and what the buyer looks at stays where it is.
 */
export function renderSummary(
  { merchant, amount, order: { reference, description, lines } }: CheckoutView,
  { locale, order, decimalPoint }: Texts,
  trouble: string | undefined,
): TemplateResult {
  const what = html`${order(cutText(reference))} · ${cutText(description)}`
  return html`
    <h2>${cutText(merchant.name)}</h2>
    <p class="amount">${formatMoney(amount, locale)}</p>
    ${
      trouble
        ? html`<div class="what muted"><p class="trouble">${trouble}</p><p class="cut">${what}</p></div>`
        : lines.length
          ? html`<details class="what muted"><summary>${what}</summary><dl>${lines.map(
              ({ name, quantity, total }) =>
                html`<dt>${cutText(name)}${quantity === '1' ? nothing : ` × ${quantity.replace('.', decimalPoint)}`}</dt><dd>${formatMoney(total, locale)}</dd>`,
            )}</dl></details>`
          : html`<p class="what muted">${what}</p>`
    }
  `
}
