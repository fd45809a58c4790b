import { type Html, html, trusted } from '../html.ts'
import { LOCALES, type Locale } from '../locale.ts'
import type { Texts } from '../texts/texts.ts'

/** What every page knows about the visit. */
export interface Visit {
  readonly locale: Locale
  readonly texts: Texts
  /** How many goods are in the cart. */
  readonly cartCount: number
  /** Path of the page, for the language links. */
  readonly path: string
}

export interface PageOptions {
  readonly visit: Visit
  /** Without the shop's name, which is added. */
  readonly title?: string | undefined
  readonly main: Html
  /** Scripts and other head elements of this page alone. */
  readonly head?: Html | undefined
}

const LANGUAGE_NAMES: Readonly<Record<Locale, { readonly short: string; readonly full: string }>> = {
  ru: { short: 'Рус', full: 'Русский' },
  'zh-Hans': { short: '中文', full: '简体中文' },
  en: { short: 'Eng', full: 'English' },
}

const MARK = trusted(
  '<svg class="mark" viewBox="0 0 32 24" width="32" height="24" aria-hidden="true"><path d="M1.5 4.5h29v18h-29z"/><path d="M1.5 4.5l3-3h26v3M11 4.5v18M21 4.5v18M1.5 13.5h9.5M21 13.5h9.5"/></svg>',
)

/** The frame of every page. No inline style or script: the policy forbids both. */
export function page({ visit, title, main, head }: PageOptions): Html {
  const { locale, texts, cartCount, path } = visit
  const fullTitle =
    title === undefined ? `${texts.shopName}: ${texts.tagline}` : `${title} · ${texts.shopName}`
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f6f7f3" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#121714" media="(prefers-color-scheme: dark)">
<title>${fullTitle}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/teabrick/pay-button.css">
<link rel="stylesheet" href="/client/shop.css">
${head ?? ''}
</head>
<body>
<a class="skip" href="#main">${texts.skipToContent}</a>
<header>
<p class="note">${texts.demoNote} <a href="/how">${texts.demoLink}</a></p>
<div class="top">
<a class="brand" href="/">${MARK}<span>${texts.shopName}</span></a>
<nav class="sections" aria-label="${texts.navigation}"><a href="/#tea">${texts.tea}</a><a href="/#ware">${texts.ware}</a></nav>
<nav class="languages" aria-label="${texts.languages}">${LOCALES.map((each) => languageLink(each, locale, path))}</nav>
<a class="cart-link" href="/cart">${texts.cart}<span class="count" id="cart-count"${cartCount === 0 ? trusted(' hidden') : ''}>${cartCount}</span></a>
</div>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="bottom">
<p>${texts.footerText}</p>
<p><a href="/how">${texts.how}</a></p>
</footer>
</body>
</html>
`
}

function languageLink(locale: Locale, current: Locale, path: string): Html {
  const { short, full } = LANGUAGE_NAMES[locale]
  const state = locale === current ? trusted(' aria-current="true"') : ''
  return html`<a href="${path}?lang=${locale}" lang="${locale}" hreflang="${locale}" title="${full}"${state}>${short}</a>`
}
