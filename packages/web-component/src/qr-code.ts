import { encodeQr } from './qr-encoder.ts'

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
  const modules = encodeQr(payload)
  let path = ''
  modules.forEach((row, y) => {
    for (const { index, 0: run } of row.join('').matchAll(/1+/g)) {
      const x = index + QUIET_ZONE
      path += `M${x} ${y + QUIET_ZONE}h${run.length}v1H${x}z`
    }
  })
  return { size: modules.length + 2 * QUIET_ZONE, path }
}
