import { sbpCrc } from './sbp-crc.ts'

/**
 * Whether an SBP payment link is as it was made, by the `crc` at its end, in either case. One without a crc was cut: every
 * genuine link that was seen has it, and the buyer's side shows no other. It is no signature: it finds slips, not forgers.
 */
export function isSoundSbpLink(link: string): boolean {
  const at = link.lastIndexOf('&crc=')
  return at >= 0 && link.slice(at + '&crc='.length).toUpperCase() === sbpCrc(link.slice(0, at))
}
