import type { World } from './double.ts'
import type { Occasion } from './scenario.ts'

const RESET_HEADER = 'sandbox-connection'
const SLOW_MS = 5_000

/**
 * True for an answer that the real world would not have delivered (scenarios `lost-answer` and `down`). A fetch
 * handler cannot cut a connection, so a server that mounts the sandbox should: `incoming.socket.destroy()`.
 * Servers that do not know pass on an empty 502 or 503, which no client may take for an answer either.
 */
export function isConnectionReset(response: Response): boolean {
  return response.headers.get(RESET_HEADER) === 'reset'
}

/** Does the work of an API request under the scenarios that are on. */
export async function interfere(
  world: World,
  occasion: Occasion,
  serverError: () => Response,
  work: () => Promise<Response> | Response,
): Promise<Response> {
  const { scenarios } = world
  if (scenarios.strike('http-500', occasion)) return serverError()
  const answer = await work()
  const slow = scenarios.strike('slow', occasion)
  if (slow) await world.sleep(slow.delayMs ?? SLOW_MS)
  return scenarios.strike('lost-answer', occasion) ? connectionReset(502) : answer
}

export function connectionReset(status: 502 | 503): Response {
  return new Response(null, { status, headers: { [RESET_HEADER]: 'reset' } })
}
