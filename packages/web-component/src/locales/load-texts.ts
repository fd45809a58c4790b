import { html } from 'lit'
import type { chunks } from '../chunks.ts'
import type { Locale } from '../locale.ts'
import { ownTexts } from '../own-texts.ts'
import type { Texts } from './texts.ts'

/** The texts of one or two languages, with the merchant's own words where there are any. */
export async function loadTexts(
  parts: Pick<typeof chunks, 'texts' | 'reasons'>,
  locales: readonly Locale[],
): Promise<Texts> {
  const sources = await Promise.all(
    locales.map(async (locale) => ({ texts: (await parts.texts(locale)).texts, own: ownTexts(locale) })),
  )
  const [{ texts, own }] = sources as [(typeof sources)[0]]
  return sources[1] || own ? (await parts.reasons()).composeTexts(sources, html) : texts
}
