import { css } from '@lit/reactive-element'

const dark = css`
  --_bg: var(--pay-accent, #5fd0a5);
  --_fg: var(--pay-accent-text, #05281b);
  --_bad: var(--pay-danger, #ff9a90);
`

export default css`
:host {
  --_bg: var(--pay-accent, #1d6b52);
  --_fg: var(--pay-accent-text, #fff);
  --_bad: var(--pay-danger, #b3261e);
  display: inline-block; min-width: min(288px, 100%); max-width: 100%; vertical-align: middle;
}
@media (prefers-color-scheme: dark) { :host(:not([theme='light'])) { ${dark} } }
:host([theme='dark']) { ${dark} }
:host([hidden]), [hidden] { display: none; }
button {
  box-sizing: border-box; display: flex; align-items: center; justify-content: center; gap: 10px;
  width: 100%; min-height: var(--pay-button-height, 48px); padding: 10px 20px;
  border: 1px solid transparent; border-radius: var(--pay-radius, 12px);
  background: var(--_bg); color: var(--_fg); cursor: pointer;
  font: 600 1rem/1.3 var(--pay-font, system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Noto Sans SC', sans-serif);
}
button:hover { filter: brightness(1.08); }
button:active { filter: brightness(.94); }
button:disabled { cursor: not-allowed; opacity: .5; filter: none; }
button:focus-visible { outline: 2px solid var(--_bg); outline-offset: 2px; }
[part='label'] { min-width: 0; max-height: 4em; overflow: hidden; overflow-wrap: anywhere; }
button[aria-busy='true'] { cursor: progress; }
button[aria-busy='true']::before {
  content: ''; flex: none; width: 1em; height: 1em; border: 2px solid; border-top-color: transparent; border-radius: 50%;
  animation: spin .9s linear infinite;
}
@keyframes spin { to { rotate: 1turn; } }
svg { width: 24px; height: 24px; fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
p { margin: 8px 0; color: var(--_bad); font: 400 .875rem/1.4 var(--pay-font, system-ui, sans-serif); }
@media (prefers-reduced-motion: reduce) { button::before { animation-duration: 3s !important; } }
@media (forced-colors: active) { button { border-color: ButtonText; } }
`
