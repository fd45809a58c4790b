import type { Notification, NotificationAttempt } from '../deliver.ts'
import { type Html, html } from '../html.ts'
import { chip, clockTime, type Tone, type View } from './view.ts'

const SHOWN = 60

const STATES: Readonly<Record<Notification['state'], Tone>> = {
  pending: 'warn',
  acknowledged: 'good',
  given_up: 'bad',
}
const OUTCOMES: Readonly<Record<NotificationAttempt['outcome'], Tone>> = {
  acknowledged: 'good',
  refused: 'bad',
  unreachable: 'bad',
  lost: 'warn',
}

/** What merchants were told, newest first, with every attempt. */
export function notificationsPart({ state, texts }: View): Html {
  const all = state.doubles.flatMap(({ notifications }) => notifications).sort((a, b) => b.id - a.id)
  return html`<section class="card" id="notifications" aria-labelledby="notifications-title">
<div class="head"><h2 id="notifications-title">${texts.notifications}</h2><span class="count">${all.length}</span></div>
${
  all.length === 0
    ? html`<p class="nothing">${texts.noNotifications}</p>`
    : html`<ul class="rows">${all.slice(0, SHOWN).map((notification) => row(notification, texts))}</ul>`
}</section>`
}

function row(
  { id, double, event, reference, url, createdAt, attempts, state }: Notification,
  texts: View['texts'],
): Html {
  return html`<li id="notification-${id}" data-row class="telling">${clockTime(createdAt)}
<span class="what"><b class="mono">${event}</b> <span class="mono">${reference}</span> <span class="who">${double} ${texts.to} <span class="url">${url}</span></span></span>
${chip(STATES[state], texts.states[state])}
<span class="attempts">${
    attempts.length === 0
      ? html`<span class="who">${texts.waiting}</span>`
      : attempts.map(({ at, outcome, status }) =>
          chip(
            OUTCOMES[outcome],
            `${at.slice(11, 19)} ${texts.outcomes[outcome]}${status ? ` ${status}` : ''}`,
          ),
        )
  }</span></li>`
}
