/**
 * Where a request comes from. With `trustProxy` hops that many entries at the end of `X-Forwarded-For` were written by our own
 * proxies; what stands before them is the client's own claim and is not read.
 *
 * @param peer The address of the connection, where it is known.
 */
export function clientAddress(headers: Headers, peer: string | null, trustProxy: number): string | null {
  const forwarded = (headers.get('x-forwarded-for') ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const hops = peer === null ? forwarded : [...forwarded, peer]
  const distance = peer === null ? trustProxy : trustProxy + 1
  return normalize(hops[Math.max(0, hops.length - distance)] ?? peer)
}

/** IPv4 written as IPv6, as dual-stack sockets report it, is IPv4. */
function normalize(address: string | null): string | null {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null
}
