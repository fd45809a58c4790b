import { createHash } from 'node:crypto'
import { ELEMENT_STYLES, elementPolicy, type HostedElement } from './hosted-element.ts'

// The colours and measures of the checkout element, so that a buyer who changes from one to the other stays at home.
const DARK =
  '--bg:#181b1a;--fg:#f1f4f2;--muted:#a4ada9;--line:#363c39;--tint:#222725;--page:#101312;--accent:#5fd0a5;--on:#05281b;--bad:#ff9a90'

export const HOSTED_STYLES = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1d1c;--muted:#5d6461;--line:#dfe3e1;--tint:#f4f6f5;--page:#f4f6f5;--accent:#1d6b52;--on:#fff;--bad:#b3261e;--r:12px}
@media(prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;background:var(--bg);color:var(--fg);font:400 1rem/1.45 system-ui,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Noto Sans SC',sans-serif;-webkit-text-size-adjust:100%}
h1,h2,p,ul,dl,dd,fieldset{margin:0;padding:0;border:0;min-width:0}
h1,h2,p,li,dd,b{overflow-wrap:anywhere}
.layout{display:grid;min-height:100vh;min-height:100dvh;grid-template-rows:auto 1fr}
.summary{background:var(--page);border-bottom:1px solid var(--line)}
.inner{width:100%;max-width:30rem;margin:0 auto;padding:24px 20px}
.back{display:inline-flex;align-items:center;gap:6px;min-height:44px;margin:-8px 0 4px;color:var(--fg);font-weight:500;text-decoration:none}
.back:hover{text-decoration:underline}
svg.i{width:22px;height:22px;flex:none;fill:none;stroke:currentcolor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.muted{color:var(--muted);font-size:.875rem}
.amount{margin:2px 0 6px;font-size:2.25rem;line-height:1.2;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.lines{list-style:none;margin-top:20px;font-size:.9375rem}
.lines li{display:flex;justify-content:space-between;gap:16px;padding:10px 0;border-top:1px solid var(--line)}
.lines span:last-child{white-space:nowrap;font-variant-numeric:tabular-nums}
h1{font-weight:400}
.outcome h1{font-size:1.375rem;line-height:1.3;font-weight:650}
h2{font-size:1.375rem;line-height:1.3;font-weight:650}
.stack{display:flex;flex-direction:column;gap:16px}
legend{padding:0 0 10px;font-weight:600;font-size:1.125rem}
.method{display:flex;align-items:center;gap:12px;min-height:64px;padding:10px 14px;border:1px solid var(--line);margin-top:-1px;cursor:pointer;position:relative;background:var(--bg)}
.methods>:first-of-type{border-radius:var(--r) var(--r) 0 0}
.methods>:last-of-type{border-radius:0 0 var(--r) var(--r)}
.methods>:only-of-type{border-radius:var(--r)}
.method:hover{background:var(--tint)}
.method:has(:checked){border-color:var(--accent);z-index:1;background:var(--tint)}
.method:has(:focus-visible){outline:2px solid var(--accent);outline-offset:2px;z-index:2}
.method input[type=radio]{appearance:none;flex:none;width:20px;height:20px;margin:0;border:1.5px solid var(--muted);border-radius:50%;outline:none}
.method input[type=radio]:checked{border:6px solid var(--accent)}
.mark{display:grid;place-items:center;width:40px;height:40px;flex:none;border-radius:10px;background:var(--tint);color:var(--accent)}
.method:hover .mark,.method:has(:checked) .mark{background:var(--bg)}
.name{flex:1;min-width:0}
.name b{display:block;font-weight:600}
.charge{text-align:end;font-weight:600;font-variant-numeric:tabular-nums}
.off,.off .mark{color:var(--muted);cursor:default}
.methods>.off{margin-top:8px;border-radius:var(--r)}
.off:hover{background:var(--bg)}
.field{display:grid;gap:4px;font-size:.875rem;font-weight:500}
.field input{width:100%;min-width:0;min-height:48px;padding:8px 12px;font:inherit;font-size:1rem;font-weight:400;color:inherit;border:1px solid var(--muted);border-radius:var(--r);background:var(--bg)}
.action,.quiet{display:flex;align-items:center;justify-content:center;min-height:52px;width:100%;padding:10px 16px;border:1px solid transparent;border-radius:var(--r);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer;background:var(--accent);color:var(--on)}
.action:hover{filter:brightness(1.08)}
.quiet{background:none;border-color:var(--line);color:var(--fg);font-weight:500;min-height:48px}
.quiet:hover{background:var(--tint)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.note{padding:12px 14px;border-radius:var(--r);background:var(--tint);font-size:.9375rem}
.note.bad b{color:var(--bad)}
.note b{display:block;font-weight:600}
.qr{display:block;width:min(264px,100%);height:auto;margin:0 auto;border:1px solid var(--line);border-radius:var(--r);background:#fff;forced-color-adjust:none}
.banks{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:var(--r);text-align:start}
.banks li{display:flex;align-items:center}
.banks li+li{border-top:1px solid var(--line)}
.banks a{display:flex;align-items:center;gap:12px;min-height:56px;padding:8px 14px;color:inherit;text-decoration:none}
.banks a:first-child{flex:1;min-width:0;font-weight:500}
.banks a:nth-child(2){color:var(--accent);font-size:.875rem;text-decoration:underline;text-underline-offset:3px}
.banks a:hover{background:var(--tint)}
.banks .mark{border-radius:50%;font-weight:600}
.center{text-align:center}
.field{text-align:start}
.row{display:flex;gap:8px;align-items:end}
.row .field{flex:1;min-width:0}
.row .quiet{width:auto}
.timer{font-variant-numeric:tabular-nums;font-weight:500}
.outcome{display:flex;flex-direction:column;align-items:center;gap:12px;text-align:center;padding:24px 0 8px}
.badge{display:grid;place-items:center;width:72px;height:72px;border-radius:50%;background:var(--tint);color:var(--muted)}
.badge svg{width:34px;height:34px}
.badge.good{background:var(--accent);color:var(--on)}
.badge.good svg{stroke-width:2.4}
.dots{display:flex;gap:8px;justify-content:center;padding:8px}
.dots i{width:10px;height:10px;border-radius:50%;background:var(--accent);animation:p 1.2s ease-in-out infinite}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
@keyframes p{50%{opacity:.25}}
.more{display:flex;min-height:44px;align-items:center;justify-content:center;color:var(--accent);font-weight:500;text-decoration:none}
.more:hover{text-decoration:underline}
@media(min-width:880px){
.layout{grid-template:1fr/1fr 1fr}
.summary{border:0;border-inline-end:1px solid var(--line);display:flex;justify-content:flex-end}
.inner{padding:72px 56px;margin:0;max-width:32rem}
.amount{font-size:2.75rem}
.alone .inner{margin:0 auto}}
@media(prefers-reduced-motion:reduce){.dots i{animation:none}}
@media(forced-colors:active){.action,.quiet,.note,.badge{border:1px solid}.method:has(:checked){border-color:Highlight}.dots i{background:Highlight}}
${ELEMENT_STYLES}`.replace(/\n/g, '')

/** The page's policy: exactly this style sheet, and no script at all but the element's, where there is one. */
export function hostedCsp(element?: Pick<HostedElement, 'script'>): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(HOSTED_STYLES).digest('base64')}'`,
    ...(element ? elementPolicy(element) : []),
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
