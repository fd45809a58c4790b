import type { Good } from '../catalogue.ts'
import { ROUBLES_PER_YUAN, toYuan } from '../exchange.ts'
import { formatPrice } from '../format-price.ts'
import { type Html, html } from '../html.ts'
import type { Locale } from '../locale.ts'
import { fill } from '../texts/texts.ts'
import type { Visit } from './layout.ts'

/** The price in roubles first and no smaller; the yuan beside it. */
export function price(good: Good, locale: Locale): Html {
  return html`<span class="price"><span class="price-main">${formatPrice(good.price, locale)}</span> <span class="price-other">${formatPrice(toYuan(good.price), locale)}</span></span>`
}

/** The rate in the manner of the language: a comma in Russian, a point elsewhere. */
export function formatRate(locale: Locale): string {
  return locale === 'ru' ? ROUBLES_PER_YUAN.replace('.', ',') : ROUBLES_PER_YUAN
}

export function picture(good: Good, locale: Locale, options: { readonly eager?: boolean } = {}): Html {
  return html`<img src="/art/${good.sku}.svg" alt="${good.name[locale]}" width="480" height="480"${options.eager ? '' : html` loading="lazy"`}>`
}

/** A good in a list. The whole card is one link. */
export function goodCard(good: Good, { locale }: Visit): Html {
  return html`<li class="card"><a href="/tea/${good.sku}">
<span class="plate"><img src="/art/${good.sku}.svg" alt="" width="480" height="480" loading="lazy"></span>
<span class="card-name">${good.name[locale]}</span>
<span class="card-facts">${good.origin[locale]} · ${good.measure[locale]}</span>
${price(good, locale)}
</a></li>`
}

/** Where a good comes from and how to use it, as pairs. */
export function facts(good: Good, { locale, texts }: Visit): Html {
  const { brewing } = good
  const rows: (readonly [string, string | number])[] = [
    [texts.origin, good.origin[locale]],
    [good.kind === 'tea' ? texts.measure : texts.volume, good.measure[locale]],
  ]
  if (brewing) {
    rows.push(
      [texts.leaf, fill(texts.leafValue, { grams: brewing.grams })],
      [texts.water, fill(texts.waterValue, { celsius: brewing.celsius })],
      [texts.time, fill(texts.timeValue, { minutes: brewing.minutes })],
      [texts.infusions, brewing.infusions],
    )
  }
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}
