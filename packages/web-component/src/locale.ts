/** The languages that have texts, as BCP 47 tags. */
export const LOCALES = ['ru', 'zh-Hans', 'en'] as const
export type Locale = (typeof LOCALES)[number]

function match(tag: string | null | undefined): Locale | undefined {
  const language = tag?.toLowerCase().split(/[-_]/)[0]
  return LOCALES.find((locale) => locale.split('-')[0] === language)
}

/** The first of the given language tags that has texts: `zh-CN` → `zh-Hans`. Russian when none has. */
export function resolveLocale(...tags: readonly (string | null | undefined)[]): Locale {
  for (const tag of tags) {
    const locale = match(tag)
    if (locale) return locale
  }
  return 'ru'
}

/** The locale of an element: its own attribute, then the document's language, then the browser's. */
export function localeOf(element: Element, attribute = 'locale'): Locale {
  return resolveLocale(
    element.getAttribute(attribute),
    element.ownerDocument.documentElement.lang,
    globalThis.navigator?.language,
  )
}
