import { expect, it } from 'vitest'
import { createProviderHealth, type Health } from './provider-health.ts'

function create() {
  let now = 0
  const changes: Health[] = []
  const health = createProviderHealth({ now: () => now }, (_account, state) => changes.push(state))
  return { health, changes, wait: (ms: number) => (now += ms), state: () => health.of('acme') }
}

it('takes an account down after three failures in a row, however far apart', () => {
  const { health, state, wait } = create()
  for (let failures = 0; failures < 2; failures++) {
    health.failed('acme')
    wait(60_000)
  }
  expect(state()).toBe('up')
  health.failed('acme')
  expect(state()).toBe('down')
})

it('takes it down after three failures in ten seconds, answers between them or not', () => {
  const { health, state, wait } = create()
  for (let failures = 0; failures < 2; failures++) {
    health.failed('acme')
    health.answered('acme')
    wait(3000)
  }
  expect(state()).toBe('up')
  health.failed('acme')
  expect(state()).toBe('down')
})

it('forgets failures that are older than ten seconds', () => {
  const { health, state, wait } = create()
  for (let failures = 0; failures < 9; failures++) {
    health.failed('acme')
    health.answered('acme')
    wait(6000)
  }
  expect(state()).toBe('up')
})

it('tries again after ten seconds, and the first answer or failure decides', () => {
  const { health, state, wait, changes } = create()
  for (let failures = 0; failures < 3; failures++) health.failed('acme')
  wait(10_000)
  expect(state()).toBe('degraded')
  health.failed('acme')
  expect(state()).toBe('down')
  wait(10_000)
  health.answered('acme')
  expect(state()).toBe('up')
  expect(changes).toEqual(['down', 'down', 'up'])
})

it('knows nothing bad of an account nobody has asked', () => {
  expect(create().state()).toBe('up')
})
