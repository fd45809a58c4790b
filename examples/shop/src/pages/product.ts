import { CATALOGUE, type Good } from '../catalogue.ts'
import { type Html, html } from '../html.ts'
import { fill } from '../texts/texts.ts'
import { facts, formatRate, goodCard, picture, price } from './good-parts.ts'
import { page, type Visit } from './layout.ts'

/** How the element gets onto the page: a module with lazy parts, or one file without modules. */
export type ButtonScript = 'module' | 'classic'

/**
 * A good with a button that buys one of it. All a merchant has to write is the script tag and the element; the link in the
 * element pays without JavaScript.
 *
 * @param integrity Of the script, as `sha384-…`.
 */
export function productPage(good: Good, script: ButtonScript, integrity: string, visit: Visit): Html {
  const { locale, texts } = visit
  const tag =
    script === 'module'
      ? html`<script type="module" src="/teabrick/pay-button.js" integrity="${integrity}" crossorigin></script>`
      : html`<script src="/teabrick/pay-button.classic.js" integrity="${integrity}" crossorigin defer></script>`
  const [otherPath, otherText] =
    script === 'module'
      ? [`/classic/${good.sku}`, texts.otherButtons]
      : [`/tea/${good.sku}`, texts.moduleButton]
  return page({
    visit,
    title: good.name[locale],
    head: tag,
    main: html`<article class="good">
<div class="plate plate-large">${picture(good, locale, { eager: true })}</div>
<div class="good-text">
<p class="back"><a href="/#${good.kind}">${good.kind === 'tea' ? texts.tea : texts.ware}</a></p>
<h1>${good.name[locale]}</h1>
<p class="summary">${good.summary[locale]}</p>
<p>${good.description[locale]}</p>
${price(good, locale)}
<p class="small">${fill(texts.priceNote, { rate: formatRate(locale) })}</p>
<div class="actions">
<pay-button api-url="/pay" session-url="/api/checkout" type="buy" locale="${locale}" data-sku="${good.sku}"><a class="button button-main" href="/buy/${good.sku}">${texts.buyNow}</a></pay-button>
<form method="post" action="/cart" class="add">
<input type="hidden" name="sku" value="${good.sku}">
<input type="hidden" name="quantity" value="1">
<button class="button" name="action" value="add">${texts.addToCart}</button>
</form>
</div>
<p class="small">${texts.payNote} <a href="${otherPath}">${otherText}</a></p>
${facts(good, visit)}
</div>
</article>
<section class="shelf" aria-labelledby="also-title">
<h2 id="also-title">${texts.alsoTitle}</h2>
<ul class="cards">${companions(good).map((other) => goodCard(other, visit))}</ul>
<p class="more"><a href="/#tea">${texts.backToCatalogue}</a></p>
</section>`,
  })
}

/** Four others: what comes next on the shelf, at least one of them of the other kind. */
function companions(good: Good): readonly Good[] {
  const start = CATALOGUE.indexOf(good)
  const others = [...CATALOGUE.slice(start + 1), ...CATALOGUE.slice(0, start)]
  const otherKind = others.find(({ kind }) => kind !== good.kind)
  const same = others.filter((other) => other.kind === good.kind && other !== otherKind)
  return [...same.slice(0, 3), ...(otherKind ? [otherKind] : []), ...same.slice(3, 4)].slice(0, 4)
}
