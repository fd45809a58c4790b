import { css } from 'lit'

/** The dialog and what is in it. */
export const sheetStyles = css`
dialog, .inline { background: var(--_bg); color: var(--_fg); border: 0; padding: 0; }
dialog {
  width: min(26rem, calc(100vw - 32px)); max-width: none; max-height: calc(100dvh - 32px);
  margin: auto; border-radius: calc(var(--_radius) + 8px); overflow: auto; overscroll-behavior: contain;
  box-shadow: 0 24px 64px rgb(0 0 0 / .28); animation: rise .22s cubic-bezier(.2, .8, .2, 1);
}
dialog::backdrop { background: rgb(10 14 12 / .5); animation: fade .2s; }
dialog:focus { outline: none; }
.inline { border: 1px solid var(--_line); border-radius: calc(var(--_radius) + 4px); margin-top: 12px; }
@keyframes rise { from { opacity: 0; transform: translateY(16px); } }
@keyframes fade { from { opacity: 0; } }
header { position: relative; padding: 20px 64px 0 24px; }
.close {
  position: absolute; inset: 10px 10px auto auto; display: grid; place-items: center; width: 44px; height: 44px;
  border: 0; border-radius: 50%; background: none; color: var(--_muted); cursor: pointer;
}
.close:hover { background: var(--_tint); color: var(--_fg); }
.merchant { font-weight: 500; font-size: .9375rem; color: var(--_muted); }
.amount { font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.body { padding: 16px 24px 24px; }
legend { padding: 0 0 8px; font-weight: 600; font-size: .9375rem; }
.method { display: flex; align-items: center; gap: 12px; min-height: 60px; padding: 10px 14px; border: 1px solid var(--_line); cursor: pointer; margin-top: -1px; }
.method:first-of-type { border-radius: var(--_radius) var(--_radius) 0 0; margin-top: 0; }
.method:last-of-type { border-radius: 0 0 var(--_radius) var(--_radius); }
.method:only-of-type { border-radius: var(--_radius); }
.method:hover { background: var(--_tint); }
.method:has(:checked) { border-color: var(--_accent); position: relative; background: var(--_tint); }
.method:has(:focus-visible) { outline: 2px solid var(--_accent); outline-offset: 2px; z-index: 1; position: relative; }
.method input { appearance: none; flex: none; width: 20px; height: 20px; margin: 0; border: 1.5px solid var(--_muted); border-radius: 50%; outline: none; cursor: pointer; }
.method input:checked { border: 6px solid var(--_accent); }
.method .mark { display: grid; place-items: center; width: 40px; height: 40px; flex: none; border-radius: 10px; background: var(--_tint); color: var(--_accent); }
.method:hover .mark, .method:has(:checked) .mark { background: var(--_bg); }
.method .name { flex: 1; min-width: 0; }
.method b { display: block; font-weight: 600; overflow-wrap: anywhere; }
dl { margin: 0 0 6px; display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; align-items: baseline; }
dt { color: var(--_muted); }
dd { margin: 0; text-align: end; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd.charge { font-weight: 650; font-size: 1rem; }
details { font-size: .875rem; color: var(--_muted); }
summary { cursor: pointer; min-height: 44px; display: flex; align-items: center; }
details ul { list-style: none; }
details li { padding: 2px 0; overflow-wrap: anywhere; }
.field { display: grid; gap: 4px; font-size: .875rem; font-weight: 500; }
.field input { min-height: 46px; padding: 8px 12px; font-size: 1rem; font-weight: 400; border: 1px solid var(--_muted); border-radius: var(--_radius); background: var(--_bg); }
.qr { width: min(232px, 100%); align-self: center; border-radius: var(--_radius); border: 1px solid var(--_line); background: #fff; padding: 4px; forced-color-adjust: none; }
.qr svg { display: block; width: 100%; height: auto; fill: #000; stroke: none; }
.center { text-align: center; }
.center h3 { font-size: 1.0625rem; line-height: 1.35; }
.timer { font-variant-numeric: tabular-nums; display: inline-flex; gap: 6px; align-items: center; justify-content: center; }
.timer svg { width: 18px; height: 18px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
.row > * { flex: 1 1 9rem; width: auto; }
.bone { height: 60px; border-radius: var(--_radius); background: var(--_tint); animation: pulse 1.4s ease-in-out infinite; }
.bone.low { height: 24px; width: 50%; }
@keyframes pulse { 50% { opacity: .45; } }
@media (max-width: 480px) {
  dialog:modal { width: 100%; max-height: calc(100dvh - 24px); margin: auto 0 0; border-radius: calc(var(--_radius) + 8px) calc(var(--_radius) + 8px) 0 0; animation-name: slide; }
  header { padding: 18px 60px 0 20px; }
  .body { padding: 14px 20px calc(20px + env(safe-area-inset-bottom)); }
}
@keyframes slide { from { transform: translateY(100%); } }
@media (forced-colors: active) {
  dialog { border: 1px solid; }
  .method input:checked { border-color: Highlight; }
  .method:has(:checked) { border: 2px solid Highlight; }
}
`
