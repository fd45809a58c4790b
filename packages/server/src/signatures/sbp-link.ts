import { sbpCrc } from './sbp-crc.ts'

/**
 * Whether an SBP payment link is as it was made, by the `crc` at its end (either case). A link without any parameter has
 * none; one that has parameters and no `crc` was cut. It is no signature: it finds slips, not forgers.
 */
export function isSoundSbpLink(link: string): boolean {
  const query = link.indexOf('?')
  if (query < 0) return !link.includes('crc=')
  const at = link.lastIndexOf('&crc=')
  if (at < query) return false
  return link.slice(at + '&crc='.length).toUpperCase() === sbpCrc(link.slice(0, at))
}
