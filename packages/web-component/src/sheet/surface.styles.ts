import { css } from 'lit'

const dark = css`
  color-scheme: dark;
  --_bg: var(--pay-background, #181b1a);
  --_fg: var(--pay-text, #f1f4f2);
  --_muted: var(--pay-muted, #a4ada9);
  --_line: var(--pay-border, #363c39);
  --_tint: var(--pay-surface, #222725);
  --_accent: var(--pay-accent, #5fd0a5);
  --_on: var(--pay-accent-text, #05281b);
  --_danger: var(--pay-danger, #ff9a90);
`

/**
 * The tokens, and the type and controls that the sheet and the return page share. Sizes begin at `medium`, which is the
 * buyer's own setting whatever a page makes of its `rem`, and go on in `em`.
 */
export const surfaceStyles = css`
:host {
  all: initial; direction: ltr; color-scheme: light;
  --_bg: var(--pay-background, #fff);
  --_fg: var(--pay-text, #1b1d1c);
  --_muted: var(--pay-muted, #5d6461);
  --_line: var(--pay-border, #dfe3e1);
  --_tint: var(--pay-surface, #f4f6f5);
  --_accent: var(--pay-accent, #1d6b52);
  --_on: var(--pay-accent-text, #fff);
  --_danger: var(--pay-danger, #b3261e);
  --_radius: var(--pay-radius, 12px);
  --_s: var(--pay-space, 4px);
  --_m: var(--pay-motion, .25s);
  font: 400 var(--pay-font-size, medium)/1.45 var(--pay-font, system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) { :host(:not([theme='light'])) { ${dark} } }
:host([theme='dark']) { ${dark} }
* { box-sizing: border-box; }
h2, h3, p, ul, dl, dd, code, fieldset, input { margin: 0; padding: 0; border: 0; min-width: 0; font: inherit; color: inherit; overflow-wrap: anywhere; }
svg { width: 24px; fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.stack, .body, .foot, form { display: flex; flex-direction: column; gap: calc(3 * var(--_s)); }
.muted { color: var(--_muted); }
.action, .quiet, .link, .reference {
  display: flex; align-items: center; justify-content: center; gap: 8px; min-height: 44px; padding: calc(2 * var(--_s));
  border: 1px solid transparent; border-radius: var(--_radius); background: none; color: var(--_fg);
  font: inherit; font-weight: 500; text-align: center; text-decoration: none; cursor: pointer;
}
.action { min-height: 52px; background: var(--_accent); color: var(--_on); font-weight: 600; }
.action:hover { filter: brightness(1.08); }
.action[aria-disabled='true'] { opacity: .75; }
.quiet { border-color: color-mix(in srgb, var(--_muted) 75%, var(--_bg)); }
:is(.quiet, .reference, .close, .method):hover { background: var(--_tint); }
.link { align-self: center; color: var(--_accent); }
.muted, .note, .field, .quiet, .quote, .trouble { font-size: .875em; }
:is(.note, .quote, .what) :is(.muted, .field, .quiet, .trouble) { font-size: inherit; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
[tabindex] { outline: none; }
.note { padding: calc(3 * var(--_s)); border-radius: var(--_radius); background: var(--_tint); }
.bad { color: var(--_danger); }
h3 { font-weight: 600; font-size: 1.25em; line-height: 1.3; letter-spacing: -.01em; }
.note h3 { font-size: 1.143em; letter-spacing: 0; }
.outcome { display: grid; gap: calc(2 * var(--_s)); text-align: center; animation: come var(--_m); }
.badge { display: grid; place-items: center; justify-self: center; width: 72px; height: 72px; margin-bottom: calc(2 * var(--_s)); border-radius: 50%; background: var(--_tint); }
.badge svg { width: 34px; }
.good { background: var(--_accent); color: var(--_on); stroke-width: 2; }
.good path { stroke-dasharray: 24; animation: draw calc(2 * var(--_m)) var(--_m) backwards; }
.spin { width: 30px; height: 30px; border: 3px solid var(--_line); border-top-color: var(--_accent); border-radius: 50%; animation: spin 1s linear infinite; }
@keyframes spin { to { rotate: 1turn; } }
@keyframes come { from { opacity: 0; translate: 0 8px; } }
@keyframes draw { from { stroke-dashoffset: 24; } }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-reduced-motion: reduce) { *, ::backdrop { animation: none !important; transition: none !important; } .spin { animation: spin 3s linear infinite !important; } }
@media (forced-colors: active) { .action, .badge, .note { border: 1px solid; } }
`
