import { describe, expect, it } from 'vitest'
import { isWireSeed, runSeed } from './simulated-world.ts'

// `npm run sim -- --seeds N --seed S` runs more of the same.
const SEEDS = 2000
const SHARDS = 4

describe('a world in which everything goes wrong', () => {
  for (let shard = 0; shard < SHARDS; shard++) {
    const [from, to] = [(shard * SEEDS) / SHARDS + 1, ((shard + 1) * SEEDS) / SHARDS]
    it(`loses no money in seeds ${from} to ${to}`, { timeout: 180_000 }, async () => {
      for (let seed = from; seed <= to; seed++) {
        const { violations, trace, traceHash } = await runSeed(seed)
        expect(violations, `seed ${seed}\n${trace.join('\n')}`).toEqual([])
        if (seed % 100 === 0)
          expect((await runSeed(seed)).traceHash, `the second run of seed ${seed}`).toBe(traceHash)
      }
    })
  }

  it.each([3_010_903, 4_019_338])('loses no money in seed %d, which once did', async (seed) => {
    const { violations, trace } = await runSeed(seed)
    expect(violations, trace.join('\n')).toEqual([])
  })

  it('goes the same way twice over the whole wire, too', async () => {
    const seed = 75
    expect(isWireSeed(seed)).toBe(true)
    const { trace, payments } = await runSeed(seed)
    expect(payments).toBeGreaterThan(0)
    expect((await runSeed(seed)).trace).toEqual(trace)
  })
})
