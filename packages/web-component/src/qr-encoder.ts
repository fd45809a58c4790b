/**
 * A QR code (ISO/IEC 18004) of UTF-8 bytes at error correction level M, in the smallest version that holds them. Only what a
 * payment needs: one mode and one level weigh half of a general encoder. The tests compare it with one, module by module.
 */

/** Check bytes per block at level M, versions 1 to 40 (ISO/IEC 18004, table 9), as code points from 64 on. */
const CHECK_BYTES = 'JPZRXPRVVZ^VVXX\\\\ZZZZ\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\'
/** Blocks at level M, as code points from 64 on. */
const BLOCKS = 'AAABBDDDEEEHIIJJKMNPQQRTUWYZ\\]_aceghkmoq'

/** Whether a module is inverted under each of the eight masks. */
const MASKS: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (((x / 3) | 0) + (y >> 1)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]

/** Rows of modules, dark is 1. */
export type Modules = number[][]

/**
 * @param onlyMask For comparisons: this mask, not the best.
 * @throws RangeError above 2,331 bytes.
 */
export function encodeQr(text: string, onlyMask?: number): Modules {
  const bytes = new TextEncoder().encode(text)
  let version = 0
  let total: number
  let checkBytes: number
  let blocks: number
  let length: number
  do {
    if (++version > 40) throw new RangeError('too long for a QR code')
    const n = ((version / 7) | 0) + 2
    const reserved = version > 1 ? (25 * n - 10) * n - 55 + (version > 6 ? 36 : 0) : 0
    total = ((16 * version + 128) * version + 64 - reserved) >> 3
    checkBytes = CHECK_BYTES.charCodeAt(version - 1) - 64
    blocks = BLOCKS.charCodeAt(version - 1) - 64
    length = version < 10 ? 2 : 4
  } while (total - checkBytes * blocks < bytes.length + 1 + length / 2)

  // Mode, length, bytes, terminator: always whole bytes.
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const digits = `4${hex(bytes.length, length)}${Array.from(bytes, (byte) => hex(byte, 2)).join('')}0`
  const data = digits.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []
  for (let pad = 236; data.length < total - checkBytes * blocks; pad ^= 253) data.push(pad)

  const drawn = fixedModules(version)
  const stream = interleave(data, total, checkBytes, blocks)
  let best: Modules = []
  let least = 1 / 0
  for (const [number, mask] of MASKS.entries()) {
    const modules = drawn.map((row) => [...row]) as Modules
    drawFormat(modules, number)
    fill(modules, drawn, stream, mask)
    const penalty = onlyMask === undefined ? penaltyOf(modules) : number === onlyMask ? 0 : 1
    if (penalty < least) {
      least = penalty
      best = modules
    }
  }
  return best
}

/** Data and check bytes of all blocks in the order in which they are drawn. */
function interleave(
  data: readonly number[],
  total: number,
  checkBytes: number,
  blocks: number,
): readonly number[] {
  const generator = generatorOf(checkBytes)
  const shorter = ((total / blocks) | 0) - checkBytes
  const longerFrom = blocks - (total % blocks)
  // By place in its block: first every block's first byte, then every second; shorter blocks skip their last.
  const columns: number[][] = Array.from({ length: shorter + 1 + checkBytes }, () => [])
  let at = 0
  for (let block = 0; block < blocks; block++) {
    const check: number[] = Array(checkBytes).fill(0)
    const length = shorter + +(block >= longerFrom)
    for (let i = 0; i < length; i++) {
      const byte = data[at++] as number
      columns[i]?.push(byte)
      const factor = byte ^ (check.shift() as number)
      check.push(0)
      generator.forEach((value, j) => {
        check[j] = (check[j] as number) ^ times(value, factor)
      })
    }
    check.forEach((byte, i) => {
      columns[shorter + 1 + i]?.push(byte)
    })
  }
  return columns.flat()
}

/** The Reed-Solomon generator without its leading one. */
function generatorOf(degree: number): readonly number[] {
  const generator: number[] = [...Array(degree - 1).fill(0), 1]
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    for (let j = 0; j < degree; j++)
      generator[j] = times(generator[j] as number, root) ^ (generator[j + 1] ?? 0)
  }
  return generator
}

/** A product in GF(256) over x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--)
    product = (product << 1) ^ ((product >> 7) * 285) ^ (((b >> bit) & 1) * a)
  return product
}

/** Finders, timing, alignment and version; undefined where data goes. The format's place is taken. */
function fixedModules(version: number): (number | undefined)[][] {
  const size = 4 * version + 17
  const modules: (number | undefined)[][] = Array.from({ length: size }, () => Array(size).fill(undefined))
  const square = (x: number, y: number, radius: number) => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        const row = modules[y + dy]
        if (row && x + dx in row) row[x + dx] = radius === 4 ? +(ring !== 2 && ring !== 4) : +(ring !== 1)
      }
  }
  const set = (x: number, y: number, value: number) => {
    ;(modules[y] as number[])[x] = (modules[x] as number[])[y] = value
  }
  for (let i = 0; i < size; i++) set(6, i, (i + 1) % 2)
  const n = version > 1 ? ((version / 7) | 0) + 2 : 0
  const step = n && (((version * 8 + n * 3 + 5) / (n * 4 - 4)) | 0) * 2
  const places = Array.from({ length: n }, (_, i) => (i ? size - 7 - (n - 1 - i) * step : 6))
  // Not on a finder: two of the corners, and the one they meet in.
  for (const x of places)
    for (const y of places)
      if (x + y > 12 && (x > 6 || y < size - 7) && (y > 6 || x < size - 7)) square(x, y, 2)
  square(3, 3, 4)
  square(size - 4, 3, 4)
  square(3, size - 4, 4)
  drawFormat(modules as Modules, 0)
  if (version > 6) {
    const bits = withCheck(version, 12, 7973)
    for (let i = 0; i < 18; i++) set(size - 11 + (i % 3), (i / 3) | 0, (bits >> i) & 1)
  }
  return modules
}

function withCheck(value: number, length: number, divisor: number): number {
  let rest = value
  for (let i = 0; i < length; i++) rest = (rest << 1) ^ ((rest >> (length - 1)) * divisor)
  return (value << length) | rest
}

/** Level M, whose two bits are 0, and the mask, twice. */
function drawFormat(modules: Modules, mask: number): void {
  const size = modules.length
  const bits = withCheck(mask, 10, 1335) ^ 21522
  const set = (x: number, y: number, value: number) => {
    ;(modules[y] as number[])[x] = value
  }
  for (let i = 0; i < 15; i++) {
    const bit = (bits >> i) & 1
    const near = i < 8 ? i + +(i > 5) : i < 9 ? 7 : 14 - i
    if (i < 8) {
      set(8, near, bit)
      set(size - 1 - i, 8, bit)
    } else {
      set(near, 8, bit)
      set(8, size - 15 + i, bit)
    }
  }
  set(8, size - 8, 1)
}

/** Draws the bits in the free places, two columns at a time, up and down, from the right. */
function fill(
  modules: Modules,
  drawn: readonly (readonly (number | undefined)[])[],
  bytes: readonly number[],
  mask: (x: number, y: number) => number,
): void {
  const size = modules.length
  let bit = 0
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--
    for (let i = 0; i < 2 * size; i++) {
      const x = right - (i % 2)
      const y = (right + 1) & 2 ? i >> 1 : size - 1 - (i >> 1)
      if (drawn[y]?.[x] !== undefined) continue
      const value = ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1
      ;(modules[y] as number[])[x] = value ^ +!mask(x, y)
      bit++
    }
  }
}

/** Long runs and what looks like a finder make a code hard to read. Of the standard's four rules, those that a scanner feels. */
function penaltyOf(modules: Modules): number {
  let penalty = 0
  modules.forEach((row, x) => {
    for (const line of [row.join(''), modules.map((other) => other[x]).join('')]) {
      for (const [run] of line.matchAll(/(.)\1{4,}/g)) penalty += run.length - 2
      penalty += 40 * (line.match(/(?=10111010000|00001011101)/g)?.length ?? 0)
    }
  })
  return penalty
}
