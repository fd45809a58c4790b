/** `/_control/panel.css`. Colors come in pairs that meet WCAG 2.2 AA in light and dark. */
export const PANEL_STYLE = `:root {
  color-scheme: light dark;
  --paper: #f5f5f1; --card: #fff; --sunk: #f0f0eb; --ink: #1b1d1a; --soft: #595e57; --line: #deded6; --line-strong: #c4c5bb;
  --tea: #1f6b4a; --tea-ink: #fff; --tea-soft: #e2efe7;
  --good: #17663f; --good-soft: #e0f1e6; --warn: #7c4f00; --warn-soft: #fbeecf; --bad: #9d2a20; --bad-soft: #fbe5e1; --calm: #43535f; --calm-soft: #e6ecf0;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  --shadow: 0 1px 2px rgb(27 29 26 / 5%), 0 6px 20px -12px rgb(27 29 26 / 18%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121411; --card: #1b1e1a; --sunk: #232722; --ink: #ecefe9; --soft: #a6ada2; --line: #30352e; --line-strong: #474d44;
    --tea: #79c79d; --tea-ink: #0c1c13; --tea-soft: #1f3428;
    --good: #84d6a6; --good-soft: #1b3325; --warn: #f0c46c; --warn-soft: #382d14; --bad: #ff9d91; --bad-soft: #3f211d; --calm: #b4c4d0; --calm-soft: #252e35;
    --shadow: none;
  }
}
* { box-sizing: border-box }
html { scroll-padding-top: 4.5rem; -webkit-text-size-adjust: 100% }
body { margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", sans-serif }
h1, h2, h3, p, ul, ol, dl, dd, pre, form { margin: 0; padding: 0 }
ul, ol { list-style: none }
a { color: var(--tea); text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--tea); outline-offset: 2px; border-radius: .375rem }
code, pre, .mono { font-family: var(--mono); font-size: .8125rem }
[hidden] { display: none !important }
.skip { position: absolute; left: -100vw } .skip:focus { left: 1rem; top: 1rem; z-index: 9; background: var(--card); padding: .5rem 1rem }

.top { position: sticky; top: 0; z-index: 5; background: var(--paper); border-bottom: 1px solid var(--line) }
.bar { max-width: 84rem; margin: 0 auto; padding: .75rem 1.5rem; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem }
.brand { display: flex; align-items: center; gap: .75rem; margin-inline-end: auto }
.brand svg { width: 1.75rem; height: 1.75rem; flex: none; fill: none; stroke: var(--tea); stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round }
h1 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650 }
.pulse { display: inline-flex; align-items: center; gap: .5rem; color: var(--soft); font-size: .8125rem }
.pulse::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--tea) }
.pulse.lost { color: var(--bad) } .pulse.lost::before { background: var(--bad) }
.languages { display: flex; gap: .25rem }
.languages a, .jump a { display: inline-flex; align-items: center; min-height: 2.25rem; padding: 0 .625rem; border-radius: .5rem; color: var(--soft); text-decoration: none; font-size: .8125rem }
.languages a:hover, .jump a:hover { background: var(--sunk); color: var(--ink) }
.languages a[aria-current] { background: var(--sunk); color: var(--ink); font-weight: 600 }
.jump { display: flex; gap: .125rem; flex-wrap: wrap }

.page { max-width: 84rem; margin: 0 auto; padding: 1.5rem 1.5rem 4rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr) }
.page > * { min-width: 0 } main, aside { display: grid; gap: 1.25rem; align-content: start; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 68rem) { .page { grid-template-columns: minmax(0, 1fr) 23rem } .jump { display: none } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 1.25rem 1.5rem 1.5rem; box-shadow: var(--shadow) }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; margin-bottom: .875rem }
h2 { font-size: 1rem; font-weight: 650 } h3 { font-size: .8125rem; font-weight: 600; color: var(--soft); margin: 1.125rem 0 .25rem }
.count { color: var(--soft); font-size: .8125rem; font-variant-numeric: tabular-nums }
.note, .nothing { color: var(--soft); font-size: .8125rem } .nothing { padding: .25rem 0 }
.head .note { margin-inline-start: auto }
.problem { border: 1px solid var(--bad); background: var(--bad-soft); color: var(--bad); border-radius: 1rem; padding: .875rem 1.25rem } .problem p + p { font-size: .875rem }

button, .button { display: inline-flex; align-items: center; justify-content: center; gap: .375rem; min-height: 2.25rem; padding: .25rem .875rem; border: 1px solid var(--line-strong); border-radius: .625rem; background: var(--card); color: var(--ink); font: inherit; font-size: .875rem; font-weight: 550; text-decoration: none; white-space: nowrap; cursor: pointer }
button:hover, .button:hover { background: var(--sunk) }
button.main { background: var(--tea); border-color: var(--tea); color: var(--tea-ink) } button.main:hover { filter: brightness(1.08) }
button.grave { color: var(--bad); border-color: currentcolor }
.copy { display: none; flex: none; width: 2.25rem; min-height: 2rem; padding: 0; color: var(--soft) } .scripted .copy { display: inline-flex }
.copy svg { width: 1.125rem; height: 1.125rem; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round } .copy .after, .copy.done .before { display: none } .copy.done .after { display: inline } .copy.done { color: var(--good) }
.hush { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (pointer: coarse) { button, .button, summary, .languages a, .jump a { min-height: 2.75rem } .copy { min-height: 2.75rem; width: 2.75rem } }
label { display: grid; gap: .25rem; color: var(--soft); font-size: .8125rem }
select, input { width: 100%; min-height: 2.5rem; padding: .375rem .625rem; border: 1px solid var(--line-strong); border-radius: .625rem; background: var(--card); color: var(--ink); font: inherit; font-size: .875rem }
summary { cursor: pointer; border-radius: .5rem }

.clock { display: grid; gap: 1rem 2rem; align-items: center } @media (min-width: 46rem) { .clock { grid-template-columns: auto 1fr } }
.now { display: grid; gap: .125rem } .now b { font-size: 1.625rem; line-height: 1.2; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums }
.steps { display: flex; flex-wrap: wrap; gap: .5rem } @media (min-width: 46rem) { .steps { justify-content: flex-end } }
.steps .own { display: flex; gap: .5rem; align-items: center } .own input { width: 7rem; min-height: 2.25rem }
.clock .note { grid-column: 1 / -1 }

table { width: 100%; border-collapse: collapse; font-size: .875rem }
th { padding: .375rem .75rem; text-align: start; font-size: .75rem; font-weight: 550; color: var(--soft); border-bottom: 1px solid var(--line) }
td { padding: .625rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top } tr:last-child td { border-bottom: 0; padding-bottom: 0 }
th:first-child, td:first-child { padding-inline-start: 0 } th:last-child, td:last-child { padding-inline-end: 0; text-align: end }
td small { display: block; color: var(--soft); font-size: .75rem } td .moved { white-space: nowrap } td .mono { overflow-wrap: anywhere } td a { white-space: nowrap }
.sum { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap }
@media (max-width: 46rem) {
  .top { position: static } html { scroll-padding-top: 1rem } .jump { flex-wrap: nowrap; overflow-x: auto; width: 100%; margin: 0 -1rem; padding: 0 .375rem; width: calc(100% + 2rem) } .jump a { flex: none }
  .bar, .page { padding-inline: 1rem } .bar { padding-bottom: .25rem } .card { padding: 1rem 1.125rem 1.125rem }
  table, tbody, tr, td { display: block } thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
  tr { padding: .875rem 0; border-bottom: 1px solid var(--line); display: grid; grid-template-columns: 1fr auto; gap: .375rem .75rem } tr:first-child { padding-top: 0 } tr:last-child { border-bottom: 0; padding-bottom: 0 }
  td, td:last-child { padding: 0; border: 0; text-align: start } td.sum { text-align: end } td.wide { grid-column: 1 / -1 } td.nothing-moved { display: none } td.end { text-align: end }
}

.chip { display: inline-flex; align-items: center; gap: .375rem; padding: .0625rem .5rem; border-radius: 1rem; background: var(--calm-soft); color: var(--calm); font-size: .75rem; font-weight: 600; line-height: 1.5; white-space: nowrap; font-variant-numeric: tabular-nums }
.chip.good { background: var(--good-soft); color: var(--good) } .chip.warn { background: var(--warn-soft); color: var(--warn) } .chip.bad { background: var(--bad-soft); color: var(--bad) }

.rows > li { border-top: 1px solid var(--line) } .rows > li:first-child { border-top: 0 }
.exchange > summary, .telling { display: grid; align-items: center; gap: .125rem .75rem; padding: .5rem .375rem; grid-template-columns: 4.25rem 1.25rem minmax(0, 1fr) auto 3.75rem }
.exchange > summary::-webkit-details-marker { display: none } .exchange > summary { list-style: none } .exchange > summary:hover { background: var(--sunk) }
.exchange time, .telling time, .took { color: var(--soft); font-size: .75rem; font-variant-numeric: tabular-nums } .took { text-align: end; white-space: nowrap }
.arrow { color: var(--soft); text-align: center } .arrow.out { color: var(--tea) }
.call { overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .call b { font-weight: 600 } .who { color: var(--soft); font-size: .75rem }
.exchange[open] > summary { background: var(--sunk) } .exchange[open] .call { white-space: normal; overflow-wrap: anywhere }
.wire { display: grid; gap: .75rem; padding: .75rem .375rem 1rem } @media (min-width: 56rem) { .wire { grid-template-columns: repeat(2, minmax(0, 1fr)) } }
.wire h3 { margin: 0 0 .375rem } pre { padding: .75rem .875rem; border-radius: .625rem; background: var(--sunk); white-space: pre-wrap; overflow-wrap: anywhere; font-size: .75rem; line-height: 1.55; max-height: 28rem; overflow: auto }
.telling { grid-template-columns: 4.25rem minmax(0, 1fr) auto; padding-block: .625rem } .telling .url { overflow-wrap: anywhere }
.attempts { grid-column: 2 / -1; display: flex; flex-wrap: wrap; gap: .375rem }
@media (max-width: 46rem) { .exchange > summary { grid-template-columns: 1.25rem minmax(0, 1fr) auto } .exchange time { grid-column: 2; grid-row: 2 } .took { grid-row: 2; grid-column: 3 } .telling { grid-template-columns: minmax(0, 1fr) auto; gap: .375rem .75rem } .telling .what, .attempts { grid-column: 1 / -1 } .telling .chip { grid-row: auto } .telling > .chip { grid-row: 1; grid-column: 2 } .head .note { margin-inline-start: 0; flex-basis: 100% } }
@media (prefers-reduced-motion: no-preference) { .fresh { animation: fresh 1.6s ease-out } @keyframes fresh { from { background: var(--tea-soft) } } }

.switch { width: 100%; min-height: 3rem; padding: .4375rem 0; border: 0; background: none; justify-content: space-between; gap: .75rem; text-align: start; white-space: normal; font-weight: 400; border-radius: .5rem }
.switch:hover { background: none } .switch:hover .track { border-color: var(--tea) }
.switch .what { display: grid; line-height: 1.35 } .switch .what span { color: var(--soft); font-size: .75rem }
.switch code { font-size: .8125rem; font-weight: 600 } .switch[aria-pressed="true"] code { color: var(--tea) }
.track { flex: none; width: 2.25rem; height: 1.375rem; border-radius: 1rem; border: 1px solid var(--line-strong); background: var(--sunk); position: relative }
.track::after { content: ""; position: absolute; inset-block: .1875rem; inset-inline-start: .1875rem; width: .875rem; border-radius: 50%; background: var(--soft); transition: inset-inline-start .15s }
[aria-pressed="true"] .track { background: var(--tea); border-color: var(--tea) } [aria-pressed="true"] .track::after { inset-inline-start: 1.0625rem; background: var(--tea-ink) }
.aims { display: flex; flex-wrap: wrap; gap: .25rem; margin: -.125rem 0 .5rem }
.fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; padding-top: .75rem } .fields .full { grid-column: 1 / -1 }
details.more { margin-top: .75rem; border-top: 1px solid var(--line); padding-top: .5rem } details.more > summary { display: list-item; padding: .375rem 0; color: var(--soft); font-size: .875rem }
.provider { border-top: 1px solid var(--line); padding: .875rem 0 0; margin-top: .875rem } .provider:first-of-type { border-top: 0; margin-top: 0; padding-top: 0 }
.provider > b { font-size: .9375rem }
.value { display: flex; align-items: center; gap: .5rem; min-width: 0 } .value code { flex: 1; min-width: 0; padding: .375rem .5rem; border-radius: .5rem; background: var(--sunk); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; user-select: all }
.keys { display: grid; grid-template-columns: minmax(0, 1fr); gap: .625rem; padding: .5rem 0 .25rem } .keys dt { color: var(--soft); font-size: .75rem; margin-bottom: .125rem }
.save { display: flex; gap: .5rem; align-items: end; padding-top: .5rem } .save label { flex: 1 } .save button { min-height: 2.5rem }
.reset form { padding-top: .5rem; display: grid; gap: .625rem; justify-items: start }

.timeline { position: relative; display: grid; gap: 1rem } .timeline li { display: grid; grid-template-columns: 1rem minmax(0, 1fr) auto; gap: .125rem .75rem; align-items: start; position: relative }
.timeline li::before { content: ""; width: .75rem; height: .75rem; margin-top: .3125rem; border-radius: 50%; border: 2px solid var(--line-strong); background: var(--card) } .timeline li::after { content: ""; position: absolute; inset-block: 1.25rem -1.125rem; inset-inline-start: .3125rem; width: 2px; background: var(--line) } .timeline li:last-child::after { display: none }
.timeline li.on::before { background: var(--warn); border-color: var(--warn) } .timeline li.over::before { background: var(--line-strong) }
.timeline time { font-size: .75rem; color: var(--soft); font-variant-numeric: tabular-nums } .timeline p { grid-column: 2 } .timeline form { grid-column: 3; grid-row: 1 / span 2 }
`
