import { en } from './locales/en.ts'
import { ru } from './locales/ru.ts'
import type { HostedTexts } from './locales/texts.ts'
import { zhHans } from './locales/zh-hans.ts'

const BY_LANGUAGE: Readonly<Record<string, HostedTexts>> = { ru, zh: zhHans, en }
// Browsers send a handful of ranges; more is not read.
const MAX_HEADER = 256

/** The session's language, else the first of the browser's that there are words for, else Russian. */
export function pickTexts(sessionLocale: string | null, acceptLanguage: string | null): HostedTexts {
  const ranges = (acceptLanguage ?? '')
    .slice(0, MAX_HEADER)
    .split(',')
    .map((each, index) => {
      const [tag = '', ...parameters] = each.trim().split(';')
      const weight = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return { tag, weight: weight ? Number(weight.trim().slice(2)) || 0 : 1, index }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
  for (const tag of [sessionLocale ?? '', ...ranges.map((range) => range.tag)]) {
    const language = tag.split('-', 1)[0]?.toLowerCase() ?? ''
    if (Object.hasOwn(BY_LANGUAGE, language)) return BY_LANGUAGE[language] ?? ru
  }
  return ru
}
