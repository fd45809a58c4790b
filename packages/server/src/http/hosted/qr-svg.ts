import { generate } from 'lean-qr/nano'
import { type Html, html } from './html.ts'

// Scanners need four light modules around the code (ISO/IEC 18004, 6.3.8).
const QUIET_ZONE = 4

/** A QR code as an inline SVG of one stroked path, always dark on light. The payload goes to nobody for drawing. */
export function qrSvg(payload: string, label: string): Html {
  const code = generate(payload)
  const side = code.size + 2 * QUIET_ZONE
  let path = ''
  for (let y = 0; y < code.size; y++) {
    // Where the pen is; each run is a move and a line of its length, relative, which is half the bytes of rectangles.
    let pen = 0
    let row = ''
    for (let x = 0; x < code.size; x++) {
      const start = x
      while (code.get(x, y)) x++
      if (x === start) continue
      row += `${row ? `m${start - pen} 0` : `M${start + QUIET_ZONE} ${y + QUIET_ZONE}.5`}h${x - start}`
      pen = x
    }
    path += row
  }
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path stroke="#000" d="${path}"/></svg>`
}
