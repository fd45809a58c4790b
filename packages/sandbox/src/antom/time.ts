const OFFSET_MS = 8 * 3_600_000

/** ISO 8601 with an offset and no milliseconds, as Antom prints it: `2026-11-22T19:33:21+08:00`. */
export function toAntomTime(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, 19)}+08:00`
}

/** `20261122`, the head of Antom's ids. */
export function toAntomDay(at: number): string {
  return toAntomTime(at).slice(0, 10).replaceAll('-', '')
}

/** Epoch milliseconds of an ISO 8601 instant with an offset; `undefined` for anything else. */
export function fromAntomTime(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}
