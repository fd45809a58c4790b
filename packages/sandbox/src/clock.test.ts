import { expect, it } from 'vitest'
import { createClock } from './clock.ts'
import { until } from './testing.ts'

const START = Date.UTC(2026, 10, 24)

it('runs what falls due on the way, in order and at its own time', async () => {
  const clock = createClock(() => START)
  const seen: string[] = []
  clock.schedule(START + 2_000, () => void seen.push(`second at ${clock.now() - START}`))
  clock.schedule(START + 1_000, () => {
    seen.push(`first at ${clock.now() - START}`)
    clock.schedule(clock.now() + 500, () => void seen.push(`between at ${clock.now() - START}`))
  })
  clock.schedule(START + 9_000, () => void seen.push('too early'))

  await clock.advance(5_000)

  expect(seen).toEqual(['first at 1000', 'between at 1500', 'second at 2000'])
  expect(clock.now()).toBe(START + 5_000)
  clock.close()
})

it('waits for each task before the next', async () => {
  const clock = createClock(() => START)
  const seen: string[] = []
  clock.schedule(START + 1, async () => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    seen.push('slow')
  })
  clock.schedule(START + 2, () => void seen.push('quick'))
  await clock.advance(10)
  expect(seen).toEqual(['slow', 'quick'])
  clock.close()
})

it('runs due tasks by itself in real time', async () => {
  const clock = createClock()
  let isDone = false
  clock.schedule(clock.now() + 5, () => {
    isDone = true
  })
  await until(() => isDone)
  clock.close()
})

it('never runs a task inside the call that schedules it', () => {
  const clock = createClock()
  let isDone = false
  clock.schedule(0, () => {
    isDone = true
  })
  expect(isDone).toBe(false)
  clock.close()
})

it('forgets tasks and offset on reset', async () => {
  const clock = createClock(() => START)
  await clock.advance(60_000)
  let isDone = false
  clock.schedule(START + 61_000, () => {
    isDone = true
  })
  clock.reset()
  expect(clock.now()).toBe(START)
  await clock.advance(120_000)
  expect(isDone).toBe(false)
  clock.close()
})

it('wakes whoever waits: by time, by signal, by reset, by close', async () => {
  const clock = createClock(() => START)
  const woken: string[] = []
  const giveUp = new AbortController()
  const wait = (name: string, ms: number, signal?: AbortSignal) =>
    clock.wait(ms, signal).then(() => void woken.push(name))
  const byTime = wait('time', 1_000)
  const bySignal = wait('signal', 9_000, giveUp.signal)
  await clock.advance(1_000)
  await byTime
  giveUp.abort()
  await bySignal
  const byReset = wait('reset', 9_000)
  clock.reset()
  await byReset
  const byClose = wait('close', 9_000)
  clock.close()
  await byClose
  await wait('closed already', 9_000)
  expect(woken).toEqual(['time', 'signal', 'reset', 'close', 'closed already'])
})
