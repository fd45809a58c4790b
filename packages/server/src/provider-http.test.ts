import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import type { ProviderFault, ProviderHttpRequest } from './provider.ts'
import { createProviderHttp, readJson, retryAfterMs } from './provider-http.ts'

// Self-signed for these tests with openssl; it opens nothing.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUTnBMh1hB+fI2WOTCGyKss1NsPjEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE4NDc0NFoYDzIxMjYxMDMx
MTg0NzQ0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ8WRLaGdVX6+Z+laJjcG9GtqLhjKiCV480oIDReoXLWut8LBbefeSU
6QUZm3c8pc0Ka4D4S8xh2y+hMn2aZfiio1MwUTAdBgNVHQ4EFgQUSTtE23neZpCp
D3bNtGU+ziVG3uswHwYDVR0jBBgwFoAUSTtE23neZpCpD3bNtGU+ziVG3uswDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA7uDdAimrWLsMng2pT3H7Y
ISquP835daklkpIpljj2LwIhAM8H4i/QzIMWZa4BR0T1qAj5IEcOdXisZlZfas4T
Tk2C
-----END CERTIFICATE-----`
const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVCngOcAe3rwXGRx+
ZwnUIqCYsd6E6yCX4p5i17EU49yhRANCAAQ8WRLaGdVX6+Z+laJjcG9GtqLhjKiC
V480oIDReoXLWut8LBbefeSU6QUZm3c8pc0Ka4D4S8xh2y+hMn2aZfii
-----END PRIVATE KEY-----`

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // A test that ends with an open connection must not wait for it.
    socket.on('error', () => {})
  })
  const { close } = server
  server.close = (done) => {
    for (const socket of sockets) socket.destroy()
    return close.call(server, done)
  }
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const serve = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(createHttpServer(listener))}`

async function refusedPort(): Promise<number> {
  const port = await listen(createTcpServer())
  const server = servers.pop()
  await new Promise((resolve) => server?.close(resolve))
  return port
}

const http = createProviderHttp()

async function faultOf(request: Partial<ProviderHttpRequest> & { url: string }): Promise<ProviderFault> {
  try {
    await http.send({ method: 'POST', headers: {}, body: '{"amount":1}', ...request })
  } catch (error) {
    return error as ProviderFault
  }
  throw new Error('no fault')
}

describe('createProviderHttp', () => {
  it('sends the bytes and headers as given, and gives back the bytes of the answer', async () => {
    const body = '{"text": "чай 普洱茶",  "n":1.0}'
    const url = await serve((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        response.setHeader('x-key', request.headers['x-key'] ?? '')
        response.setHeader('x-agent', request.headers['user-agent'] ?? '')
        response.end(Buffer.concat(chunks))
      })
    })
    const named = createProviderHttp({ userAgent: 'tea/1' })
    const answer = await named.send({ method: 'POST', url, headers: { 'x-key': 'k 1' }, body })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-key')).toBe('k 1')
    expect(answer.headers.get('x-agent')).toBe('tea/1')
    expect(Buffer.from(answer.rawBody).toString()).toBe(body)
  })

  for (const status of [204, 400, 429, 500, 503]) {
    it(`gives an answer of ${status} to the adapter to judge`, async () => {
      const url = await serve((_, response) => response.writeHead(status).end())
      expect((await http.send({ method: 'GET', url, headers: {} })).status).toBe(status)
    })
  }

  it('knows that a refused connection did nothing', async () => {
    const fault = await faultOf({ url: `http://127.0.0.1:${await refusedPort()}/` })
    expect(fault).toMatchObject({ kind: 'not_done', code: 'ECONNREFUSED' })
  })

  it('knows that nothing was done when every address of a host refuses', async () => {
    const fault = await faultOf({ url: `http://localhost:${await refusedPort()}/` })
    expect(fault).toMatchObject({ kind: 'not_done', code: 'ECONNREFUSED' })
  })

  it('looks at what happened at each address of a host', async () => {
    const failure = (code: string) => Object.assign(new Error(code), { code })
    const fail = (...codes: string[]) => {
      const cause = new AggregateError(codes.map(failure))
      const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
      return createProviderHttp({ fetch }).send({ method: 'GET', url: 'https://acme.example/', headers: {} })
    }
    await expect(fail('ECONNREFUSED', 'ENETUNREACH')).rejects.toMatchObject({ kind: 'not_done' })
    await expect(fail('ECONNREFUSED', 'ECONNRESET')).rejects.toMatchObject({ kind: 'unknown' })
    await expect(fail()).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('knows that a host without an address did nothing', async () => {
    const fault = await faultOf({ url: 'http://provider.invalid/' })
    expect(fault.kind).toBe('not_done')
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(fault.code)
  })

  it('knows that nothing was done when the certificate is refused', async () => {
    const server = createHttpsServer({ cert: certificate, key: certificateKey }, (_, response) =>
      response.end(),
    )
    const fault = await faultOf({ url: `https://127.0.0.1:${await listen(server)}/` })
    expect(fault).toMatchObject({ kind: 'not_done', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  it('does not know what a connection that ends in the middle of a handshake means', async () => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.destroy()))
    const fault = await faultOf({ url: `https://127.0.0.1:${await listen(server)}/` })
    expect(fault.kind).toBe('unknown')
  })

  it('does not know the outcome when the connection ends after the request', async () => {
    const url = await serve((request) => request.resume().on('end', () => request.socket.destroy()))
    expect(await faultOf({ url })).toMatchObject({ kind: 'unknown', code: 'UND_ERR_SOCKET' })
  })

  it('does not know the outcome when the connection is reset after the request', async () => {
    const url = await serve((request) => request.resume().on('end', () => request.socket.resetAndDestroy()))
    expect(await faultOf({ url })).toMatchObject({ kind: 'unknown', code: 'ECONNRESET' })
  })

  it('does not know the outcome when no answer comes in time', async () => {
    const url = await serve((request) => request.resume())
    expect(await faultOf({ url, timeoutMs: 100 })).toMatchObject({ kind: 'unknown', code: 'timeout' })
  })

  it('does not know the outcome when the answer stops in the middle', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-length': '100' }).write('{"id":'),
    )
    expect(await faultOf({ url, timeoutMs: 100 })).toMatchObject({ kind: 'unknown', code: 'timeout' })
  })

  it('does not know the outcome when half an answer comes', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"id":', () => request.socket.destroy())
    })
    expect(await faultOf({ url })).toMatchObject({ kind: 'unknown', code: 'UND_ERR_SOCKET' })
  })

  it('reads at most a mebibyte', async () => {
    const chunk = Buffer.alloc(65_536, 32)
    let sent = 0
    const url = await serve((_, response) => {
      const more = () => {
        sent += chunk.length
        if (!response.destroyed) response.write(chunk, more)
      }
      more()
    })
    expect(await faultOf({ url })).toMatchObject({ kind: 'unknown', code: 'answer_too_large' })
    expect(sent).toBeLessThan(64 * 1_048_576)
  })

  it('follows no redirect', async () => {
    let followed = 0
    const target = await serve((_, response) => {
      followed += 1
      response.end('{}')
    })
    const url = await serve((_, response) => response.writeHead(307, { location: target }).end())
    expect(await faultOf({ url })).toMatchObject({ kind: 'unknown', code: 'redirected' })
    expect(followed).toBe(0)
  })

  it('ends in time when the fetch it was given ignores its signal', async () => {
    const deaf = createProviderHttp({ fetch: () => new Promise(() => {}) })
    await expect(
      deaf.send({ method: 'GET', url: 'https://acme.example/', headers: {}, timeoutMs: 20 }),
    ).rejects.toMatchObject({ kind: 'unknown', code: 'timeout' })
  })

  it('waits for twelve seconds where nothing else is asked for: longer than a connection may take to be made', async () => {
    vi.useFakeTimers()
    try {
      const deaf = createProviderHttp({ fetch: () => new Promise(() => {}) })
      let fault: unknown
      void deaf.send({ method: 'GET', url: 'https://acme.example/', headers: {} }).catch((error: unknown) => {
        fault = error
      })
      await vi.advanceTimersByTimeAsync(11_999)
      expect(fault).toBeUndefined()
      await vi.advanceTimersByTimeAsync(1)
      expect(fault).toMatchObject({ kind: 'unknown', code: 'timeout' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('says where it failed, and nothing that was secret', async () => {
    const { message, cause } = await faultOf({
      url: `http://127.0.0.1:${await refusedPort()}/v1/pay?token=query-secret`,
      headers: { authorization: 'Basic header-secret' },
      body: 'body-secret',
    })
    expect(message).toMatch(/^POST 127\.0\.0\.1:\d+\/v1\/pay: /)
    expect(`${message} ${(cause as Error).stack} ${(cause as Error).cause}`).not.toMatch(/secret/)
  })
})

describe('readJson', () => {
  const answer = (text: string | Uint8Array<ArrayBuffer>) => ({
    status: 200,
    headers: new Headers(),
    rawBody: typeof text === 'string' ? new TextEncoder().encode(text) : text,
  })
  const schema = z.object({ id: z.string(), buyer: z.optional(z.object({ phone: z.string() })) })

  it('reads what has the form', () => {
    expect(readJson(answer('{"id":"1","more":true}'), schema)).toEqual({ id: '1' })
  })

  for (const [name, body] of Object.entries({
    'an empty body': '',
    'a login page': '<!doctype html><title>Wi-Fi</title>',
    'another form': '{"id":7}',
    'a list': '[]',
    'bytes that are no UTF-8': new Uint8Array([...new TextEncoder().encode('{"id":"'), 0xff, 0x22, 0x7d]),
  })) {
    it(`takes ${name} for an unknown outcome`, () => {
      expect(() => readJson(answer(body), schema)).toThrow(expect.objectContaining({ kind: 'unknown' }))
    })
  }

  it('names the place that is wrong, not what stands there', () => {
    const body = answer('{"id":"1","buyer":{"phone":79990000000}}')
    expect(() => readJson(body, schema)).toThrow(/buyer\.phone/)
    expect(() => readJson(body, schema)).not.toThrow(/7999/)
  })
})

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-24T10:00:00Z')
  const read = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), now)

  it('reads seconds and dates', () => {
    expect(read('3')).toBe(3000)
    expect(read('Tue, 24 Nov 2026 10:00:05 GMT')).toBe(5000)
    expect(read('Tue, 24 Nov 2026 09:00:00 GMT')).toBe(0)
  })

  it('knows nothing when there is none or it cannot be read', () => {
    expect(retryAfterMs(new Headers(), now)).toBeUndefined()
    expect(read('soon')).toBeUndefined()
  })
})
