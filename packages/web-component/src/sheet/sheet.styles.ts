import { css } from 'lit'

/** The dialog and what is in it. */
export const sheetStyles = css`
dialog, section { border: 0; padding: 0; background: var(--_bg); color: var(--_fg); border-radius: 20px; }
dialog {
  width: min(26rem, 100vw - 32px); max-height: calc(100dvh - 32px); margin: auto; overflow: auto; overscroll-behavior: contain;
  box-shadow: 0 24px 64px #0004; animation: rise .22s ease-out;
}
dialog::backdrop { background: #0a0e0c80; }
section { position: relative; border: 1px solid var(--_line); margin-top: 12px; }
@keyframes rise { from { opacity: 0; translate: 0 24px; } }
header { padding: 20px 64px 0 24px; }
.close {
  position: absolute; inset: 10px 10px auto auto; display: grid; place-items: center; width: 44px; height: 44px; padding: 0;
  border: 0; border-radius: 50%; background: none; color: var(--_muted); cursor: pointer;
}
.close:hover { background: var(--_tint); }
h2 { font-size: .9375rem; font-weight: 500; color: var(--_muted); }
.amount { font-size: 1.75rem; line-height: 1.25; font-weight: 650; }
.body { padding: 16px 24px 24px; }
legend { padding: 0; font-weight: 600; }
.method { display: flex; align-items: center; gap: 12px; min-height: 60px; padding: 10px 14px; border: 1px solid var(--_line); border-radius: var(--_radius); margin-top: 8px; cursor: pointer; }
.method:has(:checked) { border-color: var(--_accent); background: var(--_tint); }
.method:has(:focus-visible) { outline: 2px solid var(--_accent); outline-offset: 2px; }
.method input { appearance: none; flex: none; width: 20px; height: 20px; border: 1.5px solid var(--_muted); border-radius: 50%; outline: none; }
.method :checked { border: 6px solid var(--_accent); }
.method svg { flex: none; width: 28px; color: var(--_accent); }
.name { flex: 1; min-width: 0; }
.name * { display: block; overflow-wrap: anywhere; }
b { font-weight: 600; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; align-items: baseline; margin-bottom: 6px; }
dt { color: var(--_muted); }
dd { text-align: end; }
.charge { font-weight: 650; font-size: 1rem; }
.amount, dd, .timer { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; padding: 12px 0; }
.field { display: grid; gap: 4px; font-weight: 500; }
.field input { min-height: 46px; padding: 8px 12px; font-size: 1rem; border: 1px solid var(--_muted); border-radius: var(--_radius); }
.qr { width: min(240px, 100%); height: auto; align-self: center; border: 4px solid #fff; border-radius: var(--_radius); background: #fff; fill: #000; stroke: none; outline: 1px solid var(--_line); forced-color-adjust: none; }
.center { text-align: center; }
.timer { display: flex; gap: 6px; align-items: center; justify-content: center; }
.timer svg { width: 18px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
.row > * { flex: 1 1 9rem; }
.row:not(:has(*)) { display: none; }
@media (max-width: 480px) {
  dialog { width: 100%; max-width: none; max-height: calc(100dvh - 24px); margin-bottom: 0; border-radius: 20px 20px 0 0; }
  header { padding-left: 20px; }
  .body { padding: 14px 20px max(20px, env(safe-area-inset-bottom)); }
}
@media (forced-colors: active) { dialog { border: 1px solid; } .method:has(:checked) { border: 2px solid Highlight; } }
`
