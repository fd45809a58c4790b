import { beforeEach, expect, it } from 'vitest'
import { openSession } from '../domain/domain-fixtures.ts'
import { createTestClock, type TestClock } from './engine-rig.ts'
import { createSessionWaiters, type SessionWaiters } from './session-waiters.ts'

const ID = openSession().session.id
const SEEN = { version: 1, railsVersion: 5 }

let clock: TestClock
let versions: Map<string, number>
let rails: number
let asked: (readonly string[])[]
let errors: unknown[]
let isAway: boolean
let waiters: SessionWaiters
beforeEach(() => {
  clock = createTestClock()
  versions = new Map([[ID, 1]])
  rails = 5
  asked = []
  errors = []
  isAway = false
  waiters = createSessionWaiters({
    store: {
      versions: async (ids) => {
        asked.push([...ids])
        if (isAway) throw new Error('away')
        return versions
      },
    },
    clock,
    railsVersion: async () => rails,
    onError: (error) => errors.push(error),
  })
})

/** Waits, and says what for: true, false, or nothing yet. */
function wait(timeoutMs = 25_000, signal?: AbortSignal) {
  const waiter = waiters.register(ID)
  waiter.seen = SEEN
  let result: boolean | undefined
  void waiter.changed(timeoutMs, signal).then((changed) => {
    result = changed
  })
  return { waiter, result: () => result }
}

it('wakes at once for a change of this process, and hands its state over', async () => {
  const { waiter, result } = wait()
  const state = openSession()
  waiters.wake(state)
  await clock.advance(0)
  expect([result(), waiter.latest, waiter.isAboutRails]).toEqual([true, state, false])
})

it('wakes within 400 ms for a change of another process', async () => {
  const { waiter, result } = wait()
  await clock.advance(400)
  expect([asked, result()]).toEqual([[[ID]], undefined])
  versions.set(ID, 2)
  await clock.advance(400)
  expect([result(), waiter.latest, waiter.isAboutRails]).toEqual([true, null, false])
})

it('wakes for news of the rails, and says that it is nothing else', async () => {
  const { waiter, result } = wait()
  rails = 6
  await clock.advance(400)
  expect([result(), waiter.isAboutRails]).toEqual([true, true])
})

it('is over in its own time, by its signal, and when all is stopped', async () => {
  const abort = new AbortController()
  const [timed, aborted, stopped] = [wait(1000), wait(25_000, abort.signal), wait()]
  await clock.advance(999)
  expect(timed.result()).toBeUndefined()
  await clock.advance(1)
  expect(timed.result()).toBe(false)
  abort.abort()
  await clock.advance(0)
  expect(aborted.result()).toBe(false)
  expect(stopped.result()).toBeUndefined()
  waiters.stop()
  await clock.advance(0)
  expect([stopped.result(), waiters.isStopped]).toEqual([false, true])
  const late = wait()
  await clock.advance(0)
  expect(late.result()).toBe(false)
})

it('asks for nobody who has gone', async () => {
  const { waiter } = wait()
  const other = waiters.register(ID)
  expect(waiters.count).toBe(2)
  waiter.release()
  expect(waiters.count).toBe(1)
  other.release()
  await clock.advance(5000)
  expect([waiters.count, asked]).toEqual([0, []])
})

it('waits on while the database is away', async () => {
  isAway = true
  const { result } = wait()
  await clock.advance(1200)
  expect([errors.length, result()]).toEqual([3, undefined])
  isAway = false
  versions.set(ID, 2)
  await clock.advance(400)
  expect(result()).toBe(true)
})

it('wakes everybody for a rail that is cut, within half a second', async () => {
  const all = Array.from({ length: 10 }, () => wait())
  rails = 6
  versions.set(ID, 1)
  waiters.wakeAll()
  await clock.advance(200)
  const early = all.filter(({ result }) => result() === true).length
  expect(early).toBeGreaterThan(0)
  expect(early).toBeLessThan(10)
  await clock.advance(300)
  expect(all.map(({ result, waiter }) => [result(), waiter.isAboutRails])).toEqual(
    all.map(() => [true, true]),
  )
})
