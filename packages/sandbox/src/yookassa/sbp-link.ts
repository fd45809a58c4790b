import { type Random, UPPER } from '../random.ts'

const RECEIVER_BANK = '100000000022'

/** Four upper-case hex digits of CRC-16/CCITT-FALSE, over the whole link before `&crc=`. */
export function sbpCrc(text: string): string {
  let crc = 0xffff
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}

/** The 32 characters that name a dynamic code. */
export function makeSbpId(random: Random): string {
  return `AD1000${random.text(26, UPPER)}`
}

/** What the QR code of one payment says. The real one stands at `https://qr.nspk.ru`. */
export function sbpLink(pageUrl: string, kopecks: number): string {
  const link = `${pageUrl}?type=02&bank=${RECEIVER_BANK}&sum=${kopecks}&cur=RUB`
  return `${link}&crc=${sbpCrc(link)}`
}
