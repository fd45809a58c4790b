/**
 * One picture of a good: 480 × 480, the colour of the brewed tea as a disc behind it, ink lines and flat fills in front.
 * Class names stand for colours so that one style sheet turns all pictures dark.
 */
export interface Drawing {
  /** Colour of the disc: what the tea looks like in a white cup. */
  readonly liquor: string
  /** Markup in front of the disc, in drawing order. */
  readonly subject: string
}

const STYLE = `
.ink{fill:none;stroke:#1c2420;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.thin{stroke-width:1.8}
.free{fill:none;stroke:#1c2420;stroke-width:2.4;stroke-linecap:round}
.ground{fill:#1c2420;opacity:.09}
.paper{fill:#fbfaf4}.shade{fill:#e4e3d8}.deep{fill:#1c2420}
@media (prefers-color-scheme:dark){.free{stroke:#c9d2ca}.ground{fill:#000;opacity:.45}.paper{fill:#e8e6db}.shade{fill:#cbc9bc}.disc{opacity:.9}}
`.replaceAll('\n', '')

/** The picture as a file of its own. It takes light or dark from the page that shows it. */
export function toSvg({ liquor, subject }: Drawing): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -26 480 480"><style>${STYLE}</style><circle class="disc" cx="240" cy="214" r="158" fill="${liquor}"/>${subject}</svg>`
}

/** Two decimals are finer than a pixel at any size the pictures are shown in. */
export const at = (value: number): number => Math.round(value * 100) / 100

/** The soft shade under a thing that stands on the ground. */
export function ground(cx: number, rx: number, cy = 384): string {
  return `<ellipse class="ground" cx="${cx}" cy="${cy}" rx="${rx}" ry="${at(rx * 0.085)}"/>`
}

/** A line in ink. */
export function ink(path: string, extra = ''): string {
  return `<path class="ink${extra === '' ? '' : ` ${extra}`}" d="${path}"/>`
}

/** An area with an ink outline. */
export function shape(path: string, fill: string, extra = ''): string {
  const paint = fill.startsWith('#') ? `fill="${fill}"` : `class="${fill}"`
  return `<path ${paint} d="${path}"/>${ink(path, extra)}`
}

/** An area without an outline. */
export function area(path: string, fill: string, opacity = 1): string {
  const paint = fill.startsWith('#') ? `fill="${fill}"` : `class="${fill}"`
  return `<path ${paint}${opacity === 1 ? '' : ` opacity="${opacity}"`} d="${path}"/>`
}

/** A rod of one thickness with an ink outline. */
export function rod(path: string, color: string, width: number): string {
  return `<g fill="none" stroke-linecap="round" stroke-linejoin="round"><path stroke="#1c2420" stroke-width="${width + 5}" d="${path}"/><path stroke="${color}" stroke-width="${width}" d="${path}"/></g>`
}
