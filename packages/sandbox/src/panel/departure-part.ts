import type { DepartureStep } from '../departure.ts'
import { type Html, html } from '../html.ts'
import type { Language } from '../page.ts'
import { chip, command, TIMELINE_NOW, type Tone, ticking, type View } from './view.ts'

const TONES: Readonly<Record<DepartureStep['state'], Tone>> = { ahead: 'calm', on: 'warn', over: 'calm' }
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ru: 'ru-RU', zh: 'zh-CN' }

/** The timeline of the departure that is on; nothing when none is. */
export function departurePart({ state, texts, language, action }: View): Html | undefined {
  if (!state.departure) return undefined
  return html`<section class="card" id="departure" aria-labelledby="departure-title">
<div class="head"><h2 id="departure-title">${texts.timeline}</h2><p class="note">${texts.timelineNow} ${ticking(TIMELINE_NOW)} UTC</p></div>
<ol class="timeline">${state.departure.steps.map(
    ({
      id,
      at,
      precision,
      virtualAt,
      state: stage,
      title,
      source,
    }) => html`<li id="step-${id}" class="${stage}">
<span><time datetime="${at}">${moscowTime(at, precision, language)}</time> ${chip(TONES[stage], texts.stages[stage])}</span>
${stage === 'ahead' ? command(action, 'advanceTo', virtualAt, texts.go) : undefined}
<p>${title[language]}</p>
<p class="note">${texts.source}: ${source}${precision === 'month' ? `; ${texts.dayChosen}` : ''}</p></li>`,
  )}</ol></section>`
}

function moscowTime(iso: string, precision: DepartureStep['precision'], language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    dateStyle: 'long',
    ...(precision === 'minute' ? { timeStyle: 'short' } : {}),
    timeZone: 'Europe/Moscow',
  })
  return format.format(Date.parse(iso))
}
