import { expect, it } from 'vitest'
import { createRailSuccesses } from './rail-success.ts'

it('counts within half an hour, and is enough from forty attempts on', () => {
  let now = 0
  const successes = createRailSuccesses({ now: () => now })
  for (let minute = 0; minute < 39; minute++) {
    successes.record('a:sbp', minute % 3 > 0)
    now += 20_000
  }
  expect(successes.of('a:sbp')).toEqual({
    attempts: 39,
    succeeded: 26,
    rate: 26 / 39,
    windowSeconds: 1800,
    isEnough: false,
  })
  successes.record('a:sbp', true)
  expect(successes.of('a:sbp').isEnough).toBe(true)
  now += 30 * 60_000
  expect(successes.of('a:sbp')).toMatchObject({ attempts: 0, rate: null, isEnough: false })
  expect(successes.of('never:tried')).toMatchObject({ attempts: 0, rate: null })
})
