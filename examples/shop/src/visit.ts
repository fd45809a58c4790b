import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { type CartLine, countGoods, formatCart, parseCart } from './cart.ts'
import type { Html } from './html.ts'
import { chooseLocale } from './locale.ts'
import type { Visit } from './pages/layout.ts'
import { TEXTS } from './texts/texts.ts'

const LANG_COOKIE = 'lang'
const CART_COOKIE = 'cart'
const COOKIE = { path: '/', sameSite: 'Lax', httpOnly: true, maxAge: 30 * 86_400 } as const

/** The cart lives in the visitor's cookie: what it holds is parsed as untrusted, and has no prices. */
export function readCart(context: Context): readonly CartLine[] {
  return parseCart(getCookie(context, CART_COOKIE))
}

export function keepCart(context: Context, lines: readonly CartLine[]): void {
  setCookie(context, CART_COOKIE, formatCart(lines), COOKIE)
}

/** Language and cart of a request. A language chosen by `?lang=` is remembered. */
export function readVisit(context: Context, lines: readonly CartLine[] = readCart(context)): Visit {
  const chosen = context.req.query('lang')
  const locale = chooseLocale(chosen, getCookie(context, LANG_COOKIE), context.req.header('accept-language'))
  if (chosen !== undefined) setCookie(context, LANG_COOKIE, locale, COOKIE)
  return { locale, texts: TEXTS[locale], cartCount: countGoods(lines), path: context.req.path }
}

/**
 * Pages depend on cookies: they are asked for anew each time. Not `no-store`, which they do not need (no token is in them) and
 * which would keep the Back button from finding a page as it was left, with the payment that goes on in it.
 */
export function show(context: Context, page: Html, status: 200 | 400 | 404 | 502 = 200): Response {
  return context.html(page.toString(), status, {
    'cache-control': 'private, no-cache',
    vary: 'Cookie, Accept-Language, Accept',
  }) as Response
}

/** A script asks for JSON alone; a browser that navigates names HTML too. */
export function wantsJson(context: Context): boolean {
  const accept = context.req.header('accept') ?? ''
  return /\bapplication\/json\b/.test(accept) && !/\btext\/html\b/.test(accept)
}
