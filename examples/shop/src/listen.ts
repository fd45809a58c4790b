import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpServer, type NodeHandler } from '@teabrick/server/node'

export interface Listening {
  readonly port: number
  /** Ends idle connections at once and waits for the others, but no longer than a moment. */
  close(): Promise<void>
}

const CLOSE_PATIENCE_MS = 1_000

/**
 * Takes the port before anything else is started, so that a taken one costs nothing.
 *
 * @param route Asked anew for each request: what answers it may come later.
 * @throws the error of `listen`, with code `EADDRINUSE` when the port is taken.
 */
export async function listen(
  port: number,
  route: (request: IncomingMessage) => NodeHandler,
): Promise<Listening> {
  const server = createHttpServer((request, response) => route(request)(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
