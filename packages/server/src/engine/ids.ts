import { createHash, randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 22 base62 characters hold 131 bits: as many as SHA-256's first 17 bytes can fill evenly. */
function base62(bytes: Uint8Array): string {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (let index = 0; index < 22; index++) {
    text += ALPHABET[Number(value % 62n)]
    value /= 62n
  }
  return text
}

/**
 * The id of the session that a merchant creates with an idempotency key. The same key always names the same session, so two
 * creations at once meet in one row, on one shard, without a table of keys beside it.
 */
export function sessionIdFor(merchantId: string, key: string): string {
  return `cs_${base62(createHash('sha256').update(`session\n${merchantId}\n${key}`).digest())}`
}

/** The pseudo-session that a merchant's rail events are numbered in. */
export function railsIdFor(merchantId: string): string {
  return base62(createHash('sha256').update(`rails\n${merchantId}`).digest())
}

/** 32 unpredictable bytes, base64url. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}
