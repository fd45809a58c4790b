import { type CSSResult, css } from '@lit/reactive-element'

const dark = css`
  --_bg: var(--pay-accent, #5fd0a5);
  --_fg: var(--pay-accent-text, #05281b);
  --_bad: var(--pay-danger, #ff9a90);
`

/** The button alone: what is on the page before any click. `medium` is the buyer's own size, whatever a page makes of its `rem`. */
export const buttonStyles: CSSResult = css`
:host {
  --_bg: var(--pay-accent, #1d6b52);
  --_fg: var(--pay-accent-text, #fff);
  --_bad: var(--pay-danger, #b3261e);
  display: inline-block; min-width: min(288px, 100%); max-width: 100%;
}
@media (prefers-color-scheme: dark) { :host(:not([theme='light'])) { ${dark} } }
:host([theme='dark']) { ${dark} }
:host([hidden]) { display: none; }
button, p { font: 600 medium/1.3 var(--pay-font, system-ui, sans-serif); }
button {
  position: relative; display: flex; align-items: center; justify-content: center; gap: 10px;
  width: 100%; min-height: var(--pay-button-height, 48px); padding: 10px 20px;
  border: 1px solid var(--_bg); border-radius: var(--pay-radius, 12px);
  background: var(--_bg); color: var(--_fg); cursor: pointer; direction: ltr;
}
:host([type='plain']) button { background: none; color: var(--_bg); }
button:hover { filter: brightness(1.08); }
button:disabled { cursor: not-allowed; opacity: .5; }
:focus-visible { outline: 2px solid var(--_bg); outline-offset: 2px; }
span { min-width: 0; max-height: 4em; overflow: hidden; overflow-wrap: anywhere; }
[aria-busy]::before {
  content: ''; position: absolute; left: 8px; width: 1em; height: 1em; border: 2px solid; border-top-color: transparent; border-radius: 50%;
  animation: spin 1s linear infinite;
}
@keyframes spin { to { rotate: 1turn; } }
p { color: var(--_bad); }
@media (prefers-reduced-motion: reduce) { button::before { animation-duration: 3s; } }
`
