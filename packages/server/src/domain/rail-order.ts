import type { Device } from '@teabrick/core/contract'
import type { EligibleMethod, OfferContext } from './eligibility.ts'

/** Success rates count in steps of this: less is noise, and would make the order flicker. */
const SUCCESS_STEPS = 20

/**
 * The rails of one method in the order in which they are tried: what is up, then what costs less, then what succeeds more
 * often, then the order of the configuration. Pure and stable.
 */
export function orderRails<T extends Pick<EligibleMethod, 'rail'>>(rails: readonly T[]): readonly T[] {
  const success = successSteps(rails)
  return sortBy(rails, (each, index) => [healthRank(each), costRank(each), -(success[index] ?? 0)])
}

/**
 * Methods in the order in which a buyer sees them. What is degraded comes last. The merchant's own order, else: what this
 * buyer used last, what suits the device, what people of this language pay with, what costs less, what succeeds more often,
 * and then the order of the configuration. A loan is last among these, and never the first of all while there is anything
 * else. Pure and stable.
 */
export function orderMethods(
  methods: readonly EligibleMethod[],
  {
    device,
    locale,
    last,
    override,
  }: Pick<OfferContext, 'device' | 'locale' | 'last'> & { readonly override?: readonly string[] | undefined },
): readonly EligibleMethod[] {
  const success = successSteps(methods)
  const countries = countriesOf(locale)
  const usual = sortBy(methods, (each, index) => [
    healthRank(each),
    each.rail.rail.credit === true ? 1 : 0,
    last === undefined || each.method === last ? 0 : 1,
    deviceRank(each, device),
    localeRank(each, countries),
    costRank(each),
    -(success[index] ?? 0),
  ])
  if (override === undefined) return lendLast(usual)
  return lendLast(
    sortBy(usual, (each) => {
      const place = override.indexOf(each.method)
      return [healthRank(each), place === -1 ? override.length : place]
    }),
  )
}

/** The first method that is no loan goes to the front, whoever wanted it otherwise. */
function lendLast(methods: readonly EligibleMethod[]): readonly EligibleMethod[] {
  const isCredit = ({ rail }: EligibleMethod) => rail.rail.credit === true
  const first = methods.find((each) => !isCredit(each))
  if (first === undefined || methods[0] === undefined || !isCredit(methods[0])) return methods
  return [first, ...methods.filter((each) => each !== first)]
}

const healthRank = ({ rail }: Pick<EligibleMethod, 'rail'>): number => (rail.health === 'up' ? 0 : 1)

/** A price that nobody knows is not a low one. */
const costRank = ({ rail }: Pick<EligibleMethod, 'rail'>): number => rail.costBps ?? Number.POSITIVE_INFINITY

/** Phones open apps and banks; a desktop shows a code for a phone; pages work on both; a message is waited for. */
function deviceRank({ rail }: EligibleMethod, device: Device | undefined): number {
  if (device === undefined) return 0
  const { presentations } = rail.rail
  const best: readonly string[] = device.surface === 'mobile' ? ['banks', 'appLink', 'bridge'] : ['qr']
  if (presentations.some((each) => best.includes(each))) return 0
  return presentations.some((each) => each !== 'wait') ? 1 : 2
}

// Where a language is the buyers' own. Others, English among them, say nothing about what people pay with.
const COUNTRIES: Readonly<Record<string, readonly string[]>> = {
  ru: ['RU'],
  zh: ['CN'],
  kk: ['KZ'],
  uz: ['UZ'],
  ky: ['KG'],
  be: ['BY'],
  hy: ['AM'],
  az: ['AZ'],
  tg: ['TJ'],
  ka: ['GE'],
  mn: ['MN'],
}

/** Countries a language tag speaks of: its region where it has one (`zh-HK`), else where the language is at home. */
function countriesOf(locale: string | null | undefined): readonly string[] {
  const [language = '', ...subtags] = (locale ?? '').split('-')
  const region = subtags.find((subtag) => /^[A-Za-z]{2}$/.test(subtag))
  const home = COUNTRIES[language.toLowerCase()] ?? []
  return region !== undefined && home.length > 0 ? [region.toUpperCase()] : home
}

function localeRank({ rail }: EligibleMethod, countries: readonly string[]): number {
  if (countries.length === 0) return 0
  return rail.rail.buyerCountries?.some((country) => countries.includes(country)) ? 0 : 1
}

/** Success in coarse steps. What has not been tried often enough counts as good as the best, or nobody would ever try it. */
function successSteps(each: readonly Pick<EligibleMethod, 'rail'>[]): readonly number[] {
  const steps = each.map(({ rail }) =>
    rail.successRate == null ? null : Math.floor(rail.successRate * SUCCESS_STEPS),
  )
  const best = Math.max(0, ...steps.filter((step) => step !== null))
  return steps.map((step) => step ?? best)
}

/** Sorts by the first key, then by the second where the first is equal, and so on; equals keep their order. */
function sortBy<T>(items: readonly T[], keysOf: (item: T, index: number) => readonly number[]): readonly T[] {
  return items
    .map((item, index) => ({ item, keys: keysOf(item, index) }))
    .sort((a, b) => {
      const place = a.keys.findIndex((key, index) => key !== b.keys[index])
      return place === -1 ? 0 : (a.keys[place] ?? 0) < (b.keys[place] ?? 0) ? -1 : 1
    })
    .map(({ item }) => item)
}
