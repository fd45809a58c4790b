import type { Exchange } from '../exchange.ts'
import { type Html, html } from '../html.ts'
import { parseJson } from '../json.ts'
import { chip, clockTime, type Tone, type View } from './view.ts'

const SHOWN = 60

/** The last calls between merchants and doubles, newest first. */
export function exchangesPart({ state, texts }: View): Html {
  const all = state.doubles.flatMap(({ exchanges }) => exchanges).sort((a, b) => b.id - a.id)
  return html`<section class="card" id="exchanges" aria-labelledby="exchanges-title">
<div class="head"><h2 id="exchanges-title">${texts.exchanges}</h2><span class="count">${all.length}</span><p class="note">${texts.exchangesNote}</p></div>
${
  all.length === 0
    ? html`<p class="nothing">${texts.noExchanges}</p>`
    : html`<ul class="rows">${all.slice(0, SHOWN).map((exchange) => row(exchange, texts))}</ul>`
}</section>`
}

function row(exchange: Exchange, texts: View['texts']): Html {
  const { id, at, double, direction, method, url, requestHeaders, requestBody, isOpen, status, tookMs } =
    exchange
  const isIn = direction === 'in'
  return html`<li id="exchange-${id}" data-row><details class="exchange" id="exchange-${id}-more"><summary>
${clockTime(at)}<span class="arrow ${direction}" role="img" aria-label="${isIn ? texts.incoming : texts.outgoing}">${isIn ? '→' : '←'}</span>
<span class="call mono"><span class="who">${double}</span> <b>${method}</b> ${isIn ? url : pathOf(url)}</span>
${isOpen ? chip('warn', texts.unanswered) : chip(tone(status), status === 0 ? texts.noAnswer : String(status))}<span class="took">${isOpen ? '…' : `${tookMs} ms`}</span></summary>
<div class="wire"><div><h3>${texts.request}</h3><pre tabindex="0">${method} ${url}
${Object.entries(requestHeaders).map(([name, value]) => html`${name}: ${value}\n`)}
${pretty(requestBody) || texts.empty}</pre></div>
<div><h3>${texts.answer}</h3><pre tabindex="0">${pretty(exchange.responseBody) || texts.empty}</pre></div></div></details></li>`
}

/** What tells one call to a merchant from another; the whole address stands with the request. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

function tone(status: number): Tone {
  if (status >= 200 && status < 300) return 'good'
  return status === 0 || status >= 500 ? 'bad' : 'warn'
}

function pretty(text: string): string {
  const value = parseJson(text)
  return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text
}
