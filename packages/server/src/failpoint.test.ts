import { afterEach, expect, it, vi } from 'vitest'
import { armFailpoint, disarmFailpoint, failpoint } from './failpoint.ts'

afterEach(() => {
  disarmFailpoint()
  vi.restoreAllMocks()
})

const test = (value: string) => ({ NODE_ENV: 'test', TEABRICK_FAILPOINT: value })

it('does nothing unless it is armed', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  armFailpoint({})
  failpoint('change.committed')
  expect(kill).not.toHaveBeenCalled()
})

it('is refused where NODE_ENV is not test', () => {
  expect(() => armFailpoint({ NODE_ENV: 'production', TEABRICK_FAILPOINT: 'a:kill' })).toThrow('NODE_ENV')
  expect(() => armFailpoint({ TEABRICK_FAILPOINT: 'a:kill' })).toThrow('NODE_ENV')
})

it('is refused when it cannot be read', () => {
  for (const value of ['change.committed', 'change.committed:throw', ':kill', 'a:kill:x'])
    expect(() => armFailpoint(test(value)), value).toThrow(JSON.stringify(value))
})

it('kills at the named place, after as many passes as asked, counting only those that hold the text', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  armFailpoint(test('change.sent:kill:1:"session.completed"'))
  failpoint('change.committed', ['session.completed'])
  failpoint('change.sent', ['payment.succeeded'])
  failpoint('change.sent')
  failpoint('change.sent', ['session.completed'])
  expect(kill).not.toHaveBeenCalled()
  failpoint('change.sent', ['session.completed'])
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']])
})
