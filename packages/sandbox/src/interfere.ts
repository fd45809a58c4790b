import type { World } from './double.ts'
import type { Occasion } from './scenario.ts'

const RESET_HEADER = 'sandbox-connection'
const SLOW_MS = 5_000
const HANG_MS = 3_600_000

/**
 * True for an answer that the real world would not have delivered (scenarios `lost-answer`, `reset`, `hang` and
 * `down`). A fetch handler cannot cut a connection, so a server that mounts the sandbox should:
 * `incoming.socket.destroy()`. Servers that do not know pass on an empty 502 or 503, which no client may take for an
 * answer either.
 */
export function isConnectionReset(response: Response): boolean {
  return response.headers.has(RESET_HEADER)
}

/** True where the connection is to be cut by a TCP reset, not by an orderly end: `socket.resetAndDestroy()`. */
export function isAbruptReset(response: Response): boolean {
  return response.headers.get(RESET_HEADER) === 'abrupt'
}

/** What a double can do for scenarios that need its help. */
export interface Help {
  /** The request's, by which the client gives up: ends `hang`. */
  readonly signal?: AbortSignal | undefined
  /** The provider's answer to too many requests. Default: a bare HTTP 429. */
  readonly rateLimited?: (() => Response) | undefined
  /** Plays the buyer's yes to the payment that was just made, so that there is something to tell before the answer. */
  readonly approve?: (() => void) | undefined
}

/** Does the work of an API request under the scenarios that are on. Several at once are fine. */
export async function interfere(
  world: World,
  occasion: Occasion,
  serverError: () => Response,
  work: () => Promise<Response> | Response,
  { signal, rateLimited = bareTooManyRequests, approve }: Help = {},
): Promise<Response> {
  const { scenarios, deliveries, clock } = world
  if (scenarios.strike('reset', occasion)) return connectionReset(503, 'abrupt')
  if (scenarios.strike('rate-limited', occasion)) return rateLimited()
  if (scenarios.strike('http-500', occasion)) return serverError()
  const answer = await work()
  if (scenarios.strike('webhook-before-answer', occasion)) {
    if (occasion.operation === 'pay') approve?.()
    await deliveries.flush(occasion.references)
  }
  if (scenarios.strike('hang', occasion)) {
    await clock.wait(HANG_MS, signal)
    return connectionReset(503)
  }
  const slow = scenarios.strike('slow', occasion)
  if (slow) await world.sleep(slow.delayMs ?? SLOW_MS)
  return scenarios.strike('lost-answer', occasion) ? connectionReset(502) : answer
}

export function connectionReset(status: 502 | 503, how: 'reset' | 'abrupt' = 'reset'): Response {
  return new Response(null, { status, headers: { [RESET_HEADER]: how } })
}

function bareTooManyRequests(): Response {
  return new Response('Too Many Requests', { status: 429, headers: { 'content-type': 'text/plain' } })
}
