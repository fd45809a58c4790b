/** The languages that have texts, as BCP 47 tags. */
export const LOCALES = ['ru', 'zh-Hans', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** The first of the given language tags that has texts: `zh-CN` → `zh-Hans`. */
export function matchLocale(...tags: readonly (string | null | undefined)[]): Locale | undefined {
  for (const tag of tags) {
    const language = /^(ru|zh|en)(?![a-z])/i.exec(tag ?? '')?.[0].toLowerCase()
    if (language) return language === 'zh' ? 'zh-Hans' : (language as Locale)
  }
  return undefined
}

/** The locale of an element: its own attribute, then the document's language, then the browser's, then Russian. */
export function localeOf(element: Element): Locale {
  return (
    matchLocale(element.getAttribute('locale'), document.documentElement.lang, navigator.language) ?? 'ru'
  )
}

/**
 * The languages to show, in their order. Where Russian is among two it comes first, in the same size: the law asks so of
 * consumer sites (168-FZ, in force since 2026-03-01).
 */
export function localesOf(locale: Locale, second: string | null): readonly Locale[] {
  const other = matchLocale(second) ?? locale
  return other === locale ? [locale] : other === 'ru' ? [other, locale] : [locale, other]
}
