import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { isAbruptReset, isConnectionReset } from './interfere.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

export interface ServeOptions extends SandboxOptions {
  /** Default 4250; 0 takes a free one. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined
}

export interface ServedSandbox extends Omit<Sandbox, 'close'> {
  /** `http://127.0.0.1:4250` */
  readonly url: string
  /** Closes every connection and stops the sandbox. */
  close(): Promise<void>
}

/**
 * The sandbox on a port of its own. Answers that get lost (`lost-answer`, `down`, `reset`) cut the connection;
 * under `hang` it stays open until the client gives up.
 * @throws the error of `listen`, with code `EADDRINUSE` when the port is taken.
 */
export async function serveSandbox({
  port = 4250,
  host = '127.0.0.1',
  ...options
}: ServeOptions = {}): Promise<ServedSandbox> {
  let sandbox: Sandbox | undefined
  const server = createServer(
    getRequestListener(async (request, { incoming }) => {
      if (!sandbox) return new Response(null, { status: 503 })
      const response = await sandbox.fetch(request)
      const socket = incoming.socket as Socket
      if (isAbruptReset(response)) socket.resetAndDestroy()
      else if (isConnectionReset(response)) socket.destroy()
      return response
    }),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
  sandbox = createSandbox({ publicUrl: url, ...options })
  const { fetch, control, close } = sandbox
  return {
    url,
    fetch,
    control,
    close() {
      close()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
