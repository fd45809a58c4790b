/** Rows in the order they were added, found by keys that never change. */
export interface Table<T, Key extends string> {
  add(row: T): void
  all(): readonly T[]
  /** The first row with this value of this key. */
  find(key: Key, value: string): T | undefined
  /** Every row with this value of this key. */
  where(key: Key, value: string): readonly T[]
  clear(): void
}

export function createTable<T, Key extends string>(keys: Record<Key, (row: T) => string>): Table<T, Key> {
  let rows: T[] = []
  let index = new Map<string, T[]>()
  const name = (key: Key, value: string) => `${key}\n${value}`
  const where = (key: Key, value: string) => index.get(name(key, value)) ?? []

  return {
    add(row) {
      rows.push(row)
      for (const key of Object.keys(keys) as Key[]) {
        const place = name(key, keys[key](row))
        const others = index.get(place)
        if (others) others.push(row)
        else index.set(place, [row])
      }
    },
    all: () => rows,
    find: (key, value) => where(key, value)[0],
    where,
    clear() {
      rows = []
      index = new Map()
    },
  }
}
