import { expect, it } from 'vitest'
import { createPool } from './pool.ts'
import { isConnectionLost } from './postgres-errors.ts'
import { createTestDatabase } from './testing-postgres.ts'

it('gives a connection up on which nothing moves while somebody waits, and takes another one', async () => {
  const { connectionString, drop } = await createTestDatabase()
  const pool = createPool({ connectionString, maxConnections: 1, silenceTimeoutMs: 500 })
  const { rows } = await pool.query('select pg_backend_pid() as pid')
  const { pid } = rows[0] as { pid: number }
  // As a machine that vanished: the connection stands, and nobody is behind it.
  process.kill(pid, 'SIGSTOP')
  try {
    const lost = await pool.query('select 1').catch((error: unknown) => error)
    expect(isConnectionLost(lost)).toBe(true)
    const again = await pool.query('select pg_backend_pid() as pid')
    expect(again.rows[0].pid).not.toBe(pid)
  } finally {
    process.kill(pid, 'SIGCONT')
    await pool.end()
    await drop()
  }
})

it('leaves a connection alone that nobody waits for', async () => {
  const { connectionString, drop } = await createTestDatabase()
  const pool = createPool({ connectionString, maxConnections: 1, silenceTimeoutMs: 200 })
  const pidOf = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid
  const pid = await pidOf()
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(await pidOf()).toBe(pid)
  await pool.end()
  await drop()
})
