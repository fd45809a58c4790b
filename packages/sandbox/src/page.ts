import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'

export type Language = 'en' | 'ru' | 'zh'

const STYLE = `
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #16181d; --soft: #5b6270; --line: #dfe2e8; --act: #1f5eff; --act-ink: #fff; --good: #0b7a43; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --paper: #101217; --card: #1a1d24; --ink: #f0f2f6; --soft: #a3abba; --line: #343a46; --act: #7ea2ff; --act-ink: #0b1020; --good: #5fd39a; --bad: #ff8b81 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 26rem; margin: 0 auto; padding: 1rem 1rem 3rem }
.note { margin: 0 0 1rem; padding: .5rem .75rem; border: 1px dashed var(--line); border-radius: .75rem; color: var(--soft); font-size: .875rem; text-align: center }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1.25rem; padding: 1.5rem 1.25rem; margin: 0 0 1rem }
.glyph { display: block; width: 3rem; height: 3rem; margin: 0 auto .75rem; padding: .625rem; border-radius: 1rem; background: var(--paper); fill: none; stroke: var(--act); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round }
.kind { margin: 0; color: var(--soft); font-size: .875rem; text-align: center }
.merchant { margin: .25rem 0 0; font-size: 1.125rem; font-weight: 600; text-align: center; overflow-wrap: anywhere }
.amount { margin: .5rem 0; font-size: 2.25rem; line-height: 1.2; font-weight: 700; text-align: center; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.about { margin: 0 0 1rem; color: var(--soft); text-align: center; overflow-wrap: anywhere }
.state { margin: 1rem 0; font-size: 1.125rem; font-weight: 600; text-align: center }
.state.good { color: var(--good) } .state.bad { color: var(--bad) }
form { margin: 0 0 .75rem }
button, .button { display: block; width: 100%; min-height: 3rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .875rem; background: transparent; color: inherit; font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer }
button.main, .button.main { background: var(--act); border-color: var(--act); color: var(--act-ink) }
button:focus-visible, a:focus-visible, select:focus-visible, input:focus-visible, summary:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
label { display: block; margin: 0 0 .5rem; color: var(--soft); font-size: .875rem }
select, input { width: 100%; min-height: 2.75rem; margin: .25rem 0 0; padding: .5rem; border: 1px solid var(--line); border-radius: .625rem; background: var(--card); color: var(--ink); font: inherit }
summary { min-height: 2.75rem; padding: .5rem 0; color: var(--soft); cursor: pointer }
dl { margin: 0 0 1.25rem; display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; font-size: .8125rem }
dt { color: var(--soft) } dd { margin: 0; text-align: end; overflow-wrap: anywhere }
nav { display: flex; gap: 1rem; justify-content: center } nav a { color: var(--soft); padding: .75rem .25rem }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A whole document that loads nothing, runs no script and may not be framed. */
export function renderPage(language: Language, title: string, body: Html): string {
  const page = html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
</head>
<body>${body}</body>
</html>
`
  return page.text
}

export function pageResponse(language: Language, title: string, body: Html, status = 200): Response {
  return new Response(renderPage(language, title, body), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** `?lang=` first, then the browser's wish, then English. */
export function chooseLanguage(request: Request): Language {
  const asked = [
    new URL(request.url).searchParams.get('lang') ?? '',
    ...(request.headers.get('accept-language') ?? '').split(',').map((part) => part.split(';')[0] ?? ''),
  ]
  for (const tag of asked) {
    const language = tag.trim().slice(0, 2).toLowerCase()
    if (language === 'ru' || language === 'zh' || language === 'en') return language
  }
  return 'en'
}

/** Browsers name `text/html`; scripts say `*` or nothing and get JSON. */
export function wantsHtml(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html')
}
