import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'

/** A way to the network on which each connection falls silent: nothing more comes, and nobody says that it has ended. */
export interface FreezingProxy {
  /** For the browser's proxy setting. */
  readonly server: string
  /** How many connections have fallen silent. */
  frozen(): number
  close(): Promise<void>
}

/**
 * An HTTP proxy that lets a number of bytes through each connection, as networks do that slow down foreign servers.
 *
 * @param bytes Of answers, heads included, on one connection.
 */
export async function startFreezingProxy(bytes: number): Promise<FreezingProxy> {
  const sockets = new Set<Socket>()
  let frozen = 0
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server = createServer((browser) => {
    keep(browser)
    let left = bytes
    let upstream: Socket | undefined
    browser.on('data', (request) => {
      // `GET http://host:port/path HTTP/1.1`: the host of the first request is the host of the connection.
      const head = request.toString('latin1')
      const [, host = '', port = '80'] = /^[A-Z]+ http:\/\/([^/:]+):?(\d*)/.exec(head) ?? []
      if (host && !upstream) {
        upstream = keep(dial(Number(port), host))
        upstream.on('data', (part) => {
          if (left <= 0) return
          browser.write(part.subarray(0, left))
          left -= part.length
          if (left <= 0) frozen++
        })
        upstream.on('close', () => left > 0 && browser.destroy())
        browser.on('close', () => upstream?.destroy())
      }
      upstream?.write(Buffer.from(head.replace(/^([A-Z]+) http:\/\/[^/]+/, '$1 '), 'latin1'))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    server: `http://127.0.0.1:${address.port}`,
    frozen: () => frozen,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
