import type {
  DrillBuyerInfo,
  DrillEvent,
  DrillProgress,
  DrillPurchase,
  DrillReport,
  DrillText,
} from '@teabrick/server'
import { type Html, html, trusted } from '../html.ts'
import { DRILL_TEXTS, type DrillTexts } from '../texts/drill-texts.ts'
import { fill } from '../texts/texts.ts'
import { page, type Visit } from './layout.ts'

/** Where rows and score are written into the page. */
const ROWS = '<!-- rows -->'

const COMMAND = 'npx @teabrick/server drill --scenario 2022-03 --config ./teabrick.config.mjs'

const DATES: Readonly<Record<Visit['locale'], Intl.DateTimeFormat>> = {
  ru: dateFormat('ru'),
  'zh-Hans': dateFormat('zh-Hans'),
  en: dateFormat('en-GB'),
}

function dateFormat(locale: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'Europe/Moscow' })
}

/** The page in two parts: the timeline's rows go between them, as they come. */
export function drillPage(
  visit: Visit,
  buyers: readonly DrillBuyerInfo[],
  report: DrillReport | undefined,
): readonly [before: string, after: string] {
  const texts = DRILL_TEXTS[visit.locale]
  const [before = '', after = ''] = page({
    visit,
    title: texts.title,
    head: html`<link rel="stylesheet" href="/client/drill.css">`,
    main: html`<article class="drill">
<h1>${texts.title}</h1>
<p class="drill-lead">${texts.lead}</p>
${report ? drillScore(report, visit) : html`<p class="drill-live" role="status">${texts.live}</p>`}
<h2>${texts.buyers}</h2>
<ol class="drill-buyers">${buyers.map(
      ({ name, weight }, index) =>
        html`<li><b>${letterOf(index)}</b><span>${textOf(name, visit)}</span><span class="drill-weight">${weight}</span></li>`,
    )}</ol>
<p class="small">${texts.buyersNote}</p>
<h2 id="drill-timeline">${texts.timeline}</h2>
<p class="small">${texts.legend}</p>
<table class="drill-table" aria-labelledby="drill-timeline">
<thead><tr><th scope="col">${texts.day}</th>${buyers.map(
      ({ name }, index) =>
        html`<th scope="col"><span aria-hidden="true">${letterOf(index)}</span><span class="hidden">${textOf(name, visit)}</span></th>`,
    )}<th scope="col">${texts.reach}</th></tr></thead>
<tbody>
${trusted(ROWS)}
</article>`,
  })
    .toString()
    .split(ROWS)
  return [before, after]
}

/** What began, how each buyer fared, and what changed for them since the round before. */
export function drillRow(
  { round, events }: DrillProgress,
  former: DrillProgress | undefined,
  buyers: readonly DrillBuyerInfo[],
  visit: Visit,
): Html {
  const texts = DRILL_TEXTS[visit.locale]
  const columns = buyers.length + 2
  const time = round.kind === 'minute' ? html` <small>${round.at.slice(11, 16)}</small>` : ''
  const notes = round.purchases.filter((purchase) => isNews(purchase, former))
  const gone = round.offeredBefore?.filter((method) => !round.offered.includes(method)) ?? []
  return html`${events.map((event) => eventRow(event, columns, visit))}<tr>
<th scope="row"><time datetime="${round.at}">${dateOf(round.at, visit)}</time>${time}</th>
${round.purchases.map((purchase) => html`<td class="${classOf(purchase)}">${cell(purchase, texts)}</td>`)}
<td class="drill-reach">${round.reach} %</td></tr>
${
  notes.length + gone.length > 0 &&
  html`<tr class="drill-notes"><td colspan="${columns}"><ul>${gone.map((method) => html`<li>${methodOf(method, texts)}: ${texts.results.refused}</li>`)}${notes.map((purchase) => html`<li>${noteOf(purchase, buyers, texts)}</li>`)}</ul></td></tr>`
}
`
}

/** Closes the table. */
export const DRILL_ROWS_END = '</tbody></table>'

/** The score, how it comes about, and the books. */
export function drillScore({ score, ledger }: DrillReport, visit: Visit): Html {
  const texts = DRILL_TEXTS[visit.locale]
  const books = [
    [texts.chargedTwice, ledger.chargedTwice],
    [texts.differences, ledger.differences],
    [texts.fulfilmentFaults, ledger.fulfilmentFaults],
  ] as const
  const { orders, paid, kept, lost } = ledger
  return html`<section class="drill-score" aria-label="${texts.score}">
<p class="drill-value"><span>${texts.score}</span> <strong>${score.value}</strong> <span>${texts.scoreOf}</span></p>
<dl class="pairs">
<div><dt>${texts.orders}</dt><dd>${fill(texts.ordersValue, { orders, paid, kept, lost })}</dd></div>
${books.map(([name, count]) => html`<div><dt>${name}</dt><dd>${count}</dd></div>`)}
</dl>
<p class="small">${texts.formula}</p>
<p class="small">${texts.own}</p>
<pre tabindex="0"><code>${COMMAND}</code></pre>
</section>`
}

/** In place of what is missing, when the drill could not go on. */
export function drillFailure(message: string, visit: Visit): Html {
  return html`<p class="drill-live" role="alert">${fill(DRILL_TEXTS[visit.locale].failed, { message })}</p>`
}

function eventRow(
  { at, precision, title, source, touches }: DrillEvent,
  columns: number,
  visit: Visit,
): Html {
  const texts = DRILL_TEXTS[visit.locale]
  const time = precision === 'minute' ? ` ${at.slice(11, 16)}` : ''
  const chosen = precision === 'month' || precision === 'year' ? html`; ${texts.chosenDay}` : ''
  return html`<tr class="drill-event${touches.length > 0 ? ' touched' : ''}"><th scope="colgroup" colspan="${columns}">
<time datetime="${at}">${dateOf(at, visit)}${time}</time>
<span class="drill-title">${textOf(title, visit)}</span>
<span class="drill-source">${touches.length > 0 ? fill(texts.touches, { rails: touches.join(', ') }) : texts.touchesNothing}. ${fill(texts.source, { source })}${chosen}</span></th></tr>
`
}

const MARKS: Readonly<Record<DrillPurchase['outcome'], string>> = { paid: '●', lost: '✕', not_served: '–' }

function cell({ outcome, kept, tries }: DrillPurchase, texts: DrillTexts): Html {
  const method = methodOf(tries.at(-1)?.method ?? '', texts)
  const said =
    outcome === 'paid'
      ? fill(kept ? texts.kept : texts.paidBy, { method })
      : outcome === 'lost'
        ? texts.lost
        : texts.notServed
  return html`<span class="mark-of" aria-hidden="true">${kept ? '↻' : MARKS[outcome]}</span>${outcome === 'paid' && html`<span class="method-of" aria-hidden="true">${method}</span>`}<span class="hidden">${said}</span>`
}

const classOf = ({ outcome, kept }: DrillPurchase): string =>
  kept ? 'drill-kept' : outcome === 'not_served' ? 'drill-none' : `drill-${outcome}`

/** Something went wrong for this buyer, and went otherwise the time before. */
function isNews(purchase: DrillPurchase, former: DrillProgress | undefined): boolean {
  if (purchase.outcome === 'paid' && !purchase.kept) return false
  const before = former?.round.purchases.find(({ buyer }) => buyer === purchase.buyer)
  return JSON.stringify(before) !== JSON.stringify(purchase)
}

function noteOf(
  { buyer, outcome, tries }: DrillPurchase,
  buyers: readonly DrillBuyerInfo[],
  texts: DrillTexts,
): Html {
  const letter = letterOf(buyers.findIndex(({ id }) => id === buyer))
  const steps = tries.map(({ method, result }) =>
    result === 'paid'
      ? fill(texts.paidBy, { method: methodOf(method, texts) })
      : `${methodOf(method, texts)}: ${texts.results[result]}`,
  )
  const end = outcome === 'paid' ? texts.keptNote : outcome === 'lost' ? texts.lost : texts.notServed
  return html`<b>${letter}</b> ${[...steps, end].join('; ')}`
}

const letterOf = (index: number): string => String.fromCharCode(65 + index)

const textOf = ({ ru, zh, en }: DrillText, { locale }: Visit): string => ({ ru, 'zh-Hans': zh, en })[locale]

const methodOf = (method: string, { methods }: DrillTexts): string => methods[method] ?? method

const dateOf = (at: string, { locale }: Visit): string => DATES[locale].format(Date.parse(at))
