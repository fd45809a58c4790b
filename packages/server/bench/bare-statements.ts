import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Unit } from './count-statements.ts'

/** Ids of the recorded purchase that must be others in every repetition. */
export interface RecordedIds {
  /** 22 characters: the session's id without its prefix. */
  readonly session: string
  /** The provider's id of the payment. */
  readonly provider: string
}

/**
 * Sends the statements of one recorded purchase again and again, with ids of its own each time, by `clients` clients that do
 * nothing else: what this database and this driver could do at most.
 *
 * @param pipelined Whole transactions are sent in one go, as if all values were known from the start.
 * @returns Purchases a second.
 */
export async function sendBare({
  connectionString,
  units,
  ids,
  clients,
  seconds,
  pipelined,
}: {
  readonly connectionString: string
  readonly units: readonly Unit[]
  readonly ids: RecordedIds
  readonly clients: number
  readonly seconds: number
  readonly pipelined: boolean
}): Promise<number> {
  const connected = Array.from(
    { length: clients },
    () => new pg.Client({ connectionString, pipeline: pipelined } as pg.ClientConfig),
  )
  await Promise.all(connected.map((client) => client.connect()))
  let done = 0
  const began = performance.now()
  const until = began + seconds * 1000
  await Promise.all(
    connected.map(async (client) => {
      while (performance.now() < until) {
        await sendOnce(client, units, ids, pipelined)
        done++
      }
    }),
  )
  const took = (performance.now() - began) / 1000
  await Promise.all(connected.map((client) => client.end()))
  return done / took
}

async function sendOnce(
  client: pg.Client,
  units: readonly Unit[],
  ids: RecordedIds,
  pipelined: boolean,
): Promise<void> {
  const session = randomBytes(11).toString('hex')
  const provider = randomUUID()
  const renew = (value: unknown): unknown =>
    typeof value === 'string'
      ? value.replaceAll(ids.session, session).replaceAll(ids.provider, provider)
      : Array.isArray(value)
        ? value.map(renew)
        : value
  for (const unit of units) {
    const answers: Promise<unknown>[] = []
    for (const { name, text, values } of unit) {
      const config = { text, values: values.map(renew), ...(name === undefined ? {} : { name }) }
      const answer = client.query(config)
      if (pipelined) answers.push(answer)
      else await answer
    }
    await Promise.all(answers)
  }
}
