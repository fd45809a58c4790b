import { expect, it } from 'vitest'
import { createTestClock } from '../engine/engine-rig.ts'
import { createLoop } from './loop.ts'

/** A loop whose rounds are as given, one after the other, and quiet from then on. */
function rig(rounds: readonly ((loop: { kick(): void }) => boolean)[]) {
  const clock = createTestClock()
  const began = clock.now()
  const at: number[] = []
  const logged: unknown[] = []
  const loop = createLoop({
    name: 'work',
    async round() {
      at.push(clock.now() - began)
      return rounds[at.length - 1]?.(loop) ?? false
    },
    clock,
    logger: { info: () => {}, warn: () => {}, error: (fields) => void logged.push(fields) },
    idleMs: () => 10_000,
  })
  return { clock, at, loop, logged }
}
const fails = () => {
  throw new Error('the database is away')
}

it('looks again at once while there may be more, then after a while', async () => {
  const { clock, at, loop } = rig([() => true, () => true, () => false])
  loop.start()
  await clock.advance(9999)
  expect(at).toEqual([0, 0, 0])
  await clock.advance(1)
  expect(at).toEqual([0, 0, 0, 10_000])
})

it('runs once, however often it is started', async () => {
  const { clock, at, loop } = rig([])
  loop.start()
  loop.start()
  await clock.advance(0)
  expect(at).toEqual([0])
})

it('looks at once when it is told that there is work, also in the middle of a round', async () => {
  const { clock, at, loop } = rig([
    ({ kick }) => {
      kick()
      return false
    },
  ])
  loop.start()
  await clock.advance(0)
  expect(at).toEqual([0, 0])
  await clock.advance(1000)
  loop.kick()
  await clock.advance(0)
  expect(at).toEqual([0, 0, 1000])
})

it('goes on after rounds that failed, soon and not in a rush, and says so', async () => {
  const { clock, at, loop, logged } = rig([fails, fails, fails])
  loop.start()
  await clock.advance(5000)
  expect(at).toEqual([0, 800, 1800, 2800])
  expect(logged).toMatchObject([{ failures: 1 }, { failures: 2 }, { failures: 3 }])
})

it('begins nothing when it is stopped, and is over when what is under way is done', async () => {
  const { clock, at, loop } = rig([])
  loop.start()
  await clock.advance(0)
  const stopped = loop.stop()
  loop.kick()
  await clock.advance(100_000)
  await stopped
  expect(at).toEqual([0])
})
