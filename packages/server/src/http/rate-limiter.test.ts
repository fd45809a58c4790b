import { expect, it } from 'vitest'
import { createRateLimiter } from './rate-limiter.ts'

function rig(maxKeys?: number) {
  let now = 1000
  const limiter = createRateLimiter({ burst: 3, perSecond: 2, now: () => now, maxKeys })
  const takes = (key: string, times: number) => {
    let taken = 0
    for (let time = 0; time < times; time++) {
      try {
        limiter.take(key)
        taken++
      } catch (error) {
        expect(error).toMatchObject({ code: 'rate_limited' })
      }
    }
    return taken
  }
  return {
    limiter,
    takes,
    advance: (ms: number) => {
      now += ms
    },
  }
}

it('lets so many through at once and so many a second, and never saves up more than that', () => {
  const { takes, advance } = rig()
  expect(takes('a', 10)).toBe(3)
  advance(500)
  expect(takes('a', 10)).toBe(1)
  advance(3_600_000)
  expect(takes('a', 10)).toBe(3)
})

it('says how long to wait, and is not held against who asks meanwhile', () => {
  const { takes, limiter, advance } = rig()
  takes('a', 3)
  expect(() => limiter.take('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 0.5 }))
  advance(250)
  expect(() => limiter.take('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 0.25 }))
  advance(250)
  expect(() => limiter.take('a')).not.toThrow()
})

it('counts each key by itself, survives a clock that goes back, and forgets the least used', () => {
  const { takes, advance } = rig(2)
  expect([takes('a', 3), takes('b', 3)]).toEqual([3, 3])
  advance(-60_000)
  expect([takes('a', 1), takes('b', 1)]).toEqual([0, 0])
  takes('c', 1)
  expect(takes('a', 3)).toBe(3)
})

it('does not forget a key for being old, but for not being used', () => {
  const { takes } = rig(2)
  takes('a', 2)
  takes('b', 3)
  takes('a', 1)
  takes('c', 1)
  expect([takes('a', 1), takes('b', 1)]).toEqual([0, 1])
})
