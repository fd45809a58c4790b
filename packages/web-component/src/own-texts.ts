import type { Locale } from './locale.ts'
import type { TextOverrides } from './locales/compose-texts.ts'

const registered = new Map<Locale, TextOverrides>()

/**
 * A merchant's own words for one language, in place of ours, on the whole page. Call it before the first click: what is on the
 * screen already stays. A text that says something about money keeps its meaning on your own account.
 *
 * @param texts What is to be said otherwise. A text with a number or name in it is a function, or a string with `{}` in its
 *   place: `{ pay: 'Внести {}' }`.
 */
export function registerTexts(locale: Locale, texts: TextOverrides): void {
  registered.set(locale, texts)
}

/** The words registered for a language, if there are any. */
export function ownTexts(locale: Locale): TextOverrides | undefined {
  return registered.get(locale)
}
