/** What is kept by the moment it is due; of equal moments the first to come is first. */
export interface Due {
  readonly at: number
  readonly order: number
}

/** A binary heap, earliest first. */
export interface DueHeap<T extends Due> {
  push(item: T): void
  peek(): T | undefined
  pop(): T | undefined
}

export function createDueHeap<T extends Due>(): DueHeap<T> {
  const heap: T[] = []
  const before = (a: T, b: T): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
  return {
    peek: () => heap[0],

    push(item) {
      let index = heap.push(item) - 1
      while (index > 0) {
        const parent = (index - 1) >> 1
        const above = heap[parent]
        if (above === undefined || !before(item, above)) break
        heap[index] = above
        index = parent
      }
      heap[index] = item
    },

    pop() {
      const top = heap[0]
      const last = heap.pop()
      if (top === undefined || last === undefined || heap.length === 0) return top
      let index = 0
      while (true) {
        const left = 2 * index + 1
        let child = heap[left]
        let at = left
        const right = heap[left + 1]
        if (child !== undefined && right !== undefined && before(right, child)) {
          child = right
          at = left + 1
        }
        if (child === undefined || !before(child, last)) break
        heap[index] = child
        index = at
      }
      heap[index] = last
      return top
    },
  }
}
