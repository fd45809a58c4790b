import { expect, it } from 'vitest'
import { createStore } from './store.ts'

interface Emitter {
  readonly listeners: (event: string) => ((error: unknown) => void)[]
  readonly on: (event: string, listener: (error: unknown) => void) => void
  readonly removeListener: (event: string, listener: (error: unknown) => void) => void
}

it('calls every listener once per change, and none for the same value', () => {
  const store = createStore(1, () => undefined)
  let called = 0
  store.subscribe(() => called++)
  store.subscribe(() => called++)
  store.set(2)
  store.set(2)
  expect([called, store.getSnapshot()]).toEqual([2, 2])
})

it('counts one function that subscribes twice as two, and a second unsubscribe as none', () => {
  const counts: number[] = []
  const store = createStore(1, (count) => counts.push(count))
  const listener = () => undefined
  const ends = [store.subscribe(listener), store.subscribe(listener)]
  ends[0]?.()
  ends[0]?.()
  ends[1]?.()
  expect(counts).toEqual([1, 2, 1, 0])
})

it('goes on with the others when a listener throws, and reports it as uncaught', async () => {
  const { process } = globalThis as unknown as { process: Emitter }
  const others = process.listeners('uncaughtException')
  for (const one of others) process.removeListener('uncaughtException', one)
  const reported: unknown[] = []
  const listener = (error: unknown) => void reported.push(error)
  process.on('uncaughtException', listener)
  const store = createStore(1, () => undefined)
  let called = 0
  const broken = new Error('broken listener')
  store.subscribe(() => {
    throw broken
  })
  store.subscribe(() => called++)
  store.set(2)
  await new Promise((resolve) => setTimeout(resolve, 0))
  process.removeListener('uncaughtException', listener)
  for (const one of others) process.on('uncaughtException', one)
  expect([called, reported]).toEqual([1, [broken]])
})
