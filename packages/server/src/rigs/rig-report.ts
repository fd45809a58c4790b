/** `RIG_SCALE=0.1` runs a tenth: to try a rig, not to prove anything. */
export function scaled(count: number): number {
  return Math.max(1, Math.round(count * Number(process.env['RIG_SCALE'] ?? 1)))
}

/** One line of the table of figures. */
export function report(rig: string, figures: Readonly<Record<string, string | number>>): void {
  const cells = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  process.stdout.write(`| ${rig} | ${cells.join(' | ')} |\n`)
}

export function seconds(milliseconds: readonly number[]): { readonly p50: string; readonly max: string } {
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const at = (index: number) => `${((sorted[index] ?? 0) / 1000).toFixed(2)} s`
  return { p50: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) }
}

/** Does the work for every item, so many at once. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
    }),
  )
}
