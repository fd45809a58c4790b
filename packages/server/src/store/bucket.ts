/** How many buckets rows are spread over. Part of every primary key, so it never changes. */
export const BUCKETS = 256

/**
 * The bucket of a session's rows, 0 to 255: FNV-1a of the id, folded to a byte. All rows of a session share it, and a
 * cluster distributes tables by it. The function is part of what is stored: it never changes.
 *
 * http://www.isthe.com/chongo/tech/comp/fnv/#xor-fold
 */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff
}
