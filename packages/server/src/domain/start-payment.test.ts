import { expect, it } from 'vitest'
import { begin, NOW, openSession } from './domain-fixtures.ts'

it('takes no attempt from the very moment of the deadline, even before anything has closed the session', () => {
  const session = openSession()
  const { expiresAt } = session.session
  expect(expiresAt).toBe(NOW + 3_600_000)
  expect(begin(session, 'sbp', expiresAt - 1).payments).toHaveLength(1)
  expect(() => begin(session, 'sbp', expiresAt)).toThrow(
    expect.objectContaining({ code: 'session_not_open' }),
  )
})
