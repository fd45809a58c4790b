import type { BankTexts } from '../banks/bank-texts.ts'
import type { CoachTexts } from '../in-app/coach-texts.ts'
import type { ButtonType } from '../labels.ts'
import type { Locale } from '../locale.ts'
import type { ReturnTexts } from '../return-texts.ts'
import type { Reasons } from './reasons.ts'
import type { Texts } from './texts.ts'

/** Some of a table's words; a function may also be a string with `{}` where its argument goes. */
export type Some<T> = T extends (...args: never[]) => string
  ? T | string
  : T extends string | readonly string[]
    ? T
    : { readonly [K in keyof T]?: Some<T[K]> | undefined }

/** Every text of the elements, to be given in part. */
export interface TextOverrides extends Some<Omit<Texts, 'locale' | 'of'>> {
  /** On the button, by its `type`; and what it says when the checkout cannot open. */
  readonly button?: Partial<Record<Exclude<ButtonType, 'plain'> | 'unavailable', string>> | undefined
  readonly reasons?: Some<Reasons> | undefined
  readonly banks?: Some<BankTexts> | undefined
  readonly coach?: Some<CoachTexts> | undefined
  readonly returnPage?: Some<ReturnTexts> | undefined
}

/** The tables beside {@link Texts} that a merchant may have own words for. */
export type OtherTable = 'reasons' | 'banks' | 'coach' | 'returnPage'

/** In the script-tag builds, where our own names are short: "short long", each pair after a comma. */
declare const LONG_NAMES: string

function longName(name: string): string {
  const known = typeof LONG_NAMES === 'string' ? LONG_NAMES.split(',') : []
  return known.find((pair) => pair.startsWith(`${name} `))?.split(' ')[1] ?? name
}

/** One language, and a merchant's own words in it. */
export interface TextSource {
  readonly texts: Texts
  readonly own: TextOverrides | undefined
}

/**
 * The texts of one or two languages with a merchant's own words in them. Two languages say everything one below the other,
 * in the same size.
 */
export function composeTexts(sources: readonly TextSource[]): Texts {
  const [first] = sources as [TextSource]
  const texts = sources.map((source) => withOwn(source.texts, source.own)).reduce(both)
  return {
    ...texts,
    locale: first.texts.locale,
    decimalPoint: first.texts.decimalPoint,
    of: <T>(table: Readonly<Record<Locale, T>>, name: OtherTable) =>
      sources.map(({ texts: { locale }, own }) => withOwn(table[locale], own?.[name])).reduce(both),
  }
}

function withOwn<T>(theirs: T, own: unknown): T {
  if (own === undefined) return theirs
  if (typeof theirs === 'function' && typeof own === 'string')
    return ((argument: unknown) => own.replace('{}', () => String(argument))) as T
  if (typeof theirs !== 'object' || Array.isArray(theirs)) return own as T
  const given = Object(own) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(Object(theirs)).map(([name, text]) => {
      const outside = longName(name)
      return [name, withOwn(text, Object.hasOwn(given, outside) ? given[outside] : undefined)]
    }),
  ) as T
}

function both<T>(first: T, second: T): T {
  if (typeof first === 'string') return (first === second ? first : `${first}\n${second}`) as T
  if (typeof first === 'function' && typeof second === 'function')
    return ((...args: unknown[]) => both(first(...args), second(...args))) as T
  if (Array.isArray(first)) return first.map((text, i) => both(text, (second as unknown[])[i])) as T
  if (typeof first !== 'object' || first === null) return first
  return Object.fromEntries(
    Object.entries(first).map(([name, text]) => [
      name,
      both(text, (second as Record<string, unknown>)[name]),
    ]),
  ) as T
}
