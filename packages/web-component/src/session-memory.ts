/** Where a tab keeps the idempotency keys of purchases that are under way: one per session URL and request body. */
const PREFIX = 'teabrick:'

/** Storage throws where it is full, refused or absent; then only a reload loses the key. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}

export function recallKey(purchase: string): string | undefined {
  return attempt(() => sessionStorage.getItem(PREFIX + purchase)) ?? undefined
}

/** @param key undefined forgets the purchase. */
export function rememberKey(purchase: string, key: string | undefined): void {
  attempt(() =>
    key ? sessionStorage.setItem(PREFIX + purchase, key) : sessionStorage.removeItem(PREFIX + purchase),
  )
}

/**
 * Forgets every purchase of this tab. The buyer has seen on the return page how his ended: the next click on a button is
 * the next purchase, not a look at the old one.
 */
export function forgetKeys(): void {
  attempt(() => {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith(PREFIX)) sessionStorage.removeItem(name)
  })
}
