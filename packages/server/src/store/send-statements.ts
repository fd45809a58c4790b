import { createHash } from 'node:crypto'
import type { Pool, PoolClient, QueryResult } from 'pg'
import { isConnectionLost, isPreparedMixedUp } from './postgres-errors.ts'

/** Text with `$1`, `$2`, … and their values. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Statements that are prepared by name, at most: the server keeps each as long as its connection lives. */
const MAX_PREPARED = 200

/** Names by text: the same in every process, so that a shared connection never runs another text than was meant. */
const names = new Map<string, string>()

/** Addresses where a pooler mixes up what was prepared on which connection. */
const unprepared = new Set<string>()
const addressOf = ({ host, port, database }: PoolClient): string => `${host}:${port}/${database}`

/**
 * Runs one statement. A text with values that comes again is prepared by name: parsing and planning it costs the server more
 * than running it.
 */
export async function send(client: PoolClient, { text, values }: Statement): Promise<QueryResult> {
  if (values.length === 0) return client.query(text)
  const name = unprepared.has(addressOf(client)) ? undefined : nameOf(text)
  try {
    return await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) })
  } catch (error) {
    if (isPreparedMixedUp(error)) unprepared.add(addressOf(client))
    throw error
  }
}

/**
 * Sends statements of one connection together, without waiting for the answer to one before the next leaves: one packet and
 * one round trip instead of several. Inside a transaction the server refuses all that follow one that failed.
 *
 * A client without pipelining, as of a pool that is not ours, gets them one after another, and none after one that failed.
 *
 * @throws What the first that failed was answered.
 */
export async function sendTogether(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly QueryResult[]> {
  if (!isPipelined(client)) {
    const results: QueryResult[] = []
    for (const statement of statements) results.push(await send(client, statement))
    return results
  }
  const { stream } = client.connection
  stream.cork()
  const answers = statements.map((statement) => send(client, statement))
  stream.uncork()
  const settled = await Promise.allSettled(answers)
  return settled.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason
    return answer.value
  })
}

export const BEGIN: Statement = { text: 'start transaction isolation level read committed', values: [] }
export const COMMIT: Statement = { text: 'commit', values: [] }
export const ROLLBACK: Statement = { text: 'rollback', values: [] }

/** One statement on any connection of the pool, a transaction of its own. */
export async function sendAlone(pool: Pool, statement: Statement): Promise<QueryResult> {
  return withClient(pool, (client) => send(client, statement))
}

/** A transaction whose statements are all known from the start, in one round trip. */
export async function sendTransaction(
  pool: Pool,
  statements: readonly Statement[],
): Promise<readonly QueryResult[]> {
  const [only, ...more] = statements
  if (only !== undefined && more.length === 0) return [await sendAlone(pool, only)]
  return withClient(pool, async (client) => {
    try {
      return (await sendTogether(client, [BEGIN, ...statements, COMMIT])).slice(1, -1)
    } catch (error) {
      await client.query(ROLLBACK.text)
      throw error
    }
  })
}

/** A connection that was lost on the way does not go back to the pool. */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  try {
    return await work(client)
  } catch (error) {
    isBroken = isConnectionLost(error)
    throw error
  } finally {
    client.release(isBroken)
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size === MAX_PREPARED) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  names.set(text, name)
  return name
}

/** What a client with `pipeline: true` has, which the driver's types do not say. */
type PipelinedClient = PoolClient & {
  readonly connection: { readonly stream: { cork(): void; uncork(): void } }
}

function isPipelined(client: PoolClient): client is PipelinedClient {
  return 'pipeline' in client && client.pipeline === true
}
