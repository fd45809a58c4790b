import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDueHeap } from './due-heap.ts'

it('gives what is due first, and of equal moments what came first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5 })), (moments) => {
      const heap = createDueHeap<{ readonly at: number; readonly order: number }>()
      const items = moments.map((at, order) => ({ at, order }))
      for (const item of items) heap.push(item)
      const taken = items.map(() => {
        const next = heap.peek()
        expect(heap.pop()).toBe(next)
        return next
      })
      expect(taken).toEqual(items.toSorted((a, b) => a.at - b.at || a.order - b.order))
      expect([heap.peek(), heap.pop()]).toEqual([undefined, undefined])
    }),
  )
})
