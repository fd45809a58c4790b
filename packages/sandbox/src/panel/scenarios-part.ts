import { DECLINE_REASONS } from '../decline.ts'
import { type Html, html } from '../html.ts'
import { OPERATIONS, SCENARIOS, type Scenario, type ScenarioName } from '../scenario.ts'
import { SCENARIO_GROUPS, SCENARIO_TEXTS } from './scenario-texts.ts'
import { chip, choices, type View } from './view.ts'

/** A switch for each scenario, and a form to aim one. */
export function scenariosPart(view: View): Html {
  const { state, texts, language, action } = view
  return html`<section class="card" id="scenarios" aria-labelledby="scenarios-title">
<div class="head"><h2 id="scenarios-title">${texts.scenarios}</h2><span class="count">${state.scenarios.length}</span></div>
<p class="note">${texts.scenariosNote}</p>
${SCENARIO_GROUPS.map(
  ({ title, names }) => html`<h3>${title[language]}</h3><ul>${names.map((name) => toggle(view, name))}</ul>`,
)}
${
  state.scenarios.length > 1
    ? html`<form id="end-all" method="post" action="${action}"><input type="hidden" name="clear" value="true"><button>${texts.endAll}</button></form>`
    : undefined
}
${aim(view)}</section>`
}

function toggle({ state, language, action }: View, name: ScenarioName): Html {
  const active = state.scenarios.filter((scenario) => scenario.name === name)
  const isOn = active.length > 0
  const aims = active.map((scenario) => describe(scenario)).filter((text) => text !== '')
  return html`<li id="scenario-${name}"><form method="post" action="${action}"><input type="hidden" name="${isOn ? 'clear' : 'scenario.name'}" value="${name}">
<button class="switch" aria-pressed="${isOn ? 'true' : 'false'}"><span class="what"><code>${name}</code><span>${SCENARIO_TEXTS[language][name]}</span></span><span class="track"></span></button></form>
${aims.length === 0 ? undefined : html`<p class="aims">${aims.map((text) => chip('warn', text))}</p>`}</li>`
}

function describe({ double, operation, reference, times, delayMs, reason }: Scenario) {
  const counted = times === undefined ? undefined : `×${times}`
  const delay = delayMs === undefined ? undefined : `${delayMs} ms`
  return [double, operation, reference, reason, delay, counted]
    .filter((part) => part !== undefined)
    .join(' · ')
}

function aim({ state, texts, action }: View): Html {
  return html`<details class="more" id="aim"><summary>${texts.aim}</summary>
<form method="post" action="${action}" class="fields">
<label class="full">${texts.scenario}<select name="scenario.name">${choices(SCENARIOS)}</select></label>
<label>${texts.provider}<select name="scenario.double"><option value="">${texts.every}</option>${choices(state.doubles.map(({ id }) => id))}</select></label>
<label>${texts.operation}<select name="scenario.operation"><option value="">${texts.usual}</option>${choices(OPERATIONS)}</select></label>
<label>${texts.reference}<input name="scenario.reference" autocomplete="off"></label>
<label>${texts.times}<input name="scenario.times" inputmode="numeric" pattern="[0-9]*" autocomplete="off"></label>
<label>${texts.delay}<input name="scenario.delayMs" inputmode="numeric" pattern="[0-9]*" autocomplete="off"></label>
<label>${texts.reason}<select name="scenario.reason"><option value="">${texts.none}</option>${choices(DECLINE_REASONS)}</select></label>
<label class="full">${texts.from}<input name="scenario.from" placeholder="2022-03-09T12:00:00+03:00" autocomplete="off"></label>
<button class="main full">${texts.turnOn}</button></form></details>`
}
