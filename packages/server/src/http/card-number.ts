import { ApiProblem } from '../api-problem.ts'
import { formatPath, type PathSegment } from './format-path.ts'

// Ranges and lengths of card numbers by prefix: ISO/IEC 7812 issuer ranges as listed on
// https://en.wikipedia.org/wiki/Payment_card_number (Mir 2200–2204, UnionPay 62 and 81, Humo 9860, Uzcard 8600, Belkart 9112).
const CARDS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^3[47]/, [15]],
  [/^(62|81)/, [16, 17, 18, 19]],
  [/^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(5018|5020|5038|5893|6304|6759|676[1-3])/, [13, 14, 15, 16, 17, 18, 19]],
  [/^(6011|64[4-9]|65)/, [16, 19]],
  [/^(36|38|39|30[0-5])/, [14]],
  [/^(9860|8600|9112)/, [16]],
]

// Members that are no free text: contacts with their own form, addresses, signed blobs.
const OTHER_TEXT: ReadonlySet<string> = new Set(['phone', 'email', 'returnUrl', 'quoteId'])

/**
 * Refuses card numbers in free text and metadata: this API never wants one, and what it stores must not hold any.
 *
 * @throws ApiProblem `card_number_refused`, without the number.
 */
export function refuseCardNumbers(value: unknown, path: readonly PathSegment[] = []): void {
  if (typeof value === 'string') {
    if (hasCardNumber(value))
      throw new ApiProblem(
        'card_number_refused',
        `${formatPath(path)} holds a card number: the payment API must never receive one; the buyer enters it on the provider's page`,
        { path: formatPath(path) },
      )
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) refuseCardNumbers(each, [...path, index])
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (hasCardNumber(name)) refuseCardNumbers(name, [...path, name])
      if (!OTHER_TEXT.has(name)) refuseCardNumbers(member, [...path, name])
    }
  }
}

// What people and programs write between groups: spaces of every kind, hyphens and dashes, dots, slashes, nothing visible.
const BETWEEN = '[\\s\\u200b-\\u200d\\u2060.\\-\\u2010-\\u2015\\u2212_/]'
const RUN = new RegExp(`\\d(?:${BETWEEN}{0,3}\\d){12,}`, 'g')
const GAP = new RegExp(`${BETWEEN}+`)

/**
 * 13 to 19 digits with a real card's prefix and a right check digit, alone or in groups. Full-width and other compatibility
 * forms of digits are digits.
 */
export function hasCardNumber(text: string): boolean {
  for (const [run] of text.normalize('NFKC').matchAll(RUN)) {
    const groups = run.split(GAP)
    for (let from = 0; from < groups.length; from++) {
      let digits = ''
      for (let to = from; to < groups.length && digits.length < 19; to++) {
        digits += groups[to]
        if (isCardNumber(digits)) return true
      }
    }
  }
  return false
}

function isCardNumber(digits: string): boolean {
  return (
    CARDS.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) &&
    hasLuhnDigit(digits)
  )
}

function hasLuhnDigit(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
