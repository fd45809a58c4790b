import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRig, createApiRig, newKey, SECRET_KEY, sessionRequest } from './api-rig.ts'
import { createHttpServer, type RunningServer, serve, toNodeHandler } from './node.ts'

let rig: ApiRig
let server: Server | undefined
let running: RunningServer | undefined
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  await running?.close()
  await rig.close()
  server = undefined
  running = undefined
})

async function listen(make: (rig: ApiRig) => Server = ({ api }) => createHttpServer(toNodeHandler(api))) {
  rig = await createApiRig()
  server = make(rig)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** Sends bytes as they are and gives back all that comes until the connection ends. */
function raw(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => resolve(answer))
    socket.on('close', () => resolve(answer))
    for (const part of parts) socket.write(part)
  })
}

const post = (path: string, ...headers: string[]): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: shop.example',
    `Authorization: Bearer ${SECRET_KEY}`,
    `Idempotency-Key: ${newKey()}`,
    'Content-Type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n')

describe('over a socket', () => {
  it('creates a session, whatever the Host header says (IH-15)', async () => {
    const port = await listen()
    const body = JSON.stringify(sessionRequest)
    const head = post('/pay/v1/sessions', 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`)
    const answer = await raw(port, head.replace('Host: shop.example', 'Host: evil.test:99999'), body)
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
    expect(answer).not.toContain('evil.test')
  })

  it('refuses a header bomb with 431 (IH-17)', async () => {
    const port = await listen()
    const bomb = Array.from({ length: 100 }, (_, index) => `X-${index}: ${'a'.repeat(8192)}`)
    expect(await raw(port, post('/pay/v1/sessions', ...bomb))).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('refuses 100 KB of Accept-Language with 431 (IH-18)', async () => {
    const port = await listen()
    const languages = `Accept-Language: ${'en-US,'.repeat(16_000)}en`
    expect(await raw(port, post('/pay/v1/sessions', languages))).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('refuses two lengths for one body with 400 (IH-19)', async () => {
    const port = await listen()
    const head = post('/pay/v1/sessions', 'Transfer-Encoding: chunked', 'Content-Length: 5')
    expect(await raw(port, head, '0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('refuses a large body before it has come, and closes (WB-07)', async () => {
    const port = await listen()
    const path = '/pay/v1/providers/yookassa/notifications'
    expect(await raw(port, post(path, 'Content-Length: 1048577'), 'a'.repeat(1000))).toMatch(
      /^HTTP\/1\.1 413 /,
    )
    const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
    const chunked = await raw(port, post(path, 'Transfer-Encoding: chunked'), chunk.repeat(64))
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /)
    expect(chunked.toLowerCase()).toContain('connection: close')
  })

  it('reads no more than Content-Length says, and takes the rest for a bad request (WB-08)', async () => {
    const port = await listen()
    const path = '/pay/v1/providers/yookassa/notifications'
    const answers = await raw(port, post(path, 'Content-Length: 10'), 'a'.repeat(1_000_000))
    const statuses = answers.match(/^HTTP\/1\.1 \d+/gm) ?? []
    expect(new Set(statuses)).toEqual(new Set(['HTTP/1.1 400']))
  })

  it.each([
    '//evil.test/pay/v1/sessions',
    'http://evil.test/pay/v1/sessions',
    '/pay/../pay/v1/sessions',
    '*',
  ])('never leaves its own origin for the target %s', async (target) => {
    const port = await listen()
    const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 (400|401|404) /)
    expect(answer).not.toContain('evil.test')
  })

  it('answers HEAD without a body and 304 without one', async () => {
    const port = await listen()
    const head = await fetch(`http://127.0.0.1:${port}/pay/healthz`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const { clientToken } = await rig.session()
    const headers = { authorization: `Bearer ${clientToken}` }
    const url = `http://127.0.0.1:${port}/pay/v1/checkout`
    const tag = (await fetch(url, { headers })).headers.get('etag') ?? ''
    const same = await fetch(url, { headers: { ...headers, 'if-none-match': tag } })
    expect([same.status, await same.text(), same.headers.get('content-length')]).toEqual([304, '', null])
  })

  it('lets a waiter go when its connection ends', async () => {
    const port = await listen()
    const { clientToken } = await rig.session()
    const headers = { authorization: `Bearer ${clientToken}` }
    const url = `http://127.0.0.1:${port}/pay/v1/checkout`
    const tag = (await fetch(url, { headers })).headers.get('etag') ?? ''
    const gone = new AbortController()
    const held = fetch(url, {
      headers: { ...headers, 'if-none-match': tag, prefer: 'wait=25' },
      signal: gone.signal,
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    gone.abort()
    await expect(held).rejects.toThrow()
    await expect
      .poll(() =>
        rig.logs.some(({ fields }) => fields['route'] === '/v1/checkout' && fields['status'] === 304),
      )
      .toBe(true)
  })

  it('knows the address of the connection', async () => {
    const port = await listen()
    for (let guess = 0; guess < 110; guess++)
      await fetch(`http://127.0.0.1:${port}/pay/v1/sessions`, {
        headers: { authorization: 'Bearer sk_wrong' },
      })
    const refused = await fetch(`http://127.0.0.1:${port}/pay/v1/sessions`, {
      headers: { authorization: 'Bearer sk_wrong', 'x-forwarded-for': '192.0.2.77' },
    })
    expect(refused.status).toBe(429)
  })
})

describe('inside another framework', () => {
  /** As Express mounts: the path is cut off `url`, the whole stays in `originalUrl`. */
  const mounted = ({ api }: ApiRig): Server => {
    const handler = toNodeHandler(api)
    return createServer((request, response) => {
      const original = request.url ?? ''
      Object.assign(request, { originalUrl: original, url: original.replace('/pay', '') || '/' })
      handler(request, response, () => response.writeHead(418).end())
    })
  }

  it('reads the full path where it is mounted at one', async () => {
    const port = await listen(mounted)
    expect((await fetch(`http://127.0.0.1:${port}/pay/healthz`)).status).toBe(200)
  })

  it('passes on what is not under the path of publicUrl', async () => {
    const port = await listen(mounted)
    expect((await fetch(`http://127.0.0.1:${port}/paying`)).status).toBe(418)
  })

  it('takes the bytes that a cloud runtime read beforehand, and refuses a body that a parser ate', async () => {
    const body = Buffer.from(JSON.stringify(sessionRequest))
    const eaten: unknown[] = []
    const port = await listen(({ api }) => {
      const handler = toNodeHandler(api)
      return createServer(async (request, response) => {
        for await (const _ of request) {
          // What a body parser does.
        }
        if (request.headers['x-raw']) Object.assign(request, { rawBody: body })
        handler(request, response, (error) => {
          eaten.push(error)
          response.writeHead(500).end()
        })
      })
    })
    const send = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/pay/v1/sessions`, {
        method: 'POST',
        body,
        headers: {
          authorization: `Bearer ${SECRET_KEY}`,
          'content-type': 'application/json',
          'idempotency-key': newKey(),
          ...headers,
        },
      })
    expect((await send({ 'x-raw': '1' })).status).toBe(201)
    expect((await send({})).status).toBe(500)
    expect(String(eaten[0])).toContain('before any body parser')
  })
})

describe('serve', () => {
  it('answers waiters and ends on close, and leaves the port free', async () => {
    rig = await createApiRig()
    running = await serve({ api: rig.api, port: 0 })
    const { port } = running
    const { clientToken } = await rig.session()
    const headers = { authorization: `Bearer ${clientToken}` }
    const url = `http://127.0.0.1:${port}/pay/v1/checkout`
    const tag = (await fetch(url, { headers })).headers.get('etag') ?? ''
    const held = fetch(url, { headers: { ...headers, 'if-none-match': tag, prefer: 'wait=25' } })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await running.close()
    expect((await held).status).toBe(304)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('says that the port is taken', async () => {
    const port = await listen()
    await expect(serve({ api: rig.api, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
