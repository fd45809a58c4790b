import type { Bank, OperatingSystem } from '@teabrick/core/contract'

/**
 * Whether the `crc` of an SBP payment link is that of its text: CRC-16/CCITT-FALSE over everything before `&crc=`. A link that
 * was cut or edited on its way fails; the check proves nothing about who made it.
 */
export function hasRightCrc(link: string): boolean {
  const [, text, found] = /^(.*)&crc=([\da-f]{4})$/i.exec(link) ?? []
  if (!text || !found) return false
  let crc = 0xffff
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x11021 : 0)
  }
  return crc === Number.parseInt(found, 16)
}

// The two below are `bankAppUrl` and `bankPageUrl` of the contract once more: importing them would make a file of their own in
// the script build, which weighs more than they do. The test holds them together.

/**
 * The address that opens a bank's app with a payment: the link under the bank's own scheme. On Android an intent, which
 * leads to the link itself where the app is missing; a bank without a package name is found by its scheme.
 *
 * @param link An https address without a fragment.
 */
export function appUrl(link: string, { id, packageName }: Bank, os: OperatingSystem | undefined): string {
  const rest = link.replace(/^https?:/, '')
  if (os !== 'android') return `bank${id}:${rest}`
  const application = packageName ? `package=${packageName};` : ''
  return `intent:${rest}#Intent;scheme=bank${id};${application}S.browser_fallback_url=${encodeURIComponent(link)};end`
}

/** The bank's page for a payment in the browser: its address, `/`, and the link's id with its query. */
export function webUrl(link: string, base: string): string {
  return base + link.slice(link.lastIndexOf('/', link.indexOf('?')))
}
