import { type Html, html } from '../html.ts'
import { command, NOW, ticking, type View } from './view.ts'

/** The virtual clock and what moves it. */
export function timePart({ texts, action }: View): Html {
  return html`<section class="card" id="time" aria-labelledby="time-title">
<div class="clock">
<div class="now"><h2 class="count" id="time-title">${texts.time} · UTC</h2><b>${ticking(NOW)}</b></div>
<div class="steps">${texts.steps.map(([seconds, label]) => command(action, 'advanceSeconds', String(seconds), label))}
<form class="own" method="post" action="${action}"><input name="advanceSeconds" type="number" min="1" step="1" required placeholder="${texts.seconds}" aria-label="${texts.seconds}"><button>${texts.advance}</button></form></div>
<p class="note">${texts.timeNote}</p>
</div></section>`
}
