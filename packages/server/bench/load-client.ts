import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { CheckoutView, Session } from '@teabrick/core/contract'
import type { Times } from './statistics.ts'

/** An answer with what a client needs of it. */
interface Answer<T> {
  readonly status: number
  readonly etag: string | undefined
  readonly body: T
}

export interface LoadClient {
  createSession(reference: string): Promise<Session & { readonly clientToken: string }>
  /** Pays by SBP and reads on until there is a code. */
  pay(clientToken: string): Promise<CheckoutView>
  /** Holds one request until the checkout changes or `waitSeconds` are over. */
  watch(clientToken: string, etag: string, waitSeconds: number): Promise<Answer<unknown>>
  read(clientToken: string): Promise<Answer<CheckoutView>>
  /** Long polls that the API holds open, as it says itself. */
  heldRequests(): Promise<number>
  /** Connections that were reset under a request, which was then sent again with the same key. */
  readonly resets: number
  close(): void
}

/** Calls the API over sockets that are kept open, on node:http, which costs least. */
export function createLoadClient(
  publicUrl: string,
  { secretKey, metricsToken }: { readonly secretKey: string; readonly metricsToken: string },
  times: Times,
): LoadClient {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'fifo' })
  const { hostname, port, pathname } = new URL(publicUrl)

  let resets = 0

  /** As every client must: a connection may be closed by the server in the moment in which it is used again. */
  async function call<T>(
    method: string,
    path: string,
    token: string,
    { body, headers = {} }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const key = randomUUID()
    for (let tries = 1; ; tries++) {
      try {
        return await callOnce<T>(method, path, token, { body, headers, key })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' || tries === 3) throw error
        resets++
      }
    }
  }

  function callOnce<T>(
    method: string,
    path: string,
    token: string,
    {
      body,
      headers,
      key,
    }: { readonly body: unknown; readonly headers: Record<string, string>; readonly key: string },
  ): Promise<Answer<T>> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent,
          hostname,
          port,
          method,
          path: `${pathname}${path}`,
          headers: {
            authorization: `Bearer ${token}`,
            ...(payload === undefined
              ? {}
              : {
                  'content-type': 'application/json',
                  'content-length': Buffer.byteLength(payload),
                  'idempotency-key': key,
                }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            const { statusCode: status = 0 } = response
            if (status >= 400) return reject(new Error(`${method} ${path}: ${status} ${text}`))
            const isJson = response.headers['content-type']?.includes('json')
            resolve({ status, etag: response.headers.etag, body: (isJson ? JSON.parse(text) : text) as T })
          })
        },
      )
      sent.on('error', reject)
      sent.end(payload)
    })
  }

  async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    const result = await work()
    times.add(name, performance.now() - began)
    return result
  }

  return {
    async createSession(reference) {
      const { body } = await timed('POST /v1/sessions', () =>
        call<Session & { clientToken: string }>('POST', '/v1/sessions', secretKey, {
          body: {
            amount: { currency: 'RUB', minorUnits: 123_456 },
            order: {
              reference,
              description: 'Чай и чашка',
              lines: [
                {
                  name: 'Чай',
                  quantity: '1',
                  total: { currency: 'RUB', minorUnits: 123_456 },
                },
              ],
            },
            returnUrl: 'https://shop.example/thanks',
          },
        }),
      )
      return body
    },
    async pay(clientToken) {
      let { body: view } = await timed('POST /v1/checkout/payments', () =>
        call<CheckoutView>('POST', '/v1/checkout/payments', clientToken, { body: { method: 'sbp' } }),
      )
      while (!view.payment?.nextAction?.qr) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        view = (await timed('GET /v1/checkout', () => call<CheckoutView>('GET', '/v1/checkout', clientToken)))
          .body
      }
      return view
    },
    async heldRequests() {
      const { body } = await call<string>('GET', '/metrics', metricsToken)
      return Number(/^teabrick_held_requests (\d+)$/m.exec(body)?.[1])
    },
    read: (clientToken) => call('GET', '/v1/checkout', clientToken),
    watch: (clientToken, etag, waitSeconds) =>
      call('GET', '/v1/checkout', clientToken, {
        headers: { 'if-none-match': etag, prefer: `wait=${waitSeconds}` },
      }),
    get resets() {
      return resets
    },
    close: () => agent.destroy(),
  }
}
