import type { Locale } from '../locale.ts'
import { en } from './en.ts'
import { ru, type Texts } from './ru.ts'
import { zhHans } from './zh-hans.ts'

export { fill } from './fill.ts'
export type { Texts } from './ru.ts'

/** The texts of every language. */
export const TEXTS: Readonly<Record<Locale, Texts>> = { ru, 'zh-Hans': zhHans, en }
