/** Languages of the shop, Russian first. */
export const LOCALES = ['ru', 'zh-Hans', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** A text in every language of the shop. */
export type Localized = Readonly<Record<Locale, string>>

function match(tag: string): Locale | undefined {
  const language = tag.trim().toLowerCase().split('-')[0]
  if (language === 'zh') return 'zh-Hans'
  return LOCALES.find((locale) => locale === language)
}

/**
 * The page's language: what was just chosen, else what was chosen before, else the browser's best wish, else Russian.
 *
 * @param acceptLanguage The header as it came; a wish with `q=0` is no wish.
 */
export function chooseLocale(
  chosen: string | undefined,
  remembered: string | undefined,
  acceptLanguage: string | undefined,
): Locale {
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .map((part, order) => {
      const [tag = '', ...params] = part.split(';')
      const q = params.map((param) => param.trim()).find((param) => param.startsWith('q='))
      return { tag, order, weight: q === undefined ? 1 : Number(q.slice(2)) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.order - b.order)
    .map(({ tag }) => tag)
  for (const tag of [chosen, remembered, ...wishes]) {
    const locale = tag === undefined ? undefined : match(tag)
    if (locale !== undefined) return locale
  }
  return 'ru'
}
