import type { Bank } from '@teabrick/core/contract'

const PATIENCE_MS = 10_000

/**
 * Reads the list of banks from the payment API. It is data: an entry that is none is left out. Cached by the browser for as
 * long as its hash is named.
 *
 * @throws Error when there is none.
 */
export async function readBanks(apiUrl: string, hash: string): Promise<readonly Bank[]> {
  const exchange = new AbortController()
  const { signal } = exchange
  setTimeout(() => exchange.abort(), PATIENCE_MS)
  const answer = await fetch(`${apiUrl}/v1/checkout/banks?h=${encodeURIComponent(hash)}`, {
    credentials: 'omit',
    signal,
  })
  const { banks }: { banks: readonly Bank[] } = await answer.json()
  return banks.filter(
    (bank) =>
      /^\d{12}$/.test(bank?.id) &&
      typeof bank.name === 'string' &&
      /^[\w.]*$/.test(bank.packageName ?? '') &&
      typeof (bank.webUrl ?? '') === 'string',
  )
}
