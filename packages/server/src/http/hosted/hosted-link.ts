/** Where a hosted page is, and whether the buyer is on it without a script. */
export interface HostedPlace {
  /** The page's own path: forms go to `…/pay` and `…/cancel`. */
  readonly path: string
  /** The element led here, because it could not come: no step of this purchase tries it again. */
  readonly isPlain?: boolean | undefined
}

/**
 * An address of the page or of one of its forms. What is said in it is kept when the page reloads itself.
 *
 * @param query Of the next page, without `?`.
 */
export function hostedLink(
  { path, isPlain }: HostedPlace,
  {
    to = '',
    query = '',
  }: { readonly to?: '' | '/pay' | '/cancel'; readonly query?: string | undefined } = {},
): string {
  const all = [isPlain ? 'plain' : '', query].filter(Boolean).join('&')
  return `${path}${to}${all && `?${all}`}`
}
