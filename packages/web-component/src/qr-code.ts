import { generate } from 'lean-qr/nano'

/** A QR code as one SVG path. */
export interface QrCode {
  /** Side in modules with the quiet zone: the `viewBox` is `0 0 size size`. */
  readonly size: number
  /** Dark modules, one rectangle per horizontal run. */
  readonly path: string
}

// Scanners need four light modules around the code (ISO/IEC 18004, 6.3.8).
const QUIET_ZONE = 4

/** Draws locally: the payload never leaves the page. */
export function drawQrCode(payload: string): QrCode {
  const code = generate(payload)
  let path = ''
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      const start = x
      while (code.get(x, y)) x++
      if (x > start) path += `M${start + QUIET_ZONE} ${y + QUIET_ZONE}h${x - start}v1H${start + QUIET_ZONE}z`
    }
  }
  return { size: code.size + 2 * QUIET_ZONE, path }
}
