import { createHash } from 'node:crypto'
import type { ControlError } from './command.ts'
import type { SandboxState } from './control.ts'
import { type Html, html } from './html.ts'
import { chooseLanguage, type Language } from './page.ts'
import { departurePart } from './panel/departure-part.ts'
import { exchangesPart } from './panel/exchanges-part.ts'
import { paymentsPart, refundsPart } from './panel/ledger-part.ts'
import { notificationsPart } from './panel/notifications-part.ts'
import { runPanel } from './panel/panel-script.ts'
import { PANEL_STYLE } from './panel/panel-style.ts'
import { PANEL_TEXTS } from './panel/panel-texts.ts'
import { providersPart } from './panel/providers-part.ts'
import { resetPart } from './panel/reset-part.ts'
import { scenariosPart } from './panel/scenarios-part.ts'
import { timePart } from './panel/time-part.ts'
import { NOW, TIMELINE_NOW, type View } from './panel/view.ts'

const MARK = 'M4 8.5 12 4l8 4.5v7L12 20l-8-4.5zM4 8.5l8 4.5 8-4.5M12 13v7'
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2c8a60" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"><path d="${MARK}"/></svg>`
const SCRIPT = `(${runPanel.toString()})()\n`
const ASSETS: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  ['panel.css', { type: 'text/css', text: PANEL_STYLE }],
  ['panel.svg', { type: 'image/svg+xml', text: ICON }],
  ['panel.js', { type: 'text/javascript', text: SCRIPT }],
])
const VERSION = digest(PANEL_STYLE + SCRIPT)

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ru: 'ru-RU', zh: 'zh-CN' }

// Its style and its script are files of its own, so that it also runs where the host's policy allows no more than these.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * `/_control` for people: everything in the state, and a form for every command. It follows what happens by asking
 * again with `If-None-Match`; without JavaScript it is the same page with a link to refresh.
 * @param controlPath the page's own path, prefix included.
 * @param problem why the command that led here was refused.
 */
export function panelResponse(
  request: Request,
  state: SandboxState,
  controlPath: string,
  problem?: ControlError | undefined,
): Response {
  const language = chooseLanguage(request)
  const { search } = new URL(request.url)
  const body = renderBody(
    { state, language, texts: PANEL_TEXTS[language], action: `${controlPath}${search}` },
    problem,
  )
  const tag = `"${digest(`${VERSION}${language}${clockOffset(state)}${body.text}`)}"`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-language': language,
    'cache-control': 'no-cache',
    vary: 'Accept, Accept-Language',
    etag: tag,
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  if (problem === undefined && request.headers.get('if-none-match') === tag) {
    return new Response(null, { status: 304, headers })
  }
  const clocks = (text: string, marker: string, iso: string) =>
    text.replaceAll(`${marker}text`, formatInstant(iso, language)).replaceAll(marker, iso)
  const page = renderDocument(language, tag, controlPath, body).text
  const text = clocks(clocks(page, NOW, state.now), TIMELINE_NOW, state.departure?.now ?? state.now)
  return new Response(text, { status: problem ? 400 : 200, headers })
}

/** The panel's style, script or icon. `undefined` for any other name. */
export function panelAsset(name: string): Response | undefined {
  const asset = ASSETS.get(name)
  if (!asset) return undefined
  return new Response(asset.text, {
    headers: {
      'content-type': `${asset.type}; charset=utf-8`,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
  })
}

function renderBody(view: View, problem: ControlError | undefined): Html {
  return html`<div class="page" id="body"><main id="main" tabindex="-1">
${problem && html`<div class="problem" id="problem" role="alert"><p><b>${problem.message}</b></p><p>${problem.remedy}</p></div>`}
${timePart(view)}${departurePart(view)}${paymentsPart(view)}${refundsPart(view)}${exchangesPart(view)}${notificationsPart(view)}
</main><aside id="side" aria-label="${view.texts.scenarios}, ${view.texts.providers}">${scenariosPart(view)}${providersPart(view)}${resetPart(view)}</aside></div>`
}

function renderDocument(language: Language, tag: string, controlPath: string, body: Html): Html {
  const texts = PANEL_TEXTS[language]
  const link = (to: Language, name: string) =>
    html`<a href="${controlPath}?lang=${to}" lang="${to}" hreflang="${to}"${to === language ? html` aria-current="true"` : undefined}>${name}</a>`
  const jump = (['payments', 'exchanges', 'notifications', 'scenarios', 'providers'] as const).map(
    (id) => html`<a href="#${id}">${texts[id]}</a>`,
  )
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : language}" data-locale="${LOCALES[language]}" data-tag="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${texts.title}</title>
<link rel="icon" type="image/svg+xml" href="${controlPath}/panel.svg">
<link rel="stylesheet" href="${controlPath}/panel.css?v=${VERSION}">
<script type="module" src="${controlPath}/panel.js?v=${VERSION}"></script>
</head>
<body><a class="skip" href="#main">${texts.payments}</a>
<header class="top"><div class="bar">
<div class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${MARK}"/></svg><div><h1>${texts.title}</h1><p class="note">${texts.worthless}</p></div></div>
<span class="pulse" id="pulse" data-live="${texts.live}" data-lost="${texts.lost}" role="status" hidden>${texts.live}</span>
<a class="button" id="refresh" href="${controlPath}?lang=${language}">${texts.refresh}</a>
<nav class="languages" aria-label="${texts.language}">${[link('en', 'English'), link('ru', 'Русский'), link('zh', '中文')]}</nav>
<nav class="jump" aria-label="${texts.sections}">${jump}</nav>
</div></header>
${body}
</body>
</html>
`
}

/** How far virtual time is ahead, roughly enough that it only changes when somebody moves it. */
function clockOffset({ now }: SandboxState): number {
  return Math.round((Date.parse(now) - Date.now()) / 20_000)
}

function formatInstant(iso: string, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  })
  return format.format(Date.parse(iso))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
