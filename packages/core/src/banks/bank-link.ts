import type { Bank } from '../contract/bank-list.ts'
import type { OperatingSystem } from '../contract/device.ts'

/**
 * The address that opens a bank's app with an SBP payment: the link under the bank's own scheme. On Android an intent, which
 * leads to the link itself where the app is missing; a bank without a package name is found by its scheme.
 *
 * @param link `nextAction.banks.link`: an https address without a fragment.
 */
export function bankAppUrl(link: string, { id, packageName }: Bank, os: OperatingSystem | undefined): string {
  const rest = link.replace(/^https?:/, '')
  if (os !== 'android') return `bank${id}:${rest}`
  const application = packageName ? `package=${packageName};` : ''
  return `intent:${rest}#Intent;scheme=bank${id};${application}S.browser_fallback_url=${encodeURIComponent(link)};end`
}

/**
 * A bank's page for an SBP payment in the browser: its address, `/`, and the link's id with its query.
 *
 * @param base `webClientUrl` of the bank.
 */
export function bankPageUrl(link: string, base: string): string {
  return base + link.slice(link.lastIndexOf('/', link.indexOf('?')))
}
