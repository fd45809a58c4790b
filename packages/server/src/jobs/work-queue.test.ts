import { expect, it } from 'vitest'
import { createTestClock } from '../engine/engine-rig.ts'
import { createWorkQueue } from './work-queue.ts'

/** A queue of two places at most over the given rows; each row is worked on until it is told that it is done. */
function rig(due: string[]) {
  const clock = createTestClock()
  const asked: number[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const logged: unknown[] = []
  const queue = createWorkQueue<string>({
    name: 'work',
    async claim(limit) {
      asked.push(limit)
      return due.splice(0, limit)
    },
    renew: async (rows) => rows.map(() => true),
    work: (row) =>
      new Promise<void>((resolve, reject) => {
        ends.set(row, (error) => (error === undefined ? resolve() : reject(error)))
      }),
    concurrency: 2,
    clock,
    logger: { info: () => {}, warn: () => {}, error: (fields) => void logged.push(fields) },
    idleMs: () => 10_000,
  })
  return { clock, queue, asked, ends, logged }
}

it('works on as many rows as it has places for, and claims no more than are free', async () => {
  const { clock, queue, asked, ends } = rig(['a', 'b', 'c', 'd'])
  queue.start()
  await clock.advance(0)
  expect([asked, [...ends.keys()]]).toEqual([[2], ['a', 'b']])
  ends.get('a')?.()
  await clock.advance(0)
  expect([asked, [...ends.keys()]]).toEqual([
    [2, 1],
    ['a', 'b', 'c'],
  ])
})

it('looks again at once while all that it asked for was there', async () => {
  const { clock, queue, asked, ends } = rig(['a', 'b'])
  queue.start()
  await clock.advance(0)
  ends.get('a')?.()
  ends.get('b')?.()
  await clock.advance(0)
  expect(asked.length).toBeGreaterThan(1)
})

it('has room for what fits beside what is under way, and none when it is stopped', async () => {
  const { clock, queue, ends } = rig([])
  expect([queue.hasRoom(), queue.hasRoom(2), queue.hasRoom(3)]).toEqual([true, true, false])
  queue.take('a', clock.now())
  expect([queue.hasRoom(), queue.hasRoom(2)]).toEqual([true, false])
  queue.take('b', clock.now())
  expect(queue.hasRoom()).toBe(false)
  ends.get('a')?.()
  await clock.advance(0)
  expect(queue.hasRoom()).toBe(true)
  const stopped = queue.stop()
  expect(queue.hasRoom()).toBe(false)
  ends.get('b')?.()
  await clock.advance(0)
  await stopped
})

it('keeps its places though a row fails, and says so', async () => {
  const { clock, queue, ends, logged } = rig([])
  queue.take('a', clock.now())
  ends.get('a')?.(new Error('a bug'))
  await clock.advance(0)
  expect(logged).toMatchObject([{ error: 'a bug' }])
  expect(queue.hasRoom(2)).toBe(true)
})

it('is stopped only when what is under way is done', async () => {
  const { clock, queue, ends } = rig(['a'])
  queue.start()
  await clock.advance(0)
  let isOver = false
  const stopped = queue.stop().then(() => {
    isOver = true
  })
  await clock.advance(60_000)
  expect(isOver).toBe(false)
  ends.get('a')?.()
  await clock.advance(0)
  await stopped
  expect(isOver).toBe(true)
})
