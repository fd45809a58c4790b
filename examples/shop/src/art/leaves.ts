import { at } from './drawing.ts'
import { createRandom } from './random.ts'

/** One dry leaf at a place, turned by an angle in radians. */
export type LeafShape = (x: number, y: number, angle: number, random: () => number) => string

/** A thin twisted leaf: two curves that meet in points. */
export function twisted(length: number, width: number, bend: number): LeafShape {
  return (x, y, angle, random) => {
    const half = (length * (0.7 + random() * 0.6)) / 2
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const curve = bend * (random() * 2 - 1)
    const thick = width * (0.7 + random() * 0.6)
    const point = (along: number, across: number) =>
      `${at(x + along * cos - across * sin)} ${at(y + along * sin + across * cos)}`
    return `M${point(-half, 0)}C${point(-half * 0.4, curve + thick)} ${point(half * 0.4, -curve + thick)} ${point(half, 0)}C${point(half * 0.4, -curve - thick)} ${point(-half * 0.4, curve - thick)} ${point(-half, 0)}Z`
  }
}

/** A leaf rolled into a small ball with a bit of stem, as oolong is. */
export function rolled(radius: number): LeafShape {
  return (x, y, angle, random) => {
    const r = radius * (0.8 + random() * 0.5)
    const squash = 0.72 + random() * 0.2
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const point = (along: number, across: number) =>
      `${at(x + along * cos - across * sin)} ${at(y + along * sin + across * cos)}`
    const k = 0.56 * r
    return `M${point(-r, 0)}C${point(-r, -k * squash)} ${point(-k, -r * squash)} ${point(0, -r * squash)}S${point(r, -k * squash)} ${point(r * 1.25, r * 0.12)}C${point(r, k * squash)} ${point(k, r * squash)} ${point(0, r * squash)}S${point(-r, k * squash)} ${point(-r, 0)}Z`
  }
}

/** Leaves one over another in a mound: the far ones first, so that the near ones lie on top. */
export function heap(options: {
  seed: number
  cx: number
  /** The line the heap lies on. */
  base: number
  halfWidth: number
  height: number
  count: number
  leaf: LeafShape
  /** Fills, dark to light; most leaves take the first ones. */
  tones: readonly string[]
  /** How far leaves may turn from lying flat, in radians. */
  spread: number
  outline?: string | undefined
}): string {
  const { cx, base, halfWidth, height, count, leaf, tones, spread, outline = '#1c2420' } = options
  const random = createRandom(options.seed)
  const places = Array.from({ length: count }, () => {
    const across = (random() + random()) / 2
    const u = (random() < 0.5 ? -1 : 1) * (1 - across) * (0.2 + 0.8 * random())
    const top = height * (1 - u * u) ** 0.9
    return { x: cx + u * halfWidth, y: base - top * Math.sqrt(random()) }
  }).sort((a, b) => a.y - b.y)
  return places
    .map(({ x, y }) => {
      const slope = ((x - cx) / halfWidth) * 0.5
      const tone = tones[Math.floor(random() ** 1.5 * tones.length)] ?? '#000'
      return `<path fill="${tone}" stroke="${outline}" stroke-width="1.3" d="${leaf(x, y, slope + spread * (random() * 2 - 1), random)}"/>`
    })
    .join('')
}

/** The face of pressed tea: short strokes within a circle or box, all of one width. */
export function pressed(options: {
  seed: number
  inside: (x: number, y: number) => boolean
  box: readonly [number, number, number, number]
  count: number
  tones: readonly string[]
  length: number
}): string {
  const random = createRandom(options.seed)
  const [left, top, right, bottom] = options.box
  const strokes = options.tones.map(() => '')
  for (let i = 0; i < options.count; i++) {
    const x = left + random() * (right - left)
    const y = top + random() * (bottom - top)
    const angle = random() * Math.PI
    const length = options.length * (0.5 + random())
    const bend = (random() - 0.5) * length * 0.7
    const tone = Math.floor(random() * options.tones.length)
    if (!options.inside(x, y)) continue
    const [dx, dy] = [Math.cos(angle) * length, Math.sin(angle) * length]
    strokes[tone] +=
      `M${at(x - dx / 2)} ${at(y - dy / 2)}q${at(dx / 2 - (dy / length) * bend)} ${at(dy / 2 + (dx / length) * bend)} ${at(dx)} ${at(dy)}`
  }
  return strokes
    .map(
      (path, i) =>
        `<path fill="none" stroke="${options.tones[i]}" stroke-width="2.6" stroke-linecap="round" d="${path}"/>`,
    )
    .join('')
}
