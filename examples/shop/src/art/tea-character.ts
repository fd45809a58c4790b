import { at } from './drawing.ts'

/** Strokes of 茶 in a square of 100, as lines from point to point. */
const STROKES: readonly (readonly (readonly [number, number])[])[] = [
  [
    [12, 18],
    [88, 18],
  ],
  [
    [36, 6],
    [36, 30],
  ],
  [
    [64, 6],
    [64, 30],
  ],
  [
    [50, 28],
    [34, 48],
    [8, 62],
  ],
  [
    [50, 28],
    [66, 48],
    [94, 62],
  ],
  [
    [26, 66],
    [74, 66],
  ],
  [
    [50, 50],
    [50, 97],
  ],
  [
    [36, 74],
    [24, 90],
  ],
  [
    [64, 74],
    [78, 90],
  ],
]

/** The character for tea as a path, drawn rather than set in a font, which a picture file cannot rely on. */
export function teaCharacter(left: number, top: number, size: number): string {
  return STROKES.map(
    (points) =>
      `M${points.map(([x, y]) => `${at(left + (x * size) / 100)} ${at(top + (y * size) / 100)}`).join('L')}`,
  ).join('')
}
