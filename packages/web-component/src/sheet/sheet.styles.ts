import { css } from 'lit'

/**
 * The dialog and what is in it. Its size never follows its content: what the buyer looks at stays where it is from the first
 * frame to "paid", and what he taps is at the bottom.
 */
export const sheetStyles = css`
:host { --_p: calc(6 * var(--_s)); }
dialog, section { border: 0; padding: 0; background: var(--_bg); color: var(--_fg); border-radius: calc(var(--_radius) + 8px); }
section, dialog[open] { display: flex; flex-direction: column; }
dialog {
  width: min(26em, 100vw - 32px); height: min(44em, 100% - 32px); max-height: none; margin: auto; overflow: hidden; box-shadow: 0 24px 64px #0004; animation: rise var(--_m) cubic-bezier(.2, .8, .2, 1);
}
dialog::backdrop { background: #0a0e0c80; animation: come var(--_m); }
section { position: relative; min-height: 38em; border: 1px solid var(--_line); margin-top: 12px; }
@keyframes rise { from { opacity: 0; translate: 0 32px; } }
header { flex: none; max-height: 50%; overflow: auto; padding: calc(5 * var(--_s)) var(--_p) calc(2 * var(--_s)); border-bottom: 1px solid var(--_line); }
.close {
  position: absolute; inset: 8px 8px auto auto; display: grid; place-items: center; width: 44px; height: 44px; padding: 0;
  border: 0; border-radius: 50%; background: none; color: var(--_muted); cursor: pointer;
}
h2 { padding-right: 32px; }
h2, legend, b, .charge { font-weight: 600; }
.amount { font-size: 2.25em; line-height: 1.25; font-weight: 700; letter-spacing: -.02em; }
.body { flex: 1; min-height: 0; overflow: auto; overscroll-behavior: contain; scroll-padding-bottom: 88px; padding: calc(4 * var(--_s)) var(--_p) 0; }
.act { flex: 1 0 auto; justify-content: safe center; }
.fit { flex: 1; min-height: 0; }
.fit .body { padding-bottom: calc(2 * var(--_s)); }
.outcome { flex: 1; align-content: center; }
.act > .badge { align-self: center; margin-bottom: 0; }
.foot { gap: calc(2 * var(--_s)); margin-top: auto; padding: calc(2 * var(--_s)) 0 max(4 * var(--_s), env(safe-area-inset-bottom)); }
dialog .foot { position: sticky; bottom: 0; background: var(--_bg); box-shadow: 0 -12px 16px var(--_bg); }
form > .foot { position: static; padding-inline: var(--_p); }
legend { padding: 0; margin-bottom: calc(2 * var(--_s)); }
.list { border: 1px solid var(--_line); border-radius: var(--_radius); }
.method { display: flex; align-items: center; gap: calc(3 * var(--_s)); min-height: 64px; padding: calc(2 * var(--_s)) calc(3 * var(--_s)); border-radius: calc(var(--_radius) - 1px); cursor: pointer; }
.method:not(:first-child) { border-top: 1px solid var(--_line); border-radius: 0; }
.method:has(:focus-visible) { outline: 2px solid var(--_accent); outline-offset: -2px; }
.method input { appearance: none; flex: none; width: 22px; height: 22px; border: 1.5px solid var(--_muted); border-radius: 50%; outline: none; transition: border-width var(--_m); }
.method :checked { border: 7px solid var(--_accent); }
.tile { flex: none; display: grid; place-items: center; width: 40px; height: 40px; border-radius: calc(.75 * var(--_radius)); background: var(--_tint); color: var(--_accent); }
.method:has(:checked) .tile { background: var(--_accent); color: var(--_on); }
.name { flex: 1; min-width: 0; }
.name > * { display: block; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; align-items: baseline; }
dt { color: var(--_muted); }
dd { text-align: end; }
.quote { margin: 0 calc(3 * var(--_s)) calc(3 * var(--_s)); padding: calc(3 * var(--_s)); border-radius: calc(.75 * var(--_radius)); background: var(--_tint); animation: come var(--_m); }
dd.charge { font-size: 1.143em; }
.amount, dd, .timer { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; padding: 12px 0; }
ul { list-style: inside; }
header summary { padding: 0; min-height: 44px; margin-bottom: -24px; }
.trouble { color: var(--_fg); font-weight: 500; }
.field { display: grid; gap: 4px; font-weight: 500; }
.field input { min-height: 48px; padding: 8px 12px; font-size: max(16px, 1.143em); border: 1px solid var(--_muted); border-radius: var(--_radius); background: none; }
.qr { width: min(224px, 100%, 26vh); height: auto; align-self: center; border: 4px solid #fff; border-radius: var(--_radius); background: #fff; fill: #000; stroke: none; outline: 1px solid var(--_line); forced-color-adjust: none; }
.cut { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.what, div.bad p { min-height: 2.9em; }
.center, .timer { text-align: center; }
progress { appearance: none; align-self: center; width: min(224px, 100%); height: 4px; border: 0; border-radius: 2px; background: var(--_line); overflow: hidden; }
::-webkit-progress-bar { background: none; }
::-webkit-progress-value { background: var(--_accent); transition: inline-size 1s linear; }
::-moz-progress-bar { background: var(--_accent); }
.row { display: flex; flex-wrap: wrap; gap: calc(2 * var(--_s)); }
.row > * { flex: 1 1 10em; }
.row:not(:has(*)) { display: none; }
.reference { align-self: center; flex-wrap: wrap; margin-bottom: calc(2 * var(--_s)); font-weight: 400; }
code { font: .8125em ui-monospace, monospace; }
.both { white-space: pre-line; }
@media (max-width: 480px) {
  dialog { width: 100%; max-width: none; height: min(42em, 100% - 24px); margin-bottom: 0; border-end-start-radius: 0; border-end-end-radius: 0; }
  :host { --_p: calc(5 * var(--_s)); }
}
@media (max-height: 30rem) { dialog { overflow: auto; } header { max-height: none; } .body, .fit { flex: none; overflow: visible; } dialog .foot { position: static; } }
@media (forced-colors: active) { dialog { border: 1px solid; } .method :checked { border-color: Highlight; forced-color-adjust: none; }  }
`
