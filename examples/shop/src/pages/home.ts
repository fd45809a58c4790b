import { CATALOGUE, findGood, type Good } from '../catalogue.ts'
import { type Html, html } from '../html.ts'
import { goodCard, picture, price } from './good-parts.ts'
import { page, type Visit } from './layout.ts'

const HERO_SKU = 'kyakhta-brick'

/** The shop's window: the brick that gave the road its money, then everything else. */
export function homePage(visit: Visit): Html {
  const { texts } = visit
  const brick = findGood(HERO_SKU)
  const rest = CATALOGUE.filter((good) => good !== brick)
  return page({
    visit,
    main: html`<section class="hero">
<div class="hero-text">
<h1>${texts.heroTitle}</h1>
<p>${texts.heroText}</p>
</div>
${brick && heroGood(brick, visit)}
</section>
<section class="route" aria-labelledby="route-title">
<h2 id="route-title">${texts.routeTitle}</h2>
<p>${texts.routeText}</p>
<ol>${texts.route.map((stop) => html`<li>${stop}</li>`)}</ol>
</section>
${shelf('tea', texts.tea, texts.teaIntro, rest, visit)}
${shelf('ware', texts.ware, texts.wareIntro, rest, visit)}`,
  })
}

function heroGood(good: Good, { locale, texts }: Visit): Html {
  return html`<a class="hero-good" href="/tea/${good.sku}">${picture(good, locale, { eager: true })}<span class="hero-caption"><span>${texts.heroAction}</span>${price(good, locale)}</span></a>`
}

function shelf(kind: Good['kind'], title: string, intro: string, goods: readonly Good[], visit: Visit): Html {
  return html`<section class="shelf" id="${kind}" aria-labelledby="${kind}-title">
<h2 id="${kind}-title">${title}</h2>
<p class="intro">${intro}</p>
<ul class="cards">${goods.filter((good) => good.kind === kind).map((good) => goodCard(good, visit))}</ul>
</section>`
}
