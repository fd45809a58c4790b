/** Milliseconds that calls took, by name. */
export class Times {
  readonly #byName = new Map<string, number[]>()

  add(name: string, ms: number): void {
    const list = this.#byName.get(name)
    if (list) list.push(ms)
    else this.#byName.set(name, [ms])
  }

  clear(): void {
    this.#byName.clear()
  }

  /** One line each: how many, median, 99th percentile, longest. */
  lines(): readonly string[] {
    return [...this.#byName].map(([name, times]) => {
      const sorted = [...times].sort((a, b) => a - b)
      const at = (share: number): string =>
        `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)} ms`
      return `  ${name}: ${sorted.length} times, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`
    })
  }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
