import { ApiProblem } from '../api-problem.ts'
import { isLocalHttp } from '../provider-url.ts'

/**
 * The return URL as it will be used: serialised again by the same parser that checked it, so that nobody reads it otherwise.
 * What lies behind it on the merchant's own origin, another redirect for example, is the merchant's.
 *
 * @throws ApiProblem `invalid_request`.
 */
export function checkReturnUrl(text: string, origins: readonly string[]): string {
  const refused = (what: string) =>
    new ApiProblem('invalid_request', `returnUrl ${what}`, { path: 'returnUrl' })
  // The scheme before anything else, on the text itself. Spaces, controls and backslashes differ between URL parsers.
  if (!/^https?:\/\/[^/]/i.test(text) || hasAmbiguousCharacter(text) || !URL.canParse(text))
    throw refused('must be an absolute https URL without spaces, control characters and backslashes')
  const url = new URL(text)
  if (/^https?:\/\/[^/?#]*@/i.test(text)) throw refused('must not hold a user name or password')
  if (url.protocol !== 'https:' && !isLocalHttp(url)) throw refused('must be https (http only on localhost)')
  if (!origins.includes(url.origin))
    throw refused(`must belong to one of the merchant's origins: ${origins.join(', ')}`)
  return url.href
}

function hasAmbiguousCharacter(text: string): boolean {
  return [...text].some((character) => character <= ' ' || character === '\\' || character === '\x7f')
}
