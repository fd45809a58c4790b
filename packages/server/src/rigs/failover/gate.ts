import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * `refused`: nobody listens, and what was connected is reset. `silent`: requests arrive and are obeyed, and no answer ever
 * comes back: the worst of all, since every answer is lost.
 */
export type GateMode = 'open' | 'refused' | 'silent'

/** A place before a provider where its link is cut, and always at the same address. */
export interface Gate {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  set(mode: GateMode): Promise<void>
  close(): Promise<void>
}

/** @param target Port of the provider, asked at each connection. */
export async function createGate(target: () => number): Promise<Gate> {
  const sockets = new Set<Socket>()
  let mode: GateMode = 'open'
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer((client) => {
    keep(client)
    const provider = keep(connect({ port: target(), host: '127.0.0.1' }))
    client.on('data', (bytes) => provider.write(bytes))
    provider.on('data', (bytes) => {
      if (mode === 'open') client.write(bytes)
    })
    client.once('close', () => provider.destroy())
    provider.once('close', () => client.destroy())
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const stop = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async set(next) {
      const before = mode
      mode = next
      if (next === 'refused') await stop()
      // Whoever still waits for a silent one hears of its end by a reset, as after a reboot.
      else if (next === 'open') for (const socket of sockets) socket.resetAndDestroy()
      if (before === 'refused' && next !== 'refused') await listen(port)
    },
    close: stop,
  }
}
