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

/** Colours, type and controls that the sheet and the return page share. */
export const surfaceStyles = css`
:host {
  color-scheme: light;
  --_bg: var(--pay-background, #fff);
  --_fg: var(--pay-text, #1b1d1c);
  --_muted: var(--pay-muted, #5d6461);
  --_line: var(--pay-border, #dfe3e1);
  --_tint: var(--pay-surface, #f4f6f5);
  --_accent: var(--pay-accent, #1d6b52);
  --_on: var(--pay-accent-text, #fff);
  --_danger: var(--pay-danger, #b3261e);
  --_radius: var(--pay-radius, 12px);
  font: 400 1rem/1.45 var(--pay-font, system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) { :host(:not([theme='light'])) { ${dark} } }
:host([theme='dark']) { ${dark} }
* { box-sizing: border-box; }
h2, h3, p, ul, dl, dd, fieldset, input { margin: 0; padding: 0; border: 0; min-width: 0; font: inherit; color: inherit; overflow-wrap: anywhere; }
svg { width: 24px; fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.stack { display: flex; flex-direction: column; gap: 12px; }
.muted { color: var(--_muted); }
.muted, .note, .field, .quiet { font-size: .875rem; }
.action, .quiet, .link {
  display: flex; align-items: center; justify-content: center; min-height: 44px; padding: 8px;
  border: 1px solid transparent; border-radius: var(--_radius); background: none; color: var(--_fg);
  font-family: inherit; font-weight: 500; text-align: center; text-decoration: none; cursor: pointer;
}
.action { min-height: 48px; background: var(--_accent); color: var(--_on); font-size: 1rem; font-weight: 600; }
.action:hover { filter: brightness(1.08); }
.action[aria-disabled='true'] { opacity: .75; }
.quiet { border-color: var(--_line); }
.quiet:hover { background: var(--_tint); }
.link { align-self: center; color: var(--_accent); font-size: 1rem; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
[tabindex] { outline: none; }
.note { padding: 10px 12px; border-radius: var(--_radius); background: var(--_tint); }
.bad { color: var(--_danger); }
h3 { font-weight: 600; font-size: 1.125rem; line-height: 1.35; }
.note h3 { font-size: 1rem; }
.outcome { display: grid; justify-items: center; gap: 10px; text-align: center; padding-top: 12px; }
.outcome h3 { font-size: 1.25rem; }
.badge { display: grid; place-items: center; width: 64px; height: 64px; border-radius: 50%; background: var(--_tint); }
.badge svg { width: 32px; }
.good { background: var(--_accent); color: var(--_on); stroke-width: 2; }
.spin { width: 28px; height: 28px; border: 3px solid var(--_line); border-top-color: var(--_accent); border-radius: 50%; animation: spin 1s linear infinite; }
@keyframes spin { to { rotate: 1turn; } }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (prefers-reduced-motion: reduce) { * { animation-duration: 3s !important; } dialog { animation: none !important; } }
@media (forced-colors: active) { .action, .badge, .note { border: 1px solid; } }
`
