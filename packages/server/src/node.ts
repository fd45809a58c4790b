import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { PaymentApi } from './payment-api.ts'
import { REQUEST_LIMITS } from './request-limits.ts'

/** A request listener for node:http, and a middleware for Express. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * The payment API for node:http and Express: `app.use(toNodeHandler(api))`, before any body parser, because webhooks are
 * verified on the bytes as they came. Mounted at a path (`app.use('/pay', …)`) it still reads the full one. What is not under
 * the path of `publicUrl` is passed on, where there is a `next`.
 */
export function toNodeHandler(api: Pick<PaymentApi, 'publicUrl' | 'fetch'>): NodeHandler {
  const { origin, pathname } = new URL(api.publicUrl)
  const basePath = pathname.replace(/\/+$/, '')

  return (incoming, outgoing, next) => {
    const target = originalUrl(incoming)
    const [path = ''] = target.split('?', 1)
    if (next && path !== basePath && !path.startsWith(`${basePath}/`)) return next()
    // Never the Host header: it is the client's.
    const url = target.startsWith('/') ? `${origin}${target}` : ''
    if (!URL.canParse(url) || hasOtherReading(path, target, incoming)) {
      outgoing.writeHead(400, { 'content-length': '0', connection: 'close' }).end()
      return
    }
    // The platform's Request takes no TRACE, and nothing here is for it.
    if (incoming.method === 'TRACE') {
      outgoing
        .writeHead(405, { 'content-length': '0', connection: 'close', allow: 'GET, HEAD, POST, PUT' })
        .end()
      return
    }
    answer(api, incoming, outgoing, url).catch((error: unknown) => {
      if (next && !outgoing.headersSent) next(error)
      else outgoing.destroy(error instanceof Error ? error : undefined)
    })
  }
}

/**
 * Whether a proxy in front may have read another path or host in it, and let it pass for that: dot segments, a backslash, a
 * fragment, two hosts.
 */
function hasOtherReading(path: string, target: string, { rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length
  return hosts > 1 || /[\\#]/.test(target) || /\/(\.|%2e){1,2}(\/|$)/i.test(path)
}

async function answer(
  api: Pick<PaymentApi, 'fetch'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: string,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  const response = await api.fetch(toRequest(incoming, url, gone.signal), {
    remoteAddress: incoming.socket.remoteAddress,
  })
  if (outgoing.destroyed) return
  const body = Buffer.from(await response.arrayBuffer())
  const headers: Record<string, string> = Object.fromEntries(response.headers)
  if (incoming.method !== 'HEAD' && response.status !== 304 && response.status !== 204)
    headers['content-length'] = String(body.length)
  // What was refused unread is not read on: the connection ends with the answer.
  if (!incoming.complete) headers['connection'] = 'close'
  outgoing.writeHead(response.status, headers)
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
}

function toRequest(incoming: IncomingMessage, url: string, signal: AbortSignal): Request {
  const headers = new Headers()
  for (let index = 0; index < incoming.rawHeaders.length; index += 2)
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '')
  const { method = 'GET' } = incoming
  const init: RequestInit & { duplex?: 'half' } = { method, headers, signal }
  if (method !== 'GET' && method !== 'HEAD') {
    init.body = bodyOf(incoming)
    init.duplex = 'half'
  }
  return new Request(url, init)
}

function bodyOf(incoming: IncomingMessage): BodyInit {
  // Cloud runtimes read the body beforehand and leave its bytes here.
  if ('rawBody' in incoming && Buffer.isBuffer(incoming.rawBody)) return new Uint8Array(incoming.rawBody)
  if (incoming.readableEnded)
    throw new Error('the request body was read before the payment API: mount it before any body parser')
  return Readable.toWeb(incoming) as ReadableStream<Uint8Array>
}

/** Express cuts the mount path off `url` and keeps the whole in `originalUrl`. */
function originalUrl(incoming: IncomingMessage): string {
  return 'originalUrl' in incoming && typeof incoming.originalUrl === 'string'
    ? incoming.originalUrl
    : (incoming.url ?? '/')
}

export interface ServeOptions {
  readonly api: PaymentApi
  /** Default 8080; 0 takes a free one. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`: a proxy with TLS stands in front. */
  readonly host?: string | undefined
  /** How long open requests get when it is closed. Default 10 s. */
  readonly closeTimeoutMs?: number | undefined
}

export interface RunningServer {
  readonly port: number
  readonly host: string
  /** Takes no new connection, answers who waits, finishes what is under way, stops the API. */
  close(): Promise<void>
}

/**
 * Starts the API and serves it by node:http, with limits against slow and oversized requests.
 *
 * @throws StoreError if the database cannot be used; the system's error (`EADDRINUSE`) if the port cannot.
 */
export async function serve({
  api,
  port = 8080,
  host = '127.0.0.1',
  closeTimeoutMs = 10_000,
}: ServeOptions): Promise<RunningServer> {
  const server = createHttpServer(toNodeHandler(api))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  try {
    await api.start()
  } catch (error) {
    server.close()
    server.closeAllConnections()
    throw error
  }
  return {
    port: (server.address() as AddressInfo).port,
    host,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      await api.stop()
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs)
      await closed
      clearTimeout(timer)
    },
  }
}

/** A node:http server with the limits of this API: 431 above the header limit, 408 for requests that take too long to arrive. */
export function createHttpServer(handler: NodeHandler): Server {
  return createServer(
    {
      maxHeaderSize: REQUEST_LIMITS.headerBytes,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      // Above the 60 s after which balancers drop idle connections, so that none is reused while it is being closed.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  )
}
