import { css } from 'lit'

const dark = css`
  color-scheme: dark;
  --_bg: var(--pay-background, #181b1a);
  --_fg: var(--pay-text, #f1f4f2);
  --_muted: var(--pay-muted, #a4ada9);
  --_line: var(--pay-border, #363c39);
  --_tint: var(--pay-surface, #222725);
  --_accent: var(--pay-accent, #5fd0a5);
  --_on-accent: var(--pay-accent-text, #05281b);
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
  --_on-accent: var(--pay-accent-text, #fff);
  --_danger: var(--pay-danger, #b3261e);
  --_radius: var(--pay-radius, 12px);
  font: 400 1rem/1.45 var(--pay-font, system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Noto Sans SC', sans-serif);
}
@media (prefers-color-scheme: dark) { :host(:not([theme='light'])) { ${dark} } }
:host([theme='dark']) { ${dark} }
* { box-sizing: border-box; }
h2, h3, p, ul, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
h2, h3 { font-size: inherit; overflow-wrap: anywhere; }
p { overflow-wrap: anywhere; }
button, input { font: inherit; color: inherit; }
svg { width: 24px; height: 24px; flex: none; fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
[hidden] { display: none !important; }
.muted { color: var(--_muted); font-size: .875rem; }
.stack { display: flex; flex-direction: column; gap: 12px; }
.action, .quiet {
  display: flex; align-items: center; justify-content: center; gap: 8px;
  min-height: 48px; width: 100%; padding: 10px 16px;
  border: 1px solid transparent; border-radius: var(--_radius);
  font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
}
.action { background: var(--_accent); color: var(--_on-accent); transition: filter .15s; }
.action:hover { filter: brightness(1.08); }
.action:active { filter: brightness(.94); }
.action[aria-disabled='true'] { cursor: progress; opacity: .75; }
.quiet { background: none; border-color: var(--_line); color: var(--_fg); font-weight: 500; font-size: .9375rem; min-height: 44px; padding: 8px; }
.quiet:hover { background: var(--_tint); }
.link { background: none; border: 0; min-height: 44px; padding: 8px; color: var(--_accent); font-weight: 500; cursor: pointer; align-self: center; }
.link:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
[tabindex='-1']:focus { outline: none; }
.note { display: block; padding: 10px 12px; border-radius: var(--_radius); background: var(--_tint); font-size: .875rem; }
.note.bad { color: var(--_danger); }
.note h3 { font-size: 1rem; }
.outcome { display: flex; flex-direction: column; align-items: center; gap: 10px; text-align: center; padding: 12px 0 4px; }
.outcome h3 { font-size: 1.25rem; line-height: 1.3; }
.badge { display: grid; place-items: center; width: 64px; height: 64px; border-radius: 50%; background: var(--_tint); color: var(--_muted); }
.badge svg { width: 32px; height: 32px; }
.badge.good { background: var(--_accent); color: var(--_on-accent); }
.badge.good svg { stroke-width: 2.2; }
.badge.bad { color: var(--_danger); }
.spin { width: 28px; height: 28px; border: 3px solid var(--_line); border-top-color: var(--_accent); border-radius: 50%; animation: spin .9s linear infinite; }
@keyframes spin { to { rotate: 1turn; } }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: reduce) {
  * { animation-duration: 3s !important; transition: none !important; }
  dialog, dialog::backdrop { animation: none !important; }
}
@media (forced-colors: active) {
  .action, .badge, .note { border: 1px solid; }
  .spin { border-top-color: Highlight; }
}
`
