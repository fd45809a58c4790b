import pg from 'pg'

const QUEUES = ['operation', 'notification', 'delivery'] as const

/**
 * Ends all leases. Only for a database that no other process can have opened: whoever held them is dead, and what it was doing
 * is due at once instead of when its lease would have ended.
 */
export async function endLeases(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    for (const queue of QUEUES)
      await client.query(
        `update teabrick.${queue} set lease_until = null, lease_token = null where lease_token is not null`,
      )
  } finally {
    await client.end()
  }
}
