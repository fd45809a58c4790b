import type { html as litHtml } from 'lit'
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

/** A text in two languages, drawn as two lines that say their languages. */
export interface BothTexts extends ReturnType<typeof litHtml> {
  readonly lines: readonly [string, string]
  /** The same for who draws without templates. */
  readonly toNode: () => Element
  /** For attributes, which cannot say a language. */
  readonly toString: () => string
}

/**
 * The texts of one or two languages with a merchant's own words in them. Two languages say everything one below the other,
 * in the same size.
 *
 * @param html Lit's, which this part does not load for itself.
 */
export function composeTexts(sources: readonly TextSource[], html: typeof litHtml): Texts {
  const [first, second] = sources as readonly [TextSource, TextSource?]
  const locales = sources.map(({ texts }) => texts.locale)
  const compose = <T>(own: (source: TextSource) => T): T =>
    second ? both(own(first), own(second), (lines) => inBoth(locales, lines, html)) : own(first)
  return {
    ...compose(({ texts, own }) => withOwn(texts, own)),
    locale: first.texts.locale,
    locales,
    decimalPoint: first.texts.decimalPoint,
    weave: (strings, ...values) => {
      const line = (index: 0 | 1) =>
        String.raw({ raw: strings }, ...values.map((each) => lineOf(each ?? '', index)))
      return second ? inBoth(locales, [line(0), line(1)], html) : html(strings, ...values)
    },
    of: <T>(table: Readonly<Record<Locale, T>>, name: OtherTable) =>
      compose(({ texts, own }) => withOwn(table[texts.locale], own?.[name])),
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

/** One table of two: what is the same in both is said once. */
function both<T>(first: T, second: T, join: (lines: BothTexts['lines']) => unknown): T {
  if (typeof first === 'string') return (first === second ? first : join([first, second as string])) as T
  if (typeof first === 'function' && typeof second === 'function')
    return ((...args: unknown[]) =>
      both(
        first(...args.map((each) => lineOf(each, 0))),
        second(...args.map((each) => lineOf(each, 1))),
        join,
      )) as T
  if (Array.isArray(first)) return first.map((text, i) => both(text, (second as unknown[])[i], join)) as T
  if (typeof first !== 'object' || first === null) return first
  return Object.fromEntries(
    Object.entries(first).map(([name, text]) => [
      name,
      both(text, (second as Record<string, unknown>)[name], join),
    ]),
  ) as T
}

/** Of a text inside a text, such as a method's name, each language takes its own line. */
function lineOf(argument: unknown, index: 0 | 1): unknown {
  return typeof argument === 'object' ? (argument as BothTexts).lines[index] : argument
}

function inBoth(locales: readonly Locale[], lines: BothTexts['lines'], html: typeof litHtml): BothTexts {
  const [first, second] = lines
  return {
    ...html`<span class="both"><span lang=${locales[0]}>${first}</span>${'\n'}<span lang=${locales[1]}>${second}</span></span>`,
    lines,
    toNode() {
      const node = document.createElement('span')
      node.className = 'both'
      lines.forEach((textContent, i) => {
        const line = Object.assign(document.createElement('span'), { lang: locales[i], textContent })
        node.append(i ? '\n' : '', line)
      })
      return node
    },
    toString: () => `${first}\n${second}`,
  }
}
