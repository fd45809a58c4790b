import { expect, it } from 'vitest'
import { gather } from './gather.ts'

it('runs at once what comes first, and together what comes meanwhile, at most as many as allowed', async () => {
  const rounds: (readonly number[])[] = []
  const twice = gather(async (items: readonly number[]) => {
    rounds.push(items)
    await Promise.resolve()
    return items.map((item) => item * 2)
  }, 3)
  expect(await Promise.all([1, 2, 3, 4, 5].map(twice))).toEqual([2, 4, 6, 8, 10])
  expect(rounds).toEqual([[1], [2, 3, 4], [5]])
  expect(await twice(6)).toBe(12)
})

it('tells everybody of a round that it failed, and goes on', async () => {
  let fails = true
  const run = gather(async (items: readonly number[]) => {
    await Promise.resolve()
    if (fails) throw new Error('away')
    return items
  }, 10)
  const answers = await Promise.allSettled([run(1), run(2), run(3)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  fails = false
  expect(await run(4)).toBe(4)
})
