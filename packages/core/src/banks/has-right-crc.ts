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
