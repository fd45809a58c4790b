/** Draws the same numbers for the same seed. */
export interface Dice {
  readonly seed: number
  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number
}

/** Mulberry32: https://github.com/cprosche/mulberry32 */
export function createDice(seed: number = Math.floor(Math.random() * 2 ** 32)): Dice {
  let state = seed | 0
  return {
    seed,
    roll(sides) {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * sides)
    },
  }
}

const LIKELY = new TextEncoder().encode('0123456789abcdefABCDEFzZ_*"\\{}[]:, .-+/%=truefalsnull\u00ff\r\n')

/** A copy with `edits` random edits: bytes changed, put in, taken out, swapped, repeated or moved elsewhere, single bits turned. */
export function mutate(
  original: Uint8Array,
  edits: number,
  { roll }: Dice,
  { moves = true }: { readonly moves?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const bytes = [...original]
  for (let edit = 0; edit < edits; edit++) {
    const at = roll(bytes.length)
    switch (roll(moves ? 8 : 7)) {
      case 0:
        bytes.splice(at, 1, roll(256))
        break
      case 1:
        bytes.splice(at, 1, LIKELY[roll(LIKELY.length)] ?? 0)
        break
      case 2:
        bytes.splice(roll(bytes.length + 1), 0, LIKELY[roll(LIKELY.length)] ?? 0)
        break
      case 3:
        bytes.splice(at, 1 + roll(8))
        break
      case 4:
        bytes.splice(at, 2, ...bytes.slice(at, at + 2).reverse())
        break
      case 5:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8))
        break
      case 6:
        bytes.splice(roll(bytes.length), 0, ...bytes.slice(at, at + 1 + roll(20)))
        break
      default:
        bytes.splice(roll(bytes.length), 0, ...bytes.splice(at, 1 + roll(20)))
    }
  }
  return Uint8Array.from(bytes)
}

/** How many mutations a test tries. `npm run test:full` asks for 100,000 of each scheme. */
export const MUTATIONS = Number(process.env['TEABRICK_MUTATIONS'] ?? 10_000)
