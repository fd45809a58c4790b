/**
 * A fresh idempotency key: 32 unguessable characters. Not `crypto.randomUUID`, which is missing on pages served over plain
 * http.
 */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
