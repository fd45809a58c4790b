/** Counters and gauges in the Prometheus text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
export interface Metrics {
  count(name: string, help: string, labels: Readonly<Record<string, string>>): void
  /** @param read What it is at the moment, or one value for each set of labels. */
  gauge(name: string, help: string, read: () => number | readonly LabelledValue[]): void
  render(): string
}

export interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export function createMetrics(): Metrics {
  const counters = new Map<string, { readonly help: string; readonly values: Map<string, number> }>()
  const gauges = new Map<
    string,
    { readonly help: string; readonly read: () => number | readonly LabelledValue[] }
  >()
  return {
    count(name, help, labels) {
      const counter = counters.get(name) ?? { help, values: new Map<string, number>() }
      counters.set(name, counter)
      const key = toKey(labels)
      counter.values.set(key, (counter.values.get(key) ?? 0) + 1)
    },
    gauge(name, help, read) {
      gauges.set(name, { help, read })
    },
    render() {
      const lines: string[] = []
      for (const [name, { help, values }] of counters) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`)
        for (const [labels, value] of values) lines.push(`${name}{${labels}} ${value}`)
      }
      for (const [name, { help, read }] of gauges) {
        const value = read()
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`)
        if (typeof value === 'number') lines.push(`${name} ${value}`)
        else for (const each of value) lines.push(`${name}{${toKey(each.labels)}} ${each.value}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}

function toKey(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${value.replace(/[\\"\n]/g, '_')}"`)
    .join(',')
}
