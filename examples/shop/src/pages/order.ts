import { parseCart } from '../cart.ts'
import { formatPrice } from '../format-price.ts'
import { type Html, html } from '../html.ts'
import type { Locale } from '../locale.ts'
import type { Order, OrderStatus } from '../orders.ts'
import { fill, type Texts } from '../texts/texts.ts'
import { page, type Visit } from './layout.ts'

const STATUS_TEXTS: Readonly<Record<OrderStatus, readonly [keyof Texts, keyof Texts]>> = {
  awaiting_payment: ['orderWaiting', 'orderWaitingText'],
  paid: ['orderPaid', 'orderPaidText'],
  expired: ['orderExpired', 'orderExpiredText'],
  canceled: ['orderCanceled', 'orderCanceledText'],
}

/** What became of an order, as the shop's own records say, and the notices behind it. */
export function orderPage(order: Order, visit: Visit): Html {
  const { locale, texts } = visit
  const { reference, status, amount, events, session, fulfilledCount } = order
  const [title, text] = STATUS_TEXTS[status]
  return page({
    visit,
    title: fill(texts.orderTitle, { reference }),
    head: html`<script type="module" src="/client/order-page.js"></script>`,
    main: html`<article class="order" id="order" data-status="${status}">
<h1>${fill(texts.orderTitle, { reference })}</h1>
<div class="order-status" role="status"><p class="order-status-title">${String(texts[title])}</p><p>${String(texts[text])}</p></div>
<div class="order-columns">
<section aria-labelledby="goods-title">
<h2 id="goods-title">${texts.orderGoods}</h2>
${goodsList(order, locale)}
<p class="order-total"><span>${texts.total}</span> <strong>${formatPrice(amount, locale)}</strong></p>
<dl class="pairs">
<div><dt>${texts.orderPlaced}</dt><dd>${time(order.placedAt)}</dd></div>
<div><dt>${texts.orderSession}</dt><dd><code>${session?.id ?? '–'}</code></dd></div>
<div><dt>${texts.orderFulfilled}</dt><dd>${fulfilledCount}</dd></div>
</dl>
</section>
<section aria-labelledby="events-title">
<h2 id="events-title">${texts.eventsTitle}</h2>
<p class="small events-intro">${texts.eventsIntro}</p>
${events.length === 0 ? html`<p>${texts.eventsEmpty}</p>` : eventList(order, texts)}
</section>
</div>
</article>`,
  })
}

function goodsList({ items }: Order, locale: Locale): Html {
  const lines = parseCart(items ?? '')
  return html`<ul class="order-lines">${lines.map(
    ({ good, quantity }) =>
      html`<li><img src="/art/${good.sku}.svg" alt="" width="480" height="480"><a href="/tea/${good.sku}">${good.name[locale]}</a><span>${good.measure[locale]} × ${quantity}</span></li>`,
  )}</ul>`
}

function eventList({ events }: Order, texts: Texts): Html {
  return html`<ol class="events">${events.map(
    ({ id, type, receivedAt, count }) =>
      html`<li><code class="event-type">${type}</code><span class="event-count">${count > 1 && `× ${count}`}</span><span class="event-time"><span class="hidden">${texts.eventReceived}: </span>${time(receivedAt)}</span><code class="event-id">${id}</code></li>`,
  )}</ol>`
}

/** `2026-11-24 18:05:09 UTC`: the same in every language, and to the second. */
function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}
