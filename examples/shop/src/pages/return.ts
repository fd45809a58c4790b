import { type Html, html } from '../html.ts'
import { fill } from '../texts/texts.ts'
import { page, type Visit } from './layout.ts'

/**
 * Where the buyer comes back to. The element asks the payment API with the token from the fragment; the order's number in
 * the query only makes a link.
 */
export function returnPage(reference: string | undefined, integrity: string, visit: Visit): Html {
  const { texts, locale } = visit
  const link =
    reference === undefined
      ? html`<a href="/">${texts.backToCatalogue}</a>`
      : html`<a id="order-link" href="/orders/${reference}">${fill(texts.returnOrder, { reference })}</a>`
  return page({
    visit,
    title: texts.returnTitle,
    head: html`<script type="module" src="/client/return-page.js"></script>
<script type="module" src="/teabrick/pay-button.js" integrity="${integrity}" crossorigin></script>`,
    main: html`<section class="message">
<h1>${texts.returnTitle}</h1>
<p>${texts.returnText}</p>
<pay-return api-url="/pay" locale="${locale}"></pay-return>
<noscript><p>${texts.returnNoScript}</p></noscript>
<p>${link}</p>
</section>`,
  })
}
