/** Repeatable ids. Not for secrets. */
export interface Random {
  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string
  /** Starts the sequence again. */
  reset(): void
}

export const DIGITS = '0123456789'
export const HEX = '0123456789abcdef'
export const UPPER = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const BASE62 = `${UPPER}abcdefghijklmnopqrstuvwxyz`

/** The same seed gives the same sequence. The generator is mulberry32 by Tommy Ettinger, public domain. */
export function createRandom(seed: number): Random {
  let state = seed | 0

  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  return {
    text: (length, alphabet) =>
      Array.from({ length }, () => alphabet.charAt(Math.floor(next() * alphabet.length))).join(''),
    reset() {
      state = seed | 0
    },
  }
}

/** A version-4-shaped UUID from the repeatable sequence. */
export function uuid(random: Random): string {
  const tail = random.text(3, HEX)
  return `${random.text(8, HEX)}-${random.text(4, HEX)}-4${tail}-${random.text(1, '89ab')}${random.text(3, HEX)}-${random.text(12, HEX)}`
}
