import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What one connection through the proxy suffers. */
export interface Toxics {
  /** Each piece arrives this much later. */
  readonly latencyMs?: number | undefined
  /** After so many bytes nothing arrives any more, while the connection stays open. */
  readonly hangAfterBytes?: number | undefined
  /** After so many bytes both sides are told of a reset. */
  readonly resetAfterBytes?: number | undefined
  /** After so many bytes the connection is closed in good order. */
  readonly closeAfterBytes?: number | undefined
  /** Pieces of at most so many bytes. */
  readonly sliceBytes?: number | undefined
  readonly bytesPerSecond?: number | undefined
  /** The end of the stream arrives this much later. */
  readonly slowCloseMs?: number | undefined
}

export interface TcpProxy {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** Connections so far, and those of them that suffered something. */
  readonly connections: number
  readonly poisoned: number
  /** Where new connections lead from now on; null refuses them. */
  retarget(port: number | null): void
  /** Asked once per connection. Without it nothing is wrong. */
  poison(draw: (() => Toxics) | null): void
  /** Resets every connection. */
  cut(): void
  /** Resolves when it is closed and no connection is left. */
  close(): Promise<void>
}

/** A TCP proxy on 127.0.0.1 that makes a link as bad as asked, after Shopify's Toxiproxy. */
export async function createTcpProxy(target: number | null = null): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let to = target
  let draw: (() => Toxics) | null = null
  let connections = 0
  let poisoned = 0

  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.setNoDelay(true)
    return socket
  }
  // Allowed half-open, so that an end is passed on when its turn comes.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    keep(client)
    if (to === null) return client.resetAndDestroy()
    connections++
    const toxics = draw?.() ?? {}
    if (Object.keys(toxics).length > 0) poisoned++
    const upstream = keep(connect({ port: to, host: '127.0.0.1', allowHalfOpen: true }))
    const reset = (): void => {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
    const passed = { bytes: 0, hangs: false }
    for (const [from, into] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.once('error', reset)
      void carry(from, into, toxics, passed, reset)
      // An abrupt end of one side is one of the other's; behind a connection that hangs nobody hears of it.
      from.once('close', () => {
        if (passed.hangs ? from === client : !from.readableEnded) into.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    get poisoned() {
      return poisoned
    },
    retarget(next) {
      to = next
    },
    poison(next) {
      draw = next
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function carry(
  from: Socket,
  into: Socket,
  toxics: Toxics,
  passed: { bytes: number; hangs: boolean },
  reset: () => void,
): Promise<void> {
  const { sliceBytes = Number.POSITIVE_INFINITY, bytesPerSecond, slowCloseMs = 0, latencyMs = 0 } = toxics
  const { hangAfterBytes, resetAfterBytes, closeAfterBytes } = toxics
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (latencyMs > 0) await sleep(latencyMs)
      for (let start = 0; start < chunk.length; start += sliceBytes) {
        const piece = chunk.subarray(start, Math.min(chunk.length, start + sliceBytes))
        if (bytesPerSecond !== undefined) await sleep((piece.length / bytesPerSecond) * 1000)
        passed.bytes += piece.length
        if (resetAfterBytes !== undefined && passed.bytes > resetAfterBytes) return reset()
        passed.hangs ||= hangAfterBytes !== undefined && passed.bytes > hangAfterBytes
        if (passed.hangs) continue
        if (closeAfterBytes !== undefined && passed.bytes > closeAfterBytes) {
          into.end()
          from.end()
          return
        }
        if (into.destroyed) return
        if (!into.write(piece)) await Promise.race([once(into, 'drain'), once(into, 'close')])
      }
    }
    if (slowCloseMs > 0) await sleep(slowCloseMs)
    if (!passed.hangs) into.end()
  } catch {
    // Whoever broke it was told by the reset already.
    into.destroy()
  }
}
