import jsQR from 'jsqr'
import type { Locator } from 'playwright-core'
import { PNG } from 'pngjs'

/** Reads a code as a phone does: from the pixels on the screen. */
export async function scanQr(code: Locator): Promise<string> {
  const { data, width, height } = PNG.sync.read(await code.screenshot())
  const read = jsQR(new Uint8ClampedArray(data), width, height)
  if (!read) throw new Error('nobody can read this QR code')
  return read.data
}
